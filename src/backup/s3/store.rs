//! An object store, which is only read: the one file that knows how one is spoken to.
//!
//! The client that could write is held in here, and nothing in here hands it out: what others can
//! ask for is a list or an object. Of an answer that is an error only its code and message are
//! told; the rest of it may repeat the key it was asked with.

use std::error::Error as StdError;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use futures_util::StreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::{self, Path as Key};
use object_store::{
    BackoffConfig, ClientOptions, Error, GetOptions, ObjectMeta, ObjectStore, RetryConfig,
};
use url::Url;

use crate::backup::tree::name::{is_below, order, shown};
use crate::backup::{Outcome, Trouble};
use crate::model::S3;
use crate::secret;
use crate::text::visible;

/// How long the store may take to take a call.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long it may say nothing in the midst of an answer.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// How often something is asked for again, and until when.
const RETRIES: usize = 3;
const RETRY_WITHIN: Duration = Duration::from_secs(60);
/// How much of what a store says is told, in characters.
const TOLD_MAX: usize = 300;

/// What a store says where the keys in the plan are not those of anybody.
const WRONG_KEYS: [&str; 2] = ["InvalidAccessKeyId", "SignatureDoesNotMatch"];

/// A store, and the place in it where the backups are.
pub struct Store {
    client: AmazonS3,
    bucket: String,
    prefix: Key,
    /// What is told of it has none of these in it.
    secrets: Vec<String>,
}

/// An object, as the list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its path below the folder that was listed.
    pub path: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Its tag and when it was written, in the words of the store.
    pub stamp: String,
}

impl Store {
    /// The store that a plan states. Nothing is asked yet.
    ///
    /// # Errors
    /// Inconclusive, when what is stated cannot be used.
    pub fn open(stated: &S3, workspace: &Path) -> Outcome<Self> {
        static PROVIDER: Once = Once::new();
        // It fails only where another one was chosen before, which is as good.
        PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let value = |to| secret::referred(to, workspace).map_err(Trouble::Unclear);
        let (id, key) = (value(&stated.access_key)?, value(&stated.secret_key)?);
        let unclear = |what: &str, why: &dyn ToString| {
            Trouble::Unclear(format!("{what} cannot be used: {}", why.to_string()))
        };
        let prefix = Key::parse(stated.prefix.as_deref().unwrap_or_default());
        let prefix = prefix.map_err(|error| unclear("the prefix", &error))?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&stated.bucket)
            .with_access_key_id(&id)
            .with_secret_access_key(&key)
            .with_retry(retry());
        if let Some(region) = &stated.region {
            builder = builder.with_region(region);
        }
        let mut options = options();
        if let Some(endpoint) = &stated.endpoint {
            let is_plain = plain(endpoint).map_err(|why| unclear("the endpoint", &why))?;
            options = options.with_allow_http(is_plain);
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        let client = builder.with_client_options(options).build();
        Ok(Store {
            client: client.map_err(|error| unclear("what is stated", &error))?,
            bucket: stated.bucket.clone(),
            prefix,
            secrets: vec![id, key],
        })
    }

    /// The names of the folders below the prefix.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub async fn folders(&self) -> Outcome<Vec<String>> {
        let listed = self.client.list_with_delimiter(Some(&self.prefix)).await;
        let listed = listed.map_err(|error| self.trouble(&error))?;
        let names = listed.common_prefixes.iter();
        Ok(names
            .filter_map(|folder| folder.filename().map(str::to_owned))
            .collect())
    }

    /// All objects below a folder, in the order of a manifest.
    ///
    /// No more is held of them than their paths, lengths and stamps.
    ///
    /// # Errors
    /// When they cannot be listed; a fault, where a key is none that a file could have.
    pub async fn objects(&self, folder: &str) -> Outcome<Vec<Object>> {
        let folder = self.key(folder)?;
        let mut listed = self.client.list(Some(&folder));
        let mut objects = Vec::new();
        while let Some(object) = listed.next().await {
            let object = object.map_err(|error| self.trouble(&error))?;
            objects.extend(below(&folder, object));
        }
        objects.sort_by(|one, other| order(one.path.as_bytes(), other.path.as_bytes()));
        // A file, and a folder of the same name, that somebody marked with an object of its own.
        objects.dedup_by(|later, first| later.path == first.path && later.bytes == 0);
        Ok(objects)
    }

    /// Reads an object to its end, or until whoever takes its pieces has enough; says whether it is
    /// there.
    ///
    /// # Errors
    /// When it cannot be read, and what is said by whoever takes its pieces.
    pub async fn read(
        &self,
        path: &str,
        mut take: impl FnMut(&[u8]) -> Outcome<Enough>,
    ) -> Outcome<bool> {
        let key = self.key(path)?;
        let got = match self.client.get_opts(&key, GetOptions::default()).await {
            Ok(got) => got,
            Err(error) if code(&error.to_string()) == Some("NoSuchKey") => return Ok(false),
            Err(error) => return Err(self.trouble(&error)),
        };
        let mut pieces = got.into_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| self.trouble(&error))?;
            if take(&piece)? == Enough::Yes {
                break;
            }
        }
        Ok(true)
    }

    /// The key of something below the prefix.
    fn key(&self, path: &str) -> Outcome<Key> {
        let key = Key::parse(format!("{}/{path}", self.prefix));
        key.map_err(|error| bad_key(&error))
    }

    /// What it means that something could not be had.
    fn trouble(&self, error: &Error) -> Trouble {
        if let Error::InvalidPath { source } = error {
            return bad_key(source);
        }
        let text = error.to_string();
        let why = match (code(&text), tagged(&text, "Message")) {
            (Some("NoSuchBucket"), _) => {
                return Trouble::Fault(format!("there is no bucket `{}`", self.bucket));
            }
            (Some(code), _) if WRONG_KEYS.contains(&code) => {
                return Trouble::Fault(format!("the keys do not open the store: {code}"));
            }
            (Some(code), message) => format!("{code}: {}", message.unwrap_or_default()),
            (None, _) => innermost(error),
        };
        let why = secret::hidden(&visible(&why), &self.secrets, TOLD_MAX);
        Trouble::Unclear(format!("the store says: {why}"))
    }
}

/// Whether whoever reads an object wants more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// No more is wanted.
    Yes,
    /// The next piece is.
    No,
}

fn retry() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: RETRIES,
        retry_timeout: RETRY_WITHIN,
    }
}

/// How the store is called: a large object may take hours, but not be silent.
fn options() -> ClientOptions {
    ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(CONNECT_WITHIN)
        .with_read_timeout(SILENCE_MAX)
}

/// Whether an endpoint is spoken to without encryption.
fn plain(endpoint: &str) -> Result<bool, &'static str> {
    let url = Url::parse(endpoint).map_err(|_| "it is no URL")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("no secret stands in a plan; name the keys beside it");
    }
    match url.scheme() {
        "https" => Ok(false),
        "http" => Ok(true),
        _ => Err("it begins neither with `https://` nor with `http://`"),
    }
}

/// An object as it lies below a folder; nothing, where it only marks the folder itself.
fn below(folder: &Key, object: ObjectMeta) -> Option<Object> {
    let (path, folder) = (object.location.as_ref(), folder.as_ref());
    let path = match folder.is_empty() {
        true => path,
        false => path.strip_prefix(folder)?.strip_prefix('/')?,
    };
    let some = !path.is_empty();
    some.then(|| Object {
        path: path.to_owned(),
        bytes: object.size,
        stamp: format!("{:?} {}", object.e_tag, object.last_modified.to_rfc3339()),
    })
}

/// What a key means that no file can have: one that would lead out of its folder was never made
/// from a file. One with control characters may have been, and cannot be looked at.
fn bad_key(error: &path::Error) -> Trouble {
    match error {
        path::Error::BadSegment { path, .. }
            if !path.split('/').any(|name| [".", ".."].contains(&name)) =>
        {
            let key = shown(path.as_bytes());
            Trouble::Unclear(format!("the key `{key}` is no name that can be asked for"))
        }
        path::Error::BadSegment { path, .. } | path::Error::EmptySegment { path } => {
            let key = shown(path.as_bytes());
            Trouble::Fault(format!("the key `{key}` is no path of a file below it"))
        }
        error => Trouble::Unclear(visible(&error.to_string()).into_owned()),
    }
}

/// The code in an answer that is an error. It comes last, so that no key can pretend to be one.
fn code(text: &str) -> Option<&str> {
    tagged(text, "Code")
}

fn tagged<'t>(text: &'t str, tag: &str) -> Option<&'t str> {
    let (_, rest) = text.rsplit_once(&format!("<{tag}>"))?;
    rest.split_once("</").map(|(content, _)| content)
}

/// What is at the bottom of an error: everything above it only says that there is one.
fn innermost(error: &Error) -> String {
    let mut inner: &dyn StdError = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// The path of something in a folder below the prefix.
pub fn in_folder(folder: &str, path: &str) -> String {
    match folder {
        "" => path.to_owned(),
        folder => format!("{folder}/{path}"),
    }
}

/// Whether an object only marks a folder: it is empty, and others are below it.
pub fn is_marker(object: &Object, next: Option<&Object>) -> bool {
    object.bytes == 0
        && next.is_some_and(|next| is_below(next.path.as_bytes(), object.path.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_only_its_code_and_message_are_told() {
        let text = "Object at location <Code>NoSuchKey</Code> not found: 403: <Error><Code>\
                    AccessDenied</Code><Message>no</Message><Key>k</Key></Error>";
        assert_eq!(code(text), Some("AccessDenied"));
        assert_eq!(tagged(text, "Message"), Some("no"));
        assert_eq!(code("no answer"), None);
    }

    #[test]
    fn a_key_that_leads_out_is_a_fault() {
        let trouble = |key: &str| Key::parse(key).map_err(|error| bad_key(&error));
        for key in ["a/../b", "..", "a/./b", "a//b"] {
            assert!(matches!(trouble(key), Err(Trouble::Fault(_))), "{key}");
        }
        for key in ["a\nb", "a\0b"] {
            assert!(matches!(trouble(key), Err(Trouble::Unclear(_))), "{key}");
        }
        assert!(trouble("a/b%2e..c").is_ok());
    }

    #[test]
    fn only_an_endpoint_that_says_so_is_not_encrypted() {
        assert_eq!(plain("https://s3.example.com"), Ok(false));
        assert_eq!(plain("http://127.0.0.1:9000"), Ok(true));
        for bad in ["s3.example.com", "ftp://x", "http://id:key@host"] {
            assert!(plain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nothing_here_can_write() {
        let own = include_str!("store.rs");
        let (own, _) = own.split_once("mod tests").expect("it is above");
        for verb in ["put", "delete", "copy", "rename", "multipart", "patch"] {
            assert!(!own.contains(&format!(".{verb}")), "{verb}");
        }
    }
}

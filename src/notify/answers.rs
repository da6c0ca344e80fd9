//! Answers to messages: by a link, or a reply, that only those can make whom a message has reached.
//!
//! A message that asks for an answer goes to one person. Its link and its `Message-ID` carry the
//! HMAC-SHA256 of its key, cut to 128 bits (RFC 2104, section 5). They are made when it is sent,
//! and never kept: whoever reads the outbox cannot answer for somebody else.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use url::Url;

use super::{Message, Proofs};
use crate::model::Answers;
use crate::secret;
use crate::text::hex;

/// Where answers are taken, below the address that the plans state.
pub const PATH: &str = "/answer/";
/// What the signature is for, so that none for anything else can be taken for it.
const FOR: &str = "mainstay answer v1\0";
/// How much of a signature is used, in bytes.
const PROOF: usize = 16;
/// The least letters of a key.
const KEY_MIN: usize = 16;

/// What signs links, and tells whether one was signed.
pub struct Signer {
    key: String,
    url: Url,
}

impl Signer {
    /// By what the plans state.
    ///
    /// # Errors
    /// Why nothing can be signed: no key, one that can be guessed, or no address.
    pub fn new(stated: &Answers, workspace: &Path) -> Result<Self, String> {
        let key = secret::referred(&stated.key, workspace)?;
        if key.len() < KEY_MIN {
            return Err(format!(
                "the secret `{}` is shorter than {KEY_MIN} letters",
                stated.key
            ));
        }
        let url = Url::parse(&stated.url);
        let url = url.map_err(|error| format!("`url` of `answers` is no address: {error}"))?;
        Ok(Signer { key, url })
    }

    /// The message as it is sent: with a link, and what proves a reply.
    pub fn signed(&self, message: &Message) -> Message {
        Message {
            link: Some(self.link(&message.key)),
            proofs: Some(Proofs {
                own: self.proof(&message.key),
                thread: message.thread.as_deref().map(|key| self.proof(key)),
            }),
            ..message.clone()
        }
    }

    /// The key of the message that a link is about, where it is one of ours.
    pub fn key(&self, token: &str) -> Option<String> {
        let (key, proof) = token.split_once('.')?;
        let key = BASE64_URL_SAFE_NO_PAD.decode(key).ok()?;
        let key = String::from_utf8(key).ok()?;
        self.proves(&key, proof).then_some(key)
    }

    /// Whether something proves an answer to the message with a key.
    pub fn proves(&self, key: &str, proof: &str) -> bool {
        let digits = proof.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = digits.map(byte).collect();
        // In a time that does not depend on how much of it is right.
        bytes
            .is_some_and(|it| it.len() == PROOF && self.mac(key).verify_truncated_left(&it).is_ok())
    }

    fn link(&self, key: &str) -> Url {
        let mut url = self.url.clone();
        let token = BASE64_URL_SAFE_NO_PAD.encode(key);
        let below = url.path().trim_end_matches('/');
        url.set_path(&format!("{below}{PATH}{token}.{}", self.proof(key)));
        url
    }

    fn proof(&self, key: &str) -> String {
        hex(&self.mac(key).finalize().into_bytes()[..PROOF])
    }

    fn mac(&self, key: &str) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes());
        let mut mac = mac.expect("a key of any length will do");
        mac.update(FOR.as_bytes());
        mac.update(key.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(key: &str) -> Signer {
        Signer {
            key: key.to_owned(),
            url: "https://continuity.example/mainstay/"
                .parse()
                .expect("an address"),
        }
    }

    fn token(link: &Url) -> &str {
        link.path().rsplit('/').next().expect("a path")
    }

    #[test]
    fn a_link_names_its_message_and_nobody_else_makes_one() {
        let (ours, other) = (signer("0123456789abcdef"), signer("0123456789abcdeF"));
        let key = "drill:fail-over@2027-03-06/due/mail/ada";
        let link = ours.link(key);
        assert!(
            link.as_str()
                .starts_with("https://continuity.example/mainstay/answer/")
        );
        assert_eq!(ours.key(token(&link)).as_deref(), Some(key));
        assert_eq!(other.key(token(&link)), None);
        let (message, proof) = token(&link).split_once('.').expect("two parts");
        let stolen = format!("{}.{proof}", BASE64_URL_SAFE_NO_PAD.encode("another"));
        for forged in [
            &stolen,
            message,
            &format!("{message}."),
            &format!("{message}.{}", &proof[2..]),
        ] {
            assert_eq!(ours.key(forged), None, "{forged}");
        }
    }

    #[test]
    fn a_proof_is_what_openssl_makes() {
        // printf 'mainstay answer v1\0a' | openssl dgst -sha256 -hmac 0123456789abcdef
        let proof = "49c91593730e476736dba34037117412";
        assert_eq!(signer("0123456789abcdef").proof("a"), proof);
    }

    #[test]
    fn rubbish_proves_nothing() {
        let signer = signer("0123456789abcdef");
        for proof in [
            "",
            "x",
            "+1",
            "é",
            "zz",
            &"0".repeat(32),
            &"0".repeat(10_000),
        ] {
            assert!(!signer.proves("a", proof), "{proof}");
        }
    }
}

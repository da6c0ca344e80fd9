//! Values from the environment and from files, which are used and never told.

use std::io::{self, Read, Write};
use std::path::Path;

use aho_corasick::AhoCorasick;

use crate::model::SecretRef;

/// What stands where a secret stood.
pub const HIDDEN: &str = "[hidden]";

/// The environment variable in which systemd says where credentials are.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// The shortest value that is taken for a secret; less would be found in any text.
const SECRET_MIN: usize = 4;
/// How much is read at a time, in bytes.
const PIECE: usize = 8 * 1024;

/// The value of an environment variable.
///
/// # Errors
/// When there is none; it says which.
pub fn value(name: &str) -> Result<String, String> {
    let value = std::env::var(name);
    value.map_err(|_| format!("the environment has no variable `{name}`"))
}

/// The secret that a plan refers to.
///
/// # Errors
/// When it is not there; it says which, and not what.
pub fn referred(to: &SecretRef, workspace: &Path) -> Result<String, String> {
    match to {
        SecretRef::Env(name) => value(name),
        SecretRef::File(path) => first_line(to, &workspace.join(path)),
        SecretRef::Credential(name) => {
            let folder = std::env::var_os(CREDENTIALS);
            let folder = folder.ok_or_else(|| {
                format!("the secret `{to}` cannot be read: systemd has handed over no credentials")
            })?;
            first_line(to, &Path::new(&folder).join(name))
        }
    }
}

/// The first line of the file in which a secret is.
fn first_line(to: &SecretRef, file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| format!("the secret `{to}` cannot be read: {error}"))?;
    let line = text.lines().next().unwrap_or_default();
    let some = (!line.is_empty()).then(|| line.to_owned());
    some.ok_or_else(|| format!("the secret `{to}` is empty"))
}

/// The values of environment variables that must not be told, and each line of those that have
/// several: a key may be told line by line.
pub fn values<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let values = names.into_iter().filter_map(|name| value(name).ok());
    let mut secrets = Vec::new();
    for value in values {
        secrets.extend(value.lines().map(|line| line.trim().to_owned()));
        secrets.push(value);
    }
    secrets.retain(|secret| secret.len() >= SECRET_MIN);
    secrets
}

/// A text with every secret hidden, and only then cut off.
pub fn hidden(text: &str, secrets: &[String], chars_max: usize) -> String {
    let mut hidden = Vec::with_capacity(text.len());
    let secrets = finder(secrets.to_vec());
    copy(text.as_bytes(), &mut hidden, secrets.as_ref()).expect("memory takes all");
    let hidden = String::from_utf8_lossy(&hidden);
    hidden.chars().take(chars_max).collect()
}

/// What finds secrets; nothing where there are none.
pub fn finder(mut secrets: Vec<String>) -> Option<AhoCorasick> {
    secrets.retain(|secret| secret.len() >= SECRET_MIN);
    let some = Some(secrets).filter(|secrets| !secrets.is_empty())?;
    AhoCorasick::new(some).ok()
}

/// Copies with every secret hidden, also one that comes in two pieces, and all of two that overlap:
/// of a password that begins with the name of its user nothing is left.
///
/// # Errors
/// When one cannot be read or the other not be written.
pub fn copy(
    mut from: impl Read,
    mut to: impl Write,
    secrets: Option<&AhoCorasick>,
) -> io::Result<()> {
    let Some(secrets) = secrets else {
        return io::copy(&mut from, &mut to).map(drop);
    };
    let (mut piece, mut kept) = (vec![0; PIECE], Vec::new());
    // How much of what is kept is hidden already.
    let mut covered = 0;
    loop {
        let count = match from.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count?,
        };
        kept.extend_from_slice(&piece[..count]);
        // A secret that begins before this has its end in what is kept.
        let sure = match count {
            0 => kept.len(),
            _ => kept.len().saturating_sub(secrets.max_pattern_len() - 1),
        };
        let found = secrets.find_overlapping_iter(&kept);
        let mut found: Vec<(usize, usize)> =
            found.map(|found| (found.start(), found.end())).collect();
        found.sort_unstable();
        for (start, end) in found.into_iter().filter(|(start, _)| *start < sure) {
            if start >= covered {
                to.write_all(&kept[covered..start])?;
                to.write_all(HIDDEN.as_bytes())?;
            }
            covered = covered.max(end);
        }
        if covered < sure {
            to.write_all(&kept[covered..sure])?;
        }
        kept.drain(..sure);
        covered = covered.saturating_sub(sure);
        if count == 0 {
            return to.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its text in pieces of a few bytes.
    struct Drops<'t>(&'t [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn of_secrets_that_overlap_nothing_is_left() {
        let secrets = ["admin", "admin2026!", "2026!/key", "aaaa"].map(str::to_owned);
        let text = "admin admin2026! admin2026!/key aaaaaaaaab";
        let expected = "[hidden] [hidden] [hidden] [hidden]b";
        assert_eq!(hidden(text, &secrets, 100), expected);
        for size in 1..text.len() {
            let mut written = Vec::new();
            let finder = finder(secrets.to_vec());
            copy(Drops(text.as_bytes(), size), &mut written, finder.as_ref()).expect("in memory");
            assert_eq!(
                String::from_utf8(written).expect("UTF-8"),
                expected,
                "{size}"
            );
        }
    }

    #[test]
    fn a_secret_is_hidden_in_whichever_pieces_it_comes() {
        let secrets = AhoCorasick::new(["hunter2", "s3cr3t"]).expect("two words");
        let text = b"the password is hunter2, not s3cr3t; hunter is fine";
        for size in 1..text.len() {
            let mut written = Vec::new();
            copy(Drops(text, size), &mut written, Some(&secrets)).expect("in memory");
            let written = String::from_utf8(written).expect("UTF-8");
            assert_eq!(
                written,
                "the password is [hidden], not [hidden]; hunter is fine"
            );
        }
    }
}

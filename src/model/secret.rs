//! A secret, by where it is; never by what it is.

use std::fmt;
use std::str::FromStr;

use crate::text::text_value;

/// What is said where something else stands than where a secret is: it may be the secret itself.
pub const NEVER_IN_A_PLAN: &str = "the secret itself is never in a plan";

/// Where a secret is: `env:NAME`, an environment variable; `file:PATH`, a file relative to the
/// workspace whose first line it is; or `credential:NAME`, a credential that systemd hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// The name of an environment variable.
    Env(String),
    /// A file, relative to the workspace.
    File(String),
    /// The name of a credential of systemd, a file in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
}

text_value!(SecretRef, "where a secret is, such as `env:RESTIC_PASSWORD` or `file:/run/restic`",
    pattern: r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|credential:[A-Za-z0-9_][A-Za-z0-9_.-]*)$",
    examples: ["env:RESTIC_PASSWORD", "file:/run/credentials/restic", "credential:restic"]);

impl FromStr for SecretRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_name = |name: &str| {
            let mut letters = name.chars();
            letters
                .next()
                .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let is_credential = |name: &str| {
            !name.is_empty()
                && !name.starts_with(['.', '-'])
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        };
        match text.split_once(':') {
            Some(("env", name)) if is_name(name) => Ok(SecretRef::Env(name.to_owned())),
            Some(("file", path)) if !path.trim().is_empty() => Ok(SecretRef::File(path.to_owned())),
            Some(("credential", name)) if is_credential(name) => {
                Ok(SecretRef::Credential(name.to_owned()))
            }
            // What stands there may be the secret itself: it is not repeated.
            _ => Err(format!(
                "write where the secret is, such as `env:RESTIC_PASSWORD` or \
                 `file:/run/credentials/restic`; {NEVER_IN_A_PLAN}"
            )),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretRef::Env(name) => write!(f, "env:{name}"),
            SecretRef::File(path) => write!(f, "file:{path}"),
            SecretRef::Credential(name) => write!(f, "credential:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_and_never_repeated() {
        for good in [
            "env:RESTIC_PASSWORD",
            "file:/run/x",
            "file:out/pass word",
            "credential:a.b",
        ] {
            let read: SecretRef = good.parse().expect(good);
            assert_eq!(read.to_string(), good);
        }
        let bad = ["hunter2", "env:", "env:A B", "file:", "pass:hunter2"];
        for bad in bad
            .into_iter()
            .chain(["credential:", "credential:../x", "credential:a/hunter2"])
        {
            let why = bad.parse::<SecretRef>().expect_err(bad);
            assert!(!why.contains("hunter2"), "{why}");
        }
    }
}

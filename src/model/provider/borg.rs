//! A repository of Borg.

use crate::model::{SecretRef, plain};

plain! {
    /// A repository of Borg 1.2 or 1.4, and which of its archives are meant.
    pub struct Borg {
        /// Where the repository is: a folder relative to the workspace, or as Borg names it, such
        /// as `ssh://backup@host/srv/borg`. Borg on another host may renew an index there while it
        /// reads: give it an account that cannot write.
        pub repository: String,
        /// Where its passphrase is. Left out where it is not encrypted.
        pub passphrase: Option<SecretRef>,
        /// The file with its key, relative to the workspace, where that is not in the repository.
        /// One of those that Borg keeps for whoever runs it, when left out.
        pub key_file: Option<String>,
        /// Only archives with such names: `orders-*`.
        pub archives: Option<String>,
        /// What else Borg needs to know: names of environment variables such as `BORG_RSH`.
        #[serde(default)]
        pub environment: Vec<String>,
    }
}

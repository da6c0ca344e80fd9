//! A stanza of pgBackRest.

use crate::model::{SecretRef, plain};

plain! {
    /// A stanza in a repository of pgBackRest.
    pub struct PgBackrest {
        /// The name of the stanza.
        pub stanza: String,
        /// The file that says where the repository is, relative to the workspace. The one of the
        /// machine, when left out.
        pub config: Option<String>,
        /// Which of its repositories: 1, when left out.
        pub repository: Option<u8>,
        /// Where the passphrase of the repository is, where its file does not say it.
        pub passphrase: Option<SecretRef>,
        /// The superuser of the server, who is asked with. `postgres`, when left out.
        pub role: Option<String>,
        /// What else pgBackRest needs to know: names of environment variables with access keys.
        #[serde(default)]
        pub environment: Vec<String>,
    }
}

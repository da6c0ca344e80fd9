//! A repository of restic.

use crate::model::{SecretRef, plain};

plain! {
    /// A repository of restic, and which of its snapshots are meant.
    pub struct Restic {
        /// Where the repository is: a folder relative to the workspace, or as restic names it,
        /// such as `sftp:backup@host:/srv/restic` or `s3:s3.amazonaws.com/bucket`.
        pub repository: String,
        /// Where its password is.
        pub password: SecretRef,
        /// Only snapshots of this host.
        pub host: Option<String>,
        /// Only snapshots of exactly these paths.
        #[serde(default)]
        pub paths: Vec<String>,
        /// Only snapshots with all of these tags.
        #[serde(default)]
        pub tags: Vec<String>,
        /// What else restic needs to know: names of environment variables with access keys.
        #[serde(default)]
        pub environment: Vec<String>,
    }
}

//! A copy of data.

use super::{Measured, Take, Uuid, Verify, plain, words};
use crate::id::*;
use crate::time::{Duration, Period};

plain! {
    /// A copy of a system's data: where it is, how often it is made, how long it is kept.
    pub struct Backup {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: BackupId,
        /// Its name, as people say it.
        pub name: String,
        /// The systems whose data it holds.
        #[serde(default)]
        pub of: Vec<SystemId>,
        /// Whether it is the usual copy or the additional full local one.
        pub kind: Option<BackupKind>,
        /// The tool that makes it, such as `restic` or `pgbackrest`.
        pub provider: Option<String>,
        /// Where the copy is.
        pub site: Option<SiteId>,
        /// Who keeps the copy, when it is not us.
        pub vendor: Option<VendorId>,
        /// The credential that can read and delete it.
        pub credential: Option<CredentialId>,
        /// The system of ours it is kept on, if any.
        pub kept_on: Option<SystemId>,
        /// How often it is made.
        pub every: Option<Duration>,
        /// When it is made, in words or cron text.
        pub schedule: Option<String>,
        /// The UUID at which the job that makes it tells how it goes. `mainstay backup listen`
        /// hears whatever can ping healthchecks.io.
        pub ping: Option<Uuid>,
        /// How long it is kept.
        pub retention: Option<Period>,
        /// Whether it cannot be changed or deleted before its time.
        pub immutable: Option<bool>,
        /// How long a restore took when it was last done, and when that was.
        pub restored: Option<Measured>,
        /// How Mainstay verifies that it can be restored.
        pub verify: Option<Verify>,
        /// How Mainstay itself makes it, where it does.
        pub take: Option<Take>,
    }
}

words! {
    /// What part a copy plays.
    pub enum BackupKind {
        /// The usual copy.
        Primary = "primary copy",
        /// The additional full local copy, independent of the usual one.
        FullLocal = "additional full local copy",
    }
}

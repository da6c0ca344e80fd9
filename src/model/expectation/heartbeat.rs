//! A sign of life in the data, by which one can tell how much would be lost.

use crate::model::{SecretRef, plain};
use crate::time::Duration;

plain! {
    /// The newest sign of life in what was restored: a moment that something writes again and
    /// again. How much older it is than the moment of the restore is what would be lost.
    pub struct Heartbeat {
        /// The file it is in, by its path in what was restored. Its last line is the moment, such
        /// as `2026-11-28T03:15:00Z`, or a JSON object in which `ts` is.
        pub file: Option<String>,
        /// The question to the database that answers with the moment, such as
        /// `select max(at) from heartbeat`.
        pub query: Option<String>,
        /// The SQLite file that is asked, by its path in what was restored. Not needed where the
        /// backup is a database itself.
        pub sqlite: Option<String>,
        /// The database that is asked, where a whole cluster was restored. `postgres`, when left
        /// out.
        pub database: Option<String>,
        /// Where the key is with which each sign of life is signed and numbered, as
        /// `mainstay backup heartbeat` writes them: then somebody else's, and one that is missing
        /// among the last ones in a file, are faults.
        pub key: Option<SecretRef>,
        /// How old it may be. As much as may be lost, when left out.
        pub lag_at_most: Option<Duration>,
    }
}

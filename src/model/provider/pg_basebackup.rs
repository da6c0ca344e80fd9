//! Base backups of a PostgreSQL server.

use crate::model::plain;
use crate::time::TimeZone;

plain! {
    /// Base backups of a PostgreSQL server, as `pg_basebackup` makes them, plain or in tar files,
    /// each with its manifest and the log it needs.
    pub struct PgBasebackup {
        /// The folder with the base backups, relative to the workspace. Each folder in it is one;
        /// so is the folder itself, where it has a manifest.
        pub folder: String,
        /// What the names of the base backups begin with, such as `orders-`.
        #[serde(default)]
        pub prefix: String,
        /// The time zone of the server's log, in which a backup says when it was begun. Needed only
        /// where the short name it says it by, such as `CST`, names no one zone.
        pub zone: Option<TimeZone>,
        /// The superuser of the server, who is asked with. `postgres`, when left out.
        pub role: Option<String>,
    }
}

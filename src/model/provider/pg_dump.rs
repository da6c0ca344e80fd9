//! Dumps of a PostgreSQL database.

use crate::model::plain;
use crate::time::TimeZone;

plain! {
    /// Dumps of one PostgreSQL database, as `pg_dump` makes them: custom, tar, a directory, or SQL,
    /// plain or packed with gzip or zstd. What each is, Mainstay sees in it.
    pub struct PgDump {
        /// The folder with the dumps, relative to the workspace. A moment in a name, such as in
        /// `orders-20261128T031500Z.dump`, is when it was begun, in UTC. Where there is none, the
        /// dump itself must say it, as all do but those in SQL without `--verbose`.
        pub folder: String,
        /// What the names of the dumps begin with, such as `orders-`. All that begins so must be a
        /// dump, except for the checksums and fingerprints of others.
        pub prefix: Option<String>,
        /// The time zone of the machine that makes them: a dump says when it was begun in local
        /// time, without the zone. UTC, when left out.
        pub zone: Option<TimeZone>,
        /// Whether there are no rows in them on purpose.
        #[serde(default)]
        pub without_rows: bool,
    }
}

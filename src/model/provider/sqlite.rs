//! Copies of an SQLite database.

use crate::model::plain;

plain! {
    /// Copies of an SQLite database, as `VACUUM INTO` or `.backup` make them.
    pub struct Sqlite {
        /// The folder with the copies, relative to the workspace. Each is named after the moment
        /// at which it was begun, in UTC: `orders-20261128T031500Z.db`.
        pub folder: String,
        /// What their names begin with, such as `orders-`.
        pub prefix: Option<String>,
    }
}

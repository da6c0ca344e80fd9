//! Whether the tables and indexes of a PostgreSQL server hold together.

use crate::model::plain;

plain! {
    /// Every table and every index of a PostgreSQL server that was restored must hold together, as
    /// `pg_amcheck` sees it: all rows are looked at, and each must be in its indexes.
    pub struct Amcheck {
        /// The only database that is looked at. All, when left out.
        pub database: Option<String>,
    }
}

//! What the tables of a database held when the backup was made.

use crate::model::plain;

plain! {
    /// Every table holds the rows that it held when the dump was begun: as many, and the same. What
    /// they were lies beside a dump that `take` made with `pg-dump`.
    pub struct Fingerprints {
        /// Tables that must be among them, such as `public.orders`.
        #[serde(default)]
        pub tables: Vec<String>,
    }
}

//! A question to a database that was restored.

use crate::model::{Percent, plain};

plain! {
    /// A question to a database that was restored, and what its first value must be.
    pub struct Query {
        /// The question, such as `select count(*) from orders`.
        pub query: String,
        /// The SQLite file that is asked, by its path in what was restored. Not needed where the
        /// backup is a database itself.
        pub sqlite: Option<String>,
        /// The database that is asked, where a whole cluster was restored. `postgres`, when left
        /// out.
        pub database: Option<String>,
        /// What the first value of the first row must be, as text.
        pub is: Option<String>,
        /// The least it must be, as a number.
        pub at_least: Option<i64>,
        /// The most it may be, as a number.
        pub at_most: Option<i64>,
        /// By how much it may be smaller than the last time that was as it should be, such as `5%`.
        pub drop_at_most: Option<Percent>,
    }
}

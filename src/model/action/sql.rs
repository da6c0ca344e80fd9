//! A database that is asked.

use super::Stated;
use crate::model::plain;

plain! {
    /// A database that is asked one question. It is opened for reading only.
    pub struct Sql {
        /// The SQLite file, relative to the workspace.
        pub sqlite: String,
        /// The question, such as `select count(*) from orders`.
        pub query: String,
        /// What the first value of the first row must be, as text. Any row will do, when left
        /// out.
        pub is: Option<String>,
        /// The least that the first value of the first row must be, as a number.
        pub at_least: Option<i64>,
    }
}

impl Stated for Sql {
    fn only_looks(&self) -> bool {
        true
    }
}

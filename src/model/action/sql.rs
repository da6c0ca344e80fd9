//! A database that is asked.

use super::{Stated, expecting};
use crate::model::plain;

plain! {
    /// A database that is asked one question. It is opened for reading only.
    pub struct Sql {
        /// The SQLite file, relative to the workspace. Either this or `postgres` is stated.
        pub sqlite: Option<String>,
        /// The name of the environment variable that holds the address of the PostgreSQL
        /// database, such as `postgres://user:password@host:5432/orders`; the address itself is
        /// never in a plan.
        pub postgres: Option<String>,
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

    fn line(&self) -> String {
        let postgres = self.postgres.as_ref().map(|name| format!("${name}"));
        let database = self.sqlite.clone().or(postgres).unwrap_or_default();
        let is = self.is.clone();
        let at_least = self.at_least.map(|least| format!("{least} at least"));
        let expected = is.into_iter().chain(at_least).collect();
        expecting(format!("SQL on {database}: {}", self.query), expected)
    }

    fn unclear(&self) -> Option<String> {
        match (&self.sqlite, &self.postgres) {
            (None, None) => Some(
                "asks no database: state `sqlite`, a file, or `postgres`, the name of an \
                 environment variable"
                    .to_owned(),
            ),
            (Some(_), Some(_)) => {
                Some("asks two databases at once: state `sqlite` or `postgres`".to_owned())
            }
            _ => None,
        }
    }
}

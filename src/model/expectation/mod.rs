//! What must be true of what was restored. How it is looked at is the business of
//! [`crate::backup`].
//!
//! `expectations!` is the one list of the kinds. One more is a file here that says what can be
//! stated, a file of the same name under `src/backup/expect/` that looks, and one line below.

mod amcheck;
mod files;
mod fingerprints;
mod heartbeat;
mod manifest;
mod query;

pub use amcheck::Amcheck;
pub use files::Files;
pub use fingerprints::Fingerprints;
pub use heartbeat::Heartbeat;
pub use manifest::Manifest;
pub use query::Query;

/// Calls a macro with every kind of expectation: its field, its key and its type.
#[macro_export]
#[doc(hidden)]
macro_rules! expectations {
    ($then:ident) => {
        $then! {
            /// Every table and index of a PostgreSQL server holds together.
            amcheck "amcheck" Amcheck;
            /// How many files there are, and how much is in them.
            files "files" Files;
            /// Every table holds what it held when the backup was made.
            fingerprints "fingerprints" Fingerprints;
            /// How old the newest sign of life is: how much data would be lost.
            heartbeat "heartbeat" Heartbeat;
            /// Every file is as it was when the backup was made.
            manifest "manifest" Manifest;
            /// What a database answers.
            query "query" Query;
        }
    };
}

macro_rules! expectation {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// Something that must be true of what was restored: exactly one of these.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub struct Expectation {
            $($(#[doc = $doc])+
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<Box<$type>>,)+
        }

        impl Expectation {
            /// The keys that are stated; there should be one.
            pub fn stated(&self) -> Vec<&'static str> {
                let mut stated = Vec::new();
                $(if self.$name.is_some() {
                    stated.push($key);
                })+
                stated
            }
        }
    };
}
expectations!(expectation);

//! How many files there are.

use crate::model::{Percent, plain};

plain! {
    /// How many files were restored, and how much is in them.
    pub struct Files {
        /// The least number of files.
        pub at_least: Option<u64>,
        /// The least that is in all of them, in bytes.
        pub bytes_at_least: Option<u64>,
        /// By how much the number of files, and what is in them, may be smaller than the last time
        /// that was as it should be, such as `10%`.
        pub drop_at_most: Option<Percent>,
        /// Files that must be there, by their paths in what was restored.
        #[serde(default)]
        pub present: Vec<String>,
    }
}

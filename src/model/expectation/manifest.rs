//! What every file was when the backup was made.

use crate::model::plain;

plain! {
    /// A manifest that was saved with the data, as `mainstay backup manifest` writes it: every file
    /// in it must be as it was then.
    pub struct Manifest {
        /// The manifest, by its path in what was restored. What it lists is beside it and below.
        pub file: String,
    }
}

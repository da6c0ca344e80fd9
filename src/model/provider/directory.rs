//! A folder with one backup in each of its folders, or one that is the backup itself.

use crate::model::plain;

plain! {
    /// A folder, each file in it as it was saved, with a manifest from when that was done.
    pub struct Directory {
        /// The folder, relative to the workspace. Each folder in it with a manifest is one backup;
        /// so is the folder itself, where it has one.
        pub path: String,
        /// The name of the manifest, as `mainstay backup manifest` writes it.
        /// `mainstay-manifest.jsonl`, when left out.
        pub manifest: Option<String>,
    }
}

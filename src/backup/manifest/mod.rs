//! What every file was when the backup was made, so that what is restored can be compared with
//! what was true then, and not with data that went on.
//!
//! A manifest is a file of JSON lines beside the data it lists:
//!
//! ```json
//! {"mainstay-manifest":1,"as-of":"2026-11-28T04:00:00Z","files":2,"folders":1,"links":1,…}
//! {"path":"a","kind":"folder"}
//! {"path":"a/100%25.txt","kind":"file","bytes":5,"blake3":"…"}
//! {"path":"a/run","kind":"file","bytes":7,"executable":"111","blake3":"…"}
//! {"path":"b","kind":"link","target":"a/run"}
//! {"blake3":"…"}
//! ```
//!
//! The first line has all of [`Header`] and ends with blanks, as many as it takes to be 256 bytes
//! long. Paths and targets are percent-encoded where they are not plain ASCII. A folder comes
//! before what is in it, names are sorted by their bytes. `executable` is the bits of the mode that
//! let a file be executed. The last line has BLAKE3 over all lines before it: one that is missing
//! or was edited is noticed. It shows no more than that; whoever can write the file can write that
//! line.
//!
//! A manifest lists neither itself nor sockets, which no backup holds. What could not be read when
//! it was written is listed as `unread`, and nothing is said of it later.

mod compare;
mod line;
mod reader;
mod write;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub(super) use compare::{Comparison, Kept};
pub use compare::{Differences, compare};
pub(super) use line::{Line, Word};
pub use reader::header;
pub(super) use reader::{Reader, header_of};
pub use write::write;

/// The name of a manifest, where nobody says another.
pub const NAME: &str = "mainstay-manifest.jsonl";

/// The format that is written, and the newest that is read.
const FORMAT: u32 = 1;
/// How long the first line is, in bytes, with its end.
pub(super) const HEADER_BYTES: usize = 256;

/// What a manifest says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Header {
    /// The format.
    #[serde(rename = "mainstay-manifest")]
    pub format: u32,
    /// As of when it lists the files.
    pub as_of: DateTime<Utc>,
    /// How much it lists.
    #[serde(flatten)]
    pub counts: Counts,
}

/// How much a manifest lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// How many files.
    pub files: u64,
    /// How many folders.
    pub folders: u64,
    /// How many symbolic links.
    pub links: u64,
    /// How many devices and named pipes.
    pub others: u64,
    /// How many entries could not be read when it was written.
    pub unread: u64,
    /// How much is in all files, in bytes.
    pub bytes: u64,
}

#[cfg(test)]
mod tests;

//! What is known of a command that somebody holds on to: one file in the folder of its attempt.
//!
//! Who holds on to the command has the file locked, and adds a line for each thing that becomes
//! known. A line without its end was never written; so a power cut leaves less, and nothing false.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// The name of the file.
const FILE: &str = "hold";

/// One thing that is known of a command, in the order in which they become known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// An engine has given the attempt up: it must not begin any more.
    Abandoned,
    /// It is being started.
    Begun,
    /// It runs, in this process group.
    Group(u32),
    /// It ended.
    Ended(End),
    /// Nobody could hold on to it, for a reason.
    Failed(String),
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The exit status, if it ended by itself.
    pub status: Option<i32>,
    /// The signal that ended it, if one did.
    pub signal: Option<i32>,
    /// Why it could not be started, if it could not.
    pub failure: Option<String>,
    /// How many bytes it wrote that were not kept.
    pub not_kept: u64,
    /// Whether processes of its group were still there after it.
    pub left_behind: bool,
    /// When it ended.
    pub at: Option<Moment>,
}

/// The file, locked by this process.
#[derive(Debug)]
pub struct Hold(File);

impl Hold {
    /// Takes the file in a folder, and waits for whoever has it.
    ///
    /// # Errors
    /// When it cannot be made or locked.
    pub fn take(folder: &Path) -> io::Result<Self> {
        let file = open(folder)?;
        file.lock()?;
        Ok(Hold(file))
    }

    /// Takes the file in a folder, which must be there; `None` where somebody has it.
    ///
    /// # Errors
    /// When it cannot be made or locked.
    pub fn try_take(folder: &Path) -> io::Result<Option<Self>> {
        let file = open(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Hold(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Adds what has become known.
    ///
    /// # Errors
    /// When it cannot be written; the next process to look does not find it then.
    pub fn add(&self, known: &Known) -> io::Result<()> {
        let line = serde_json::to_string(known)? + "\n";
        (&self.0).write_all(line.as_bytes())
    }
}

/// All that is known of the command in a folder; nothing where nobody has held on to one.
pub fn known(folder: &Path) -> Vec<Known> {
    let mut text = Vec::new();
    let file = File::open(folder.join(FILE));
    if file
        .and_then(|mut file| file.read_to_end(&mut text))
        .is_err()
    {
        return Vec::new();
    }
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let whole = lines.filter_map(|line| line.strip_suffix(b"\n"));
    whole
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect()
}

/// The process group of the command in a folder, if it has begun.
pub fn group(folder: &Path) -> Option<u32> {
    known(folder).into_iter().find_map(|known| match known {
        Known::Group(group) => Some(group),
        _ => None,
    })
}

/// How the command in a folder ended, if that is known.
pub fn end(folder: &Path) -> Option<End> {
    known(folder).into_iter().find_map(|known| match known {
        Known::Ended(end) => Some(end),
        _ => None,
    })
}

fn open(folder: &Path) -> io::Result<File> {
    File::options()
        .create(true)
        .append(true)
        .open(folder.join(FILE))
}

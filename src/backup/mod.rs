//! How a backup is verified: one file for each tool in `providers!`.
//!
//! Nothing here has a verb that writes to a backup. What a program may be told is an allow-list in
//! one place, and what was restored lies in a scratch folder that is removed again.
//!
//! A provider only asks its tool. [`verify`] decides what is asked and what that shows.

mod allowed;
pub mod beat;
mod borg;
mod confined;
mod copies;
mod copy;
mod directory;
mod exec;
mod expect;
mod fingerprints;
mod ground;
pub mod manifest;
mod pg_basebackup;
mod pg_dump;
mod pgbackrest;
mod pick;
mod plain_dump;
mod postgres;
mod restic;
mod restored;
mod s3;
mod sample;
mod saved;
pub mod scratch;
pub mod self_test;
mod sqlite;
mod take;
mod tool;
pub mod tree;
mod unchanged;
mod verify;
mod waited;

pub use pick::{Pick, planned};
pub use sample::{Sampling, sample};
pub use take::take;
pub use tool::{Stop, Tools};
pub use verify::{Asked, Progress, Promised, RESTORE, verify};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::model;
use crate::proof::{Part, RecoveryPoint, Tool, Trial};
use crate::providers;

/// What came of asking a tool; `?` hands on whatever is no answer.
pub type Outcome<T> = Result<T, Trouble>;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The backup is not as it has to be; it says how.
    Fault(String),
    /// It could not be looked at; it says why. Neither good nor bad.
    Unclear(String),
}

impl Trouble {
    /// What it says.
    pub fn why(&self) -> &str {
        match self {
            Trouble::Fault(why) | Trouble::Unclear(why) => why,
        }
    }
}

/// What a provider is asked with.
pub struct Session<'s> {
    /// The root of the workspace: places in plans are relative to it.
    pub workspace: &'s Path,
    /// A folder for the small things a tool needs, such as its cache; it is removed at the end.
    pub folder: &'s Path,
    /// What runs programs.
    pub tools: &'s Tools<'s>,
    /// The moment of the verification.
    pub now: DateTime<Utc>,
    /// Told how much a restore will bring back, in bytes, as soon as that is known.
    pub expects: &'s dyn Fn(u64),
}

/// Who reads a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// The program; nothing where Mainstay reads it itself.
    pub tool: Option<Tool>,
    /// The identity of the repository, where it has one of its own.
    pub repository: Option<String>,
    /// What else is worth knowing, such as what an older tool cannot tell.
    pub notes: Vec<String>,
}

/// What was brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// The folder with what was in the backup.
    pub root: PathBuf,
    /// How many files there must be, where the backup says so by itself.
    pub files: Option<u64>,
    /// How much must be in them, in bytes.
    pub bytes: Option<u64>,
    /// What else the restore showed.
    pub trials: Vec<Trial>,
    /// The database that was restored, where the backup is one.
    pub database: Option<Database>,
    /// How far it is kept from the rest of the world.
    pub isolation: String,
    /// Whether all was forced to the disk, as it would be after a disaster.
    pub durable: bool,
}

/// How files that were restored are kept from the rest of the world.
pub const A_FOLDER: &str = "a folder that only its owner can open";

/// A database that was restored, and can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, which ends when nobody holds it any more.
    Postgres(Arc<postgres::Server>),
}

/// What is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'r> {
    /// The recovery point.
    pub point: &'r RecoveryPoint,
    /// How much of its repository, where the provider reads parts; all of it otherwise.
    pub part: Part,
}

/// A file in a recovery point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, as its tool has it.
    pub path: String,
    /// How much is in it, in bytes.
    pub bytes: u64,
}

/// What of a recovery point is restored.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// The files, and the folders with all that is in them.
    pub paths: &'w [String],
    /// The empty folder it is restored into.
    pub into: &'w Path,
}

/// What is said where a tool can restore no part.
const NO_PARTS: &str = "no part of such a backup can be restored by itself";
/// How many files are listed at most.
const ENTRIES_MAX: usize = 4_000_000;

/// The recovery points there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// They, in any order.
    pub points: Vec<RecoveryPoint>,
    /// What else the list showed.
    pub trials: Vec<Trial>,
}

/// A tool whose backups are verified: it lists, reads and brings back, and has no verb that writes.
pub trait Provider {
    /// The folders and files of the backup on this machine: nothing in them may change.
    fn places(&self, workspace: &Path) -> Vec<PathBuf>;

    /// What a store elsewhere says of all that is in a recovery point, without reading it: nothing
    /// in it may change. Nothing, where [`places`](Self::places) tells or nobody does.
    ///
    /// # Errors
    /// When the store cannot be asked.
    fn stamp(&self, _: &Session, _: &RecoveryPoint) -> Outcome<Option<String>> {
        Ok(None)
    }

    /// The values that must not be told.
    ///
    /// # Errors
    /// Which is not there.
    fn secrets(&self, workspace: &Path) -> Result<Vec<String>, String>;

    /// Who reads it, and whether all is there for that.
    ///
    /// # Errors
    /// Inconclusive, when the tool is missing, or too old.
    fn reader(&self, session: &Session) -> Outcome<Reader>;

    /// The recovery points there are.
    ///
    /// # Errors
    /// When they cannot be listed.
    fn list(&self, session: &Session) -> Outcome<Catalogue>;

    /// Reads all of a recovery point, or a part of the repository, from cold, and says what was
    /// found. What passes here was read to its last byte.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, session: &Session, what: Reading) -> Outcome<Vec<Trial>>;

    /// Whether it can read a part of its repository. Most can only read all of a recovery point.
    fn reads_parts(&self) -> bool {
        false
    }

    /// Whether it can restore some files of a recovery point. Most can only restore all of it.
    fn restores_parts(&self) -> bool {
        false
    }

    /// All files in a recovery point.
    ///
    /// # Errors
    /// When they cannot be listed; inconclusive where that is not what it can do.
    fn entries(&self, _: &Session, _: &RecoveryPoint) -> Outcome<Vec<Entry>> {
        Err(Trouble::Unclear(NO_PARTS.to_owned()))
    }

    /// Brings some files and folders of a recovery point back into an empty folder, from cold. That
    /// all of them are there is for whoever asks to see.
    ///
    /// # Errors
    /// When that fails; inconclusive where that is not what it can do.
    fn restore_part(&self, _: &Session, _: &RecoveryPoint, _: Wanted) -> Outcome<Vec<Trial>> {
        Err(Trouble::Unclear(NO_PARTS.to_owned()))
    }

    /// The file in which it was written down what the tables of a recovery point held when it was
    /// made. Nothing, where nobody writes that down.
    fn fingerprints(&self, _: &Session, _: &RecoveryPoint) -> Option<PathBuf> {
        None
    }

    /// Brings a recovery point back into an empty folder, from cold.
    ///
    /// # Errors
    /// When that fails.
    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back>;
}

/// Notes a file, where files are noted: one without a name that is text cannot be asked for.
fn note_entry(entries: &mut Option<Vec<Entry>>, path: Option<String>, bytes: u64) {
    if let Some(entries) = entries
        .as_mut()
        .filter(|entries| entries.len() <= ENTRIES_MAX)
    {
        let path = path.unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string());
        entries.push(Entry { path, bytes });
    }
}

/// All files that were noted, if they are not too many.
fn listed(entries: Option<Vec<Entry>>) -> Outcome<Vec<Entry>> {
    let entries = entries.unwrap_or_default();
    match entries.len() <= ENTRIES_MAX {
        true => Ok(entries),
        false => Err(Trouble::Unclear(format!(
            "there are more than {ENTRIES_MAX} files"
        ))),
    }
}

macro_rules! provider {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// The provider that a plan states.
        ///
        /// # Errors
        /// What is wrong, as the rest of a sentence, when that is not exactly one.
        pub fn provider(stated: &model::Provider) -> Result<&dyn Provider, String> {
            stated.key()?;
            $(if let Some(stated) = &stated.$name {
                return Ok(&**stated);
            })+
            Err("names no tool".to_owned())
        }
    };
}
providers!(provider);

//! Which work is in hand: a file for each piece, locked for as long as its process lives.
//!
//! The lock goes over to the process that does the work, as its standard input, so it outlives the
//! daemon. A daemon that comes after another one that was killed sees by it what goes on, also what
//! has not written anything down yet. Another file is locked by the daemon itself: of two for one
//! workspace only one may act.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError, create_dir_all, read_dir, remove_file};
use std::path::{Path, PathBuf};

use crate::app::Work;
use crate::error::{Error, Result};

/// The folder in the state folder.
const FOLDER: &str = "serve";
/// The file that is locked by the daemon.
const DAEMON: &str = "daemon";

/// The files that are locked by whoever has work in hand.
#[derive(Debug)]
pub struct Hands {
    folder: PathBuf,
    _own: File,
}

impl Hands {
    /// Those of a state folder, for the only daemon that there is.
    ///
    /// # Errors
    /// `Conflict` when there is another one.
    pub fn open(state: &Path) -> Result<Self> {
        let folder = state.join(FOLDER);
        create_dir_all(&folder)
            .map_err(|error| Error::io(format!("make the folder `{}`", folder.display()), error))?;
        let own = lock(&folder.join(DAEMON))?.ok_or_else(|| {
            let what = "serve this workspace: another `mainstay serve` does";
            Error::conflict(what).hint("Two would do everything twice. End the other one first.")
        })?;
        Ok(Hands { folder, _own: own })
    }

    /// Takes work in hand; nothing where somebody has it.
    ///
    /// # Errors
    /// `Io` when no file can be made.
    pub fn take(&self, work: &Work) -> Result<Option<File>> {
        lock(&self.folder.join(name(work)))
    }

    /// What somebody has in hand.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub fn taken(&self) -> Result<Taken> {
        let what = || format!("read the folder `{}`", self.folder.display());
        let mut taken = BTreeSet::new();
        for entry in read_dir(&self.folder).map_err(|error| Error::io(what(), error))? {
            let path = entry.map_err(|error| Error::io(what(), error))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name == DAEMON {
                continue;
            }
            match lock(&path)? {
                None => drop(taken.insert(name.into_owned())),
                // Only this daemon makes such files, so nobody waits for this one.
                Some(_) => drop(remove_file(&path)),
            }
        }
        Ok(Taken(taken))
    }
}

/// The work that somebody has in hand.
#[derive(Debug)]
pub struct Taken(BTreeSet<String>);

impl Taken {
    /// How much that is.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether a piece of work is among it.
    pub fn has(&self, work: &Work) -> bool {
        self.0.contains(&name(work))
    }
}

/// The name of the file of a piece of work.
fn name(work: &Work) -> String {
    work.resource().replace(':', ".")
}

fn lock(path: &Path) -> Result<Option<File>> {
    let failed = |error| Error::io(format!("lock `{}`", path.display()), error);
    let file = File::create(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

//! The folder of a run: its lock, and one folder for each attempt at a command.

use std::fs::{File, TryLockError, create_dir_all, read_to_string};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::artifacts;
use crate::drill::{Attempt, Found, Run};
use crate::error::{Error, Result};
use crate::journal::Part;
use crate::steps;
use crate::time::Moment;

/// The file with the entries from which on something was begun in the folder.
const ACTS: &str = "acts";
/// How long somebody who looks whether a run is carried out may take for it.
const GLANCE: Duration = Duration::from_millis(10);

/// Where a run keeps what is not in its journal.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of a run in the state folder of a workspace.
    pub fn new(state: &Path, run: &str) -> Self {
        Folder(state.join("runs").join(run))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Takes the lock of the run for this process; `None` where another one on this machine has
    /// it. It ends with the file.
    ///
    /// # Errors
    /// `Io` when the folder cannot be written.
    pub fn lock(&self) -> Result<Option<File>> {
        let failed = |error| Error::io(format!("write to `{}`", self.0.display()), error);
        create_dir_all(&self.0).map_err(failed)?;
        let file = File::options()
            .create(true)
            .append(true)
            .open(self.0.join("owner"));
        let file = file.map_err(failed)?;
        for patience in [GLANCE, Duration::ZERO] {
            match file.try_lock() {
                Ok(()) => return Ok(Some(file)),
                // Whoever only looks lets go of it at once.
                Err(TryLockError::WouldBlock) => std::thread::sleep(patience),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Ok(None)
    }

    /// Whether a process on this machine has the lock of the run; nothing is written to tell.
    pub fn is_locked(&self) -> bool {
        let file = File::open(self.0.join("owner"));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Writes down that what follows an entry, by its hash, is begun in this folder.
    ///
    /// # Errors
    /// `Io` when the folder cannot be written.
    pub fn acts_from(&self, entry: &str) -> Result<()> {
        let failed = |error| Error::io(format!("write to `{}`", self.0.display()), error);
        let file = File::options()
            .create(true)
            .append(true)
            .open(self.0.join(ACTS));
        let mut file = file.map_err(failed)?;
        writeln!(file, "{entry}").map_err(failed)
    }

    /// Whether what followed an entry was begun in this folder.
    pub fn acted_from(&self, entry: &str) -> bool {
        let known = read_to_string(self.0.join(ACTS)).unwrap_or_default();
        known.lines().any(|line| line == entry)
    }

    /// The folder of an attempt.
    pub fn of_attempt(&self, attempt: Attempt) -> PathBuf {
        let part = match attempt.part {
            Part::Rehearsal => "rehearsal",
            Part::Step => "step",
            Part::Undo => "undo",
        };
        let (step, number) = (attempt.place + 1, attempt.number);
        self.0.join(format!("{part}-{step}-{number}"))
    }

    /// The folder of the probe of a step, asked by one owner of the run.
    pub fn of_probe(&self, place: u32, epoch: u64) -> PathBuf {
        self.0.join(format!("probe-{}-{epoch}", place + 1))
    }

    /// Makes the folders of all attempts read-only whose end is known, as [`artifacts::protect`]
    /// does; the others are still written to.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn protect(&self, run: &Run) -> io::Result<()> {
        for attempt in run.settled() {
            let folder = self.of_attempt(attempt);
            // What people do has none.
            if folder.try_exists()? {
                artifacts::protect(&folder)?;
            }
        }
        Ok(())
    }

    /// What is to be found of an attempt that another process began.
    pub fn found(&self, run: &Run, attempt: Attempt, now: &Moment) -> Found {
        let found = steps::found(&self.of_attempt(attempt));
        // What was only on its way to the disk when the machine stopped proves nothing, and a
        // number of a process is another one's now.
        let restarted = run.last_at.boot_id != now.boot_id;
        match found {
            Found::NeverBegun | Found::Running if restarted => Found::Lost,
            found => found,
        }
    }
}

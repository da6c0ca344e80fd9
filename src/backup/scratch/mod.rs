//! Where restores go: a folder of its own for each run, which is removed again.
//!
//! What is restored is production data, so nobody else may enter the folder, and it never lies in
//! what is backed up or in what holds the backups. In it is a marker, which says whose it is, and a
//! folder for what is restored. Nothing is removed when a value is dropped: a run says whether it
//! removes its folder or keeps it, and the [`janitor`] removes what a run that died left behind.

mod emptied;
mod filled;
mod janitor;
mod marker;
mod place;
mod room;

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rustix::fs::{AtFlags, Mode, OFlags, mkdirat, open, openat, unlinkat};

use crate::error::{Error, Result};
use crate::time::Moment;
pub use filled::Filled;
pub use janitor::{Outcome, Swept, janitor};
use marker::Marker;
pub use room::FREE_MIN;
use room::Room;

/// What the name of the folder of a run begins with.
const PREFIX: &str = "verify-";
/// The folder in it for what is restored.
const RESTORED: &str = "restored";
/// How long the id of a run may be.
const RUN_MAX: usize = 100;

/// How a folder is opened that must be one and no link.
const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// The folder of one run.
#[derive(Debug)]
pub struct Scratch {
    root: OwnedFd,
    folder: OwnedFd,
    name: String,
    path: PathBuf,
    quota_bytes: u64,
    room: Room,
    marker: Marker,
    /// Locked for as long as the run may use the folder.
    lock: File,
}

/// Why a run must not go on restoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// The folder takes more than it may: so many bytes.
    Quota(u64),
    /// The disk has too little room left for everybody: so many bytes.
    Disk(u64),
}

impl Scratch {
    /// Makes the folder of a run below a root, which is made as well if it is not there.
    ///
    /// # Errors
    /// `Usage` when the id makes no name; `Conflict` when the root overlaps with one of the paths
    /// to keep out of, others can change it, the folder is there already, or the disk has less room
    /// than [`FREE_MIN`]; `Io` when something cannot be read or written.
    pub fn make(
        root: &Path,
        run: &str,
        quota_bytes: u64,
        keep_out: &[PathBuf],
        now: &Moment,
    ) -> Result<Self> {
        let name = name_of(run)?;
        let root_path = place::root(root, keep_out)?;
        let path = root_path.join(&name);
        let failed = |error: io::Error| Error::io(format!("make `{}`", path.display()), error);
        let root = open(&root_path, FOLDER, Mode::empty()).map_err(|error| failed(error.into()))?;
        let room = Room::new(&root).map_err(failed)?;
        if room.free_at_first() < FREE_MIN {
            let (path, free) = (root_path.display(), room.free_at_first());
            let what = format!("restore to `{path}`: only {free} bytes are free");
            let hint = "Make room, or name another folder for restores.";
            return Err(Error::conflict(what).hint(hint));
        }
        if let Err(error) = mkdirat(&root, &name, Mode::RWXU) {
            let what = format!("make `{}`", path.display());
            return Err(match error {
                rustix::io::Errno::EXIST => Error::conflict(format!("{what}: it is there"))
                    .hint("Another run has it. Start the run under another id."),
                error => Error::io(what, error.into()),
            });
        }
        let marker = Marker::new(run, now).map_err(failed)?;
        let (folder, lock) = furnish(&root, &name, &marker).map_err(failed)?;
        Ok(Scratch {
            root,
            folder,
            name,
            path,
            quota_bytes,
            room,
            marker,
            lock,
        })
    }

    /// The folder of the run.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder in it for what is restored; it is there and empty at first.
    pub fn restored(&self) -> PathBuf {
        self.path.join(RESTORED)
    }

    /// How much the folder takes on the disk, in bytes. It takes a tenth of a second at most, so
    /// of a tree too large for that it is what was counted last, and as much as the disk has lost
    /// since; others may have written some of that.
    ///
    /// # Errors
    /// `Io` when the folder cannot be read.
    pub fn used(&self) -> Result<u64> {
        let used = self.room.used(&self.folder);
        used.map_err(|error| Error::io(format!("measure `{}`", self.path.display()), error))
    }

    /// Why the run must not go on restoring, if so; as cheap as [`used`](Self::used).
    ///
    /// # Errors
    /// `Io` when the folder cannot be read.
    pub fn over_quota(&self) -> Result<Option<Excess>> {
        let used = self.used()?;
        if used > self.quota_bytes {
            return Ok(Some(Excess::Quota(used)));
        }
        let free = room::free(&self.folder);
        let failed = |error| Error::io(format!("measure `{}`", self.path.display()), error);
        let free = free.map_err(failed)?;
        Ok((free < FREE_MIN).then_some(Excess::Disk(free)))
    }

    /// Removes the folder with all that is in it, and nothing else: no link is followed, and what
    /// is mounted in it stays.
    ///
    /// # Errors
    /// `Io` with the first things that cannot be removed; all others are, and the janitor tries
    /// again.
    pub fn remove(self) -> Result<()> {
        let removed = emptied::remove(&self.root, &self.name, &self.folder);
        drop(self.lock);
        removed.map_err(|error| Error::io(format!("remove `{}`", self.path.display()), error))
    }

    /// Leaves the folder as it is until some time, after which the janitor removes it.
    ///
    /// # Errors
    /// `Io` when that cannot be written down.
    pub fn keep_until(mut self, expiry: DateTime<Utc>) -> Result<PathBuf> {
        self.marker.keep_until = Some(expiry);
        let written = self.marker.write(&self.folder);
        drop(self.lock);
        match written {
            Ok(_) => Ok(self.path),
            Err(error) => {
                let what = format!("keep `{}`", self.path.display());
                Err(Error::io(what, error))
            }
        }
    }
}

impl std::fmt::Display for Excess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Excess::Quota(used) => {
                write!(
                    f,
                    "what was restored takes {used} bytes already, more than `room` allows"
                )
            }
            Excess::Disk(free) => write!(f, "the disk has only {free} bytes left"),
        }
    }
}

/// The name of the folder of a run.
fn name_of(run: &str) -> Result<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if run.is_empty() || run.len() > RUN_MAX || !run.chars().all(is_plain) {
        let what = format!("name a folder after the run `{}`", run.escape_debug());
        let hint = format!("Use up to {RUN_MAX} letters, digits, `-`, `_` and `.`.");
        return Err(Error::usage(what).hint(hint));
    }
    Ok(format!("{PREFIX}{run}"))
}

/// Puts into a new folder what has to be in it. What cannot be furnished is removed again.
fn furnish(root: &OwnedFd, name: &str, marker: &Marker) -> io::Result<(OwnedFd, File)> {
    let folder = openat(root, name, FOLDER, Mode::empty())?;
    let furnished = marker.write(&folder).and_then(|lock| {
        mkdirat(&folder, RESTORED, Mode::RWXU)?;
        Ok(lock)
    });
    match furnished {
        Ok(lock) => Ok((folder, lock)),
        Err(error) => {
            let _ = emptied::remove(root, name, &folder);
            Err(error)
        }
    }
}

/// Removes a file that may not be there.
fn unlink(folder: &OwnedFd, name: &str) -> io::Result<()> {
    match unlinkat(folder, name, AtFlags::empty()) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;

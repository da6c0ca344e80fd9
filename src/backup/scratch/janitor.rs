//! Removes what runs that died have left, and what was kept long enough.
//!
//! It removes nothing but folders of its own user whose marker says so, and of which it is sure
//! that no process uses them. All it leaves, it says.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, fstat, open, openat};
use rustix::process::geteuid;

use super::marker::Marker;
use super::{FOLDER, PREFIX, emptied};
use crate::backup::tree::descent::Descent;
use crate::error::{Error, Result};
use crate::time::Moment;

/// What the group and others may do with a folder.
const OTHERS: u32 = 0o077;

/// A folder that may have been left, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// The folder.
    pub path: PathBuf,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was removed.
    Removed,
    /// It is left, for a good reason.
    Left(String),
    /// It had to be removed, and could not be in whole.
    Failed(String),
}

/// Removes what was left below a root, which need not be there.
///
/// # Errors
/// `Io` when the root cannot be read.
pub fn janitor(root: &Path, now: &Moment) -> Result<Vec<Swept>> {
    let failed = |error| Error::io(format!("read the folder `{}`", root.display()), error);
    let path = match root.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        path => path.map_err(failed)?,
    };
    let folder = open(&path, FOLDER, Mode::empty()).map_err(|error| failed(error.into()))?;
    let names = names(&folder).map_err(failed)?;
    let sweep = |name: String| Swept {
        outcome: sweep(&folder, &name, now),
        path: path.join(name),
    };
    Ok(names.into_iter().map(sweep).collect())
}

/// The names of all folders of runs.
fn names(root: &OwnedFd) -> io::Result<Vec<String>> {
    let mut descent = Descent::at(openat(root, c".", FOLDER, Mode::empty())?)?;
    let mut names = Vec::new();
    while let Some(kind) = descent.advance() {
        let name = descent.name().to_str();
        let name = name.ok().filter(|name| name.starts_with(PREFIX));
        if let (Ok(FileType::Directory), Some(name)) = (kind, name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn sweep(root: &OwnedFd, name: &str, now: &Moment) -> Outcome {
    // The lock is held until the folder is gone.
    let (folder, _lock) = match abandoned(root, name, now) {
        Ok(abandoned) => abandoned,
        Err(why) => return Outcome::Left(why),
    };
    match emptied::remove(root, name, &folder) {
        Ok(()) => Outcome::Removed,
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// The folder, if nobody has use for it any more; otherwise why it stays.
fn abandoned(root: &OwnedFd, name: &str, now: &Moment) -> Result<(OwnedFd, std::fs::File), String> {
    let unread = |error: rustix::io::Errno| format!("it cannot be read: {error}");
    let folder = openat(root, name, FOLDER, Mode::empty()).map_err(unread)?;
    let (stat, above) = (
        fstat(&folder).map_err(unread)?,
        fstat(root).map_err(unread)?,
    );
    let uid = geteuid().as_raw();
    if stat.st_uid != uid || stat.st_mode & OTHERS != 0 || stat.st_dev != above.st_dev {
        return Err("it is not as Mainstay makes it for this user".to_owned());
    }
    let marker = Marker::read(&folder);
    let (marker, file) = marker.map_err(|error| format!("it has no valid marker: {error}"))?;
    if marker.uid != uid || name.strip_prefix(PREFIX) != Some(&marker.run) {
        return Err("its marker is of another folder".to_owned());
    }
    match marker.keep_until {
        Some(expiry) if now.wall < expiry => return Err(format!("it is kept until {expiry}")),
        // Whoever keeps a folder has let go of it, though it may still be there itself.
        Some(_) => {}
        None if marker.process.may_live(now) => {
            let pid = marker.process.pid;
            return Err(format!("the process {pid} may still use it"));
        }
        None => {}
    }
    // From within another container the number of the process says nothing; the lock does.
    let locked = file.try_lock();
    locked.map_err(|error| format!("another process has it: {error}"))?;
    Ok((folder, file))
}

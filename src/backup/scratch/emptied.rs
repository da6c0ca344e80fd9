//! Removes a folder with all that is in it, and nothing else.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, chmod, fstat, openat, unlinkat};
use rustix::io::Errno;

use super::marker::FILE;
use super::{FOLDER, unlink};
use crate::backup::tree::descent::Descent;
use crate::backup::tree::{Listed, walk};

/// How many things that cannot be removed are named.
const NAMED_MAX: usize = 5;

/// Removes an open folder by its name in an open root, the marker last: what is left of it still
/// says whose it is.
pub fn remove(root: &OwnedFd, name: &str, folder: &OwnedFd) -> io::Result<()> {
    let left = empty(folder)?;
    if left.count > 0 {
        let named = &left.names[..left.names.len().min(NAMED_MAX)];
        let (count, named) = (left.count, named.join("; "));
        return Err(io::Error::other(format!(
            "{count} entries are left: {named}"
        )));
    }
    unlink(folder, FILE)?;
    unlinkat(root, name, AtFlags::REMOVEDIR)?;
    Ok(())
}

/// Removes all but the marker, and says what cannot be removed.
fn empty(folder: &OwnedFd) -> io::Result<Listed> {
    let mut left = Listed::default();
    let folder = openat(folder, c".", FOLDER, Mode::empty())?;
    let mut descent = Descent::at(folder)?;
    loop {
        while let Some(kind) = descent.advance() {
            let is_marker = descent.depth() == 0 && descent.name().to_bytes() == FILE.as_bytes();
            if is_marker {
                continue;
            }
            let removed = match kind {
                Ok(FileType::Directory) => permit(&descent).and_then(|()| descent.enter()),
                Ok(_) => unlinked(&descent, AtFlags::empty()),
                Err(error) => Err(error),
            };
            note(&mut left, &descent, removed);
        }
        if !descent.leave()? {
            return Ok(left);
        }
        match unlinked(&descent, AtFlags::REMOVEDIR) {
            // What is left in it was named already.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty && left.count > 0 => {}
            removed => note(&mut left, &descent, removed),
        }
    }
}

fn unlinked(descent: &Descent, flags: AtFlags) -> io::Result<()> {
    Ok(unlinkat(descent.here(), descent.name(), flags)?)
}

fn note(left: &mut Listed, descent: &Descent, removed: io::Result<()>) {
    if let Err(error) = removed {
        let mut path = Vec::new();
        descent.add_path(&mut path);
        left.add(|| walk::complaint(&path, &error.to_string()));
    }
}

/// Lets us read and change the folder that is the present entry, if it does not yet. A folder may
/// be restored read-only.
fn permit(descent: &Descent) -> io::Result<()> {
    // Such an opening needs no permission, and goes through no link.
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = openat(descent.here(), descent.name(), flags, Mode::empty())?;
    let stat = fstat(&folder)?;
    let is_permitted = Mode::from_raw_mode(stat.st_mode).contains(Mode::RWXU);
    // What is on another device is not entered.
    if is_permitted || stat.st_dev != descent.device() {
        return Ok(());
    }
    match chmod(format!("/proc/self/fd/{}", folder.as_raw_fd()), Mode::RWXU) {
        // Where it is somebody else's, entering it says so.
        Ok(()) | Err(Errno::PERM) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

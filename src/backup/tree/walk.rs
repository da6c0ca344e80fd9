//! All entries of a tree, in order, with what is in its files.
//!
//! While the cores read the files of one batch, the entries of the next one are looked up. No more
//! than two batches and the names of the folders above are held in memory.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rayon::prelude::*;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, readlinkat, statat};

use super::Look;
use super::content::{self, Content, Want};
use super::descent::Descent;
use super::name::shown;
use crate::error::{Error, Result};

/// How many entries are in a batch.
const ENTRIES_MAX: usize = 2048;
/// How many folders stay open for a batch.
const FOLDERS_MAX: usize = 96;
/// How long all paths of a batch are, in bytes.
const PATHS_MAX: usize = 1024 * 1024;

/// How a file is opened. Should it have become a pipe meanwhile, nobody waits for its other end.
const FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// One entry of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'w> {
    /// Its path below the root.
    pub path: &'w [u8],
    /// What it is.
    pub kind: &'w Kind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A folder, whose entries come next.
    Folder,
    /// A file.
    File {
        /// What is in it.
        content: Content,
        /// Its mode.
        mode: u32,
    },
    /// A symbolic link and where it leads.
    Link(Vec<u8>),
    /// A device, and which one.
    Device(u64),
    /// A named pipe.
    Fifo,
    /// The end of a process.
    Socket,
    /// What could not be looked at, and neither could what is in it; and why.
    Unread(String),
}

/// Visits every entry below a folder: a folder before what is in it, names sorted by their bytes.
///
/// # Errors
/// `Io` when the folder itself cannot be read or is moved meanwhile, `Conflict` when it was told to
/// stop, and what the visitor says.
pub fn each(
    root: &Path,
    look: &Look<'_>,
    mut visit: impl FnMut(Entry<'_>) -> Result<()>,
) -> Result<()> {
    let failed = |error| Error::io(format!("read the folder `{}`", root.display()), error);
    let mut descent = Descent::new(root).map_err(failed)?;
    let device = descent.device();
    let mut ahead = Batch::default();
    ahead.fill(&mut descent, look).map_err(failed)?;
    while !ahead.items.is_empty() {
        let mut batch = std::mem::take(&mut ahead);
        let read = || batch.read(device, look);
        let ((), filled) = rayon::join(read, || ahead.fill(&mut descent, look));
        filled.map_err(failed)?;
        if look.stop.load(Ordering::Relaxed) {
            let what = format!("read all of `{}`: it was told to stop", root.display());
            return Err(Error::conflict(what));
        }
        batch.entries().try_for_each(&mut visit)?;
    }
    Ok(())
}

/// Some entries that come after each other.
#[derive(Debug, Default)]
struct Batch {
    paths: Vec<u8>,
    items: Vec<Item>,
    folders: usize,
}

/// An entry whose path is kept beside it.
#[derive(Debug)]
struct Item {
    path: Range<usize>,
    name_len: usize,
    state: State,
}

/// How much is known of an entry.
#[derive(Debug)]
enum State {
    /// All.
    Known(Kind),
    /// It is a file in this folder, and still to be read.
    Waiting(Arc<OwnedFd>),
}

impl Batch {
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.items.iter().map(|item| {
            let State::Known(kind) = &item.state else {
                unreachable!("all files of a batch are read before it is visited");
            };
            let path = &self.paths[item.path.clone()];
            Entry { path, kind }
        })
    }

    fn is_full(&self) -> bool {
        self.items.len() >= ENTRIES_MAX
            || self.folders >= FOLDERS_MAX
            || self.paths.len() >= PATHS_MAX
    }

    /// Takes the next entries, until there are none or it is full.
    fn fill(&mut self, descent: &mut Descent, look: &Look<'_>) -> io::Result<()> {
        while !self.is_full() {
            match descent.advance() {
                Some(kind) => self.take(descent, kind, look),
                None if descent.leave()? => {}
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn take(&mut self, descent: &mut Descent, kind: io::Result<FileType>, look: &Look<'_>) {
        let from = self.paths.len();
        descent.add_path(&mut self.paths);
        let path = from..self.paths.len();
        let own = &self.paths[path.clone()];
        if look.without.iter().any(|without| without == own) {
            self.paths.truncate(from);
            return;
        }
        let name_len = descent.name().count_bytes();
        let state = match kind {
            Ok(FileType::RegularFile) => State::Waiting(Arc::clone(descent.here())),
            kind => {
                let kind = kind.and_then(|kind| found(descent, kind));
                State::Known(kind.unwrap_or_else(unread))
            }
        };
        self.folders += usize::from(matches!(state, State::Known(Kind::Folder)));
        self.items.push(Item {
            path,
            name_len,
            state,
        });
    }

    /// Reads the files, on all cores.
    fn read(&mut self, device: u64, look: &Look<'_>) {
        let Batch { paths, items, .. } = self;
        items.par_iter_mut().for_each(|item| {
            if let State::Waiting(folder) = &item.state {
                let name = &paths[item.path.end - item.name_len..item.path.end];
                let kind = read(folder, name, device, look).unwrap_or_else(unread);
                item.state = State::Known(kind);
            }
        });
    }
}

fn unread(error: io::Error) -> Kind {
    Kind::Unread(error.to_string())
}

/// What an entry is that is no file; where it is a folder, its entries come next.
fn found(descent: &mut Descent, kind: FileType) -> io::Result<Kind> {
    Ok(match kind {
        FileType::Directory => descent.enter().map(|()| Kind::Folder)?,
        FileType::Symlink => {
            let target = readlinkat(descent.here(), descent.name(), Vec::new())?;
            Kind::Link(target.into_bytes())
        }
        FileType::Fifo => Kind::Fifo,
        FileType::Socket => Kind::Socket,
        FileType::CharacterDevice | FileType::BlockDevice => {
            let stat = statat(descent.here(), descent.name(), AtFlags::SYMLINK_NOFOLLOW)?;
            Kind::Device(stat.st_rdev)
        }
        FileType::RegularFile | FileType::Unknown => {
            return Err(io::Error::other("it is of a kind that is not known"));
        }
    })
}

/// Opens and reads a file.
fn read(folder: &OwnedFd, name: &[u8], device: u64, look: &Look<'_>) -> io::Result<Kind> {
    if look.stop.load(Ordering::Relaxed) {
        return Err(io::ErrorKind::Interrupted.into());
    }
    let file = File::from(openat(folder, name, FILE, Mode::empty())?);
    let stat = fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(io::Error::other("it was replaced while it was read"));
    }
    if stat.st_dev != device {
        return Err(io::Error::other("it is on another device"));
    }
    let bytes = u64::try_from(stat.st_size).map_err(io::Error::other)?;
    let want = match look.entropy {
        Some(_) => Want::HashAndBits,
        None => Want::Hash,
    };
    let content = content::read(&file, bytes, want, look.stop)?;
    let mode = stat.st_mode;
    Ok(Kind::File { content, mode })
}

/// Whether a link that stands so many folders below the root leads out of it, or may do so.
///
/// A name on the way may be a link itself; what `..` means after one cannot be told from the
/// target alone, so that counts as leading out.
pub fn leads_out(depth: usize, target: &[u8]) -> bool {
    if target.starts_with(b"/") {
        return true;
    }
    let mut depth = Some(depth);
    let mut after_name = false;
    for name in target.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." if after_name => return true,
            b".." => depth = depth.and_then(|depth| depth.checked_sub(1)),
            _ => after_name = true,
        }
    }
    depth.is_none()
}

/// How many folders below the root an entry stands.
pub fn depth(path: &[u8]) -> usize {
    path.iter().filter(|byte| **byte == b'/').count()
}

/// An entry and why it could not be looked at, as it is shown.
pub fn complaint(path: &[u8], why: &str) -> String {
    format!("{}: {why}", shown(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_may_lead_out_is_told() {
        for (depth, target, expect) in [
            (0, "a", false),
            (0, "/a", true),
            (0, "..", true),
            (1, "../a/b", false),
            (1, ".././a", false),
            (1, "../../a", true),
            (2, "a/../b", true),
        ] {
            assert_eq!(leads_out(depth, target.as_bytes()), expect, "{target}");
        }
    }
}

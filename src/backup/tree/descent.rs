//! Going through the folders of a tree that nobody vouches for.
//!
//! Every folder is opened by its name in the folder above it, and never through a link, so that
//! what is gone through is the tree and nothing else, whatever somebody renames meanwhile. It does
//! not go to another device, and it opens nothing but folders.

use std::ffi::CStr;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, RawDir, ResolveFlags, fstat, open, openat, openat2, statat,
};
use rustix::io::Errno;

/// How many folders deep a tree may be; what is below is not looked at.
pub const DEPTH_MAX: usize = 4096;

/// How many of the folders above the present one stay open. The others are found again by `..`.
const KEPT: usize = 64;

/// How much of a folder is read at a time, in bytes.
const PIECE: usize = 32 * 1024;

/// How a folder is opened.
const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A place in a tree, and the way to it.
#[derive(Debug)]
pub struct Descent {
    levels: Vec<Level>,
    device: u64,
    path: Vec<u8>,
}

/// One folder on the way.
#[derive(Debug)]
struct Level {
    folder: Option<Arc<OwnedFd>>,
    inode: u64,
    names: Names,
    next: usize,
    path_len: usize,
}

/// The names in a folder, sorted by their bytes, in as little memory as they take.
#[derive(Debug, Default)]
struct Names {
    bytes: Vec<u8>,
    /// Where each begins, and what it is, as the mode of a file says it.
    entries: Vec<(u32, u32)>,
}

impl Descent {
    /// Stands in a folder, which may be named through links.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(root: &Path) -> io::Result<Self> {
        let folder = open(root, FOLDER.difference(OFlags::NOFOLLOW), Mode::empty())?;
        Descent::at(folder)
    }

    /// Stands in a folder that is open.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn at(folder: OwnedFd) -> io::Result<Self> {
        let stat = fstat(&folder)?;
        let root = Level::new(folder, stat.st_ino, 0)?;
        Ok(Descent {
            levels: vec![root],
            device: stat.st_dev,
            path: Vec::new(),
        })
    }

    /// The device all of it is on.
    pub fn device(&self) -> u64 {
        self.device
    }

    /// The folder it stands in.
    pub fn here(&self) -> &Arc<OwnedFd> {
        let folder = self.level().folder.as_ref();
        folder.expect("the folder it stands in is open")
    }

    /// The path of the folder it stands in, below the root.
    pub fn folder_path(&self) -> &[u8] {
        &self.path
    }

    /// How many folders below the root it stands.
    pub fn depth(&self) -> usize {
        self.levels.len() - 1
    }

    /// Goes to the next entry of the folder and says what that is; `None` after the last one.
    pub fn advance(&mut self) -> Option<io::Result<FileType>> {
        let level = self.levels.last_mut().expect("the root is never left");
        let kind = level.names.entries.get(level.next)?.1;
        level.next += 1;
        match FileType::from_raw_mode(kind) {
            FileType::Unknown => Some(self.kind()),
            kind => Some(Ok(kind)),
        }
    }

    /// The name of the entry.
    pub fn name(&self) -> &CStr {
        let level = self.level();
        level.names.get(level.next - 1)
    }

    /// The path of the entry, below the root, added to others.
    pub fn add_path(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.path);
        if !self.path.is_empty() {
            to.push(b'/');
        }
        to.extend_from_slice(self.name().to_bytes());
    }

    /// Steps into the entry, which is a folder. Its own entries come next.
    ///
    /// # Errors
    /// When it cannot be read, is on another device, or is too deep; then nothing is changed.
    pub fn enter(&mut self) -> io::Result<()> {
        if self.levels.len() > DEPTH_MAX {
            let why = format!("it is more than {DEPTH_MAX} folders deep");
            return Err(io::Error::other(why));
        }
        let folder = below(self.here(), self.name())?;
        let stat = fstat(&folder)?;
        if stat.st_dev != self.device {
            return Err(elsewhere());
        }
        let level = Level::new(folder, stat.st_ino, self.path.len())?;
        let mut path = std::mem::take(&mut self.path);
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(self.name().to_bytes());
        self.path = path;
        if self.levels.len() > KEPT
            && let Some(above) = self.levels.last_mut()
        {
            above.folder = None;
        }
        self.levels.push(level);
        Ok(())
    }

    /// Goes back to the folder above, where the entry is the folder it comes from; says whether
    /// there is one.
    ///
    /// # Errors
    /// When the folder above is not the one it came through any more.
    pub fn leave(&mut self) -> io::Result<bool> {
        if self.levels.len() == 1 {
            return Ok(false);
        }
        let left = self.levels.pop().expect("it is more than the root");
        self.path.truncate(left.path_len);
        let above = self.levels.last_mut().expect("the root is never left");
        if above.folder.is_none() {
            let below = left.folder.expect("the folder it stands in is open");
            let folder = openat(below, c"..", FOLDER, Mode::empty())?;
            let stat = fstat(&folder)?;
            if (stat.st_dev, stat.st_ino) != (self.device, above.inode) {
                return Err(io::Error::other("a folder was moved meanwhile"));
            }
            above.folder = Some(Arc::new(folder));
        }
        Ok(true)
    }

    fn level(&self) -> &Level {
        self.levels.last().expect("the root is never left")
    }

    /// What the entry is, where the folder does not say so.
    fn kind(&self) -> io::Result<FileType> {
        let stat = statat(self.here(), self.name(), AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(FileType::from_raw_mode(stat.st_mode))
    }
}

impl Level {
    fn new(folder: OwnedFd, inode: u64, path_len: usize) -> io::Result<Self> {
        let names = Names::of(&folder)?;
        Ok(Level {
            folder: Some(Arc::new(folder)),
            inode,
            names,
            next: 0,
            path_len,
        })
    }
}

impl Names {
    fn of(folder: &OwnedFd) -> io::Result<Self> {
        let mut names = Names::default();
        let mut piece = Vec::with_capacity(PIECE);
        let mut entries = RawDir::new(folder, piece.spare_capacity_mut());
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Err(Errno::INTR) => continue,
                entry => entry?,
            };
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                names.add(entry.file_name(), entry.file_type())?;
            }
        }
        let Names { bytes, entries } = &mut names;
        entries.sort_unstable_by_key(|(at, _)| name_at(bytes, *at));
        Ok(names)
    }

    fn add(&mut self, name: &CStr, kind: FileType) -> io::Result<()> {
        let at = u32::try_from(self.bytes.len());
        let at = at.map_err(|_| io::Error::other("it has too many entries"))?;
        self.bytes.extend_from_slice(name.to_bytes_with_nul());
        self.entries.push((at, kind.as_raw_mode()));
        Ok(())
    }

    fn get(&self, number: usize) -> &CStr {
        name_at(&self.bytes, self.entries[number].0)
    }
}

/// Opens a folder in another one. The system refuses what is mounted there, also if that is on the
/// same device; one too old for that leaves it to the number of the device.
fn below(folder: &OwnedFd, name: &CStr) -> io::Result<OwnedFd> {
    match openat2(folder, name, FOLDER, Mode::empty(), ResolveFlags::NO_XDEV) {
        Err(Errno::XDEV) => Err(elsewhere()),
        Err(Errno::NOSYS | Errno::PERM) => Ok(openat(folder, name, FOLDER, Mode::empty())?),
        folder => Ok(folder?),
    }
}

fn elsewhere() -> io::Error {
    io::Error::new(ErrorKind::CrossesDevices, "it is on another device")
}

fn name_at(bytes: &[u8], at: u32) -> &CStr {
    let name = CStr::from_bytes_until_nul(&bytes[at as usize..]);
    name.expect("every name was added with its end")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Every path in a tree, in the order in which they come.
    fn paths(root: &Path) -> Vec<String> {
        let mut descent = Descent::new(root).expect("a folder");
        let mut paths = Vec::new();
        loop {
            while let Some(kind) = descent.advance() {
                let mut path = Vec::new();
                descent.add_path(&mut path);
                paths.push(String::from_utf8(path).expect("our own names"));
                if kind.expect("it is there") == FileType::Directory {
                    descent.enter().expect("it can be read");
                }
            }
            if !descent.leave().expect("nothing moves") {
                return paths;
            }
        }
    }

    #[test]
    fn a_folder_comes_before_what_is_in_it_and_names_are_sorted() {
        let root = tempfile::tempdir().expect("a folder");
        for folder in ["b/c", "a", "b!"] {
            fs::create_dir_all(root.path().join(folder)).expect("room");
        }
        fs::write(root.path().join("b/c/d"), "").expect("room");
        assert_eq!(paths(root.path()), ["a", "b", "b/c", "b/c/d", "b!"]);
    }

    #[test]
    fn a_tree_deeper_than_what_stays_open_is_gone_through_as_well() {
        let root = tempfile::tempdir().expect("a folder");
        let deep = root.path().join(vec!["x"; 3 * KEPT].join("/"));
        fs::create_dir_all(&deep).expect("room");
        fs::write(root.path().join("x/x/z"), "").expect("room");
        let paths = paths(root.path());
        assert_eq!(paths.len(), 3 * KEPT + 1);
        assert_eq!(paths.last().map(String::as_str), Some("x/x/z"));
    }
}

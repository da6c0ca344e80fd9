//! A folder that is being filled, and how much is in it by now.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{Mode, open};

use super::FOLDER;
use super::room::Room;

/// A folder that is being filled.
#[derive(Debug)]
pub struct Filled {
    folder: OwnedFd,
    room: Room,
}

impl Filled {
    /// One that is empty by now.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let folder = open(path, FOLDER, Mode::empty())?;
        let room = Room::new(&folder)?;
        Ok(Filled { folder, room })
    }

    /// How much it takes on the disk, in bytes, as cheap as [`super::Scratch::used`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn used(&self) -> io::Result<u64> {
        self.room.used(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_into_it_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let filled = Filled::open(folder.path()).expect("it is there");
        let before = filled.used().expect("measured");
        let file = folder.path().join("a");
        std::fs::write(&file, vec![1; 300 * 1024]).expect("room");
        let file = std::fs::File::open(file).expect("it is there");
        file.sync_all().expect("room");
        assert!(filled.used().expect("measured") >= before + 300 * 1024);
    }
}

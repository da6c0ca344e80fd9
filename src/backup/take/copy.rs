//! A copy in one file: it has its name as soon as it is whole, with its checksum beside it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{Written, named, unwritten};
use crate::artifacts;
use crate::backup::Outcome;
use crate::backup::copies::CHECKSUM;

/// A copy that is being written.
pub struct Copy {
    folder: PathBuf,
    point: String,
}

impl Copy {
    /// One of a moment, such as `orders-20261128T031500Z.db`.
    ///
    /// # Errors
    /// When there is such a copy.
    pub fn begin(
        folder: &Path,
        (prefix, ending): (Option<&str>, &str),
        at: DateTime<Utc>,
    ) -> Outcome<Self> {
        let point = format!("{}{}{ending}", prefix.unwrap_or_default(), named(at));
        let folder = folder.to_owned();
        let copy = Copy { folder, point };
        match copy.path().exists() {
            true => Err(unwritten(&copy.path(), "it is there already")),
            false => Ok(copy),
        }
    }

    /// Where it will be.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.point)
    }

    /// Where it is until it is whole; nobody takes that for a copy.
    pub fn part(&self) -> PathBuf {
        self.folder.join(format!(".{}.part", self.point))
    }

    /// Gives it its checksum and its name, all of it on the disk.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn finish(self, notes: Vec<String>) -> Outcome<Written> {
        let (path, part) = (self.path(), self.part());
        let finished = artifacts::digest(&part).and_then(|(sha256, bytes)| {
            File::open(&part)?.sync_all()?;
            let beside = self.folder.join(format!("{}{CHECKSUM}", self.point));
            fs::write(&beside, format!("{sha256}  {}\n", self.point))?;
            File::open(beside)?.sync_all()?;
            fs::rename(&part, &path)?;
            File::open(&self.folder)?.sync_all()?;
            Ok(bytes)
        });
        Ok(Written {
            bytes: finished.map_err(|error| unwritten(&path, error))?,
            point: self.point.clone(),
            files: 1,
            notes,
        })
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Half of a copy is of no use to anybody.
        let _ = fs::remove_file(self.part());
    }
}

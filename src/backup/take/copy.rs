//! A copy in one file: it has its name as soon as it is whole, with its checksum beside it.

use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{Written, named, unwritten};
use crate::artifacts;
use crate::backup::Outcome;
use crate::backup::copies::{CHECKSUM, moment};

/// What the name of one ends in that is not whole.
const PART: &str = ".part";

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
        // What is left of those who were killed is of no use to anybody.
        let entries = fs::read_dir(&folder).map_err(|error| unwritten(&folder, error))?;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let copy = name.strip_prefix('.').and_then(|it| it.strip_suffix(PART));
            // Others with another prefix may be at work in the same folder.
            let is_own = |copy: &str| {
                copy.ends_with(ending) && moment(copy, prefix.unwrap_or_default()).is_some()
            };
            if copy.is_some_and(is_own) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let copy = Copy { folder, point };
        if copy.path().exists() {
            return Err(unwritten(&copy.path(), "it is there already"));
        }
        // Nobody else has any business with what is in it.
        let made = File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(copy.part());
        made.map_err(|error| unwritten(&copy.part(), error))?;
        Ok(copy)
    }

    /// Where it will be.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.point)
    }

    /// Where it is until it is whole; nobody takes that for a copy.
    pub fn part(&self) -> PathBuf {
        self.folder.join(format!(".{}{PART}", self.point))
    }

    /// Gives it its checksum and its name, all of it on the disk. By that checksum, and more files
    /// if there are any, it is held to be what it was.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn finish(self, more: Vec<PathBuf>, notes: Vec<String>) -> Outcome<Written> {
        let (path, part) = (self.path(), self.part());
        let sum = self.folder.join(format!("{}{CHECKSUM}", self.point));
        let finished = artifacts::digest(&part).and_then(|(sha256, bytes)| {
            File::open(&part)?.sync_all()?;
            let beside = &sum;
            fs::write(beside, format!("{sha256}  {}\n", self.point))?;
            File::open(beside)?.sync_all()?;
            fs::rename(&part, &path)?;
            File::open(&self.folder)?.sync_all()?;
            Ok(bytes)
        });
        Ok(Written {
            bytes: finished.map_err(|error| unwritten(&path, error))?,
            point: self.point.clone(),
            files: 1,
            beside: more.into_iter().chain([sum]).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_is_removed_and_what_others_write_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let left = folder.path().join(".20260101T000000Z.db.part");
        let others = folder.path().join(".orders-20260101T000000Z.db.part");
        for file in [&left, &others] {
            fs::write(file, "half").expect("room");
        }
        let made = Copy::begin(folder.path(), (None, ".db"), DateTime::UNIX_EPOCH);
        let made = made.expect("it is begun");
        assert!(!left.exists() && others.exists() && made.part().exists());
        drop(made);
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
    }
}

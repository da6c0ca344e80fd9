//! What Borg is shown of a repository on this machine.
//!
//! Where an index is missing, damaged or behind, Borg writes a new one and deletes what it takes
//! for left over, with `--bypass-lock` too: it would take from under a backup what that just wrote.
//! So it is shown a folder of our own, in which each segment is a link to the real one, and what it
//! may want to write is a copy.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// What Borg writes anew by itself, and what says how a repository is read.
const COPIED: [&str; 6] = [
    "README",
    "config",
    "nonce",
    "index.",
    "hints.",
    "integrity.",
];
/// The folder with the segments, in folders.
const SEGMENTS: &str = "data";

/// A repository as Borg is shown it.
pub struct View {
    /// Where that is.
    pub root: PathBuf,
    /// The segments that are linked to.
    segments: Vec<PathBuf>,
}

impl View {
    /// Shows a repository in a folder, which is made anew.
    ///
    /// # Errors
    /// When the repository cannot be looked at, or the folder not be written.
    pub fn make(repository: &Path, root: &Path) -> io::Result<Self> {
        if root.exists() {
            fs::remove_dir_all(root)?;
        }
        fs::create_dir_all(root)?;
        let repository = repository.canonicalize()?;
        // The index first: segments that are newer than it do no harm, older ones do.
        for entry in fs::read_dir(&repository)? {
            let entry = entry?;
            let name = entry.file_name();
            let is_copied = |name: &str| COPIED.iter().any(|known| name.starts_with(known));
            if entry.file_type()?.is_file() && name.to_str().is_some_and(is_copied) {
                unless_gone(fs::copy(entry.path(), root.join(&name)))?;
            }
        }
        let mut view = View {
            root: root.to_owned(),
            segments: Vec::new(),
        };
        view.link(&repository.join(SEGMENTS))?;
        Ok(view)
    }

    /// Whether segments are gone that were there: somebody else removes them at this moment.
    pub fn is_outdated(&self) -> bool {
        self.segments.iter().any(|segment| !segment.exists())
    }

    fn link(&mut self, data: &Path) -> io::Result<()> {
        let Some(folders) = unless_gone(fs::read_dir(data))? else {
            return Ok(());
        };
        for folder in folders {
            let folder = folder?;
            if !folder.metadata()?.is_dir() {
                continue;
            }
            let own = self.root.join(SEGMENTS).join(folder.file_name());
            fs::create_dir_all(&own)?;
            for segment in fs::read_dir(folder.path())? {
                let segment = segment?;
                symlink(segment.path(), own.join(segment.file_name()))?;
                self.segments.push(segment.path());
            }
        }
        Ok(())
    }
}

/// What is there; nothing where somebody else removed it meanwhile.
fn unless_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_to_a_view_is_not_done_to_its_repository() {
        let temp = tempfile::tempdir().expect("a folder");
        let (real, root) = (temp.path().join("real"), temp.path().join("view"));
        fs::create_dir_all(real.join("data/0")).expect("room");
        fs::create_dir_all(real.join("lock.exclusive")).expect("room");
        for name in ["config", "index.3", "data/0/1", "data/0/3"] {
            fs::write(real.join(name), name).expect("room");
        }
        let view = View::make(&real, &root).expect("a view");
        assert!(!root.join("lock.exclusive").exists());
        fs::write(root.join("index.3"), "new").expect("room");
        fs::remove_file(root.join("data/0/3")).expect("it is there");
        fs::write(root.join("data/0/4"), "new").expect("room");
        let read = |name| fs::read_to_string(real.join(name)).ok();
        assert_eq!(read("index.3").as_deref(), Some("index.3"));
        assert_eq!(read("data/0/3").as_deref(), Some("data/0/3"));
        assert_eq!(read("data/0/4"), None);
        assert!(!view.is_outdated());
        fs::remove_file(real.join("data/0/1")).expect("it is there");
        assert!(view.is_outdated());
        assert!(View::make(&real, &root).is_ok_and(|view| !view.is_outdated()));
    }
}

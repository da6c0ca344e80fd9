//! A folder is copied, with all that is in it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use rustix::fs::{Advice, fadvise};

use super::{Outcome, Trouble};

/// How much is copied at a time, in bytes.
const PIECE: usize = 1024 * 1024;

/// Copies what is in a folder into another one: files, folders and links, and who may execute what.
/// Devices, pipes and sockets are left out. Files are read from the disk itself, not from what the
/// system remembers of them.
///
/// # Errors
/// Inconclusive when something cannot be read or written, or when `why_stop` says why.
pub fn tree(from: &Path, to: &Path, why_stop: &dyn Fn() -> Option<String>) -> Outcome<()> {
    let failed = |path: &Path, error: io::Error| {
        Trouble::Unclear(format!("`{}` cannot be copied: {error}", path.display()))
    };
    for entry in fs::read_dir(from).map_err(|error| failed(from, error))? {
        if let Some(why) = why_stop() {
            return Err(Trouble::Unclear(why));
        }
        let path = entry.map_err(|error| failed(from, error))?.path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        let metadata = fs::symlink_metadata(&path).map_err(|error| failed(&path, error))?;
        let kind = metadata.file_type();
        let copied = if kind.is_dir() {
            let made = fs::create_dir(&target);
            made.map_err(|error| failed(&target, error))?;
            tree(&path, &target, why_stop)?;
            Ok(())
        } else if kind.is_symlink() {
            fs::read_link(&path).and_then(|leads| symlink(leads, &target))
        } else if kind.is_file() {
            file(&path, &target, metadata.permissions().mode())
        } else {
            Ok(())
        };
        copied.map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Copies some files and folders of a folder into another one, as [`tree`] does.
///
/// # Errors
/// As for [`tree`].
pub fn some(
    (from, to): (&Path, &Path),
    paths: &[String],
    why_stop: &dyn Fn() -> Option<String>,
) -> Outcome<()> {
    for path in paths {
        let (source, target) = (from.join(path), to.join(path));
        let failed = |error: io::Error| {
            Trouble::Unclear(format!("`{}` cannot be copied: {error}", source.display()))
        };
        if let Some(why) = why_stop() {
            return Err(Trouble::Unclear(why));
        }
        let metadata = fs::symlink_metadata(&source).map_err(failed)?;
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        if metadata.is_dir() {
            fs::create_dir_all(&target).map_err(failed)?;
            tree(&source, &target, why_stop)?;
        } else if metadata.is_file() {
            file(&source, &target, metadata.permissions().mode()).map_err(failed)?;
        }
    }
    Ok(())
}

/// Copies one file; of its mode only what makes it a program.
fn file(from: &Path, to: &Path, mode: u32) -> io::Result<()> {
    let mut source = File::open(from)?;
    // Where the system cannot forget it, it is read all the same.
    let _ = fadvise(&source, 0, None, Advice::DontNeed);
    let mut target = File::create_new(to)?;
    let mut piece = vec![0; PIECE];
    loop {
        match source.read(&mut piece)? {
            0 => break,
            count => target.write_all(&piece[..count])?,
        }
    }
    target.set_permissions(fs::Permissions::from_mode(0o600 | mode & 0o111))?;
    target.sync_all()
}

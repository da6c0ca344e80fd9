//! What can be done to a file, as disks and people do it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Done;

/// Changes one bit in the middle of a file.
pub fn flip(file: &Path) -> Done {
    change(file, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    })
}

/// Changes one bit so many bytes before the end of a file.
pub fn flip_before_end(file: &Path, bytes: usize) -> Done {
    change(file, |all| {
        let at = all.len().saturating_sub(bytes);
        all[at] ^= 1;
    })
}

/// Cuts some bytes off the end of a file.
pub fn cut(file: &Path, bytes: usize) -> Done {
    change(file, |all| all.truncate(all.len().saturating_sub(bytes)))
}

/// Leaves nothing in a file.
pub fn empty(file: &Path) -> Done {
    change(file, Vec::clear)
}

/// Changes what is in a file.
pub fn change(file: &Path, with: impl FnOnce(&mut Vec<u8>)) -> Done {
    let changed = fs::read(file).and_then(|mut bytes| {
        with(&mut bytes);
        // Tools take the right to write from what they have written.
        fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
        fs::write(file, bytes)
    });
    changed.map_err(|error| said(file, &error))
}

/// Removes a file, or a folder with all that is in it.
pub fn remove(path: &Path) -> Done {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    removed.map_err(|error| said(path, &error))
}

/// Makes a file, and the folder it is in.
pub fn add(file: &Path, bytes: &[u8]) -> Done {
    let folder = file.parent().expect("it is in a folder");
    let added = fs::create_dir_all(folder).and_then(|()| fs::write(file, bytes));
    added.map_err(|error| said(file, &error))
}

/// All files below a folder, in the order of their names.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => files(&path),
            path => vec![path],
        })
        .collect();
    files.sort();
    files
}

/// The largest file in a folder and below.
pub fn largest(folder: &Path) -> Result<PathBuf, String> {
    let bytes = |file: &PathBuf| fs::metadata(file).map_or(0, |it| it.len());
    some(files(folder).into_iter().max_by_key(bytes))
}

/// One of some files; an error where there is none.
pub fn some(files: impl IntoIterator<Item = PathBuf>) -> Result<PathBuf, String> {
    let first = files.into_iter().next();
    first.ok_or_else(|| "the repository has no such file".to_owned())
}

fn said(path: &Path, error: &std::io::Error) -> String {
    format!("`{}`: {error}", path.display())
}

//! Brings objects back as files, and what an object store does not keep by what the manifest says.
//!
//! The paths come from somebody else: none may lead out of the folder, neither by its names nor by
//! a link that was made on the way. Links are made last, when no file is written any more.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::AT_ONCE;
use super::store::{Enough, Object, Store, in_folder, is_marker};
use crate::backup::manifest::{Line, Reader, Word};
use crate::backup::tree::name::shown;
use crate::backup::{Outcome, Trouble};

/// Brings all objects of a folder back into an empty one.
///
/// # Errors
/// A fault where a key would lead out of it; inconclusive where one cannot be read or written.
pub async fn all(store: &Store, (folder, objects): (&str, &[Object]), into: &Path) -> Outcome<()> {
    let fetched = stream::iter(objects.iter().enumerate());
    let fetched = fetched.map(|(number, object)| async move {
        let place = into.join(safe(object.path.as_bytes())?);
        let unmade = |error| unmade(&place, &error);
        match is_marker(object, objects.get(number + 1)) {
            true => fs::create_dir_all(&place).map_err(unmade),
            false => one(store, &in_folder(folder, &object.path), object, &place).await,
        }
    });
    fetched
        .buffer_unordered(AT_ONCE)
        .try_for_each(|()| async { Ok(()) })
        .await
}

/// Brings one object back. What is gone meanwhile is not there, which shows when all is compared.
async fn one(store: &Store, path: &str, object: &Object, place: &Path) -> Outcome<()> {
    let unmade = |error| unmade(place, &error);
    let parent = place.parent().expect("it is in a folder");
    fs::create_dir_all(parent).map_err(unmade)?;
    let mut file = File::create_new(place).map_err(unmade)?;
    let own = Permissions::from_mode(0o600);
    file.set_permissions(own).map_err(unmade)?;
    let is_there = store.read(path, |piece| {
        file.write_all(piece).map_err(unmade)?;
        Ok(Enough::No)
    });
    if is_there.await? {
        return file.sync_all().map_err(unmade);
    }
    fs::remove_file(place).map_err(unmade)?;
    match object.bytes {
        0 => fs::create_dir(place).map_err(unmade),
        _ => Ok(()),
    }
}

/// Makes what the manifest lists and no object keeps: folders, links, and who may execute what.
///
/// What is wrong with the manifest itself is not told here, but when all is compared with it.
///
/// # Errors
/// A fault where a path would lead out of the folder; inconclusive where something cannot be made,
/// or when `why_stop` says why.
pub fn furnish(manifest: &Path, into: &Path, why_stop: &dyn Fn() -> Option<String>) -> Outcome<()> {
    let Ok(mut lines) = Reader::open(manifest) else {
        return Ok(());
    };
    while let Ok(Some((path, line))) = lines.next() {
        if let Some(why) = why_stop() {
            return Err(Trouble::Unclear(why));
        }
        if !matches!(line.kind, Word::Folder | Word::Link) && line.executable.is_none() {
            continue;
        }
        let place = inside(into, &path)?;
        make(&place, &line).map_err(|error| unmade(&place, &error))?;
    }
    Ok(())
}

/// Makes one of them. Where something else is already, that shows when all is compared.
fn make(place: &Path, line: &Line) -> io::Result<()> {
    let metadata = match fs::symlink_metadata(place) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match (line.kind, metadata) {
        (Word::Folder, None) => fs::create_dir(place),
        (Word::Link, None) => symlink(OsStr::from_bytes(&line.target_bytes()), place),
        (Word::File, Some(file)) if file.is_file() => {
            let mode = 0o600 | line.executable_bits();
            fs::set_permissions(place, Permissions::from_mode(mode))
        }
        _ => Ok(()),
    }
}

/// The place of a path in a folder, on the way to which nothing is a link.
fn inside(root: &Path, path: &[u8]) -> Outcome<PathBuf> {
    let path = safe(path)?;
    let parent = path.parent().unwrap_or(Path::new(""));
    let real = root.canonicalize();
    let real = real.map_err(|error| unmade(root, &error))?;
    match root.join(parent).canonicalize() {
        Ok(way) if way == real.join(parent) => Ok(root.join(path)),
        _ => {
            let path = shown(path.as_os_str().as_bytes());
            let why = format!("`{path}` has no folder of its own to lie in");
            Err(Trouble::Fault(why))
        }
    }
}

/// A path that leads nowhere but down.
fn safe(path: &[u8]) -> Outcome<&Path> {
    let is_bad = |name: &[u8]| matches!(name, b"" | b"." | b"..") || name.contains(&0);
    match path.split(|byte| *byte == b'/').any(is_bad) {
        true => {
            let why = format!("`{}` is no path of a file below it", shown(path));
            Err(Trouble::Fault(why))
        }
        false => Ok(Path::new(OsStr::from_bytes(path))),
    }
}

fn unmade(place: &Path, error: &io::Error) -> Trouble {
    Trouble::Unclear(format!("`{}` cannot be made: {error}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out() {
        for path in ["a", "a/b", "..a/b..", "a/...", "ä"] {
            assert!(safe(path.as_bytes()).is_ok(), "{path}");
        }
        for path in ["", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a\0b"] {
            assert!(
                matches!(safe(path.as_bytes()), Err(Trouble::Fault(_))),
                "{path}"
            );
        }
    }

    #[test]
    fn nothing_is_made_through_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let (root, other) = (folder.path().join("into"), folder.path().join("other"));
        fs::create_dir_all(root.join("real")).expect("room");
        fs::create_dir(&other).expect("room");
        symlink(&other, root.join("link")).expect("room");
        assert!(inside(&root, b"real/x").is_ok());
        for path in [&b"link/x"[..], b"none/x"] {
            assert!(matches!(inside(&root, path), Err(Trouble::Fault(_))));
        }
    }
}

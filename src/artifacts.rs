//! Files that are kept because they show something: what commands wrote, what people hand in.
//!
//! Each lies in the state folder under the SHA-256 of its content, and the journal says which. So
//! one that was changed, or is gone, is noticed.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::journal::Evidence;
use crate::text::hex;

/// The folder, in the state folder of a workspace.
pub const FOLDER: &str = "artifacts";
/// The name of what a command wrote.
pub const OUTPUT: &str = "output";

/// How much is read at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// Keeps a file as it is now. Of one in the state folder there is no second copy on the disk.
///
/// # Errors
/// When it cannot be read, or not be kept.
pub fn keep(artifacts: &Path, file: &Path, name: &str) -> io::Result<Evidence> {
    let (sha256, bytes) = digest(file)?;
    fs::create_dir_all(artifacts)?;
    let kept = artifacts.join(&sha256);
    if !kept.exists() && fs::hard_link(file, &kept).is_err() {
        copy(file, &kept)?;
    }
    let name = name.to_owned();
    Ok(Evidence {
        name,
        sha256,
        bytes,
    })
}

/// Keeps a copy of a file that may be changed later by whoever owns it; it survives a power cut.
///
/// # Errors
/// When it cannot be read, or not be kept.
pub fn keep_copy(artifacts: &Path, file: &Path, name: &str) -> io::Result<Evidence> {
    fs::create_dir_all(artifacts)?;
    let part = artifacts.join(format!("part-{}", std::process::id()));
    copy(file, &part)?;
    let evidence = keep(artifacts, &part, name);
    fs::remove_file(part)?;
    File::open(artifacts)?.sync_all()?;
    evidence
}

/// What is wrong with something that was kept, if anything is.
pub fn fault(artifacts: &Path, evidence: &Evidence) -> Option<String> {
    let Evidence { name, sha256, .. } = evidence;
    match digest(&artifacts.join(sha256)) {
        Ok((found, _)) if found == *sha256 => None,
        Ok(_) => Some(format!("`{name}` was changed since it was kept")),
        Err(error) => Some(format!("`{name}` is not there any more: {error}")),
    }
}

/// Makes all files in a folder read-only, also in the folders within it.
///
/// That keeps programs and people from changing them by mistake. Whoever owns them, or is root, can
/// give the permission back: then only the journal shows what was changed, by its hashes.
///
/// # Errors
/// At the first file of which it cannot be done.
pub fn protect_files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => protect(&path)?,
            false => read_only(&path)?,
        }
    }
    Ok(())
}

/// The same with the folder itself: nothing can be added to it or removed from it by mistake.
///
/// # Errors
/// As for [`protect_files`].
pub fn protect(folder: &Path) -> io::Result<()> {
    protect_files(folder)?;
    read_only(folder)
}

fn read_only(path: &Path) -> io::Result<()> {
    // What is linked from there may be gone, and is not ours.
    if path.is_symlink() {
        return Ok(());
    }
    let mut permissions = fs::metadata(path)?.permissions();
    if permissions.readonly() {
        return Ok(());
    }
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut copy = File::create(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.flush()?;
    copy.sync_all()
}

/// The SHA-256 of a file and how long it is.
///
/// # Errors
/// When it cannot be read.
pub fn digest(file: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(file)?;
    let (mut hash, mut piece, mut bytes) = (Sha256::new(), vec![0; PIECE], 0);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok((hex(&hash.finalize()), bytes)),
            count => {
                hash.update(&piece[..count]);
                bytes += count as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_changed_or_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (artifacts, file) = (folder.path().join("kept"), folder.path().join("photo"));
        fs::write(&file, "a photo").expect("room");
        let evidence = keep_copy(&artifacts, &file, "photo").expect("kept");
        assert_eq!(evidence.bytes, 7);
        assert_eq!(fault(&artifacts, &evidence), None);
        fs::write(&file, "another").expect("room");
        assert_eq!(fault(&artifacts, &evidence), None, "it is a copy");
        let again = keep_copy(&artifacts, &file, "photo").expect("kept");
        assert_ne!(again.sha256, evidence.sha256);
        let kept = artifacts.join(&evidence.sha256);
        fs::write(&kept, "a phot0").expect("room");
        assert!(fault(&artifacts, &evidence).is_some_and(|why| why.contains("changed")));
        fs::remove_file(kept).expect("it is there");
        assert!(fault(&artifacts, &evidence).is_some_and(|why| why.contains("not there")));
    }
}

//! Whether a backup is the same before and after it was verified.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::text::hex;

/// SHA-256 over what the system says of all files in some places, without reading them; nothing
/// where there are no places.
///
/// # Errors
/// When something there cannot be looked at.
pub fn stamp(places: &[PathBuf]) -> io::Result<Option<String>> {
    if places.is_empty() {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    for place in places {
        add(place, &mut hash)?;
    }
    Ok(Some(hex(&hash.finalize())))
}

fn add(path: &Path, hash: &mut Sha256) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    hash.update(path.as_os_str().as_encoded_bytes());
    let numbers = [
        metadata.ino(),
        metadata.len(),
        u64::from(metadata.mode()),
        metadata.mtime().cast_unsigned(),
        metadata.mtime_nsec().cast_unsigned(),
        metadata.ctime().cast_unsigned(),
        metadata.ctime_nsec().cast_unsigned(),
    ];
    for number in numbers {
        hash.update(number.to_le_bytes());
    }
    if metadata.is_dir() {
        let entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
        let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
        entries.sort_unstable();
        for entry in entries {
            add(&entry, hash)?;
        }
    }
    Ok(())
}

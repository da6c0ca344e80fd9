//! Writes a manifest, in whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::line::{End, Line};
use super::{Counts, FORMAT, HEADER_BYTES, Header};
use crate::backup::tree::{Look, walk};
use crate::error::{Error, Result};

/// How much is read at a time, in bytes.
const PIECE: usize = 256 * 1024;

/// Lists all that is below a folder, in a file that may be in the folder itself.
///
/// A file that is there already is replaced, and only once the new one is safe on the disk.
///
/// # Errors
/// When the folder cannot be read, or the file not be written. Entries that cannot be read are no
/// error: they are counted, and the file says so.
pub fn write(folder: &Path, to: &Path, as_of: DateTime<Utc>) -> Result<Counts> {
    let place = Place::new(to)?;
    let failed = |error| Error::io(format!("write the manifest `{}`", to.display()), error);
    let written = list(folder, &place, as_of);
    if written.is_err() {
        // What is left of it has a name of its own, and the next attempt removes it.
        let _ = fs::remove_file(&place.part);
    }
    let counts = written?;
    fs::rename(&place.part, &place.file).map_err(failed)?;
    let sync = File::open(&place.folder).and_then(|folder| folder.sync_all());
    sync.map_err(failed)?;
    Ok(counts)
}

/// Where a manifest is, and where it is while it is written.
pub(super) struct Place {
    folder: PathBuf,
    file: PathBuf,
    part: PathBuf,
}

impl Place {
    /// The place of a manifest, whose folder must be there.
    pub(super) fn new(file: &Path) -> Result<Self> {
        let failed = |error| Error::io(format!("find the folder of `{}`", file.display()), error);
        let Some(name) = file.file_name() else {
            let what = format!("use `{}` as a manifest", file.display());
            return Err(Error::usage(what).hint("Name a file."));
        };
        let folder = match file.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let folder = folder.canonicalize().map_err(failed)?;
        let mut part = OsString::from(".");
        part.push(name);
        part.push(".part");
        let (file, part) = (folder.join(name), folder.join(part));
        Ok(Place { folder, file, part })
    }

    /// The paths below a folder that are not listed.
    pub(super) fn below(&self, root: &Path) -> Result<Vec<Vec<u8>>> {
        let failed = |error| Error::io(format!("read the folder `{}`", root.display()), error);
        let root = root.canonicalize().map_err(failed)?;
        let own = [&self.file, &self.part].into_iter();
        let below = own.filter_map(|path| path.strip_prefix(&root).ok());
        Ok(below
            .map(|path| path.as_os_str().as_bytes().to_vec())
            .collect())
    }
}

/// Writes the file that becomes the manifest.
fn list(folder: &Path, place: &Place, as_of: DateTime<Utc>) -> Result<Counts> {
    let failed = |error| {
        let what = format!("write the manifest `{}`", place.file.display());
        Error::io(what, error)
    };
    let without = place.below(folder)?;
    let look = Look {
        without: &without,
        ..Look::default()
    };
    let mut file = create(&place.part).map_err(failed)?;
    let mut lines = BufWriter::with_capacity(PIECE, &file);
    let mut counts = Counts::default();
    lines.write_all(&[b' '; HEADER_BYTES]).map_err(failed)?;
    walk::each(folder, &look, |entry| {
        let Some(line) = Line::of(entry) else {
            return Ok(());
        };
        counts.add(&line);
        add(&mut lines, &line).map_err(failed)
    })?;
    lines.flush().map_err(failed)?;
    drop(lines);
    let header = Header {
        format: FORMAT,
        as_of,
        counts,
    };
    finish(&mut file, &header).map_err(failed)?;
    Ok(counts)
}

/// A new file; one of that name is what another attempt left.
fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
}

/// Writes the first line, which says how much there is, and the last, which is over all others.
fn finish(file: &mut File, header: &Header) -> io::Result<()> {
    let mut first = serde_json::to_vec(header)?;
    assert!(
        first.len() < HEADER_BYTES,
        "six numbers and a date are shorter"
    );
    first.resize(HEADER_BYTES - 1, b' ');
    first.push(b'\n');
    file.rewind()?;
    file.write_all(&first)?;
    file.rewind()?;
    let blake3 = hash(file)?.to_hex();
    let blake3 = blake3.as_str().into();
    add(file, &End { blake3 })?;
    file.sync_all()
}

fn hash(file: &mut File) -> io::Result<blake3::Hash> {
    let (mut hasher, mut piece) = (blake3::Hasher::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hasher.finalize()),
            count => hasher.update(&piece[..count]),
        };
    }
}

fn add(to: &mut impl Write, line: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}

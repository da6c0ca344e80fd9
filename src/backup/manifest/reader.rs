//! Reads a manifest line by line, and believes nothing before its last one.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::line::{End, Line};
use super::{Counts, FORMAT, Header};
use crate::backup::tree::name::order;
use crate::error::{Error, Result};

/// How long a line may be, in bytes: the longest path there can be, three times over for its
/// encoding, and a target.
const LINE_MAX: u64 = 32 * 1024;
/// How much is read at a time, in bytes.
const PIECE: usize = 256 * 1024;

/// The first line of a manifest. Nothing else is read, so nothing shows that it is true.
///
/// # Errors
/// `Io` when it cannot be read; `Invalid` when it is not the first line of a manifest, or of a
/// format that this version does not know.
pub fn header(file: &Path) -> Result<Header> {
    Reader::open(file).map(|reader| reader.header)
}

/// The first line of a manifest that lies elsewhere, from its first bytes.
///
/// # Errors
/// `Invalid`, as for [`header`].
pub(in crate::backup) fn header_of(name: &str, start: &[u8]) -> Result<Header> {
    Reader::of(name, io::Cursor::new(start.to_vec())).map(|reader| reader.header)
}

/// A manifest that is being read.
pub(in crate::backup) struct Reader {
    /// What it is called in what is told of it.
    name: String,
    lines: Box<dyn BufRead>,
    hasher: blake3::Hasher,
    header: Header,
    counts: Counts,
    line: Vec<u8>,
    number: u64,
    last: Vec<u8>,
}

impl Reader {
    /// Opens a manifest and reads its first line.
    ///
    /// # Errors
    /// As for [`header`].
    pub(in crate::backup) fn open(path: &Path) -> Result<Self> {
        let failed = |error| Error::io(format!("read the manifest `{}`", path.display()), error);
        let file = File::open(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            let what = format!("read the manifest `{}`: it is no file", path.display());
            return Err(Error::invalid(what).hint("Name the file that holds the manifest."));
        }
        let name = path.display().to_string();
        Reader::of(&name, BufReader::with_capacity(PIECE, file))
    }

    /// Reads the first line of a manifest that is called so.
    ///
    /// # Errors
    /// As for [`header`].
    pub(in crate::backup) fn of(name: &str, lines: impl BufRead + 'static) -> Result<Self> {
        let mut reader = Reader {
            name: name.to_owned(),
            lines: Box::new(lines),
            hasher: blake3::Hasher::new(),
            header: Header {
                format: 0,
                as_of: chrono::DateTime::UNIX_EPOCH,
                counts: Counts::default(),
            },
            counts: Counts::default(),
            line: Vec::new(),
            number: 0,
            last: Vec::new(),
        };
        reader.header = reader.read_header()?;
        Ok(reader)
    }

    /// Its first line.
    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// The next line and its path; `None` once the last one showed that all of it was as it was
    /// written.
    ///
    /// # Errors
    /// `Io` when it cannot be read, `Invalid` when it is not as it was written.
    pub(in crate::backup) fn next(&mut self) -> Result<Option<(Vec<u8>, Line<'static>)>> {
        self.read_line()?;
        if let Ok(end) = serde_json::from_slice::<End>(&self.line) {
            return self.finish(end).map(|()| None);
        }
        let line: Line<'static> = match serde_json::from_slice(&self.line) {
            Ok(line) => line,
            Err(error) => return Err(self.fault(&format!("is no entry: {error}"))),
        };
        let path = line.path_bytes().into_owned();
        if self.number > 2 && order(&self.last, &path).is_ge() {
            return Err(self.fault("is not in order"));
        }
        self.counts.add(&line);
        self.last.clone_from(&path);
        self.hasher.update(&self.line);
        Ok(Some((path, line)))
    }

    fn read_header(&mut self) -> Result<Header> {
        #[derive(serde::Deserialize)]
        struct Format {
            #[serde(rename = "mainstay-manifest")]
            format: u32,
        }

        self.read_line()?;
        let format = serde_json::from_slice::<Format>(&self.line);
        let format = format.map_err(|_| self.fault("is not how a manifest begins"))?;
        if format.format != FORMAT {
            let (name, format) = (&self.name, format.format);
            let what = format!("read the manifest `{name}`: it has format {format}");
            let hint = format!("This version reads format {FORMAT}; use the one that wrote it.");
            return Err(Error::invalid(what).hint(hint));
        }
        let header = serde_json::from_slice(&self.line);
        let header = header
            .map_err(|error| self.fault(&format!("is not how a manifest begins: {error}")))?;
        self.hasher.update(&self.line);
        Ok(header)
    }

    /// Reads one line, with its end.
    fn read_line(&mut self) -> Result<()> {
        self.line.clear();
        self.number += 1;
        let read = (&mut self.lines)
            .take(LINE_MAX)
            .read_until(b'\n', &mut self.line);
        if let Err(error) = read {
            let what = format!("read the manifest `{}`", self.name);
            return Err(Error::io(what, error));
        }
        match self.line.last() {
            Some(b'\n') => Ok(()),
            Some(_) if self.line.len() as u64 == LINE_MAX => Err(self.fault("is too long")),
            Some(_) | None => Err(self.fault("is missing, or a part of it is")),
        }
    }

    fn finish(&mut self, end: End<'_>) -> Result<()> {
        let hash = self.hasher.finalize().to_hex();
        if end.blake3 != hash.as_str() {
            return Err(self.fault("shows that lines before it are not as they were written"));
        }
        if self.counts != self.header.counts {
            return Err(self.fault("comes before as many entries as the first line says"));
        }
        match self.lines.fill_buf() {
            Ok([]) => Ok(()),
            _ => Err(self.fault("is not the last one")),
        }
    }

    /// What is wrong with the line that was read last.
    fn fault(&self, what: &str) -> Error {
        let (name, number) = (&self.name, self.number);
        let message = format!("read the manifest `{name}`: line {number} {what}");
        let hint = "The manifest is damaged, or is none. If it was restored, so may the data be.";
        Error::invalid(message).hint(hint)
    }
}

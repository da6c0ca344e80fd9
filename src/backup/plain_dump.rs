//! A dump of PostgreSQL in SQL, packed or not, read to its end.
//!
//! Its last lines say that it is complete. `psql` does not look for them: it takes half a dump for
//! a whole one. So one that ends before them cannot be read to its end here.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rustix::fs::{Advice, fadvise};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// What the first lines of a dump say.
const FIRST: &str = "-- PostgreSQL database dump\n";
/// What its last lines say.
const LAST: &str = "-- PostgreSQL database dump complete\n";
/// In how much of the beginning and the end those lines are, in bytes.
const LINES: usize = 4 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A dump in SQL that is read.
pub struct PlainDump {
    source: Source,
    tail: Vec<u8>,
}

/// How a dump is packed.
enum Source {
    Not(BufReader<File>),
    Gzip(Box<MultiGzDecoder<BufReader<File>>>),
    Zstd(Box<Frames>),
}

impl PlainDump {
    /// Opens one; it is read from the disk, and not from what the system remembers of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(file: &Path) -> io::Result<Self> {
        let file = File::open(file)?;
        // Where the system cannot forget it, it is read all the same.
        let _ = fadvise(&file, 0, None, Advice::DontNeed);
        let mut file = BufReader::with_capacity(64 * 1024, file);
        let first = file.fill_buf()?;
        let source = match first {
            first if first.starts_with(&GZIP) => Source::Gzip(Box::new(MultiGzDecoder::new(file))),
            first if first.starts_with(&ZSTD) => Source::Zstd(Box::new(Frames::new(file))),
            _ => Source::Not(file),
        };
        Ok(PlainDump {
            source,
            tail: Vec::new(),
        })
    }

    /// The first lines, where they are those of a dump.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn head(file: &Path) -> Result<String, String> {
        let mut dump = PlainDump::open(file).map_err(|error| error.to_string())?;
        let (mut head, mut piece) = (Vec::new(), [0; LINES]);
        while head.len() < LINES {
            match dump.source.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => head.extend_from_slice(&piece[..count]),
                Err(error) => return Err(error.to_string()),
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        match (head.is_empty(), head.contains(FIRST)) {
            (_, true) => Ok(head),
            (true, false) => Err("there is nothing in it".to_owned()),
            (false, false) => Err("it does not begin as a dump does".to_owned()),
        }
    }

    /// Whether what was read carries checksums of its own.
    pub fn is_checked(&self) -> bool {
        match &self.source {
            Source::Not(_) => false,
            Source::Gzip(_) => true,
            Source::Zstd(frames) => frames.unchecked == 0,
        }
    }
}

impl Read for PlainDump {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(piece)?;
        self.tail.extend_from_slice(&piece[..count]);
        let over = self.tail.len().saturating_sub(LINES);
        self.tail.drain(..over);
        let is_end = count == 0 && !piece.is_empty();
        if is_end && !String::from_utf8_lossy(&self.tail).contains(LAST) {
            let why = "the dump ends before its last line, which says that it is complete";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        Ok(count)
    }
}

impl Read for Source {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::Not(file) => file.read(piece),
            Source::Gzip(file) => file.read(piece),
            Source::Zstd(frames) => frames.read(piece),
        }
    }
}

/// The frames of a file of zstd, one after another.
struct Frames {
    file: Option<BufReader<File>>,
    frame: Option<StreamingDecoder<BufReader<File>, FrameDecoder>>,
    /// How many frames have no checksum.
    unchecked: u64,
}

impl Frames {
    fn new(file: BufReader<File>) -> Self {
        Frames {
            file: Some(file),
            frame: None,
            unchecked: 0,
        }
    }

    /// Begins the next frame, if there is one.
    fn begin(&mut self) -> io::Result<bool> {
        let Some(mut file) = self.file.take() else {
            return Ok(false);
        };
        if file.fill_buf()?.is_empty() {
            return Ok(false);
        }
        self.frame = Some(StreamingDecoder::new(file).map_err(io::Error::other)?);
        Ok(true)
    }

    /// Ends a frame, and compares its checksum.
    fn end(&mut self, frame: StreamingDecoder<BufReader<File>, FrameDecoder>) -> io::Result<()> {
        let (file, decoder) = frame.into_parts();
        match (
            decoder.get_checksum_from_data(),
            decoder.get_calculated_checksum(),
        ) {
            (Some(stated), found) if found != Some(stated) => {
                return Err(io::Error::other("a checksum of zstd does not match"));
            }
            (Some(_), _) => {}
            (None, _) => self.unchecked += 1,
        }
        self.file = Some(file);
        Ok(())
    }
}

impl Read for Frames {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.frame.is_none() && !self.begin()? {
                return Ok(0);
            }
            let mut frame = self.frame.take().expect("it has begun");
            match frame.read(piece)? {
                0 if !piece.is_empty() => self.end(frame)?,
                count => {
                    self.frame = Some(frame);
                    return Ok(count);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\nSELECT 1;\n\n--\n\
                        -- PostgreSQL database dump complete\n--\n";

    fn read(content: &[u8]) -> io::Result<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.sql");
        std::fs::write(&file, content).expect("room");
        let mut text = String::new();
        PlainDump::open(&file)?.read_to_string(&mut text)?;
        Ok(text)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).expect("memory");
        packed.finish().expect("memory")
    }

    fn zstd(text: &str) -> Vec<u8> {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        ruzstd::encoding::compress_to_vec(text.as_bytes(), level)
    }

    #[test]
    fn a_dump_is_read_however_it_is_packed() {
        for packed in [DUMP.into(), gzip(DUMP), zstd(DUMP)] {
            assert_eq!(read(&packed).expect("whole"), DUMP);
        }
        // Packed in pieces that lie one after another.
        let (first, second) = DUMP.split_at(20);
        for pack in [gzip, zstd] {
            let packed = [pack(first), pack(second)].concat();
            assert_eq!(read(&packed).expect("whole"), DUMP);
        }
    }

    #[test]
    fn one_that_ends_early_or_was_changed_is_not_read_to_its_end() {
        assert!(read(b"").is_err());
        assert!(read(&DUMP.as_bytes()[..DUMP.len() - 10]).is_err());
        for pack in [gzip, zstd] {
            let mut packed = pack(DUMP);
            assert!(read(&packed[..packed.len() - 6]).is_err());
            let middle = packed.len() / 2;
            packed[middle] ^= 4;
            assert!(read(&packed).is_err());
        }
        assert!(read(&gzip(&DUMP[..40])).is_err());
    }
}

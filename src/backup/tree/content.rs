//! What is in one file: its BLAKE3, and how even it is, in one read.
//!
//! A large file is read in parts by all cores. BLAKE3 is a tree over the file, so the parts give
//! the same hash as the whole.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root,
};
use rayon::prelude::*;

use super::entropy::Histogram;

/// How much is read at a time by each core, in bytes.
const PIECE: usize = 128 * 1024;
/// How much of a file one core reads, in bytes: a power of two, as BLAKE3 wants it.
const PART: u64 = 4 * 1024 * 1024;
/// Up to how many bytes of a file all are counted. Of a longer one a quarter is, in places all over
/// it: that tells chance as well, and counting all would take as long as all the rest.
const COUNTED_MAX: u64 = 1024 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; PIECE]);
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Its BLAKE3.
    pub blake3: [u8; 32],
    /// How many bits of chance are in each byte, if that was asked for.
    pub bits: Option<f64>,
    /// Its first bytes.
    pub start: [u8; 8],
}

/// What is to be told of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Its hash.
    Hash,
    /// Its hash and how even it is.
    HashAndBits,
}

/// Reads a file of a length. What is added to it meanwhile is not looked at.
///
/// # Errors
/// When it cannot be read, or became shorter.
pub fn read(file: &File, bytes: u64, want: Want, stop: &AtomicBool) -> io::Result<Content> {
    let counted = match want {
        Want::Hash => 0,
        Want::HashAndBits if bytes <= COUNTED_MAX => PIECE,
        Want::HashAndBits => PIECE / 4,
    };
    let read = match bytes <= PART {
        true => read_part(file, 0, bytes, counted, blake3::Hasher::new()).map(|part| {
            let hash = *part.hasher.finalize().as_bytes();
            (hash, part.histogram, part.start)
        }),
        false => read_parts(file, bytes, counted, stop),
    };
    let (blake3, histogram, start) = read?;
    let bits = (want == Want::HashAndBits).then(|| histogram.bits());
    Ok(Content {
        bytes,
        blake3,
        bits,
        start,
    })
}

/// One part of a file, as it was read.
struct Part {
    hasher: blake3::Hasher,
    histogram: Histogram,
    start: [u8; 8],
}

fn read_parts(
    file: &File,
    bytes: u64,
    counted: usize,
    stop: &AtomicBool,
) -> io::Result<([u8; 32], Histogram, [u8; 8])> {
    let total = Mutex::new((Histogram::EMPTY, [0; 8]));
    let read = |number: u64| {
        if stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let from = number * PART;
        let mut hasher = blake3::Hasher::new();
        hasher.set_input_offset(from);
        let part = read_part(file, from, PART.min(bytes - from), counted, hasher)?;
        let mut total = total.lock().expect("nothing panics while it is held");
        total.0.add(&part.histogram);
        if number == 0 {
            total.1 = part.start;
        }
        Ok(part.hasher.finalize_non_root())
    };
    let parts = (0..bytes.div_ceil(PART)).into_par_iter().map(read);
    let parts: Vec<ChainingValue> = parts.collect::<io::Result<_>>()?;
    let (left, right) = halves(&parts);
    let hash = merge_subtrees_root(&merged(left), &merged(right), Mode::Hash);
    let (histogram, start) = total.into_inner().expect("nothing panics while it is held");
    Ok((*hash.as_bytes(), histogram, start))
}

/// Reads a part of a file, and counts so much of each piece.
fn read_part(
    file: &File,
    from: u64,
    bytes: u64,
    counted: usize,
    hasher: blake3::Hasher,
) -> io::Result<Part> {
    let mut part = Part {
        hasher,
        histogram: Histogram::EMPTY,
        start: [0; 8],
    };
    BUFFER.with_borrow_mut(|buffer| {
        let mut done = 0;
        while done < bytes {
            let piece = usize::try_from(bytes - done).map_or(PIECE, |left| left.min(PIECE));
            let piece = &mut buffer[..piece];
            file.read_exact_at(piece, from + done).map_err(shorter)?;
            part.hasher.update(piece);
            part.histogram.count(&piece[..piece.len().min(counted)]);
            if done == 0 {
                let length = piece.len().min(part.start.len());
                part.start[..length].copy_from_slice(&piece[..length]);
            }
            done += piece.len() as u64;
        }
        Ok(part)
    })
}

fn shorter(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::other("it became shorter while it was read"),
        _ => error,
    }
}

/// The value of the tree over several parts.
fn merged(parts: &[ChainingValue]) -> ChainingValue {
    if let [part] = parts {
        return *part;
    }
    let (left, right) = halves(parts);
    merge_subtrees_non_root(&merged(left), &merged(right), Mode::Hash)
}

/// Two or more parts as BLAKE3 divides them: on the left as many as the largest power of two.
fn halves(parts: &[ChainingValue]) -> (&[ChainingValue], &[ChainingValue]) {
    parts.split_at(parts.len().next_power_of_two() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_read_in_parts_has_the_same_hash_and_the_same_evenness() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let never = AtomicBool::new(false);
        let part = usize::try_from(PART).expect("it is small");
        for length in [
            0,
            1,
            5000,
            part,
            part + 1,
            2 * part,
            3 * part - 1,
            5 * part + 7,
        ] {
            let content: Vec<u8> = (0..length).map(|i| (i * i / 7) as u8).collect();
            fs::write(&path, &content).expect("room");
            let file = File::open(&path).expect("it is there");
            let read = read(&file, length as u64, Want::HashAndBits, &never).expect("it is read");
            assert_eq!(read.blake3, *blake3::hash(&content).as_bytes(), "{length}");
            let mut histogram = Histogram::EMPTY;
            histogram.count(&content);
            let apart = (read.bits.expect("it was asked for") - histogram.bits()).abs();
            let most = if length <= COUNTED_MAX as usize {
                0.0
            } else {
                0.02
            };
            assert!(apart <= most, "{length}: {apart}");
        }
    }

    #[test]
    fn a_file_that_became_shorter_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, "short").expect("room");
        let file = File::open(&path).expect("it is there");
        let error = read(&file, 6, Want::Hash, &AtomicBool::new(false)).expect_err("it is short");
        assert!(error.to_string().contains("shorter"), "{error}");
    }
}

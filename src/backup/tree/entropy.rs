//! How even the bytes of a file are: what was encrypted without leave looks like chance.
//!
//! It is a hint and no proof. Compressed files are as even as encrypted ones, so those are judged
//! by how they begin, and files of which nothing is known are only counted.

use std::collections::BTreeMap;

use super::Listed;
use super::name::shown;

/// From how many bits in each byte on a file looks like chance.
pub const BITS_MIN: f64 = 7.5;
/// Up to how many bytes a file is too short to be judged.
pub const BYTES_MAX: u64 = 1024;

/// How many counts are kept beside each other, so that one byte need not wait for the last one.
const LANES: usize = 8;
/// Below how many bytes that is not worth its beginning and its end.
const SHORT: usize = 2048;

/// How often each byte is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram([u64; 256]);

/// How even the files of a tree are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entropy {
    /// How many files are long enough to be judged.
    pub files: u64,
    /// How many of them look like chance; more than the last time is a bad sign.
    pub even: u64,
    /// How many of them are of a kind that is known.
    pub known: u64,
    /// Those of a kind that is known which are not what their names say.
    pub suspicious: Listed,
}

/// The kinds of files that are judged, by what their names end with, in lowercase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds {
    kinds: BTreeMap<String, Vec<Vec<u8>>>,
}

impl Histogram {
    /// Of no bytes.
    pub const EMPTY: Histogram = Histogram([0; 256]);

    /// Counts bytes; at most 2^32 at a time.
    pub fn count(&mut self, bytes: &[u8]) {
        if bytes.len() < SHORT {
            return bytes
                .iter()
                .for_each(|byte| self.0[usize::from(*byte)] += 1);
        }
        let mut lanes = [[0_u32; 256]; LANES];
        let (words, rest) = bytes.as_chunks::<LANES>();
        for word in words {
            let word = u64::from_le_bytes(*word);
            for (lane, counts) in lanes.iter_mut().enumerate() {
                counts[(word >> (8 * lane)) as usize & 0xff] += 1;
            }
        }
        for byte in rest {
            lanes[0][usize::from(*byte)] += 1;
        }
        for (byte, total) in self.0.iter_mut().enumerate() {
            *total += lanes
                .iter()
                .map(|counts| u64::from(counts[byte]))
                .sum::<u64>();
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Histogram) {
        for (total, count) in self.0.iter_mut().zip(other.0) {
            *total += count;
        }
    }

    /// How many bits of chance there are in each byte, from 0 to 8.
    pub fn bits(&self) -> f64 {
        let all: u64 = self.0.iter().sum();
        let shares = self.0.iter().filter(|count| **count > 0);
        let bits = shares.map(|count| {
            let share = *count as f64 / all as f64;
            -share * share.log2()
        });
        bits.sum()
    }
}

impl Default for Kinds {
    fn default() -> Self {
        let text = "bat c cfg conf cpp cs css csv eml go h htm html ics ini java js json jsonl log \
                    md php pl ps ps1 py rb rs rtf sh sql svg tex toml ts tsv txt vb xml yaml yml";
        // The older office files may hold pictures, and begin as a protected newer one does.
        let old = "doc dot mpp msg ppt vsd xls";
        let new = "docm docx odp ods odt pptm pptx vsdx xlsm xlsx";
        const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
        const ZIP: &[u8] = b"PK";
        let mut kinds = Kinds {
            kinds: BTreeMap::new(),
        };
        for (endings, starts) in [
            (text, &[][..]),
            (old, &[OLE]),
            (new, &[ZIP, OLE]),
            ("pdf", &[b"%PDF"]),
        ] {
            for ending in endings.split_whitespace() {
                kinds = kinds.with(ending, starts);
            }
        }
        kinds
    }
}

impl Kinds {
    /// The same with one more kind. A file of a kind with `starts` may look like chance if it
    /// begins with one of them; one without may not.
    #[must_use]
    pub fn with(mut self, ending: &str, starts: &[&[u8]]) -> Self {
        let starts = starts.iter().map(|start| start.to_vec()).collect();
        self.kinds.insert(ending.to_lowercase(), starts);
        self
    }

    /// How a file of the kind of this one may begin, if the kind is known.
    fn starts(&self, path: &[u8]) -> Option<&[Vec<u8>]> {
        let name = path.rsplit(|byte| *byte == b'/').next()?;
        let dot = name.iter().rposition(|byte| *byte == b'.')?;
        let ending = std::str::from_utf8(&name[dot + 1..]).ok()?;
        self.kinds.get(&ending.to_lowercase()).map(Vec::as_slice)
    }
}

impl Entropy {
    /// Judges one more file by its name, its length, how even it is and how it begins.
    pub fn judge(&mut self, kinds: &Kinds, path: &[u8], bytes: u64, bits: f64, start: &[u8]) {
        if bytes <= BYTES_MAX {
            return;
        }
        let is_even = bits >= BITS_MIN;
        self.files += 1;
        self.even += u64::from(is_even);
        let Some(starts) = kinds.starts(path) else {
            return;
        };
        self.known += 1;
        if is_even && !starts.iter().any(|begins| start.starts_with(begins)) {
            self.suspicious.add(|| shown(path));
        }
    }

    /// Which share of the files of a kind that is known is suspicious, from 0 to 1.
    pub fn share(&self) -> f64 {
        match self.known {
            0 => 0.0,
            known => self.suspicious.count as f64 / known as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance(length: u32) -> Vec<u8> {
        let mut reader = blake3::Hasher::new().finalize_xof();
        let mut bytes = vec![0; length as usize];
        reader.fill(&mut bytes);
        bytes
    }

    /// Whether a file is suspicious.
    fn is_suspicious(path: &str, content: &[u8]) -> bool {
        let mut histogram = Histogram::EMPTY;
        histogram.count(content);
        let mut entropy = Entropy::default();
        let (bytes, bits) = (content.len() as u64, histogram.bits());
        entropy.judge(&Kinds::default(), path.as_bytes(), bytes, bits, content);
        entropy.suspicious.count == 1
    }

    #[test]
    fn bits_are_between_none_and_eight() {
        let mut histogram = Histogram::EMPTY;
        assert!(histogram.bits().abs() < 1e-9);
        histogram.count(&[7; 1001]);
        assert!(histogram.bits().abs() < 1e-9);
        let all: Vec<u8> = (0..=255).collect();
        let mut histogram = Histogram::EMPTY;
        histogram.count(&all);
        histogram.add(&histogram.clone());
        assert!((histogram.bits() - 8.0).abs() < 1e-9);
    }

    #[test]
    fn a_text_that_looks_like_chance_is_suspicious() {
        assert!(is_suspicious("a/b.TXT", &chance(5000)));
        assert!(!is_suspicious(
            "a/b.txt",
            &"Some words. ".repeat(500).into_bytes()
        ));
        assert!(!is_suspicious("a/b.txt", &chance(1024)));
        assert!(!is_suspicious("a/txt", &chance(5000)));
        assert!(!is_suspicious("a.txt/b.jpg", &chance(5000)));
    }

    #[test]
    fn a_compressed_document_is_suspicious_only_if_it_does_not_begin_as_one() {
        let document = [b"PK\x03\x04".as_slice(), &chance(5000)].concat();
        assert!(!is_suspicious("a.docx", &document));
        assert!(is_suspicious("a.docx", &chance(5000)));
        assert!(is_suspicious("a.txt", &document));
    }
}

//! What is in an archive, as `borg list --json-lines` says it.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};

use crate::backup::{Entry, note_entry};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// What is in an archive.
#[derive(Default)]
pub struct Count {
    /// The files in it. Each name of one is one.
    pub files: u64,
    /// What is in all of them, in bytes.
    pub bytes: u64,
    /// Those of which Borg knows that it filled in for what it had lost.
    pub damaged: u64,
    /// How much is in each, by its name: other names of it come without.
    sizes: HashMap<u64, u64>,
    /// All files, where they are asked for.
    pub entries: Option<Vec<Entry>>,
    rest: Vec<u8>,
}

/// A name. It need not be text.
#[derive(Default)]
struct Name {
    /// As much of it as it takes to know it again.
    hash: u64,
    /// All of it, where it is text.
    text: Option<String>,
}

/// Something in an archive.
#[derive(serde::Deserialize)]
struct Item {
    mode: String,
    path: Name,
    #[serde(default)]
    source: Name,
    #[serde(default)]
    size: u64,
    healthy: Option<bool>,
}

impl Count {
    /// One that keeps the names of files as well.
    pub fn naming() -> Self {
        Count {
            entries: Some(Vec::new()),
            ..Count::default()
        }
    }

    fn add(&mut self, item: Item) {
        self.damaged += u64::from(item.healthy == Some(false));
        let size = match item.mode.chars().next() {
            Some('-') => item.size,
            Some('h') => self
                .sizes
                .get(&item.source.hash)
                .copied()
                .unwrap_or(item.size),
            _ => return,
        };
        self.files += 1;
        self.bytes += size;
        self.sizes.insert(item.path.hash, size);
        note_entry(&mut self.entries, item.path.text, size);
    }
}

impl Write for Count {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(piece);
        let lines = self.rest.iter().rposition(|byte| *byte == b'\n');
        let whole: Vec<u8> = self.rest.drain(..lines.map_or(0, |end| end + 1)).collect();
        for line in whole.split(|byte| *byte == b'\n') {
            if !line.is_empty() {
                self.add(serde_json::from_slice(line).map_err(io::Error::other)?);
            }
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Name, E> {
                let mut hasher = DefaultHasher::new();
                bytes.hash(&mut hasher);
                Ok(Name {
                    hash: hasher.finish(),
                    text: std::str::from_utf8(bytes).ok().map(str::to_owned),
                })
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
                self.visit_bytes(text.as_bytes())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_file_counts_whatever_it_is() {
        let mut count = Count::naming();
        let lines = concat!(
            r#"{"type": "d", "mode": "drwx------", "path": "s", "source": "", "size": 0}"#,
            "\n",
            r#"{"type": "-", "mode": "-rw-------", "path": "s/\udce4", "source": "", "size": 5}"#,
            "\n",
            r#"{"type": "-", "mode": "hrw-------", "path": "s/b", "source": "s/\udce4"}"#,
            "\n",
            r#"{"type": "l", "mode": "lrwx------", "path": "s/l", "source": "b", "size": 1}"#,
            "\n",
            r#"{"type": "-", "mode": "-rw-------", "path": "s/c", "size": 2, "healthy": false}"#,
            "\n",
        );
        for piece in lines.as_bytes().chunks(7) {
            count.write_all(piece).expect("lines of JSON");
        }
        assert_eq!((count.files, count.bytes, count.damaged), (3, 12, 1));
        let entries = count.entries.iter().flatten();
        let sizes: Vec<_> = entries.map(|it| (it.path.as_str(), it.bytes)).collect();
        assert_eq!(sizes, [("\u{fffd}", 5), ("s/b", 5), ("s/c", 2)]);
        assert!(count.write_all(b"garbage\n").is_err());
    }
}

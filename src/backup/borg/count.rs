//! What is in an archive, as `borg list --json-lines` says it.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};

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
    sizes: HashMap<Name, u64>,
    rest: Vec<u8>,
}

/// A name, as much of it as it takes to know it again. It need not be text.
#[derive(Default, PartialEq, Eq, Hash)]
struct Name(u64);

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
    fn add(&mut self, item: Item) {
        self.damaged += u64::from(item.healthy == Some(false));
        let size = match item.mode.chars().next() {
            Some('-') => item.size,
            Some('h') => self.sizes.get(&item.source).copied().unwrap_or(item.size),
            _ => return,
        };
        self.files += 1;
        self.bytes += size;
        self.sizes.insert(item.path, size);
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
                Ok(Name(hasher.finish()))
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
        let mut count = Count::default();
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
        assert!(count.write_all(b"garbage\n").is_err());
    }
}

//! One line of a manifest: what an entry was.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};

use super::Counts;
use crate::backup::tree::EXECUTABLE;
use crate::backup::tree::walk::{Entry, Kind};
use crate::text::hex;

/// What is encoded in a path, besides all that is not ASCII.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%').add(b'"').add(b'\\');

/// What an entry was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Line<'a> {
    /// Its path below the folder of the manifest, encoded.
    pub path: Cow<'a, str>,
    /// What it was.
    pub kind: Word,
    /// How long, if it was a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Which bits of its mode let it be executed, in octal digits, if any did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable: Option<Cow<'a, str>>,
    /// Its BLAKE3, if it was a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<Cow<'a, str>>,
    /// Where it led, encoded, if it was a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Cow<'a, str>>,
    /// Its number, if it was a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<u64>,
}

/// What an entry was, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device.
    Device,
    /// A named pipe.
    Fifo,
    /// What could not be read.
    Unread,
}

/// The last line: BLAKE3 over all lines before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End<'a> {
    /// The hash.
    pub blake3: Cow<'a, str>,
}

impl<'a> Line<'a> {
    /// The line for an entry; of a socket there is none.
    pub fn of(entry: Entry<'a>) -> Option<Self> {
        let mut line = Line {
            path: encoded(entry.path),
            kind: Word::Folder,
            bytes: None,
            executable: None,
            blake3: None,
            target: None,
            device: None,
        };
        match entry.kind {
            Kind::Folder => {}
            Kind::File { content, mode } => {
                let executable = mode & EXECUTABLE;
                line.kind = Word::File;
                line.bytes = Some(content.bytes);
                line.executable = (executable != 0).then(|| format!("{executable:o}").into());
                line.blake3 = Some(hex(&content.blake3).into());
            }
            Kind::Link(target) => {
                line.kind = Word::Link;
                line.target = Some(encoded(target));
            }
            Kind::Device(number) => {
                line.kind = Word::Device;
                line.device = Some(*number);
            }
            Kind::Fifo => line.kind = Word::Fifo,
            Kind::Socket => return None,
            Kind::Unread(_) => line.kind = Word::Unread,
        }
        Some(line)
    }

    /// Its path in bytes.
    pub fn path_bytes(&self) -> Cow<'_, [u8]> {
        percent_decode_str(&self.path).into()
    }

    /// Where it led, in bytes; empty if it was no link.
    pub fn target_bytes(&self) -> Cow<'_, [u8]> {
        percent_decode_str(self.target.as_deref().unwrap_or_default()).into()
    }

    /// Which bits of its mode let it be executed.
    pub fn executable_bits(&self) -> u32 {
        let digits = self.executable.as_deref().unwrap_or_default();
        u32::from_str_radix(digits, 8).unwrap_or_default() & EXECUTABLE
    }
}

impl Counts {
    /// Counts one more line.
    pub(super) fn add(&mut self, line: &Line) {
        match line.kind {
            Word::File => self.files += 1,
            Word::Folder => self.folders += 1,
            Word::Link => self.links += 1,
            Word::Device | Word::Fifo => self.others += 1,
            Word::Unread => self.unread += 1,
        }
        self.bytes = self.bytes.saturating_add(line.bytes.unwrap_or_default());
    }
}

fn encoded(bytes: &[u8]) -> Cow<'_, str> {
    percent_encode(bytes, ENCODED).into()
}

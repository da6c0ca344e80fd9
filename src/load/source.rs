//! The files as text, and where in them a finding points.
//!
//! A route is turned into line and column by reading the file's tree again, once for each file
//! that has findings to show; the model itself carries no positions.

use std::collections::{BTreeMap, HashMap};
use std::str::Utf8Error;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::document::Removed;
use super::problem::{Complaint, Problems};
use super::{File, Unread, route};
use crate::finding::{Place, Spot};
use crate::text::hex;

/// The largest plan file that is read, in bytes. A large team plan has a few hundred thousand.
pub const SIZE_MAX: u64 = 64 * 1024 * 1024;

/// How much is shown after the place where a file stops being text, in bytes.
const SHOWN_MAX: usize = 80;
/// What some editors write at the start of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// One plan file.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Its path, relative to the workspace.
    pub path: String,
    /// What is in it, without a byte order mark. Where it could not be read, as much as shows why.
    pub text: String,
    /// The parts of items that were left out because of a problem in them.
    pub(super) removed: Vec<Removed>,
    /// Where something stands that may be a secret, from one byte to another.
    pub(super) secrets: Vec<(u32, u32)>,
}

/// Line and column, both counted from one; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from one.
    pub line: usize,
    /// The column, from one, in characters.
    pub column: usize,
}

/// Where a place really is.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// The file.
    pub source: &'a Source,
    /// The bytes it covers.
    pub span: std::ops::Range<usize>,
    /// Where it starts.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// Every plan file that was found.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    pub(super) fn new(files: Vec<Source>) -> Self {
        Sources { files }
    }

    /// Every file, in the order of paths.
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// The path of a file, as findings show it.
    pub fn path(&self, file: u32) -> &str {
        self.files
            .get(file as usize)
            .map_or("", |source| &source.path)
    }

    /// The SHA-256 over every file: its path and its text, each with its length before it.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for source in &self.files {
            for piece in [&source.path, &source.text] {
                hash.update((piece.len() as u64).to_le_bytes());
                hash.update(piece.as_bytes());
            }
        }
        hex(&hash.finalize())
    }

    /// Where each of these places really is; a file is read once, however many places it has.
    pub fn locate<'p>(
        &self,
        places: impl IntoIterator<Item = &'p Place>,
    ) -> HashMap<&'p Place, Located<'_>> {
        let mut by_file: BTreeMap<u32, Vec<&Place>> = BTreeMap::new();
        for place in places {
            by_file.entry(place.file).or_default().push(place);
        }
        let located = by_file.into_par_iter().filter_map(|(file, places)| {
            let source = self.files.get(file as usize)?;
            let found = source.locate(file, &places);
            Some(places.into_iter().zip(found).collect::<Vec<_>>())
        });
        located.flatten_iter().collect()
    }
}

impl Source {
    /// A part of the text, as it may be shown: what may be a secret is not.
    pub fn shown(&self, bytes: std::ops::Range<usize>) -> String {
        let is_secret = |at: usize| {
            let mut secrets = self.secrets.iter();
            secrets.any(|(start, end)| (*start as usize..*end as usize).contains(&at))
        };
        let text = self.text[bytes.clone()].char_indices();
        let shown = text.map(|(at, letter)| match is_secret(bytes.start + at) {
            true if letter != '\n' => '*',
            _ => letter,
        });
        shown.collect()
    }

    /// Where each of these places of this file is, in the same order.
    fn locate(&self, number: u32, places: &[&Place]) -> Vec<Located<'_>> {
        let routes = places
            .iter()
            .any(|place| matches!(place.spot, Spot::Route(..)));
        let documents = if routes {
            route::documents(self, number)
        } else {
            Vec::new()
        };
        let spans: Vec<_> = places
            .iter()
            .map(|place| self.whole_characters(route::span(place, &documents)))
            .collect();
        let ends = spans.iter().flat_map(|span| [span.start, span.end]);
        let positions = positions(&self.text, ends.collect());
        let located = |span: std::ops::Range<usize>| Located {
            source: self,
            start: positions[&span.start],
            end: positions[&span.end],
            span,
        };
        spans.into_iter().map(located).collect()
    }

    /// A span that lies inside the text and cuts no character.
    fn whole_characters(&self, span: std::ops::Range<u32>) -> std::ops::Range<usize> {
        let inside = |at: u32| self.text.floor_char_boundary(at as usize);
        let start = inside(span.start);
        start..inside(span.end).max(start)
    }
}

/// Line and column of each of these bytes, in one pass over the text.
fn positions(text: &str, mut bytes: Vec<usize>) -> HashMap<usize, Position> {
    bytes.sort_unstable();
    bytes.dedup();
    let mut here = Position { line: 1, column: 1 };
    let mut from = 0;
    let mut positions = HashMap::with_capacity(bytes.len());
    for to in bytes {
        let passed = &text[from..to];
        let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        let last = match passed.rfind('\n') {
            Some(newline) => {
                here.column = 1;
                &passed[newline + 1..]
            }
            None => passed,
        };
        here.line += lines;
        here.column += last.chars().count();
        from = to;
        positions.insert(to, here);
    }
    positions
}

/// Turns bytes into text; the text alone, with a problem, where that cannot be a plan.
pub(super) fn read(file: File, problems: &mut Problems) -> Source {
    let mut source = Source {
        path: file.path,
        ..Source::default()
    };
    match file.content {
        Ok(bytes) if bytes.len() as u64 > SIZE_MAX => {
            unread(&Unread::TooLarge(bytes.len() as u64), problems);
        }
        Ok(bytes) => source.text = text(bytes, problems),
        Err(reason) => unread(&reason, problems),
    }
    source
}

/// The bytes as text without a byte order mark.
fn text(bytes: Vec<u8>, problems: &mut Problems) -> String {
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return not_utf8(error.as_bytes(), error.utf8_error(), problems),
    };
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len_utf8());
    }
    if let Some(at) = text.find('\0') {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        problems.add((at, at + 1), |_| {
            Complaint::FileUnreadable
                .finding("there is a NUL byte here; this is not a text file")
                .help("Save the file as UTF-8 text, or move it out of the plans folder.")
        });
    }
    text
}

/// As much of the text as shows where it stops being UTF-8.
fn not_utf8(bytes: &[u8], error: Utf8Error, problems: &mut Problems) -> String {
    let at = error.valid_up_to();
    let shown = &bytes[..bytes.len().min(at + SHOWN_MAX)];
    let start = u32::try_from(at).unwrap_or(u32::MAX);
    problems.add((start, start), |_| {
        Complaint::FileUnreadable
            .finding(format!(
                "this is not UTF-8 text (byte {at} is {:#04x})",
                bytes[at]
            ))
            .help("Save the file as UTF-8 in your editor.")
    });
    String::from_utf8_lossy(shown).into_owned()
}

fn unread(reason: &Unread, problems: &mut Problems) {
    let (message, help) = match reason {
        Unread::TooLarge(size) => (
            format!("the file has {size} bytes; at most {SIZE_MAX} are read"),
            "Split it into several files, or move it out of the plans folder.",
        ),
        Unread::Failed(why) => (
            format!("this could not be read: {why}"),
            "Check that it exists and that you may read it.",
        ),
        Unread::NotAFile(what) => (
            format!("this is {what}, not a file"),
            "Replace it by a file, or move it out of the plans folder.",
        ),
    };
    problems.add_for_file(Complaint::FileUnreadable.finding(message).help(help));
}

/// Another spelling that is accepted for a key.
pub(super) fn alias(key: &str) -> Option<&'static str> {
    (key == "mtpd").then_some("mtd")
}

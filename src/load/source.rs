//! The files as text, and where in them a finding points.
//!
//! A route is turned into line and column by reading the file's tree again, once for each file
//! that has findings to show; the model itself carries no positions.

use std::collections::{BTreeMap, HashMap};

use super::tree::{self, Data, Node};
use super::{File, Unread};
use crate::finding::{Finding, Place, Seg, Severity, Spot};

/// The largest plan file that is read, in bytes. A large team plan has a few hundred thousand.
pub const SIZE_MAX: u64 = 64 * 1024 * 1024;

/// One plan file.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Its path, relative to the workspace.
    pub path: String,
    /// What is in it; empty when it could not be read.
    pub text: String,
    /// The first bytes of list entries that were left out because of a problem in them.
    pub(super) removed: Vec<u32>,
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

    /// Where each of these places really is; a file is read once, however many places it has.
    pub fn locate<'p>(
        &self,
        places: impl IntoIterator<Item = &'p Place>,
    ) -> HashMap<&'p Place, Located<'_>> {
        let mut by_file: BTreeMap<u32, Vec<&Place>> = BTreeMap::new();
        for place in places {
            by_file.entry(place.file).or_default().push(place);
        }
        let mut located = HashMap::new();
        for (file, places) in by_file {
            let Some(source) = self.files.get(file as usize) else {
                continue;
            };
            let lines = Lines::new(&source.text);
            let routes = places
                .iter()
                .any(|place| matches!(place.spot, Spot::Route(..)));
            let documents = if routes {
                tree::parse(&source.text).0
            } else {
                Vec::new()
            };
            for place in places {
                let span = span(place, &documents, &source.removed);
                let (start, end) = (lines.position(span.start), lines.position(span.end));
                located.insert(
                    place,
                    Located {
                        source,
                        span,
                        start,
                        end,
                    },
                );
            }
        }
        located
    }
}

/// Turns bytes into text, or says why that cannot be.
pub(super) fn read(number: u32, file: File) -> (Source, Vec<Finding>) {
    let (path, content) = (file.path, file.content);
    let finding = |check, message: String, help: &str| {
        let place = Place::file(number);
        Finding::new(check, Severity::Error, message)
            .at(place)
            .help(help)
    };
    let refused = |finding| {
        (
            Source {
                path: path.clone(),
                ..Source::default()
            },
            vec![finding],
        )
    };
    let bytes = match content {
        Ok(bytes) => bytes,
        Err(unread) => return refused(unread_finding(&unread, finding)),
    };
    if bytes.len() as u64 > SIZE_MAX {
        return refused(unread_finding(
            &Unread::TooLarge(bytes.len() as u64),
            finding,
        ));
    }
    match String::from_utf8(bytes) {
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at]
                .iter()
                .filter(|b| **b == b'\n')
                .count()
                + 1;
            refused(finding(
                "file-unreadable",
                format!("line {line} is not UTF-8 text (byte {at})"),
                "Save the file as UTF-8 in your editor.",
            ))
        }
        Ok(text) => match text.find('\0') {
            None => (
                Source {
                    path,
                    text,
                    removed: Vec::new(),
                },
                Vec::new(),
            ),
            Some(at) => refused(finding(
                "file-unreadable",
                format!("there is a NUL byte (byte {at}); this is not a text file"),
                "Save the file as UTF-8 text, or move it out of the plans folder.",
            )),
        },
    }
}

fn unread_finding(
    unread: &Unread,
    finding: impl Fn(&'static str, String, &str) -> Finding,
) -> Finding {
    match unread {
        Unread::TooLarge(size) => finding(
            "file-unreadable",
            format!("the file has {size} bytes; at most {SIZE_MAX} are read"),
            "Split it into several files, or move it out of the plans folder.",
        ),
        Unread::Failed(why) => finding(
            "file-unreadable",
            format!("the file could not be read: {why}"),
            "Check that it exists and that you may read it.",
        ),
        Unread::NotAFile(what) => finding(
            "file-unreadable",
            format!("this is {what}, not a file"),
            "Replace it by a file, or move it out of the plans folder.",
        ),
    }
}

/// The bytes a place covers: as far down its route as the file goes.
fn span(place: &Place, documents: &[Option<Node<'_>>], removed: &[u32]) -> std::ops::Range<usize> {
    match &place.spot {
        Spot::File => 0..0,
        Spot::Span(start, end) => *start as usize..*end as usize,
        Spot::Route(document, route) => {
            let root = documents.get(*document as usize).and_then(Option::as_ref);
            let Some(root) = root else { return 0..0 };
            follow(root, route, removed)
        }
    }
}

fn follow(root: &Node<'_>, route: &[Seg], removed: &[u32]) -> std::ops::Range<usize> {
    let (mut node, mut shown) = (root, root.start..root.end);
    for seg in route {
        let next = match (seg, &node.data) {
            (Seg::Key(key), Data::Map(map)) => {
                let named = |name: &str| map.iter().find(|(k, _)| k.text() == Some(name));
                named(key).or_else(|| named(alias(key)?)).map(|(k, v)| {
                    // A whole block is better shown by its key.
                    let block = matches!(v.data, Data::List(_) | Data::Map(_)) || v.is_null();
                    (
                        v,
                        if block {
                            k.start..k.end
                        } else {
                            v.start..v.end
                        },
                    )
                })
            }
            (Seg::Index(i), Data::List(list)) => {
                let mut kept = list.iter().filter(|entry| !removed.contains(&entry.start));
                kept.nth(*i as usize).map(|entry| (entry, head(entry)))
            }
            _ => None,
        };
        let Some((found, span)) = next else { break };
        (node, shown) = (found, span);
    }
    shown.start as usize..shown.end as usize
}

/// What to show of a list's entry: its id where it has one, else its first key, else all of it.
fn head(entry: &Node<'_>) -> std::ops::Range<u32> {
    let Data::Map(map) = &entry.data else {
        return entry.start..entry.end;
    };
    match (entry.get("id"), map.first()) {
        (Some(id), _) => id.start..id.end,
        (None, Some((key, value))) if value.text().is_some() => key.start..value.end,
        (None, Some((key, _))) => key.start..key.end,
        (None, None) => entry.start..entry.end,
    }
}

/// Another spelling that is accepted for a key.
pub(super) fn alias(key: &str) -> Option<&'static str> {
    (key == "mtpd").then_some("mtd")
}

/// Where each line starts, to turn bytes into lines and columns.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, b)| *b == b'\n')
            .map(|(i, _)| i + 1);
        Lines {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    fn position(&self, at: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= at) - 1;
        let column = self
            .text
            .get(self.starts[line]..at)
            .map_or(0, |t| t.chars().count());
        Position {
            line: line + 1,
            column: column + 1,
        }
    }
}

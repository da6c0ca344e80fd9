//! Compares what is there with what a manifest says was there.

use std::path::Path;

use super::Header;
use super::line::{Line, Word};
use super::reader::Reader;
use super::write::Place;
use crate::backup::tree::name::{is_below, order, shown};
use crate::backup::tree::walk::{self, Entry, Kind};
use crate::backup::tree::{Listed, Look, Survey, Tree};
use crate::error::Result;

/// How what is there differs from what a manifest lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differences {
    /// What the manifest says of itself; all of it was read and is as it was written.
    pub header: Header,
    /// What is listed and not there.
    pub missing: Listed,
    /// What is there and not listed.
    pub extra: Listed,
    /// What is not as it is listed: what it is, its content, its target, whether it is executable.
    pub changed: Listed,
    /// What is there and cannot be read, and why; it is neither missing nor changed.
    pub unread: Listed,
    /// How many entries nothing is said of, as they could not be read when they were listed.
    pub unknown: u64,
    /// How many files are as they are listed.
    pub files: u64,
    /// How much is in those, in bytes.
    pub bytes: u64,
}

/// Compares all that is below a folder with what a manifest lists, and says what is there, in one
/// pass. The manifest itself is no part of the tree.
///
/// # Errors
/// When either cannot be read, or the manifest is not as it was written.
pub fn compare(manifest: &Path, folder: &Path, look: &Look<'_>) -> Result<(Tree, Differences)> {
    let mut without = Place::new(manifest)?.below(folder)?;
    without.extend_from_slice(look.without);
    let look = Look {
        without: &without,
        ..*look
    };
    let mut survey = Survey::new(look);
    let mut comparison = Comparison::new(Reader::open(manifest)?, look.without, Kept::All)?;
    walk::each(folder, &look, |entry| {
        survey.meet(entry);
        comparison.meet(entry)
    })?;
    Ok((survey.finish(), comparison.finish()?))
}

impl Differences {
    /// Whether all that is listed was compared and is there as it is listed, and nothing else is.
    pub fn is_none(&self) -> bool {
        let all = [&self.missing, &self.extra, &self.changed, &self.unread];
        all.into_iter().all(|listed| listed.count == 0) && self.unknown == 0
    }
}

/// What a place keeps of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backup) enum Kept {
    /// All that a manifest lists.
    All,
    /// Their paths and contents alone, as an object store does: folders, links and who may execute
    /// what only the manifest has.
    Contents,
}

/// A manifest and what is there, both in the same order, side by side.
pub(in crate::backup) struct Comparison<'l> {
    /// What is no part of the tree, by its paths.
    without: &'l [Vec<u8>],
    kept: Kept,
    reader: Reader,
    /// The next line, with its path.
    listed: Option<(Vec<u8>, Line<'static>)>,
    /// What could not be read when it was listed: of what is below it nothing is known.
    unknown: Option<Vec<u8>>,
    /// What cannot be read now: what is below it may be there.
    unread: Option<Vec<u8>>,
    differences: Differences,
}

impl<'l> Comparison<'l> {
    /// At its beginning.
    ///
    /// # Errors
    /// When the manifest is not as it was written.
    pub fn new(mut reader: Reader, without: &'l [Vec<u8>], kept: Kept) -> Result<Self> {
        let differences = Differences {
            header: reader.header().clone(),
            missing: Listed::default(),
            extra: Listed::default(),
            changed: Listed::default(),
            unread: Listed::default(),
            unknown: 0,
            files: 0,
            bytes: 0,
        };
        Ok(Comparison {
            without,
            kept,
            listed: reader.next()?,
            reader,
            unknown: None,
            unread: None,
            differences,
        })
    }

    /// Goes on to an entry that is there.
    ///
    /// # Errors
    /// When the manifest is not as it was written.
    pub fn meet(&mut self, entry: Entry<'_>) -> Result<()> {
        self.miss_until(|path| order(path, entry.path).is_ge())?;
        match self.listed.take_if(|(path, _)| path == entry.path) {
            Some((_, line)) => {
                self.judge(entry, &line);
                self.listed = self.reader.next()?;
            }
            None => self.judge_unlisted(entry),
        }
        Ok(())
    }

    /// Goes on to the end of the manifest, where it is shown to be whole.
    ///
    /// # Errors
    /// When it is not.
    pub fn finish(mut self) -> Result<Differences> {
        self.miss_until(|_| false)?;
        Ok(self.differences)
    }

    /// Whatever is listed up to some path is not there.
    fn miss_until(&mut self, is_there: impl Fn(&[u8]) -> bool) -> Result<()> {
        while let Some((path, line)) = self.listed.take_if(|(path, _)| !is_there(path)) {
            self.miss(&path, &line);
            self.listed = self.reader.next()?;
        }
        Ok(())
    }

    fn miss(&mut self, path: &[u8], line: &Line) {
        let mut without = self.without.iter();
        let is_kept = match self.kept {
            Kept::All => true,
            Kept::Contents => !matches!(line.kind, Word::Folder | Word::Link),
        };
        let differences = &mut self.differences;
        if line.kind == Word::Unread {
            differences.unknown += 1;
        } else if is_kept && !is_in(&self.unread, path) && !without.any(|own| own == path) {
            differences.missing.add(|| shown(path));
        }
    }

    fn judge(&mut self, entry: Entry<'_>, line: &Line) {
        let (path, differences) = (entry.path, &mut self.differences);
        match entry.kind {
            _ if line.kind == Word::Unread => {
                differences.unknown += 1;
                self.unknown = Some(path.to_vec());
            }
            Kind::Unread(why) => {
                differences.unread.add(|| walk::complaint(path, why));
                self.unread = Some(path.to_vec());
            }
            _ if !is_same(entry, line, self.kept) => {
                differences.changed.add(|| shown(path));
            }
            Kind::File { content, .. } => {
                differences.files += 1;
                differences.bytes += content.bytes;
            }
            _ => {}
        }
    }

    /// An entry that is not listed.
    fn judge_unlisted(&mut self, entry: Entry<'_>) {
        // No backup holds sockets, so none is listed.
        let is_socket = matches!(entry.kind, Kind::Socket);
        if !is_socket && !is_in(&self.unknown, entry.path) {
            self.differences.extra.add(|| shown(entry.path));
        }
    }
}

/// Whether an entry is as it is listed, as far as is kept where it is.
fn is_same(entry: Entry<'_>, line: &Line, kept: Kept) -> bool {
    let mut found = Line::of(entry);
    if let (Kept::Contents, Some(found)) = (kept, &mut found) {
        found.executable.clone_from(&line.executable);
    }
    found.as_ref() == Some(line)
}

fn is_in(folder: &Option<Vec<u8>>, path: &[u8]) -> bool {
    folder.as_ref().is_some_and(|folder| is_below(path, folder))
}

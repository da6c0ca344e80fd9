//! Plan files become a programme: text in; the programme, its sources and findings out.
//!
//! Loading never fails and never reads a disk. Each file is read by itself, in parallel, item by
//! item, so that one bad item hides nothing beside it; then all are merged.
//!
//! | step | file |
//! |---|---|
//! | bytes become text, within limits | `source` |
//! | text becomes a tree with positions, within budgets | `fold`, `open`, `tree` |
//! | a tree becomes a value, by serde | `decode` |
//! | an item is decoded again without what is wrong in it | `peel` |
//! | a document is taken apart into sections and items | `document` |
//! | schedules get the days of their calendars, those of files too | `calendars` |
//! | a calendar file becomes days | `ics`, `recurrence` |
//! | the declarations of all files become one programme | `merge` |
//! | references are met, and what lies behind them | `walk`, `mentions` |
//! | references that lead nowhere are found | `refs` |
//! | what lies in the future is no fact, who has left is gone | `as_of` |
//! | what a finding misses may be what could not be read | `left_out` |
//! | a finding's route becomes bytes | `route` |
//! | bytes become line and column | `source` |
//!
//! What can be wrong is listed in `problem`; each complaint is a check with a page of its own.

mod as_of;
mod calendars;
mod decode;
mod document;
mod fold;
mod ics;
mod left_out;
mod mentions;
mod merge;
mod open;
mod peel;
mod problem;
mod recurrence;
mod refs;
mod route;
mod source;
mod suggest;
#[cfg(test)]
pub mod testing;
mod tree;
mod walk;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub use as_of::as_of;
pub use calendars::CALENDAR_ENDING;
pub use left_out::point_at_left_out;
pub use mentions::mentions;
pub use problem::{Complaint, PROBLEMS_MAX};
pub use source::{Located, Position, SIZE_MAX, Source, Sources};
pub use suggest::closest;

use document::{Fragment, Reader};
use problem::Problems;

use crate::finding::{self, Finding, Spot};
use crate::model::{NEVER_IN_A_PLAN, Programme};

/// A plan file as it was found: its path relative to the workspace, and its bytes.
pub struct File {
    /// The path, as findings show it.
    pub path: String,
    /// What is in it, or why it could not be read.
    pub content: Result<Vec<u8>, Unread>,
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It has more bytes than [`SIZE_MAX`].
    TooLarge(u64),
    /// The operating system said no.
    Failed(String),
    /// It is not a file, such as a pipe or a link that leads nowhere.
    NotAFile(String),
}

/// What came of loading.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Everything that was understood.
    pub programme: Programme,
    /// The files, to show findings with.
    pub sources: Sources,
    /// What was wrong, in the order of files.
    pub findings: Vec<Finding>,
}

impl Loaded {
    /// The files that were not read to their end, so that what is missed may be in them.
    pub fn unread(&self) -> Vec<&str> {
        let hiding = self.findings.iter().filter(|finding| hides_more(finding));
        let mut files: Vec<u32> = hiding
            .filter_map(|f| Some(f.place.as_ref()?.file))
            .collect();
        files.sort_unstable();
        files.dedup();
        let paths = files.into_iter().map(|file| self.sources.path(file));
        paths.collect()
    }
}

/// Reads plan files into one programme.
///
/// The order of `files` does not matter: they are read in the order of their paths.
pub fn load(mut files: Vec<File>) -> Loaded {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let number = |i: usize| u32::try_from(i).expect("fewer than four thousand million files");
    let read: Vec<_> = files
        .into_par_iter()
        .enumerate()
        .map(|(i, file)| read(number(i), file))
        .collect();
    let (mut sources, mut fragments, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    let mut refused = BTreeMap::new();
    for (source, fragment, found) in read {
        if calendars::is_calendar(&source.path) {
            // Whether it matters is for those to say who name it.
            refused.extend(
                found
                    .into_iter()
                    .map(|finding| (number(sources.len()), finding)),
            );
        } else {
            findings.extend(found);
        }
        sources.push(source);
        fragments.push(fragment);
    }
    calendars::resolve(&mut fragments, (&sources, refused), &mut findings);
    let unread = findings.iter().find(|finding| hides_more(finding));
    let unread = unread.and_then(|finding| finding.place.as_ref());
    let unread = unread.map(|place| sources[place.file as usize].path.clone());
    let programme = merge::merge(fragments, unread.as_deref(), &mut findings);
    refs::check(&programme, unread.as_deref(), &mut findings);
    finding::sort(&mut findings);
    // What an anchor names is read again for every alias, with the same complaint.
    findings.dedup();
    Loaded {
        programme,
        sources: Sources::new(sources),
        findings,
    }
}

/// Reads one file by itself.
fn read(number: u32, file: File) -> (Source, Fragment, Vec<Finding>) {
    let mut problems = Problems::new(number);
    let mut source = source::read(file, &mut problems);
    let is_plan = !calendars::is_calendar(&source.path);
    let fragment = if problems.is_empty() && is_plan {
        Reader::new(number, &mut problems, &mut source.removed).read(&source.text)
    } else {
        Fragment::default()
    };
    let findings = problems.finish();
    let secrets = findings
        .iter()
        .filter(|finding| finding.message.contains(NEVER_IN_A_PLAN));
    let spans = secrets.filter_map(|finding| match finding.place.as_ref()?.spot {
        Spot::Span(start, end) => Some((start, end)),
        _ => None,
    });
    source.secrets = spans.collect();
    (source, fragment, findings)
}

/// Whether a file may declare things that were not seen, so that what is missed may be in it.
pub fn hides_more(finding: &Finding) -> bool {
    let hiding = [
        Complaint::FileUnreadable,
        Complaint::YamlSyntax,
        Complaint::YamlTooComplex,
    ];
    hiding
        .iter()
        .any(|complaint| complaint.id() == finding.check)
}

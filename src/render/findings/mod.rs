//! Findings as people and programs read them.
//!
//! A format is one file with `pub const FORMAT` and one word in the table below.

mod text;

use std::collections::HashMap;

use crate::finding::{Finding, Place};
use crate::load::{Located, Sources};

/// A way to write findings.
pub struct Format {
    /// The word for `--format`.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes the findings.
    pub write: fn(&Report) -> String,
}

/// Findings with what is needed to show them.
pub struct Report<'a> {
    /// The findings, in the order in which they are shown.
    pub findings: &'a [Finding],
    /// Where each place really is.
    pub located: HashMap<&'a Place, Located<'a>>,
    /// Whether the text may be coloured.
    pub colour: Colour,
}

/// Whether text may be coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// A person looks at a terminal.
    Terminal,
    /// A file, a pipe or a person who asked for none.
    Plain,
}

impl<'a> Report<'a> {
    /// Finds out where every place is.
    pub fn new(findings: &'a [Finding], sources: &'a Sources, colour: Colour) -> Self {
        let places = findings.iter().flat_map(|finding| {
            finding
                .place
                .iter()
                .chain(finding.related.iter().map(|(place, _)| place))
        });
        Report {
            findings,
            located: sources.locate(places),
            colour,
        }
    }

    /// Where a finding is, if it has a place.
    pub fn at(&self, finding: &Finding) -> Option<&Located<'a>> {
        self.located.get(finding.place.as_ref()?)
    }
}

macro_rules! table {
    ($($name:ident)+) => {
        /// Every format.
        pub const FORMATS: &[Format] = &[$($name::FORMAT,)+];
    };
}

table! {
    text
}

/// The format with this name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

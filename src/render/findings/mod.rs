//! Findings as people and programs read them.
//!
//! A format is one file with `pub const FORMAT` and one word in the table below.

use std::collections::HashMap;

use crate::finding::{Finding, Place, Severity};
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
    /// The least severity that fails; for formats that know only passed and failed.
    pub fails_at: Severity,
    /// The folder of the workspace in its repository, such as `ops/`; empty at the root.
    pub folder: String,
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
            fails_at: Severity::Error,
            folder: String::new(),
        }
    }

    /// Says from which severity on a finding is a failure.
    #[must_use]
    pub fn fails_at(mut self, severity: Severity) -> Self {
        self.fails_at = severity;
        self
    }

    /// Says where the workspace lies in its repository.
    #[must_use]
    pub fn in_folder(mut self, folder: impl Into<String>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Where a finding is, if it has a place.
    pub fn at(&self, finding: &Finding) -> Option<&Located<'a>> {
        self.located.get(finding.place.as_ref()?)
    }

    /// The path of a file as its repository knows it.
    fn path_in_repository(&self, at: &Located) -> String {
        format!("{}{}", self.folder, at.source.path)
    }
}

macro_rules! table {
    ($($name:ident)+) => {
        $(mod $name;)+

        /// Every format.
        pub const FORMATS: &[Format] = &[$($name::FORMAT,)+];
    };
}

table! {
    text
    json
    sarif
    github
    junit
}

// What every JUnit report needs.
pub(super) use junit::fit;

/// The format with this name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

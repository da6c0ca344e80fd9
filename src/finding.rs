//! What a check or the loader has to say: an id, a severity, a place and a way out.
//!
//! A finding holds a *route* to its place (keys and indices). Only when it is shown is the route
//! turned into line and column, by [`crate::load::Sources`].

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::{Kind, Origin, arranged};
use crate::time::Date;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The plan is weaker than it should be.
    Warning,
    /// The plan cannot work, or says something impossible.
    Error,
}

impl Severity {
    /// The word it is shown as.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One step of a route into a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seg {
    /// The value under a key.
    Key(&'static str),
    /// The entry of a list.
    Index(u32),
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as an index into the loaded sources.
    pub file: u32,
    /// Where in the file.
    pub spot: Spot,
}

/// Where in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// The whole file.
    File,
    /// From one byte to another.
    Span(u32, u32),
    /// A value, by the document it is in and the route to it.
    Route(u32, Vec<Seg>),
}

impl Place {
    /// The whole of a file.
    pub fn file(file: u32) -> Self {
        Place {
            file,
            spot: Spot::File,
        }
    }

    /// A piece of a file, in bytes.
    pub fn span(file: u32, start: u32, end: u32) -> Self {
        Place {
            file,
            spot: Spot::Span(start, end),
        }
    }

    /// The value under a key of this one.
    #[must_use]
    pub fn key(self, key: &'static str) -> Self {
        self.then(Seg::Key(key))
    }

    /// An entry of this list.
    #[must_use]
    pub fn index(self, index: usize) -> Self {
        self.then(Seg::Index(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// Further down the route.
    #[must_use]
    pub fn then(mut self, seg: Seg) -> Self {
        if let Spot::Route(_, route) = &mut self.spot {
            route.push(seg);
        }
        self
    }
}

impl Origin {
    /// The place of the whole thing; go on with [`Place::key`] and [`Place::index`].
    pub fn place(self) -> Place {
        let mut route = Vec::with_capacity(4);
        route.push(Seg::Key(self.section));
        route.extend(self.index.map(Seg::Index));
        Place {
            file: self.file,
            spot: Spot::Route(self.document, route),
        }
    }

    /// The place of the value under a key.
    pub fn key(self, key: &'static str) -> Place {
        self.place().key(key)
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// What kind of thing.
    pub kind: Kind,
    /// Its id; empty for the organization.
    pub id: String,
}

impl Subject {
    /// A thing of the programme.
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Subject {
            kind,
            id: id.into(),
        }
    }

    /// The organization itself.
    pub fn organization() -> Self {
        Subject::new(Kind::Organization, "")
    }
}

/// That somebody accepts a finding, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The person's id.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The last day.
    pub until: Date,
}

/// A decision that a finding asks of management.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The question, as one sentence that ends in a question mark.
    pub question: String,
    /// The choices, each as what would be done.
    pub options: Vec<String>,
}

/// One thing that is wrong, missing or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the check that says so.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub subject: Option<Subject>,
    /// What is wrong, as one lowercase sentence without a full stop.
    pub message: String,
    /// What to do about it, as full sentences.
    pub help: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// Other places that matter, each with what is there.
    pub related: Vec<(Place, String)>,
    /// What management has to decide, if anything.
    pub decision: Option<Decision>,
    /// That somebody accepts it for now.
    pub accepted: Option<Accepted>,
}

impl Finding {
    /// A finding with its message; say where, about what and what to do with the methods below.
    pub fn new(check: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Finding {
            check,
            severity,
            subject: None,
            message: message.into(),
            help: None,
            place: None,
            related: Vec::new(),
            decision: None,
            accepted: None,
        }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says about what.
    #[must_use]
    pub fn about(mut self, kind: Kind, id: impl Into<String>) -> Self {
        self.subject = Some(Subject::new(kind, id));
        self
    }

    /// Says what to do, in full sentences.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Points at another place that matters, and says what is there.
    #[must_use]
    pub fn also(mut self, place: Place, note: impl Into<String>) -> Self {
        self.related.push((place, note.into()));
        self
    }

    /// Asks management to decide.
    #[must_use]
    pub fn decide<S: Into<String>>(
        mut self,
        question: impl Into<String>,
        options: impl IntoIterator<Item = S>,
    ) -> Self {
        let options = options.into_iter().map(Into::into).collect();
        self.decision = Some(Decision {
            question: question.into(),
            options,
        });
        self
    }

    /// Whether it counts against the plan: it does until somebody accepts it.
    pub fn counts(&self) -> bool {
        self.accepted.is_none()
    }
}

/// How many findings there are of each severity; accepted ones are counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors that nobody accepts.
    pub errors: usize,
    /// Warnings that nobody accepts.
    pub warnings: usize,
    /// Notes that nobody accepts.
    pub notes: usize,
    /// Findings of any severity that somebody accepts.
    pub accepted: usize,
}

impl Counts {
    /// Counts these.
    pub fn of(findings: &[Finding]) -> Self {
        let mut counts = Counts::default();
        for finding in findings {
            let count = match finding.severity {
                _ if !finding.counts() => &mut counts.accepted,
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Note => &mut counts.notes,
            };
            *count += 1;
        }
        counts
    }

    /// How many count at or above a severity.
    pub fn at_least(self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Note => self.errors + self.warnings + self.notes,
        }
    }
}

/// As people read it: `2 errors, 1 warning, 0 notes; 1 accepted`.
impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |count: usize, word: &str| {
            let ending = if count == 1 { "" } else { "s" };
            format!("{count} {word}{ending}")
        };
        let (errors, warnings) = (of(self.errors, "error"), of(self.warnings, "warning"));
        write!(f, "{errors}, {warnings}, {}", of(self.notes, "note"))?;
        if self.accepted > 0 {
            write!(f, "; {} accepted", self.accepted)?;
        }
        Ok(())
    }
}

/// The first `most` findings of each check, and how many more of which check are left out.
pub fn first_of_each(
    findings: &[Finding],
    most: usize,
) -> (Vec<Finding>, BTreeMap<&'static str, usize>) {
    let mut counts = BTreeMap::new();
    let kept = findings.iter().filter(|finding| {
        let count = counts.entry(finding.check).or_insert(0);
        *count += 1;
        *count <= most
    });
    let kept = kept.cloned().collect();
    let more = |(check, count): (_, usize)| Some((check, count.checked_sub(most)?));
    let left_out = counts.into_iter().filter_map(more);
    (kept, left_out.filter(|(_, more)| *more > 0).collect())
}

/// Puts findings in the order in which people read them: by file, place, then check.
pub fn sort(findings: &mut Vec<Finding>) {
    // What is compared most is kept beside the number, so that few findings are looked at.
    let file = |finding: &Finding| finding.place.as_ref().map_or(u32::MAX, |place| place.file);
    let mut order: Vec<(u32, usize)> = findings.iter().map(file).zip(0..).collect();
    order.par_sort_unstable_by(|(file, a), (other, b)| {
        let key = |f: &'_ usize| {
            let finding = &findings[*f];
            (
                finding.place.is_none(),
                &finding.place,
                finding.check,
                &finding.message,
                *f,
            )
        };
        file.cmp(other).then_with(|| key(a).cmp(&key(b)))
    });
    *findings = arranged(std::mem::take(findings), order.into_iter().map(|(_, i)| i));
}

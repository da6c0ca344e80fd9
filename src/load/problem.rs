//! What the loader can complain of, and the complaints of one file.
//!
//! A complaint has the id of a check that documents it; a test holds this list and the table of
//! checks together.

use crate::finding::{Finding, Place, Severity};

/// The most problems of one file that are listed. The rest is counted.
pub const PROBLEMS_MAX: usize = 1_000;
/// The longest message, in characters; what people wrote is quoted in it.
const MESSAGE_MAX: usize = 400;

macro_rules! complaints {
    ($($(#[doc = $doc:literal])+ $name:ident $id:literal;)+) => {
        /// What the loader can complain of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Complaint {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Complaint {
            /// Every complaint, in the order of ids.
            pub const ALL: &'static [Complaint] = &[$(Complaint::$name,)+];

            /// The id of the check that documents it.
            pub fn id(self) -> &'static str {
                match self {
                    $(Complaint::$name => $id,)+
                }
            }
        }
    };
}

complaints! {
    /// A calendar file, or something in it, cannot be understood.
    CalendarUnreadable "calendar-unreadable";
    /// A reference leads nowhere.
    DanglingReference "dangling-reference";
    /// Something is said to have been done on a day that has not come yet.
    DateInFuture "date-in-future";
    /// A file cannot be read, or is not text.
    FileUnreadable "file-unreadable";
    /// A key that must be there is not.
    MissingKey "missing-key";
    /// No file states the organization.
    NoOrganization "no-organization";
    /// More is wrong than is listed.
    TooManyProblems "too-many-problems";
    /// A key is not known.
    UnknownKey "unknown-key";
    /// A value has the wrong kind or form.
    WrongValue "wrong-value";
    /// A key stands twice in one place.
    YamlDuplicateKey "yaml-duplicate-key";
    /// A text is not YAML.
    YamlSyntax "yaml-syntax";
    /// A value carries a tag.
    YamlTag "yaml-tag";
    /// A text is deeper, larger or more repetitive than a plan can be.
    YamlTooComplex "yaml-too-complex";
}

impl Complaint {
    /// A finding that says so; what is long is shortened, and it is one line.
    pub fn finding(self, message: impl Into<String>) -> Finding {
        Finding::new(self.id(), Severity::Error, clipped(message.into()))
    }
}

fn clipped(message: String) -> String {
    // What was written may try to look like a line of ours.
    let mut message = message.replace(char::is_control, "\u{fffd}");
    if let Some((at, _)) = message.char_indices().nth(MESSAGE_MAX) {
        message.truncate(at);
        message.push('…');
    }
    message
}

/// What is wrong in one file: a list with a limit, so that no file can fill the memory.
#[derive(Debug)]
pub struct Problems {
    file: u32,
    list: Vec<Finding>,
    more: usize,
}

impl Problems {
    /// Nothing is wrong yet.
    pub fn new(file: u32) -> Self {
        Problems {
            file,
            list: Vec::new(),
            more: 0,
        }
    }

    /// Something is wrong from one byte to another; `say` is asked only while there is room.
    pub fn add(&mut self, span: (u32, u32), say: impl FnOnce(&Self) -> Finding) {
        if self.list.len() < PROBLEMS_MAX {
            let finding = say(self).at(self.place(span));
            self.list.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Something is wrong with the file as a whole.
    pub fn add_for_file(&mut self, finding: Finding) {
        self.list.push(finding.at(Place::file(self.file)));
    }

    /// The place from one byte of the file to another.
    pub fn place(&self, (start, end): (u32, u32)) -> Place {
        Place::span(self.file, start, end)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Every finding, with how many are not listed.
    pub fn finish(mut self) -> Vec<Finding> {
        if self.more > 0 {
            self.list
                .push(unlisted(self.more, "in this file").at(Place::file(self.file)));
        }
        self.list
    }
}

/// That more is wrong than is listed.
pub fn unlisted(more: usize, whence: &str) -> Finding {
    Complaint::TooManyProblems
        .finding(format!("{more} more problems {whence} are not listed"))
        .help("Mend those that are listed and check again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_is_counted() {
        let mut problems = Problems::new(0);
        for _ in 0..PROBLEMS_MAX + 7 {
            problems.add((0, 0), |_| Complaint::WrongValue.finding("odd"));
        }
        let findings = problems.finish();
        assert_eq!(findings.len(), PROBLEMS_MAX + 1);
        assert!(findings[PROBLEMS_MAX].message.starts_with("7 more"));
    }

    #[test]
    fn a_message_that_quotes_a_whole_book_is_shortened() {
        let finding = Complaint::WrongValue.finding("ő".repeat(10_000));
        assert_eq!(finding.message.chars().count(), MESSAGE_MAX + 1);
    }
}

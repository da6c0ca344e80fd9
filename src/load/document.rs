//! A file is taken apart into documents, sections and items, each decoded by itself.

use serde::de::DeserializeOwned;

use super::peel::peel;
use super::suggest::closest;
use super::tree::{self, Data, Fault, Node};
use crate::finding::{Finding, Place, Severity};
use crate::model::*;
use crate::sections;

/// Reads one file; what is wrong goes to the findings.
pub struct Reader<'f> {
    file: u32,
    document: u32,
    findings: &'f mut Vec<Finding>,
    removed: &'f mut Vec<u32>,
}

macro_rules! fragment {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// What one file declares.
        #[derive(Default)]
        pub struct Fragment {
            pub organizations: Vec<Declared<Organization>>,
            pub teams: Vec<Declared<Team>>,
            $(pub $field: Vec<Declared<$type>>,)+
            pub accepted: Vec<Declared<Acceptance>>,
            pub unreadable: Vec<(Kind, String)>,
        }

        /// Every key of a document.
        const KEYS: &[&str] = &["organization", "team", $($key,)+ "accepted"];

        impl Reader<'_> {
            fn section(&mut self, key: &Node<'_>, value: &mut Node<'_>, into: &mut Fragment) {
                match key.text().unwrap_or_default() {
                    "organization" => {
                        into.organizations.extend(self.single("organization", value));
                    }
                    "team" => {
                        let team = self.single("team", value);
                        if team.is_none() {
                            into.unreadable.extend(id_of(value).map(|id| (Kind::Team, id)));
                        }
                        into.teams.extend(team);
                    }
                    $($key => {
                        let lost = self.list($key, $word, value, &mut into.$field);
                        into.unreadable.extend(lost.into_iter().map(|id| (Kind::$kind, id)));
                    })+
                    "accepted" => {
                        self.list("accepted", "accepted finding", value, &mut into.accepted);
                    }
                    unknown => self.unknown_section(key, unknown),
                }
            }
        }
    };
}
sections!(fragment);

impl<'f> Reader<'f> {
    pub fn new(file: u32, findings: &'f mut Vec<Finding>, removed: &'f mut Vec<u32>) -> Self {
        Reader {
            file,
            document: 0,
            findings,
            removed,
        }
    }

    /// Takes a file's text apart.
    pub fn read(&mut self, text: &str) -> Fragment {
        let mut fragment = Fragment::default();
        let (documents, faults) = tree::parse(text);
        self.findings.extend(
            faults
                .into_iter()
                .map(|fault| fault_finding(self.file, fault)),
        );
        for (number, document) in documents.into_iter().enumerate() {
            self.document = u32::try_from(number).unwrap_or(u32::MAX);
            if let Some(document) = document.filter(|document| !document.is_null()) {
                self.document(document, &mut fragment);
            }
        }
        fragment
    }

    fn document(&mut self, document: Node<'_>, into: &mut Fragment) {
        let (start, end) = (document.start, document.end);
        let Data::Map(entries) = document.data else {
            let end = end.min(start + 40);
            self.complain(
                (start, end),
                "wrong-value",
                "a plan consists of keys with values, such as `systems:`".to_owned(),
                "Begin with `team:` and go on with the sections you need; `mainstay new team` \
                 writes a file to start from."
                    .to_owned(),
            );
            return;
        };
        for (key, mut value) in entries {
            if !value.is_null() {
                self.section(&key, &mut value, into);
            }
        }
    }

    fn single<T: DeserializeOwned>(
        &mut self,
        section: &'static str,
        value: &mut Node<'_>,
    ) -> Option<Declared<T>> {
        let decoded = peel(self.file, value, section, self.findings, self.removed)?;
        Some(Declared {
            value: decoded,
            at: self.origin(section, None),
        })
    }

    /// Decodes each entry of a section by itself; returns the ids of those that were lost.
    fn list<T: DeserializeOwned>(
        &mut self,
        section: &'static str,
        word: &str,
        value: &mut Node<'_>,
        into: &mut Vec<Declared<T>>,
    ) -> Vec<String> {
        let place = (value.start, value.end.min(value.start + 40));
        let Data::List(entries) = &mut value.data else {
            self.complain(
                place,
                "wrong-value",
                format!("`{section}` is not a list"),
                format!("Write each {word} after a `-`, one below the other."),
            );
            return Vec::new();
        };
        into.reserve(entries.len());
        let mut lost = Vec::new();
        for (index, entry) in entries.iter_mut().enumerate() {
            match peel(self.file, entry, word, self.findings, self.removed) {
                Some(decoded) => {
                    let index = u32::try_from(index).unwrap_or(u32::MAX);
                    into.push(Declared {
                        value: decoded,
                        at: self.origin(section, Some(index)),
                    });
                }
                None => lost.extend(id_of(entry)),
            }
        }
        lost
    }

    fn unknown_section(&mut self, key: &Node<'_>, unknown: &str) {
        let list = KEYS
            .iter()
            .map(|k| format!("`{k}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let help = match closest(unknown, KEYS.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`? Known here: {list}."),
            None => format!("Known here: {list}."),
        };
        let message = format!("`{unknown}` is not a section of a plan");
        self.complain((key.start, key.end), "unknown-key", message, help);
    }

    fn complain(&mut self, at: (u32, u32), check: &'static str, message: String, help: String) {
        let place = Place::span(self.file, at.0, at.1);
        self.findings.push(
            Finding::new(check, Severity::Error, message)
                .at(place)
                .help(help),
        );
    }

    fn origin(&self, section: &'static str, index: Option<u32>) -> Origin {
        Origin {
            file: self.file,
            document: self.document,
            section,
            index,
        }
    }
}

/// The id that was meant, where the rest could not be read.
fn id_of(item: &Node<'_>) -> Option<String> {
    Some(item.get("id")?.text()?.to_owned())
}

fn fault_finding(file: u32, fault: Fault) -> Finding {
    let finding = Finding::new(fault.check, Severity::Error, fault.message)
        .at(Place::span(file, fault.start, fault.end))
        .help(fault.help);
    match fault.first {
        Some((start, end)) => finding.also(Place::span(file, start, end), "first written here"),
        None => finding,
    }
}

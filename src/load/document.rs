//! A file is taken apart into documents, sections and items, each decoded by itself.

use serde::de::DeserializeOwned;

use super::fold;
use super::peel::peel;
use super::problem::{Complaint, Problems};
use super::suggest::did_you_mean;
use super::tree::{Data, Node};
use crate::model::*;
use crate::sections;

/// Reads one file; what is wrong goes to the problems.
pub struct Reader<'s> {
    file: u32,
    document: u32,
    problems: &'s mut Problems,
    removed: &'s mut Vec<Removed>,
}

/// A part that was left out of an item. Where it stood in a list, later entries moved up.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The item.
    pub at: Origin,
    /// The way from the item to the part, as it was written.
    pub route: Vec<usize>,
    /// The key of the item that it is, or is below.
    pub key: String,
    /// The bytes it covers.
    pub span: (u32, u32),
}

impl Removed {
    fn new(at: Origin, item: &mut Node<'_>, route: Vec<usize>) -> Self {
        let key = match (&item.data, route.first()) {
            (Data::Map(map), Some(child)) => map.get(*child).and_then(|(key, _)| key.text()),
            _ => None,
        };
        Removed {
            at,
            key: key.unwrap_or_default().to_owned(),
            span: item
                .at_mut(&route)
                .map_or((0, 0), |part| (part.start, part.end)),
            route,
        }
    }
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
        pub const KEYS: &[&str] = &["organization", "team", $($key,)+ "accepted"];

        impl Reader<'_> {
            fn section(&mut self, key: &Node<'_>, value: &mut Node<'_>, into: &mut Fragment) {
                let (kind, lost) = match key.text().unwrap_or_default() {
                    "organization" => {
                        let lost = self.single("organization", value, &mut into.organizations);
                        (Kind::Organization, Vec::from_iter(lost))
                    }
                    "team" => {
                        let lost = self.single("team", value, &mut into.teams);
                        (Kind::Team, Vec::from_iter(lost))
                    }
                    $($key => (Kind::$kind, self.list($key, $word, value, &mut into.$field)),)+
                    "accepted" => {
                        // Nothing refers to these.
                        self.list("accepted", "accepted finding", value, &mut into.accepted);
                        return;
                    }
                    _ => return self.unknown_section(key),
                };
                into.unreadable.extend(lost.into_iter().map(|id| (kind, id)));
            }
        }
    };
}
sections!(fragment);

impl<'s> Reader<'s> {
    /// A reader that notes what is wrong, and which parts of items were left out.
    pub fn new(file: u32, problems: &'s mut Problems, removed: &'s mut Vec<Removed>) -> Self {
        Reader {
            file,
            document: 0,
            problems,
            removed,
        }
    }

    /// Takes a file's text apart.
    pub fn read(&mut self, text: &str) -> Fragment {
        let mut fragment = Fragment::default();
        let documents = fold::parse(text, self.problems);
        for (number, document) in documents.into_iter().enumerate() {
            self.document = u32::try_from(number).unwrap_or(u32::MAX);
            if let Some(document) = document.filter(|document| !document.is_null()) {
                self.document(document, &mut fragment);
            }
        }
        fragment
    }

    fn document(&mut self, document: Node<'_>, into: &mut Fragment) {
        let Data::Map(entries) = document.data else {
            self.problems.add((document.start, document.end), |_| {
                Complaint::WrongValue
                    .finding("a plan consists of keys with values, such as `systems:`")
                    .help(
                        "Begin with `team:` and go on with the sections you need; \
                         `mainstay new team` writes a file to start from.",
                    )
            });
            return;
        };
        for (key, mut value) in entries {
            self.section(&key, &mut value, into);
        }
    }

    /// Decodes a section that is one item; returns the id of one that was lost.
    fn single<T: DeserializeOwned>(
        &mut self,
        section: &'static str,
        value: &mut Node<'_>,
        into: &mut Vec<Declared<T>>,
    ) -> Option<String> {
        if value.is_null() {
            return None;
        }
        let decoded = self.item(section, None, section, value);
        let lost = decoded.is_none();
        into.extend(decoded);
        lost.then(|| id_of(value).unwrap_or_default())
    }

    /// Decodes each entry of a section by itself; returns the ids of those that were lost.
    fn list<T: DeserializeOwned>(
        &mut self,
        section: &'static str,
        word: &str,
        value: &mut Node<'_>,
        into: &mut Vec<Declared<T>>,
    ) -> Vec<String> {
        // A section with nothing under it is an empty one.
        if value.is_null() || value.is_gone() {
            return Vec::new();
        }
        let span = (value.start, value.end);
        let Data::List(entries) = &mut value.data else {
            self.problems.add(span, |_| {
                Complaint::WrongValue
                    .finding(format!("`{section}` is not a list"))
                    .help(format!(
                        "Write each {word} after a `-`, one below the other."
                    ))
            });
            return Vec::new();
        };
        into.reserve(entries.len());
        let (mut lost, mut index) = (Vec::new(), 0);
        for entry in entries {
            match self.item(section, Some(index), word, entry) {
                Some(decoded) => into.push(decoded),
                None => lost.extend(id_of(entry)),
            }
            index += u32::from(!entry.is_gone());
        }
        lost
    }

    fn item<T: DeserializeOwned>(
        &mut self,
        section: &'static str,
        index: Option<u32>,
        word: &str,
        entry: &mut Node<'_>,
    ) -> Option<Declared<T>> {
        if entry.is_gone() {
            return None;
        }
        let mut removed = Vec::new();
        let decoded = peel(entry, word, self.problems, &mut removed);
        let at = Origin {
            file: self.file,
            document: self.document,
            section,
            index,
        };
        let value = decoded?;
        let part = |route| Removed::new(at, entry, route);
        let parts = removed.into_iter().map(part);
        // What lies in a part that was left out later has no place any more.
        self.removed.extend(parts.filter(|part| part.span.1 > 0));
        Some(Declared { value, at })
    }

    fn unknown_section(&mut self, key: &Node<'_>) {
        let unknown = key.text().unwrap_or_default();
        self.problems.add((key.start, key.end), |_| {
            Complaint::UnknownKey
                .finding(format!("`{unknown}` is not a section of a plan"))
                .help(did_you_mean(unknown, KEYS))
        });
    }
}

/// The id that was meant, where the rest could not be read.
fn id_of(item: &Node<'_>) -> Option<String> {
    match &item.data {
        Data::Gone(id) => Some(id.as_deref()?.to_owned()),
        _ => Some(item.get("id")?.text()?.to_owned()),
    }
}

//! References that lead nowhere.
//!
//! They are looked for on all cores, and worded afterwards: a few of them, if there are very many.

use foldhash::{HashMap, HashMapExt, HashSet};
use rayon::prelude::*;
use serde::Serialize;

use super::problem::{Complaint, unlisted};
use super::suggest::Vocabulary;
use super::walk::{Reference, kinds, references};
use crate::finding::{Finding, Place};
use crate::model::*;
use crate::sections;

/// The most references that are listed as leading nowhere. The rest is counted.
const DANGLING_MAX: usize = 10_000;
/// How many things are looked through by one thread at a time.
const ITEMS_TOGETHER: usize = 512;

macro_rules! check {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// Finds every reference that leads nowhere.
        ///
        /// `unread` is a file that may declare more than was seen.
        pub fn check(programme: &Programme, unread: Option<&str>, findings: &mut Vec<Finding>) {
            let unreadable = programme.unreadable.iter();
            let unreadable = unreadable.map(|(kind, id)| (*kind, id.as_str())).collect();
            let known = Known { programme, unreadable };
            let mut found = Found::default();
            found.add(known.alone(&programme.organization));
            found.add(known.all(&programme.teams));
            $(found.add(known.all(&programme.$field));)+
            found.add(known.alone(&programme.accepted));
            Words::new(programme, unread).say(found, findings);
        }
    };
}
sections!(check);

/// What references may name.
struct Known<'p> {
    programme: &'p Programme,
    unreadable: HashSet<(Kind, &'p str)>,
}

impl<'p> Known<'p> {
    /// The references that lead nowhere in things of one kind.
    fn all<T: Entity + Serialize>(&self, items: &'p Items<T>) -> Found<'p> {
        let parts: Vec<_> = items
            .par_chunks(ITEMS_TOGETHER)
            .map(|items| {
                let mut found = Found::default();
                for item in items {
                    let subject = (T::KIND, item.id());
                    for declared in &item.declarations {
                        references(declared, |met| self.look_at(met, subject, &mut found));
                    }
                }
                found
            })
            .collect();
        let mut found = Found::default();
        parts.into_iter().for_each(|part| found.add(part));
        found
    }

    /// The references that lead nowhere in what has no id of its own.
    fn alone<'d, T>(&self, all: impl IntoIterator<Item = &'d Declared<T>>) -> Found<'p>
    where
        T: Serialize + 'd,
    {
        let (mut found, subject) = (Found::default(), (Kind::Organization, ""));
        for declared in all {
            references(declared, |met| self.look_at(met, subject, &mut found));
        }
        found
    }

    /// One reference: fine, or noted.
    fn look_at(&self, reference: Reference, subject: (Kind, &'p str), found: &mut Found<'p>) {
        let (kinds, id) = (reference.kinds(), reference.id);
        let known =
            |kind: &Kind| self.programme.has(*kind, id) || self.unreadable.contains(&(*kind, id));
        if kinds.is_empty() || kinds.iter().any(known) {
            return;
        }
        found.add(Found {
            dangling: vec![Dangling {
                place: reference.place(),
                id_type: reference.id_type,
                id: id.to_owned(),
                subject,
            }],
            more: 0,
        });
    }
}

/// A reference that leads nowhere.
struct Dangling<'p> {
    place: Place,
    id_type: &'static str,
    id: String,
    subject: (Kind, &'p str),
}

/// The references that lead nowhere: as many as are listed, and how many more there are.
#[derive(Default)]
struct Found<'p> {
    dangling: Vec<Dangling<'p>>,
    more: usize,
}

impl<'p> Found<'p> {
    fn add(&mut self, later: Found<'p>) {
        let room = DANGLING_MAX - self.dangling.len();
        self.more += later.more + later.dangling.len().saturating_sub(room);
        self.dangling.extend(later.dangling.into_iter().take(room));
    }
}

/// Says what is wrong with references.
struct Words<'p> {
    programme: &'p Programme,
    unread: Option<&'p str>,
    /// The ids that a type of id may name, made ready when one is not found.
    vocabularies: HashMap<&'static str, Vocabulary<'p>>,
}

impl<'p> Words<'p> {
    fn new(programme: &'p Programme, unread: Option<&'p str>) -> Self {
        Words {
            programme,
            unread,
            vocabularies: HashMap::new(),
        }
    }

    fn say(mut self, found: Found, findings: &mut Vec<Finding>) {
        for dangling in found.dangling {
            let kinds = kinds(dangling.id_type);
            let words: Vec<_> = kinds.iter().map(|kind| kind.word()).collect();
            let id = &dangling.id;
            let help = self.help(dangling.id_type, kinds, id);
            let (kind, subject) = dangling.subject;
            findings.push(
                Complaint::DanglingReference
                    .finding(format!("there is no {} `{id}`", words.join(" or ")))
                    .at(dangling.place)
                    .about(kind, subject)
                    .help(help),
            );
        }
        if found.more > 0 {
            findings.push(unlisted(found.more, "with references that lead nowhere"));
        }
    }

    /// What to do about an id that names nothing.
    fn help(&mut self, id_type: &'static str, kinds: &[Kind], id: &str) -> String {
        let programme = self.programme;
        let ids = || kinds.iter().flat_map(|kind| programme.ids(*kind));
        let vocabulary = self.vocabularies.entry(id_type);
        let vocabulary = vocabulary.or_insert_with(|| Vocabulary::new(ids()));
        match (vocabulary.closest(id), self.unread) {
            (Some(near), _) => format!("Did you mean `{near}`?"),
            (None, Some(path)) => {
                format!("It may be in `{path}`, which was not read to its end; mend that first.")
            }
            (None, None) => {
                let section = kinds[0].section();
                format!("Declare it under `{section}`, or correct the id.")
            }
        }
    }
}

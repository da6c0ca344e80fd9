//! References that lead nowhere.
//!
//! Ids serialize as newtypes with the name of their type, so walking over any value finds every
//! reference in it, with the route to it. No list of references has to be kept anywhere.

use foldhash::{HashMap, HashMapExt, HashSet};
use rayon::prelude::*;
use serde::Serialize;
use serde::ser;

use super::problem::{Complaint, unlisted};
use super::suggest::Vocabulary;
use crate::finding::{Finding, Place, Seg};
use crate::model::*;
use crate::sections;

/// The most references that are listed as leading nowhere. The rest is counted.
const DANGLING_MAX: usize = 10_000;
/// How many things are looked through by one thread at a time.
const ITEMS_TOGETHER: usize = 512;

/// What kinds of thing an id of this type may name; nothing for ids that are checked elsewhere.
fn kinds(id_type: &str) -> &'static [Kind] {
    match id_type {
        "TeamId" => &[Kind::Team],
        "PartyId" => &[Kind::Person, Kind::Role, Kind::Team],
        "NodeId" => &[Kind::System, Kind::Function],
        "ResourceId" => &[Kind::Role, Kind::Capacity],
        other => kinds_of_sections(other),
    }
}

macro_rules! check {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        fn kinds_of_sections(id_type: &str) -> &'static [Kind] {
            match id_type {
                $(stringify!($id) => &[Kind::$kind],)+
                _ => &[],
            }
        }

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
                let mut walk = Walk::new(self);
                for item in items {
                    for declared in &item.declarations {
                        walk.declared(declared, (T::KIND, item.id()));
                    }
                }
                walk.found
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
        let mut walk = Walk::new(self);
        for declared in all {
            walk.declared(declared, (Kind::Organization, ""));
        }
        walk.found
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

/// A walk over values that notes which references lead nowhere.
struct Walk<'k, 'p> {
    known: &'k Known<'p>,
    found: Found<'p>,
    route: Vec<Seg>,
    /// The type of the id whose text comes next, if an id comes next.
    id_type: Option<&'static str>,
    at: Option<Origin>,
    subject: (Kind, &'p str),
}

impl<'k, 'p> Walk<'k, 'p> {
    fn new(known: &'k Known<'p>) -> Self {
        Walk {
            known,
            found: Found::default(),
            route: Vec::new(),
            id_type: None,
            at: None,
            subject: (Kind::Organization, ""),
        }
    }

    fn declared<T: Serialize>(&mut self, declared: &Declared<T>, subject: (Kind, &'p str)) {
        self.at = Some(declared.at);
        self.subject = subject;
        self.route.clear();
        declared
            .value
            .serialize(&mut *self)
            .expect("walking over a value cannot fail");
    }

    /// One reference: fine, or noted.
    fn reference(&mut self, id_type: &'static str, id: &str) {
        let kinds = kinds(id_type);
        let Known {
            programme,
            unreadable,
        } = self.known;
        let named = |kind: &Kind| programme.has(*kind, id) || unreadable.contains(&(*kind, id));
        if kinds.is_empty() || kinds.iter().any(named) || self.defines() {
            return;
        }
        let at = self.at.expect("a walk begins at a declaration").place();
        self.found.add(Found {
            dangling: vec![Dangling {
                place: self.route.iter().fold(at, |place, seg| place.then(*seg)),
                id_type,
                id: id.to_owned(),
                subject: self.subject,
            }],
            more: 0,
        });
    }

    /// Whether the walk stands at the id of the declared thing itself.
    fn defines(&self) -> bool {
        self.route == [Seg::Key("id")]
    }
}

/// What a walk over a value fails with: it cannot.
#[derive(Debug)]
struct Never;

impl std::fmt::Display for Never {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("walking over a value cannot fail")
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Never
    }
}

/// Plain values hold no reference.
macro_rules! plain {
    ($($method:ident $type:ty)+) => {$(
        fn $method(self, _: $type) -> Result<(), Never> {
            Ok(())
        }
    )+};
}

/// The model has none of these shapes; a new one would be seen by the first test that loads it.
macro_rules! absent {
    ($($method:ident($($type:ty),*) -> $result:ty;)+) => {$(
        fn $method(self, $(_: $type),*) -> Result<$result, Never> {
            unreachable!("the model has no value of this shape")
        }
    )+};
}

type Absent = ser::Impossible<(), Never>;

impl<'w, 'k, 'p> ser::Serializer for &'w mut Walk<'k, 'p> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Elements<'w, 'k, 'p>;
    type SerializeStruct = &'w mut Walk<'k, 'p>;
    type SerializeTuple = Absent;
    type SerializeTupleStruct = Absent;
    type SerializeTupleVariant = Absent;
    type SerializeMap = Absent;
    type SerializeStructVariant = Absent;

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.id_type = name.ends_with("Id").then_some(name);
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Never> {
        self.route.push(Seg::Index(0));
        Ok(Elements {
            walk: self,
            next: 0,
        })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_str(self, text: &str) -> Result<(), Never> {
        if let Some(id_type) = self.id_type.take() {
            self.reference(id_type, text);
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Never> {
        Ok(())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, _: &T) -> Result<(), Never> {
        Ok(())
    }

    plain! {
        serialize_bool bool serialize_bytes &[u8] serialize_char char
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
        serialize_f32 f32 serialize_f64 f64
    }

    absent! {
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple(usize) -> Absent;
        serialize_tuple_struct(&'static str, usize) -> Absent;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Absent;
        serialize_map(Option<usize>) -> Absent;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Absent;
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Never> {
        unreachable!("the model has no value of this shape")
    }
}

impl ser::SerializeStruct for &mut Walk<'_, '_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.route.push(Seg::Key(key));
        value.serialize(&mut **self)?;
        self.route.pop();
        Ok(())
    }

    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}

/// A walk inside a list: the last segment of the route counts its entries.
struct Elements<'w, 'k, 'p> {
    walk: &'w mut Walk<'k, 'p>,
    next: u32,
}

impl ser::SerializeSeq for Elements<'_, '_, '_> {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        *self
            .walk
            .route
            .last_mut()
            .expect("pushed when the list began") = Seg::Index(self.next);
        self.next += 1;
        value.serialize(&mut *self.walk)
    }

    fn end(self) -> Result<(), Never> {
        self.walk.route.pop();
        Ok(())
    }
}

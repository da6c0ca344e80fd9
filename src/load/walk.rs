//! A walk over a value of the model that meets every reference in it, with the route to it.
//!
//! Ids serialize as newtypes with the name of their type, so no list of references has to be kept
//! anywhere. What is done with a reference is the business of whoever walks.

use serde::Serialize;
use serde::ser;

use crate::finding::{Place, Seg};
use crate::model::{Declared, Kind, Origin};
use crate::sections;

/// An id that stands in a value and names something else.
pub struct Reference<'r> {
    /// The type of the id, which says what kinds of thing it may name.
    pub id_type: &'static str,
    /// The id.
    pub id: &'r str,
    at: Origin,
    route: &'r [Seg],
}

impl Reference<'_> {
    /// What kinds of thing it may name; nothing for ids that are checked elsewhere.
    pub fn kinds(&self) -> &'static [Kind] {
        kinds(self.id_type)
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        let at = self.at.place();
        self.route.iter().fold(at, |place, seg| place.then(*seg))
    }
}

/// What kinds of thing an id of this type may name; nothing for ids that are checked elsewhere.
pub fn kinds(id_type: &str) -> &'static [Kind] {
    match id_type {
        "TeamId" => &[Kind::Team],
        "PartyId" => &[Kind::Person, Kind::Role, Kind::Team],
        "NodeId" => &[Kind::System, Kind::Function],
        "ResourceId" => &[Kind::Role, Kind::Capacity],
        other => kinds_of_sections(other),
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        fn kinds_of_sections(id_type: &str) -> &'static [Kind] {
            match id_type {
                $(stringify!($id) => &[Kind::$kind],)+
                _ => &[],
            }
        }
    };
}
sections!(kinds);

/// Shows every reference in a declaration to `see`.
pub fn references<T: Serialize>(declared: &Declared<T>, see: impl FnMut(Reference)) {
    let mut walk = Walk {
        see,
        at: declared.at,
        route: Vec::new(),
        id_type: None,
    };
    let walked = declared.value.serialize(&mut walk);
    walked.expect("walking over a value cannot fail");
}

struct Walk<F> {
    see: F,
    at: Origin,
    route: Vec<Seg>,
    /// The type of the id whose text comes next, if an id comes next.
    id_type: Option<&'static str>,
}

impl<F: FnMut(Reference)> Walk<F> {
    fn met(&mut self, id_type: &'static str, id: &str) {
        // The id of the declared thing itself names nothing else.
        if self.route != [Seg::Key("id")] {
            (self.see)(Reference {
                id_type,
                id,
                at: self.at,
                route: &self.route,
            });
        }
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

impl<'w, F: FnMut(Reference)> ser::Serializer for &'w mut Walk<F> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Elements<'w, F>;
    type SerializeStruct = &'w mut Walk<F>;
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
            self.met(id_type, text);
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

impl<F: FnMut(Reference)> ser::SerializeStruct for &mut Walk<F> {
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
struct Elements<'w, F> {
    walk: &'w mut Walk<F>,
    next: u32,
}

impl<F: FnMut(Reference)> ser::SerializeSeq for Elements<'_, F> {
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

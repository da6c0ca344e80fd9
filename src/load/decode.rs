//! A tree becomes a value, by serde.
//!
//! Scalars have no type until one asks: `no` and `0777` are text where text is wanted. An error
//! carries the route it happened at, so that the rest can be decoded without it.

use std::fmt;

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use super::tree::{Data, Node};

/// Why a value could not be decoded, and where: child numbers from the outside in.
#[derive(Debug)]
pub struct DecodeError {
    /// What is wrong.
    pub problem: Problem,
    /// The way down to the node at fault; an entry of a map counts as one child.
    pub route: Vec<usize>,
}

/// What is wrong with a value.
#[derive(Debug)]
pub enum Problem {
    /// A key that is not known, with those that are.
    UnknownKey(String, &'static [&'static str]),
    /// A word that is not on the list, with the list.
    UnknownWord(String, &'static [&'static str]),
    /// A key that must be there.
    MissingKey(&'static str),
    /// A key that is stated under two spellings.
    Twice(&'static str),
    /// A value of the wrong kind or form.
    Invalid(String),
}

impl DecodeError {
    fn new(problem: Problem) -> Self {
        DecodeError {
            problem,
            route: Vec::new(),
        }
    }

    fn within(mut self, child: usize) -> Self {
        self.route.insert(0, child);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.problem)
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        DecodeError::new(Problem::Invalid(message.to_string()))
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            de::Unexpected::Map => "keys with values".to_owned(),
            de::Unexpected::Seq => "a list".to_owned(),
            de::Unexpected::Str("") => "nothing".to_owned(),
            de::Unexpected::Str(text) => format!("`{text}`"),
            other => other.to_string(),
        };
        let expected = match expected.to_string() {
            text if text.starts_with("a sequence") => "a list, each entry after a `-`".to_owned(),
            text if text.starts_with("struct") => "keys with values".to_owned(),
            text if text.starts_with("a string") => "text".to_owned(),
            text if text.starts_with("a boolean") => "`true` or `false`".to_owned(),
            text if text.starts_with("u32") => "a whole number".to_owned(),
            other => other,
        };
        de::Error::custom(format!("expected {expected}, found {found}"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        DecodeError::new(Problem::UnknownKey(field.to_owned(), expected))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        DecodeError::new(Problem::UnknownWord(variant.to_owned(), expected))
    }

    fn missing_field(field: &'static str) -> Self {
        DecodeError::new(Problem::MissingKey(field))
    }

    fn duplicate_field(field: &'static str) -> Self {
        DecodeError::new(Problem::Twice(field))
    }
}

/// Decodes a tree into a value.
pub fn decode<'de, T: de::Deserialize<'de>>(node: &'de Node<'de>) -> Result<T, DecodeError> {
    T::deserialize(From(node))
}

const TILDE: &str = "`~`, which means nothing when it stands without quotes";
const NULL: &str = "`null`, which means nothing when it stands without quotes";

/// Whether a text shows nothing; a byte order mark counts as a space, as it does to editors.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

/// Whether a text stands as a whole in the quotes of a word processor, which YAML does not know.
fn is_in_curly_quotes(text: &str) -> bool {
    let inside = text
        .strip_prefix([
            '\u{201c}', '\u{201e}', '\u{2018}', '\u{201a}', '\u{201d}', '\u{2019}',
        ])
        .and_then(|text| text.strip_suffix(['\u{201d}', '\u{201c}', '\u{2019}', '\u{2018}']));
    inside.is_some_and(|inside| !inside.contains(['\u{201c}', '\u{201d}', '\u{201e}']))
}

#[derive(Clone, Copy)]
struct From<'de>(&'de Node<'de>);

impl<'de> From<'de> {
    fn wrong<V: Visitor<'de>>(self, visitor: &V) -> DecodeError {
        let found = match &self.0.data {
            Data::Scalar(text, true) if text == "~" => de::Unexpected::Other(TILDE),
            Data::Scalar(text, true) if text == "null" => de::Unexpected::Other(NULL),
            Data::Scalar(text, _) => de::Unexpected::Str(text),
            Data::List(_) => de::Unexpected::Seq,
            Data::Map(_) => de::Unexpected::Map,
            Data::Gone(_) => de::Unexpected::Unit,
        };
        de::Error::invalid_type(found, visitor)
    }

    /// A number or a truth value: plain text without quotes, in the one usual spelling.
    ///
    /// `010` is eight to some and ten to others, so it is neither.
    fn parsed<V, T>(self, visitor: &V) -> Result<T, DecodeError>
    where
        V: Visitor<'de>,
        T: std::str::FromStr,
    {
        let padded = |text: &str| text.len() > 1 && text.starts_with(['0', '+']);
        let text = match &self.0.data {
            Data::Scalar(text, true) if !padded(text) => Some(text),
            _ => None,
        };
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| self.wrong(visitor))
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident)+) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            let number = self.parsed(&visitor)?;
            visitor.$visit(number)
        }
    )+};
}

impl<'de> de::Deserializer<'de> for From<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.0.data {
            Data::Scalar(text, _) => visitor.visit_borrowed_str(text),
            Data::List(list) => visitor.visit_seq(Entries { list, next: 0 }),
            Data::Map(map) => visitor.visit_map(Pairs { map, next: 0 }),
            Data::Gone(_) => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0.text() {
            Some(text) if !self.0.is_null() => visitor.visit_borrowed_str(text),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        // What a value type takes is for that type to say; free text has to say something.
        match self.0.text() {
            Some(text) if is_blank(text) && !self.0.is_null() => Err(de::Error::custom(
                "nothing is written here; write it, or leave the key out",
            )),
            Some(text) if self.0.is_plain() && is_in_curly_quotes(text) => {
                Err(de::Error::custom(format!(
                    "the quotes of {text} would be part of the text; leave them out, or write \
                     straight ones around it: \"{text}\""
                )))
            }
            _ => self.deserialize_str(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let truth = self.parsed(&visitor)?;
        visitor.visit_bool(truth)
    }

    numbers! {
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_i64 visit_i64
        deserialize_f64 visit_f64
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.0.data {
            Data::List(list) => visitor.visit_seq(Entries { list, next: 0 }),
            // A key with nothing after it is an empty list.
            _ if self.0.is_null() => visitor.visit_seq(Entries { list: &[], next: 0 }),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.0.data {
            Data::Map(map) => visitor.visit_map(Pairs { map, next: 0 }),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.0.text() {
            Some(text) => visitor.visit_enum(text.into_deserializer()),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Entries<'de> {
    list: &'de [Node<'de>],
    next: usize,
}

impl<'de> de::SeqAccess<'de> for Entries<'de> {
    type Error = DecodeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        let mut rest = self.list.iter().enumerate().skip(self.next);
        let Some((child, node)) = rest.find(|(_, node)| !node.is_gone()) else {
            return Ok(None);
        };
        self.next = child + 1;
        let element = seed.deserialize(From(node));
        element.map(Some).map_err(|error| error.within(child))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len() - self.next)
    }
}

struct Pairs<'de> {
    map: &'de [(Node<'de>, Node<'de>)],
    next: usize,
}

impl<'de> de::MapAccess<'de> for Pairs<'de> {
    type Error = DecodeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        let mut rest = self.map[self.next..].iter();
        let Some(gone) = rest.position(|(_, value)| !value.is_gone()) else {
            return Ok(None);
        };
        self.next += gone;
        let (key, _) = &self.map[self.next];
        seed.deserialize(From(key))
            .map(Some)
            .map_err(|error| error.within(self.next))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DecodeError> {
        let (_, value) = &self.map[self.next];
        self.next += 1;
        seed.deserialize(From(value))
            .map_err(|error| error.within(self.next - 1))
    }
}

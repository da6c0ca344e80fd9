//! A list or map whose end was not reached yet, and the keys that it cannot have.

use std::borrow::Cow;
use std::collections::HashMap;

use super::problem::{Complaint, Problems};
use super::tree::{Data, Node};

/// From this many keys on, an equal key is found by its hash.
const HASHED_MIN: usize = 16;

/// A list or map whose end was not reached yet.
pub struct Open<'a> {
    /// Its first byte.
    pub start: u32,
    /// The number of its anchor; zero without one.
    pub anchor: usize,
    /// What is in it so far.
    pub data: Data<'a>,
    /// A key whose value has not come yet.
    pub key: Option<Node<'a>>,
    /// What was read before it began.
    pub weight: usize,
    /// The keys of a large map, by their text.
    keys: Option<HashMap<Cow<'a, str>, (u32, u32)>>,
}

impl<'a> Open<'a> {
    pub fn new(start: u32, anchor: usize, data: Data<'a>, weight: usize) -> Self {
        Open {
            start,
            anchor,
            data,
            key: None,
            weight,
            keys: None,
        }
    }

    /// The place of an equal key that was written before.
    fn twin(&self, key: &str) -> Option<(u32, u32)> {
        if let Some(keys) = &self.keys {
            return keys.get(key).copied();
        }
        let Data::Map(map) = &self.data else {
            return None;
        };
        let earlier = map.iter().find(|(k, _)| k.text() == Some(key));
        earlier.map(|(k, _)| (k.start, k.end))
    }

    /// Adds a key with its value, unless the key is one that plans cannot have.
    pub fn add(&mut self, key: Node<'a>, value: Node<'a>, problems: &mut Problems) {
        match refused_key(&key, self) {
            Some(refusal) => refusal.report(&key, problems),
            None => self.insert(key, value),
        }
    }

    fn insert(&mut self, key: Node<'a>, value: Node<'a>) {
        let Data::Map(map) = &mut self.data else {
            return;
        };
        let named = |key: &Node<'a>| match &key.data {
            Data::Scalar(text, _) => Some((text.clone(), (key.start, key.end))),
            _ => None,
        };
        if let Some(keys) = &mut self.keys {
            keys.extend(named(&key));
        }
        map.push((key, value));
        if map.len() == HASHED_MIN {
            self.keys = Some(map.iter().filter_map(|(key, _)| named(key)).collect());
        }
    }

    /// The id of the item, as far as it was read.
    pub fn id(&self) -> Option<Cow<'a, str>> {
        let Data::Map(map) = &self.data else {
            return None;
        };
        map.iter()
            .find(|(key, _)| key.text() == Some("id"))
            .and_then(|(_, value)| match &value.data {
                Data::Scalar(text, _) => Some(text.clone()),
                _ => None,
            })
    }
}

/// Why a key is left out, with its value.
enum RefusedKey {
    /// It stands at this place already.
    Twice((u32, u32)),
    /// It asks for the keys of another map.
    Merge,
    /// It is a list or a map.
    NotText,
}

fn refused_key(key: &Node<'_>, open: &Open<'_>) -> Option<RefusedKey> {
    match &key.data {
        Data::Scalar(text, true) if text == "<<" => Some(RefusedKey::Merge),
        Data::Scalar(text, _) => open.twin(text).map(RefusedKey::Twice),
        _ => Some(RefusedKey::NotText),
    }
}

impl RefusedKey {
    fn report(self, key: &Node<'_>, problems: &mut Problems) {
        problems.add((key.start, key.end), |problems| match self {
            RefusedKey::Twice(first) => Complaint::YamlDuplicateKey
                .finding(format!(
                    "the key `{}` is written twice",
                    key.text().unwrap_or_default()
                ))
                .also(problems.place(first), "first written here")
                .help("Keep one of the two; only the first is read."),
            RefusedKey::Merge => Complaint::UnknownKey
                .finding("plans have no merge key `<<`")
                .help("Write out the keys that it would bring in."),
            RefusedKey::NotText => Complaint::WrongValue
                .finding("a key is one piece of text, never a list or more keys")
                .help("Write the key as text; what belongs to it goes after its colon."),
        });
    }
}

//! A document as a tree that knows where each of its pieces stands.

use std::borrow::Cow;

/// A piece of a document and where it stands, in bytes.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub data: Data<'a>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Data<'a> {
    /// Text, and whether it was written without quotes.
    Scalar(Cow<'a, str>, bool),
    /// A list.
    List(Vec<Node<'a>>),
    /// Keys with their values, in the order they were written.
    Map(Vec<(Node<'a>, Node<'a>)>),
    /// Left out because of a problem that was reported; with the id it had, if that is known.
    Gone(Option<Cow<'a, str>>),
}

impl Node<'_> {
    /// Whether nothing was written where a value is expected.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(text, true) if matches!(&**text, "" | "~" | "null"))
    }

    /// Whether it is text that was written without quotes.
    pub fn is_plain(&self) -> bool {
        matches!(self.data, Data::Scalar(_, true))
    }

    /// Whether it was left out.
    pub fn is_gone(&self) -> bool {
        matches!(self.data, Data::Gone(_))
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Data::Map(entries) = &self.data else {
            return None;
        };
        let mut entries = entries.iter();
        let found = entries.find(|(k, _)| k.text() == Some(key));
        found.map(|(_, value)| value)
    }

    /// The child at this place in the list or map.
    pub fn child_mut(&mut self, child: usize) -> Option<&mut Self> {
        match &mut self.data {
            Data::List(list) => list.get_mut(child),
            Data::Map(map) => map.get_mut(child).map(|(_, value)| value),
            Data::Scalar(..) | Data::Gone(_) => None,
        }
    }

    /// The node at the end of a route.
    pub fn at_mut(&mut self, route: &[usize]) -> Option<&mut Self> {
        let mut steps = route.iter();
        steps.try_fold(self, |node, child| node.child_mut(*child))
    }
}

//! A route is followed to the bytes it leads to, as far down as the file goes.

use std::ops::Range;

use super::document::{KEYS, Removed};
use super::fold;
use super::problem::Problems;
use super::source::{Source, alias};
use super::tree::{Data, Node};
use crate::finding::{Place, Seg, Spot};

/// The documents of a file as the loader understood them: without what it left out.
pub fn documents(source: &Source, number: u32) -> Vec<Option<Node<'_>>> {
    let mut documents = fold::parse(&source.text, &mut Problems::new(number));
    for (_, section) in documents.iter_mut().flatten().flat_map(sections) {
        if let Data::List(list) = &mut section.data {
            list.retain(|item| !item.is_gone());
        }
    }
    for removed in &source.removed {
        let document = documents.get_mut(removed.at.document as usize);
        let root = document.and_then(Option::as_mut);
        if let Some(entry) = root.and_then(|root| entry(root, removed)) {
            entry.data = Data::Gone(None);
        }
    }
    documents.iter_mut().flatten().for_each(prune);
    documents
}

/// The sections of a document. No route leads into one that plans do not have.
fn sections<'t, 'a>(document: &'t mut Node<'a>) -> &'t mut [(Node<'a>, Node<'a>)] {
    let Data::Map(map) = &mut document.data else {
        return &mut [];
    };
    map.retain(|(key, _)| key.text().is_some_and(|key| KEYS.contains(&key)));
    map
}

/// The entry that was removed.
fn entry<'t, 'a>(root: &'t mut Node<'a>, removed: &Removed) -> Option<&'t mut Node<'a>> {
    let mut sections = sections(root).iter_mut();
    let (_, section) = sections.find(|(key, _)| key.text() == Some(removed.at.section))?;
    let item = match removed.at.index {
        Some(index) => section.child_mut(index as usize)?,
        None => section,
    };
    item.at_mut(&removed.route)
}

/// Takes entries that are gone out of every list, so that the numbers of the others are right.
fn prune(node: &mut Node<'_>) {
    match &mut node.data {
        Data::List(list) => {
            list.retain(|entry| !entry.is_gone());
            list.iter_mut().for_each(prune);
        }
        Data::Map(map) => map.iter_mut().for_each(|(_, value)| prune(value)),
        Data::Scalar(..) | Data::Gone(_) => {}
    }
}

/// The bytes a place covers.
pub fn span(place: &Place, documents: &[Option<Node<'_>>]) -> Range<u32> {
    match &place.spot {
        Spot::File => 0..0,
        Spot::Span(start, end) => *start..*end,
        Spot::Route(document, route) => {
            let root = documents.get(*document as usize).and_then(Option::as_ref);
            root.map_or(0..0, |root| follow(root, route))
        }
    }
}

fn follow(root: &Node<'_>, route: &[Seg]) -> Range<u32> {
    let (mut node, mut shown) = (root, root.start..root.end);
    for seg in route {
        let next = match (seg, &node.data) {
            (Seg::Key(key), Data::Map(map)) => {
                let named = |name: &str| map.iter().find(|(k, _)| k.text() == Some(name));
                let entry = named(key).or_else(|| named(alias(key)?));
                entry.map(|(key, value)| (value, value_or_key(key, value)))
            }
            (Seg::Index(index), Data::List(list)) => {
                let entry = list.get(*index as usize);
                entry.map(|entry| (entry, head(entry)))
            }
            _ => None,
        };
        let Some((found, span)) = next else { break };
        (node, shown) = (found, span);
    }
    shown
}

/// What to show of a key and its value: a whole block is better shown by its key.
fn value_or_key(key: &Node<'_>, value: &Node<'_>) -> Range<u32> {
    if value.text().is_some() && !value.is_null() {
        value.start..value.end
    } else {
        key.start..key.end
    }
}

/// What to show of a list's entry: its id where it has one, else its first key, else all of it.
fn head(entry: &Node<'_>) -> Range<u32> {
    let Data::Map(map) = &entry.data else {
        return entry.start..entry.end;
    };
    match (entry.get("id"), map.first()) {
        (Some(id), _) => id.start..id.end,
        (None, Some((key, value))) if value.text().is_some() => key.start..value.end,
        (None, Some((key, _))) => key.start..key.end,
        (None, None) => entry.start..entry.end,
    }
}

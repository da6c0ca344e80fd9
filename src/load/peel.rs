//! An item is decoded again and again, each time without what was wrong in it.
//!
//! Serde stops at the first problem. So the part at fault is noted and taken out of the tree, and
//! the item is decoded once more, until it is whole or nothing is left of it. A person sees every
//! problem of an item at once, and the rest of the item still counts.

use serde::de::DeserializeOwned;

use super::decode::{self, DecodeError, Problem};
use super::suggest::closest;
use super::tree::{Data, Node};
use crate::finding::{Finding, Place, Severity};

/// The most problems that are reported for one item.
const PROBLEMS_MAX: usize = 50;

/// Decodes an item, as much of it as can be understood, and notes what cannot.
///
/// `removed` receives the first byte of each list entry that was left out.
pub fn peel<T: DeserializeOwned>(
    file: u32,
    item: &mut Node<'_>,
    what: &str,
    findings: &mut Vec<Finding>,
    removed: &mut Vec<u32>,
) -> Option<T> {
    // Keys taken out for their value: that they are missing afterwards is no second problem.
    let mut taken: Vec<(Vec<usize>, String)> = Vec::new();
    for _ in 0..PROBLEMS_MAX {
        let error = match decode::decode(item) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let known = matches!(&error.problem, Problem::MissingKey(key)
            if taken.iter().any(|(route, name)| *route == error.route && name == key));
        if !known {
            findings.push(finding(file, item, what, &error));
        }
        let (parent, last) = match (&error.problem, error.route.split_last()) {
            (Problem::Twice(key), _) => {
                forget_alias(at(item, &error.route), key);
                continue;
            }
            (_, Some((last, parent))) => (parent, *last),
            (_, None) => return None,
        };
        match &mut at(item, parent).data {
            Data::Map(map) => {
                let (key, _) = map.remove(last);
                taken.push((parent.to_vec(), key.text().unwrap_or_default().to_owned()));
            }
            Data::List(list) => removed.push(list.remove(last).start),
            Data::Scalar(..) => return None,
        }
    }
    None
}

/// The node at the end of a route.
fn at<'t, 'a>(item: &'t mut Node<'a>, route: &[usize]) -> &'t mut Node<'a> {
    route.iter().fold(item, |node, child| match &mut node.data {
        Data::List(list) => &mut list[*child],
        Data::Map(map) => &mut map[*child].1,
        Data::Scalar(..) => unreachable!("a route leads through lists and maps"),
    })
}

fn forget_alias(container: &mut Node<'_>, key: &str) {
    if let Data::Map(map) = &mut container.data {
        map.retain(|(k, _)| k.text() != super::source::alias(key));
    }
}

fn finding(file: u32, item: &Node<'_>, what: &str, error: &DecodeError) -> Finding {
    let (key, node) = entry(item, &error.route);
    let name = key.map(|k| k.text().unwrap_or_default().to_owned());
    let shown = name
        .as_ref()
        .map_or_else(String::new, |name| format!("`{name}`: "));
    let new = |check, message: String| {
        Finding::new(check, Severity::Error, message).at(Place::span(file, node.start, node.end))
    };
    match &error.problem {
        Problem::UnknownKey(word, known) => {
            let place = key.unwrap_or(node);
            let place = Place::span(file, place.start, place.end);
            let message = format!("`{word}` is not a key of {}", owner(what, &error.route));
            new("unknown-key", message)
                .at(place)
                .help(choices(word, known))
        }
        Problem::UnknownWord(word, known) => new(
            "wrong-value",
            format!("{shown}`{word}` is not one of the words known here"),
        )
        .help(choices(word, known)),
        Problem::MissingKey(missing) => {
            let place = head(key, node);
            let owner = owner(what, &error.route);
            new("missing-key", format!("{owner} has no `{missing}`"))
                .at(Place::span(file, place.0, place.1))
                .help(format!("Add a line `{missing}: …`."))
        }
        Problem::Twice(field) => new("wrong-value", format!("`{field}` is stated twice"))
            .help("Keep one of the two spellings; the other is left out."),
        Problem::Invalid(message) => new("wrong-value", format!("{shown}{message}")),
    }
}

/// The key and value at the end of a route; the key only where the value stands in a map.
fn entry<'t, 'a>(item: &'t Node<'a>, route: &[usize]) -> (Option<&'t Node<'a>>, &'t Node<'a>) {
    route
        .iter()
        .fold((None, item), |(_, node), child| match &node.data {
            Data::List(list) => (None, &list[*child]),
            Data::Map(map) => (Some(&map[*child].0), &map[*child].1),
            Data::Scalar(..) => (None, node),
        })
}

/// Where to point when something is missing: the key of a block, or the first line of an item.
fn head(key: Option<&Node<'_>>, node: &Node<'_>) -> (u32, u32) {
    match (key, &node.data) {
        (Some(key), _) => (key.start, key.end),
        (None, Data::Map(map)) if !map.is_empty() => (map[0].0.start, map[0].1.end),
        _ => (node.start, node.end),
    }
}

fn owner(what: &str, route: &[usize]) -> String {
    if route.len() <= 1 {
        format!("a {what}")
    } else {
        "this part".to_owned()
    }
}

fn choices(word: &str, known: &'static [&'static str]) -> String {
    let list = known
        .iter()
        .map(|k| format!("`{k}`"))
        .collect::<Vec<_>>()
        .join(", ");
    match closest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`? Known here: {list}."),
        None => format!("Known here: {list}."),
    }
}

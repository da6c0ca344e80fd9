//! An item is decoded again and again, each time without what was wrong in it.
//!
//! Serde stops at the first problem. So the part at fault is noted and marked as gone, and the
//! item is decoded once more, until it is whole or nothing is left of it. A person sees every
//! problem of an item at once, and the rest of the item still counts.

use serde::de::DeserializeOwned;

use super::decode::{self, DecodeError, Problem};
use super::problem::{Complaint, Problems};
use super::suggest::did_you_mean;
use super::tree::{Data, Node};
use crate::finding::Finding;

/// The most problems that are listed for one item; with more, the item is left out.
const ITEM_PROBLEMS_MAX: usize = 50;

/// Decodes an item, as much of it as can be understood, and notes what cannot.
///
/// `removed` receives the route to each part that was left out.
pub fn peel<T: DeserializeOwned>(
    item: &mut Node<'_>,
    what: &str,
    problems: &mut Problems,
    removed: &mut Vec<Vec<usize>>,
) -> Option<T> {
    for _ in 0..ITEM_PROBLEMS_MAX {
        let error = match decode::decode(item) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        if !already_told(item, &error) {
            let span = span(item, &error);
            problems.add(span, |_| finding(item, what, &error));
        }
        let at_fault = match &error.problem {
            Problem::Twice(key) => second_spelling(item, &error.route, key)?,
            _ => error.route,
        };
        if at_fault.is_empty() {
            return None;
        }
        item.at_mut(&at_fault)?.data = Data::Gone(None);
        removed.push(at_fault);
    }
    problems.add(head(None, item), |_| {
        let what = indefinite(what);
        Complaint::TooManyProblems
            .finding(format!("{what} has more than {ITEM_PROBLEMS_MAX} problems"))
            .help("It was left out. Mend what is listed and check again.")
    });
    None
}

/// Whether a key is missing only because its value was at fault.
fn already_told(item: &Node<'_>, error: &DecodeError) -> bool {
    let Problem::MissingKey(key) = error.problem else {
        return false;
    };
    let (_, container) = at(item, &error.route);
    container.get(key).is_some_and(Node::is_gone)
}

/// The key and value at the end of a route; the key only where the value stands in a map.
fn at<'t, 'a>(item: &'t Node<'a>, route: &[usize]) -> (Option<&'t Node<'a>>, &'t Node<'a>) {
    let step = |(_, node): (_, &'t Node<'a>), child: &usize| match &node.data {
        Data::List(list) => (None, &list[*child]),
        Data::Map(map) => (Some(&map[*child].0), &map[*child].1),
        Data::Scalar(..) | Data::Gone(_) => (None, node),
    };
    route.iter().fold((None, item), step)
}

/// The route to the other spelling of a key that is stated under two.
fn second_spelling(item: &Node<'_>, container: &[usize], key: &str) -> Option<Vec<usize>> {
    let Data::Map(map) = &at(item, container).1.data else {
        return None;
    };
    let other = super::source::alias(key);
    let child = map.iter().position(|(k, _)| k.text() == other)?;
    Some([container, &[child]].concat())
}

/// What to point at: the value, the key where the key is at fault, or where a key is missing.
fn span(item: &Node<'_>, error: &DecodeError) -> (u32, u32) {
    let (key, node) = at(item, &error.route);
    match &error.problem {
        Problem::UnknownKey(..) => key.map_or((node.start, node.end), |k| (k.start, k.end)),
        Problem::MissingKey(_) => head(key, node),
        Problem::Twice(name) => {
            let other = second_spelling(item, &error.route, name);
            let key = other.and_then(|route| at(item, &route).0);
            key.map_or_else(|| head(None, node), |key| (key.start, key.end))
        }
        Problem::UnknownWord(..) | Problem::Invalid(_) => (node.start, node.end),
    }
}

/// Where to point when something is missing: the key of a block, or the first line of an item.
fn head(key: Option<&Node<'_>>, node: &Node<'_>) -> (u32, u32) {
    match (key, &node.data) {
        (Some(key), _) => (key.start, key.end),
        (None, Data::Map(map)) if !map.is_empty() => (map[0].0.start, map[0].1.end),
        _ => (node.start, node.end),
    }
}

fn finding(item: &Node<'_>, what: &str, error: &DecodeError) -> Finding {
    let shown = || match nearest_key(item, &error.route) {
        Some(key) => format!("`{key}`: "),
        None => format!("{what}: "),
    };
    match &error.problem {
        Problem::UnknownKey(word, known) => {
            let (_, container) = error.route.split_last().unwrap_or((&0, &[]));
            let owner = owner(item, what, container);
            Complaint::UnknownKey
                .finding(format!("`{word}` is not a key of {owner}"))
                .help(did_you_mean(word, known))
        }
        Problem::UnknownWord(word, known) => Complaint::WrongValue
            .finding(format!(
                "{}`{word}` is not one of the words known here",
                shown()
            ))
            .help(did_you_mean(word, known)),
        Problem::MissingKey(missing) => {
            let owner = owner(item, what, &error.route);
            Complaint::MissingKey
                .finding(format!("{owner} has no `{missing}`"))
                .help(format!("Add a line `{missing}: …`."))
        }
        Problem::Twice(field) => Complaint::WrongValue
            .finding(format!("`{field}` is stated twice, in two spellings"))
            .help(format!("Keep `{field}`; what is said here is left out.")),
        Problem::Invalid(message) => Complaint::WrongValue.finding(shown() + message),
    }
}

/// What a key belongs to, as a person would call it.
fn owner(item: &Node<'_>, what: &str, container: &[usize]) -> String {
    let in_list = container
        .split_last()
        .is_some_and(|(_, parent)| matches!(at(item, parent).1.data, Data::List(_)));
    match nearest_key(item, container) {
        Some(key) if in_list => format!("an entry of `{key}`"),
        Some(key) => format!("`{key}`"),
        None => indefinite(what),
    }
}

/// The innermost key on a route.
fn nearest_key<'t>(item: &'t Node<'_>, route: &[usize]) -> Option<&'t str> {
    let mut lengths = (1..=route.len()).rev();
    lengths.find_map(|length| at(item, &route[..length]).0?.text())
}

fn indefinite(what: &str) -> String {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {what}")
}

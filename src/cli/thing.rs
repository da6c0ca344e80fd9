//! Finds what a person names on the command line, or says what they may have meant.

use crate::app::Plans;
use crate::error::{Code, Error, Result};
use crate::graph::{Graph, Ix};
use crate::load::closest;

/// The function or system with this id.
pub fn in_graph(plans: &Plans, graph: &Graph, id: &str) -> Result<Ix> {
    let ids = || graph.all().map(|node| graph.id(node));
    let missing = || missing("function or system", id, ids());
    or_unread(plans, graph.find(id).ok_or_else(missing))
}

/// What was found; what was not may be in a file that could not be read, and the error says so.
pub fn or_unread<T>(plans: &Plans, found: Result<T>) -> Result<T> {
    let unread = plans.loaded.unread();
    match (found, unread.first()) {
        (Err(error), Some(file)) if error.code == Code::NotFound => Err(error.hint(format!(
            "It may be in `{}`, which could not be read to its end; mend that first.",
            file.escape_debug()
        ))),
        (found, _) => found,
    }
}

/// How many ids a hint lists.
const LISTED_MAX: usize = 12;

/// The error for an id that nothing has.
pub fn missing<'a>(what: &str, id: &str, ids: impl IntoIterator<Item = &'a str>) -> Error {
    let error = Error::not_found(format!("find the {what} `{}`", id.escape_debug()));
    let ids: Vec<&str> = ids.into_iter().collect();
    match closest(id, ids.iter().copied()) {
        Some(near) => error.hint(format!("Did you mean `{near}`?")),
        None if ids.is_empty() => error.hint(format!("The plans name no {what} yet.")),
        None if ids.len() <= LISTED_MAX => error.hint(format!("There are: {}.", ids.join(", "))),
        None => error.hint("`mainstay graph` shows every function and system."),
    }
}

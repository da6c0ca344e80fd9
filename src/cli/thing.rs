//! Finds what a person names on the command line, or says what they may have meant.

use crate::error::{Error, Result};
use crate::graph::{Graph, Ix};
use crate::load::closest;

/// The function or system with this id.
pub fn in_graph(graph: &Graph, id: &str) -> Result<Ix> {
    let ids = || graph.all().map(|node| graph.id(node));
    graph
        .find(id)
        .ok_or_else(|| missing("function or system", id, ids()))
}

/// The error for an id that nothing has.
pub fn missing<'a>(what: &str, id: &str, ids: impl IntoIterator<Item = &'a str>) -> Error {
    let error = Error::not_found(format!("find the {what} `{}`", id.escape_debug()));
    match closest(id, ids) {
        Some(near) => error.hint(format!("Did you mean `{near}`?")),
        None => error.hint("`mainstay graph` shows every function and system."),
    }
}

//! What the functions cannot work without, directly or through other systems.

use crate::graph::{Graph, Ix};
use crate::model::DependencyKind;

/// For each node a function that cannot work without it, `None` where there is none.
///
/// What is needed softly is not counted: the function goes on without it.
pub fn by_functions(graph: &Graph) -> Vec<Option<Ix>> {
    let mut needed = vec![None; graph.nodes.len()];
    for function in graph.functions() {
        let mut open = vec![function];
        while let Some(node) = open.pop() {
            let needs = graph.needs(node);
            for edge in needs.filter(|edge| edge.kind != DependencyKind::Soft) {
                if needed[edge.to.at()].is_none() {
                    needed[edge.to.at()] = Some(function);
                    open.push(edge.to);
                }
            }
        }
    }
    needed
}

//! Something is said to need itself.

use super::{Check, Context, Run};
use crate::finding::Finding;

pub const CHECK: Check = check! {
    dependency_on_itself, "dependency-on-itself", Error,
    "Something is said to need itself",
    clauses: ["BC-17"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    // Said twice over, it is one mistake; the second time is `dependency-twice`'s business.
    let itself = graph
        .all()
        .filter_map(|node| graph.needs(node).find(|edge| edge.to == node));
    for edge in itself {
        let id = graph.id(edge.from);
        findings.push(
            CHECK
                .finding(format!("`{id}` depends on itself"))
                .at(graph.place(edge))
                .about(graph.kind(edge.from), id)
                .help("Name what it really needs, or remove the entry."),
        );
    }
}

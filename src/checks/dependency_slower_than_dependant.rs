//! Something promises to be back later than what needs it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::objectives::contradicts;
use crate::model::DependencyKind;

pub const CHECK: Check = check! {
    dependency_slower_than_dependant, "dependency-slower-than-dependant", Error,
    "What is needed promises to be back later than what needs it",
    clauses: ["BC-17", "SP 800-34 4.1", "ISO 22301 8.2.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    let hard = graph
        .edges
        .iter()
        .filter(|edge| edge.kind == DependencyKind::Hard);
    for edge in hard.filter(|edge| contradicts(graph, edge)) {
        let (Some(from), Some(to)) = (graph.rto(edge.from), graph.rto(edge.to)) else {
            continue;
        };
        let (needs, needed) = (graph.id(edge.from), graph.id(edge.to));
        let message =
            format!("`{needs}` must be back in {from} but needs `{needed}`, which promises {to}");
        findings.push(
            CHECK
                .finding(message)
                .at(graph.place(edge))
                .also(
                    graph.rto_place(edge.to),
                    format!("`{needed}` promises {to} here"),
                )
                .about(graph.kind(edge.from), needs)
                .help(format!(
                    "Bring `{needed}` back faster, allow `{needs}` more time, or mark the \
                     dependency `soft` if `{needs}` works without it."
                ))
                .decide(
                    format!("How is `{needs}` to be back in {from} when `{needed}` takes {to}?"),
                    [
                        format!("Invest so that `{needed}` is back within {from}."),
                        format!("Accept {to} for `{needs}`."),
                    ],
                ),
        );
    }
}

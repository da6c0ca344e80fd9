//! Things that need each other in a circle.

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::graph::order::Cycle;
use crate::graph::{Edge, Graph};

pub const CHECK: Check = check! {
    dependency_cycle, "dependency-cycle", Error,
    "Things need each other in a circle, so that none can come back first",
    clauses: ["BC-17", "SP 800-34 4.1", "SP 800-34 B"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    for cycle in context.analysis.order.cycles(graph) {
        // One that needs itself is `dependency-on-itself`'s business, not ours.
        let circle = circle(&cycle);
        let Some((first, rest)) = circle.split_first() else {
            continue;
        };
        let members = words::quoted(cycle.members.iter().map(|node| graph.id(*node)));
        let mut finding = CHECK
            .finding(format!("{members} need each other in a circle"))
            .at(graph.place(first))
            .about(graph.kind(first.from), graph.id(first.from))
            .help(help(graph, &cycle));
        for edge in rest {
            let (needs, needed) = (graph.id(edge.from), graph.id(edge.to));
            finding = finding.also(graph.place(edge), format!("`{needs}` needs `{needed}`"));
        }
        findings.push(finding);
    }
}

/// The shortest circle, beginning with a dependency that would open it.
fn circle(cycle: &Cycle) -> Vec<Edge> {
    let between = |edges: &[Edge]| -> Vec<Edge> {
        let two = edges.iter().filter(|edge| edge.from != edge.to);
        two.copied().collect()
    };
    let mut circle = between(&cycle.shortest);
    if circle.is_empty() {
        circle = between(&cycle.relax);
    }
    let opens = circle.iter().position(|edge| cycle.relax.contains(edge));
    circle.rotate_left(opens.unwrap_or(0));
    circle
}

fn help(graph: &Graph, cycle: &Cycle) -> String {
    let edges = cycle.relax.iter().filter(|edge| edge.from != edge.to);
    let named =
        edges.map(|edge| format!("of `{}` on `{}`", graph.id(edge.from), graph.id(edge.to)));
    format!(
        "They can only come back together. Mark the dependency {} as `soft` if it can be done \
         without, or as `bootstrap` if it is needed only to start and there is another way to \
         start.",
        words::list(named)
    )
}

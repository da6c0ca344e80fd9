//! A system is predicted to be back later than it promises, because of what it waits for.

use super::{Check, Context, Run, predicted_too_late};
use crate::finding::Finding;
use crate::graph::{Analysis, Ix};

pub const CHECK: Check = check! {
    system_predicted_too_late, "system-predicted-too-late", Warning,
    "A system comes back later than it promises, because of what it waits for",
    clauses: ["BC-17", "BC-25", "ISO 22301 8.3.2", "SP 800-34 3.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let found = analysis
        .graph
        .systems()
        .filter(|node| is_first(analysis, *node));
    findings.extend(found.map(|node| predicted_too_late::finding(&CHECK, analysis, node)));
}

/// Whether a system is late while nothing that it waits for is, nor promises to be back later.
///
/// What takes too long by itself is left to `recovery-slower-than-rto`, what promises later than
/// its dependants allow to `dependency-slower-than-dependant`.
fn is_first(analysis: &Analysis, node: Ix) -> bool {
    let Analysis {
        graph,
        objectives,
        order,
        ..
    } = analysis;
    let is_late = |node: Ix| {
        graph
            .rto(node)
            .is_some_and(|rto| objectives.back_at[node.at()] > rto.0)
    };
    let Some(rto) = graph.rto(node).filter(|_| is_late(node)) else {
        return false;
    };
    let alone = objectives.reaction + objectives.own[node.at()].time;
    let mut needs = order.needs(graph, node);
    alone <= rto.0
        && !needs.any(|edge| is_late(edge.to) || graph.rto(edge.to).is_some_and(|to| to > rto))
}

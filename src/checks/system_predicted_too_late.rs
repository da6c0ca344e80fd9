//! A system is predicted to be back later than it promises, because of what it waits for.

use super::{Check, Context, Run, predicted_too_late};
use crate::finding::Finding;
use crate::graph::{Analysis, Ix};
use crate::model::Rto;

pub const CHECK: Check = check! {
    system_predicted_too_late, "system-predicted-too-late", Warning,
    "A system comes back later than it promises, because of what it waits for",
    clauses: ["BC-17", "BC-25", "ISO 22301 8.3.2", "SP 800-34 3.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    for node in analysis.graph.systems() {
        let rto = analysis.graph.rto(node);
        if let Some(rto) = rto.filter(|rto| is_first(analysis, node, *rto)) {
            findings.push(predicted_too_late::finding(&CHECK, analysis, node, rto));
        }
    }
}

/// Whether a system is late while nothing that it waits for is, nor promises to be back later.
///
/// What takes too long by itself is left to `recovery-slower-than-rto`, what promises later than
/// its dependants allow to `dependency-slower-than-dependant`.
fn is_first(analysis: &Analysis, node: Ix, rto: Rto) -> bool {
    let Analysis {
        graph,
        objectives,
        order,
        ..
    } = analysis;
    let is_late = |node: Ix, rto: Rto| objectives.back_at[node.at()] > rto.0;
    let alone = objectives.reaction + objectives.own[node.at()].time;
    let to_blame = |needed: Ix| {
        let theirs = graph.rto(needed);
        theirs.is_some_and(|theirs| theirs > rto || is_late(needed, theirs))
    };
    is_late(node, rto) && alone <= rto.0 && !order.needs(graph, node).any(|edge| to_blame(edge.to))
}

//! A function is not back in time when it matters most.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::Ix;
use crate::model::{Function, Item, Kind, Peak};
use crate::time::Duration;

pub const CHECK: Check = check! {
    peak_stricter_than_rto, "peak-stricter-than-rto", Warning,
    "A function is predicted to be back too late for when it matters most",
    clauses: ["BC-17", "ISO 22301 8.2.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    for node in graph.functions() {
        let Some(function) = graph.function(node) else {
            continue;
        };
        let back = context.analysis.objectives.back_at[node.at()];
        // One that misses its ordinary objective already is the business of others.
        if function.rto.is_some_and(|rto| back > rto.0) {
            continue;
        }
        for (index, peak) in function.peaks.iter().enumerate() {
            if peak.rto.is_some_and(|rto| rto.0 < back) {
                findings.push(finding(context, node, function, (index, peak), back));
            }
        }
    }
}

fn finding(
    context: &Context,
    node: Ix,
    function: &Item<Function>,
    (index, peak): (usize, &Peak),
    back: Duration,
) -> Finding {
    let graph = &context.analysis.graph;
    let (id, name) = (&function.id, &peak.name);
    let (rto, back) = (
        peak.rto.map(|rto| rto.0.words()).unwrap_or_default(),
        back.words(),
    );
    let finding = CHECK
        .finding(format!(
            "`{id}` must be back in {rto} in the time of {name}, but is predicted to take {back}"
        ))
        .at(function.at().key("peaks").index(index).key("rto"))
        .about(Kind::Function, id.as_str())
        .help(
            "Bring back faster what holds it up, prepare a workaround for that time, or forbid \
             risky changes in it with a blackout.",
        )
        .decide(
            format!("Is {back} acceptable for `{id}` in the time of {name}?"),
            [
                format!("Invest so that it is back within {rto}."),
                format!("Accept {back} in that time too."),
            ],
        );
    match context.analysis.objectives.held_by[node.at()] {
        Some(by) => finding.also(
            graph.at(by).key("id"),
            format!("`{}` holds it up", graph.id(by)),
        ),
        None => finding,
    }
}

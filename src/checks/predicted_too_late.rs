//! A function is predicted to be back later than it must be.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::explain::{self, Line};
use crate::graph::{Analysis, Ix};
use crate::model::Rto;

pub const CHECK: Check = check! {
    predicted_too_late, "predicted-too-late", Error,
    "A function comes back later than its objective, by the plan's own figures",
    clauses: ["BC-17", "BC-25", "ISO 22301 8.3.2", "SP 800-34 3.4"],
    run: Run::Programme(run),
};

/// How many recoveries of the chain are pointed at: those that take longest.
const SHOWN_MAX: usize = 5;

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    for node in analysis.graph.functions() {
        let Some(rto) = analysis.graph.rto(node) else {
            continue;
        };
        let back = analysis.objectives.back_at[node.at()];
        if back > rto.0 {
            let (id, back) = (analysis.graph.id(node), back.words());
            let must = rto.0.words();
            findings.push(finding(&CHECK, analysis, node, rto).decide(
                format!("How is `{id}` to be back in {must}, when the plan needs {back}?"),
                options(analysis, node, id, &back),
            ));
        }
    }
}

/// That a function or a system is late, with the chain that makes it so.
pub fn finding(check: &Check, analysis: &Analysis, node: Ix, rto: Rto) -> Finding {
    let explained = explain::Rto::new(analysis, node);
    let (id, back) = (analysis.graph.id(node), explained.back_at.words());
    let must = rto.0.words();
    let message = format!("`{id}` must be back in {must} but is predicted back after {back}");
    let mut finding = check
        .finding(message)
        .at(analysis.graph.rto_place(node))
        .about(analysis.graph.kind(node), id)
        .help(format!(
            "Its longest chain is {}. `mainstay explain rto {id}` shows it with all its times.",
            chain(analysis, &explained.forward)
        ));
    let mut slowest: Vec<&Line> = explained.forward.iter().collect();
    slowest.sort_by_key(|line| std::cmp::Reverse(line.time));
    for line in slowest.into_iter().take(SHOWN_MAX) {
        if let (Some(step), Some(place), Some(basis)) = (line.node, &line.place, line.basis)
            && line.time > crate::time::Duration::ZERO
        {
            let basis = analysis.graph.own_words(step, basis);
            let (step, time) = (analysis.graph.id(step), line.time.words());
            let note = format!("`{step}` takes {time} ({basis})");
            finding = finding.also(place.clone(), note);
        }
    }
    finding
}

fn chain(analysis: &Analysis, lines: &[Line]) -> String {
    let nodes = lines.iter().filter_map(|line| line.node);
    let mut ids: Vec<_> = nodes
        .map(|node| format!("`{}`", analysis.graph.id(node)))
        .collect();
    if ids.len() > SHOWN_MAX + 2 {
        let left_out = format!("{} more", ids.len() - SHOWN_MAX - 1);
        ids.splice(SHOWN_MAX..ids.len() - 1, [left_out]);
    }
    ids.join(", then ")
}

fn options(analysis: &Analysis, node: Ix, id: &str, back: &str) -> Vec<String> {
    let limit = analysis
        .graph
        .rto(node)
        .map(|rto| rto.0)
        .unwrap_or_default();
    let fix = analysis.cheapest(node, limit);
    let recovery = fix.and_then(|fix| fix.recovery).map(|(slow, time)| {
        let now = analysis.objectives.own[slow.at()].time.words();
        let slow = analysis.graph.id(slow);
        format!(
            "Invest so that `{slow}` recovers in {} instead of {now}.",
            time.words()
        )
    });
    let dependency = fix.and_then(|fix| fix.dependency).map(|edge| {
        let (from, to) = (analysis.graph.id(edge.from), analysis.graph.id(edge.to));
        format!("Let `{from}` work without `{to}` for a while.")
    });
    let several = (recovery.is_none() && dependency.is_none())
        .then(|| "Invest in several recoveries: no single one is enough.".to_owned());
    let accept = format!("Accept {back} for `{id}`.");
    recovery
        .into_iter()
        .chain(dependency)
        .chain(several)
        .chain([accept])
        .collect()
}

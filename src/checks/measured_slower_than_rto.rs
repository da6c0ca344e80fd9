//! A recovery was measured, and it missed the objective.

use super::late::{self, Takes};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::objectives::Basis;

pub const CHECK: Check = check! {
    measured_slower_than_rto, "measured-slower-than-rto", Error,
    "The last recovery of a system took longer than it may be down",
    clauses: ["BC-25", "BC-34", "A1.3(1)", "CP-10(4)", "ISO 22301 8.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    for (node, system) in graph.systems().filter_map(|n| Some((n, graph.system(n)?))) {
        // What a later run measured is `rta-exceeds-rto`'s business.
        let own = context.analysis.objectives.own[node.at()];
        if matches!(own.basis, Basis::Recorded(_)) {
            continue;
        }
        let recovery = system.recovery.as_ref();
        let Some(measured) = recovery.and_then(|recovery| recovery.measured.as_ref()) else {
            continue;
        };
        let takes = Takes {
            time: measured.took,
            words: format!(
                "recovering took {} on {}",
                measured.took.words(),
                measured.on
            ),
        };
        let finding = late::finding(&CHECK, context, node, &takes);
        findings.extend(finding.map(|finding| {
            let place = system.at().key("recovery").key("measured").key("took");
            finding.at(place).help(
                "Find out what held the recovery up, mend it and measure again; or have \
                 management accept a longer RTO.",
            )
        }));
    }
}

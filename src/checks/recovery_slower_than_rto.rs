//! A system's own declared recovery does not fit its objective.

use super::late::{self, Takes};
use super::{Check, Context, Run};
use crate::finding::Finding;

pub const CHECK: Check = check! {
    recovery_slower_than_rto, "recovery-slower-than-rto", Error,
    "Recovering a system takes longer than it may be down",
    clauses: ["BC-17", "BC-25", "CP-10(4)", "ISO 22301 8.3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let graph = &analysis.graph;
    for (node, system) in graph.systems().filter_map(|n| Some((n, graph.system(n)?))) {
        let Some(recovery) = &system.recovery else {
            continue;
        };
        // What was measured counts more, and is the business of `measured-slower-than-rto` and
        // `rta-exceeds-rto`.
        if analysis.objectives.own[node.at()]
            .basis
            .measured_on()
            .is_some()
        {
            continue;
        }
        let Some(said) = late::said(recovery) else {
            continue;
        };
        let (time, words) = (said.time, format!("recovering takes {}", said.words));
        let finding = late::finding(&CHECK, context, node, &Takes { time, words });
        findings.extend(finding.map(|finding| {
            finding.at(system.at().key("recovery").key(said.key)).help(
                "Recover faster, notice and declare faster, or have management accept a longer \
                 RTO.",
            )
        }));
    }
}

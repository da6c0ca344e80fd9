//! A run measured a recovery, and it missed the objective.

use super::late::{self, Takes};
use super::{Check, Context, Run, proven};
use crate::finding::{Finding, Place};
use crate::graph::objectives::Basis;
use crate::graph::{Ix, Recorded};
use crate::model::Kind;

pub const CHECK: Check = check! {
    rta_exceeds_rto, "rta-exceeds-rto", Error,
    "A recovery took longer in its last run than it may",
    clauses: ["BC-25", "BC-34", "A1.3(1)", "CP-4", "CP-10(4)", "ISO 22301 8.5", "DORA RTS 25"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    let recorded = graph.all().filter_map(|n| Some((n, graph.rta(n)?)));
    for (node, recorded) in recorded.filter(|(node, _)| is_newest(context, *node)) {
        let Recorded { run, on, time } = recorded;
        let takes = Takes {
            time: *time,
            words: format!("recovering took {} in run `{run}` on {on}", time.words()),
        };
        let finding = late::finding(&CHECK, context, node, &takes);
        findings.extend(finding.map(|finding| {
            finding.at(place(context, run, node)).help(format!(
                "`mainstay drill report {run}` shows where the time went. Mend that and run the \
                 drill again; or have management accept a longer RTO.",
            ))
        }));
    }
}

/// Where the drill of a run states what is measured; once it does not any more, the objective.
fn place(context: &Context, run: &str, node: Ix) -> Place {
    let stated = proven::place(context, (run, node), "measures", |drill| {
        drill
            .measures
            .iter()
            .map(|measure| measure.of.as_ref())
            .collect()
    });
    stated.unwrap_or_else(|| context.analysis.graph.rto_place(node))
}

/// What somebody measured later, and wrote down, is `measured-slower-than-rto`'s business.
fn is_newest(context: &Context, node: Ix) -> bool {
    let own = context.analysis.objectives.own[node.at()];
    context.analysis.graph.kind(node) == Kind::Function || matches!(own.basis, Basis::Recorded(_))
}

//! A run measured how much data was lost, and it was more than may be.

use super::{Check, Context, Run, proven};
use crate::finding::{Finding, Place};
use crate::graph::{Ix, Recorded};
use crate::model::Approval;

pub const CHECK: Check = check! {
    rpa_exceeds_rpo, "rpa-exceeds-rpo", Error,
    "A recovery lost more data in its last run than it may",
    clauses: ["BC-25", "BC-34", "A1.3(1)", "CP-4", "CP-10(4)", "ISO 22301 8.5", "DORA RTS 25"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    for node in graph.all() {
        // An objective that is absent is `objective-missing`'s business.
        let (Some(rpo), Some(lost)) = (graph.rpo(node), graph.rpa(node)) else {
            continue;
        };
        if lost.time <= rpo.0 {
            continue;
        }
        let Recorded { run, on, time } = lost;
        let (id, proposed) = (graph.id(node), Approval::Proposed.words());
        let words = format!("{} were lost in run `{run}` on {on}", time.words());
        findings.push(
            CHECK
                .finding(format!(
                    "`{id}` may lose {rpo} of data ({proposed}), but {words}"
                ))
                .at(place(context, run, node))
                .also(graph.rpo_place(node), format!("{rpo} is promised here"))
                .about(graph.kind(node), id)
                .help(format!(
                    "`mainstay drill report {run}` shows which mark was found. Copy the data more \
                     often, or shorten the way of the copies, and run the drill again; or have \
                     management accept a longer RPO.",
                ))
                .decide(
                    format!("How is `{id}` to lose no more than {rpo} of data when {words}?"),
                    [
                        format!("Invest so that `{id}` loses {rpo} at most."),
                        format!("Accept a loss of {} for `{id}`.", time.words()),
                    ],
                ),
        );
    }
}

/// Where the drill of a run states what is lost; once it does not any more, the objective.
fn place(context: &Context, run: &str, node: Ix) -> Place {
    let stated = proven::place(context, (run, node), "data-loss", |drill| {
        drill
            .data_loss
            .iter()
            .map(|loss| loss.of.as_ref())
            .collect()
    });
    stated.unwrap_or_else(|| context.analysis.graph.rpo_place(node))
}

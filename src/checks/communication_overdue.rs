//! The plan was not communicated in time.

use super::overdue::{self, Rhythm};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::HistoryKind;

pub const CHECK: Check = check! {
    communication_overdue, "communication-overdue", Warning,
    "The plan was not communicated in time to those it names",
    clauses: ["BC-03", "CP-2 f", "ISO 22301 7.3"],
    run: Run::Programme(run),
};

const RHYTHM: Rhythm = Rhythm {
    what: HistoryKind::Communication,
    key: "communication",
    every: |cadences| cadences.communication,
    done: "communicated",
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let overdue = overdue::by_history(context, &CHECK, &RHYTHM);
    findings.extend(overdue.map(|finding| {
        finding.help(
            "Send everybody whom the plan names their part of it, have them confirm it, and add \
             an entry `what: communication` to `history` with the day and where the proof is.",
        )
    }));
}

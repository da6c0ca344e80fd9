//! The plan was not reviewed in time.

use super::overdue::{self, Rhythm};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::HistoryKind;

pub const CHECK: Check = check! {
    review_overdue, "review-overdue", Warning,
    "The plan was not reviewed in time",
    clauses: ["BC-01", "BC-10", "CP-2 d", "ISO 22301 8.6"],
    run: Run::Programme(run),
};

const RHYTHM: Rhythm = Rhythm {
    what: HistoryKind::Review,
    key: "review",
    every: |cadences| cadences.review,
    done: "reviewed",
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let overdue = overdue::by_history(context, &CHECK, &RHYTHM);
    findings.extend(overdue.map(|finding| {
        finding.help(
            "Read the plan through with those who know it, correct it, and add an entry \
             `what: review` to `history` with the day, who did it and where the proof is.",
        )
    }));
}

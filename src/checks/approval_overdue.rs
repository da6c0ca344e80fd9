//! Management did not approve the plan in time.

use super::overdue::{self, Rhythm};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::HistoryKind;

pub const CHECK: Check = check! {
    approval_overdue, "approval-overdue", Warning,
    "Management did not approve the plan in time",
    clauses: ["BC-02", "BC-33", "SP 800-34 PA", "CP-2 a.7"],
    run: Run::Programme(run),
};

const RHYTHM: Rhythm = Rhythm {
    what: HistoryKind::Approval,
    key: "approval",
    every: |cadences| cadences.approval,
    done: "approved by management",
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let overdue = overdue::by_history(context, &CHECK, &RHYTHM);
    findings.extend(overdue.map(|finding| {
        finding
            .help(
                "Lay the consolidated plan before the approvers, and add an entry \
                 `what: approval` to `history` with the day, who approved and where the proof is.",
            )
            .decide(
                "Does management approve the plan as it is?",
                [
                    "Approve the plan.",
                    "Say what must change first, by when and by whom.",
                ],
            )
    }));
}

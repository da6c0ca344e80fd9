//! Somebody approved a drill that does not exist any more.

use super::approved::{Reason, void};
use super::{Check, Context, Run};
use crate::drill::Why;
use crate::finding::Finding;

pub const CHECK: Check = check! {
    drill_changed_since_approval, "drill-changed-since-approval", Warning,
    "A drill has changed since somebody approved it",
    clauses: ["BC-25", "ISO 22301 8.5", "CP-4"],
    run: Run::Programme(run),
};

const CHANGED: Reason = Reason {
    is: |why| matches!(why, Why::Changed(_)),
    key: "content",
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    findings.extend(void(context, &CHECK, &CHANGED));
}

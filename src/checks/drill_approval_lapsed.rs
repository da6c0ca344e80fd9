//! Somebody approved a drill too long ago.

use super::approved::{Reason, void};
use super::{Check, Context, Run};
use crate::drill::Why;
use crate::finding::Finding;

pub const CHECK: Check = check! {
    drill_approval_lapsed, "drill-approval-lapsed", Warning,
    "The approval of a drill has lapsed",
    clauses: ["BC-25", "ISO 22301 8.5", "CP-4"],
    run: Run::Programme(run),
};

const LAPSED: Reason = Reason {
    is: |why| matches!(why, Why::Lapsed(_)),
    key: "on",
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    findings.extend(void(context, &CHECK, &LAPSED));
}

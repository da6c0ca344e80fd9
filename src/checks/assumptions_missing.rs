//! The plan does not say what it takes for granted.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    assumptions_missing, "assumptions-missing", Warning,
    "The plan does not say what it takes for granted",
    clauses: ["SP 800-34 1.3", "RTS 2024/1774 Art. 25"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "assumptions") else {
        return;
    };
    if !organization.assumptions.is_empty() {
        return;
    }
    findings.push(
        CHECK
            .finding("the plan does not say what it takes for granted")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "List under `assumptions` what must be true for the plan to work, such as `one \
                 region at most is lost at a time`, so that drills can challenge it.",
            ),
    );
}

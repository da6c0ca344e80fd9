//! Nothing says where the plan is kept.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    distribution_missing, "distribution-missing", Warning,
    "Nothing says where the plan is kept for the time it is needed",
    clauses: ["BC-30", "CP-2 b", "ISO 22301 8.4.4", "RTS 2024/1774 Art. 26(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "distribution") else {
        return;
    };
    if !organization.distribution.is_empty() {
        return;
    }
    findings.push(
        CHECK
            .finding("nothing says where the plan is kept for the time it is needed")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "List under `distribution` each `place` where people find the plan and its \
                 `keeper`; at least one must need no system of yours, such as a printed copy.",
            ),
    );
}

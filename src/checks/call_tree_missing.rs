//! Nothing says who calls whom.

use super::completeness::{declares, expects};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    call_tree_missing, "call-tree-missing", Warning,
    "Nothing says who calls whom",
    clauses: ["BC-29", "BC-30", "SP 800-34 3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "call-trees") else {
        return;
    };
    let programme = context.programme;
    // Without roles there is nobody to call together.
    if declares(programme, Kind::CallTree) || !declares(programme, Kind::Role) {
        return;
    }
    findings.push(
        CHECK
            .finding("nothing says who calls whom when the plan is activated")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "Add `call-trees` with the `calls` of each: who calls, and whom they call in \
                 which order. Everybody who holds a role should be in one.",
            ),
    );
}

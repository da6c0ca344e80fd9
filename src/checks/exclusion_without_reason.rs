//! Something is left out of the scope, and nobody says why.

use super::completeness::written;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    exclusion_without_reason, "exclusion-without-reason", Warning,
    "Something is left out of the scope without a reason",
    clauses: ["BC-12", "ISO 22301 4.3", "RTS 2024/1774 Art. 24"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = &context.programme.organization else {
        return;
    };
    let Some(scope) = &organization.scope else {
        return;
    };
    for (index, exclusion) in scope.excluded.iter().enumerate() {
        if written(exclusion.reason.as_ref()) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nobody says why “{}” is left out", exclusion.what))
                .at(organization
                    .at
                    .key("scope")
                    .key("out")
                    .index(index)
                    .key("what"))
                .about(Kind::Organization, "")
                .help("Write the `reason` it need not be covered, or cover it.")
                .decide(
                    format!("May “{}” be left out of the plan?", exclusion.what),
                    ["Leave it out, and record why.", "Cover it."],
                ),
        );
    }
}

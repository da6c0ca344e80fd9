//! The plan is never tested.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    no_drill, "no-drill", Error,
    "The plan has no drill",
    clauses: [
        "BC-22", "BC-34", "A1.3(1)", "CC7.5(6)", "CP-4", "SP 800-34 3.5", "ISO 22301 8.5",
        "DORA 11(6)",
    ],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // That nobody states the organization is `no-organization`'s business, not ours.
    let Some(organization) = &context.programme.organization else {
        return;
    };
    if organization.applies("drills") && context.programme.drills.is_empty() {
        findings.push(
            CHECK
                .finding("no drill tests the plan")
                .at(organization.at.place())
                .about(Kind::Organization, "")
                .help("Plan one under `drills:`; a tabletop is enough to begin with."),
        );
    }
}

//! A plan without critical functions.

use super::completeness::declares;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    no_functions, "no-functions", Error,
    "No critical business function is declared",
    clauses: ["BC-04", "BC-16", "ISO 22301 8.2.2", "CP-2 a.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // A plan without functions is not a plan: `not-applicable` does not excuse it.
    let Some(organization) = &context.programme.organization else {
        return;
    };
    if declares(context.programme, Kind::Function) {
        return;
    }
    findings.push(
        CHECK
            .finding("no critical business function is declared")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "List under `functions` what the organization cannot stop doing for long, each \
                 with its owner, its impact over time and its objectives. \
                 `mainstay new function` helps.",
            ),
    );
}

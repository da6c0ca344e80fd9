//! A plan without risks.

use super::completeness::{declares, expects};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    no_risks, "no-risks", Warning,
    "No risk to the business is declared",
    clauses: ["BC-18", "ISO 22301 8.2.3", "CC9.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "risks") else {
        return;
    };
    if declares(context.programme, Kind::Risk) {
        return;
    }
    findings.push(
        CHECK
            .finding("no risk to the business is declared")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "List under `risks` what could disrupt the functions, how likely and how bad each \
                 is, what is done about it, and the scenarios in which it comes true.",
            ),
    );
}

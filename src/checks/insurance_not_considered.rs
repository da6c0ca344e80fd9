//! Insurance was not considered.

use super::completeness::{expects, written};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    insurance_not_considered, "insurance-not-considered", Warning,
    "Nothing says whether insurance against disruption was considered",
    clauses: ["BC-26", "CC9.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "insurance") else {
        return;
    };
    if written(organization.insurance.as_ref()) {
        return;
    }
    findings.push(
        CHECK
            .finding("nothing says whether insurance against disruption was considered")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "Write under `insurance` what is insured, with whom and how a claim is made, or \
                 why there is none.",
            )
            .decide(
                "Is the cost of a disruption to be insured?",
                ["Insure it.", "Bear it, and record why."],
            ),
    );
}

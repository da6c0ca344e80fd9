//! Nobody is listed who is affected by a disruption.

use super::completeness::{declares, expects};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    no_stakeholders, "no-stakeholders", Warning,
    "Nobody is listed who is affected by a disruption",
    clauses: ["BC-11", "ISO 22301 4.2", "ISO 22301 8.4.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "stakeholders") else {
        return;
    };
    if declares(context.programme, Kind::Stakeholder) {
        return;
    }
    findings.push(
        CHECK
            .finding("nobody is listed who is affected by a disruption")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "List under `stakeholders` who must hear from you: staff, customers, partners, \
                 authorities, the media.",
            ),
    );
}

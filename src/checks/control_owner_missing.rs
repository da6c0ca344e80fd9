//! Nobody owns the continuity control.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    control_owner_missing, "control-owner-missing", Warning,
    "Nobody owns the continuity control",
    clauses: ["BC-14", "ISO 22301 5.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "control-owner") else {
        return;
    };
    if organization.control_owner.is_some() {
        return;
    }
    findings.push(
        CHECK
            .finding("nobody owns the continuity control")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help("Name one team, role or person as `control-owner`."),
    );
}

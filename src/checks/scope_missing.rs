//! Nobody says what the plan covers.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    scope_missing, "scope-missing", Warning,
    "The plan does not say what it covers",
    clauses: ["BC-12", "ISO 22301 4.3", "SP 800-34 1.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "scope") else {
        return;
    };
    let covered = organization
        .scope
        .as_ref()
        .map_or(0, |scope| scope.included.len());
    if covered > 0 {
        return;
    }
    findings.push(
        CHECK
            .finding("the plan does not say what it covers")
            .at(organization.at.key("scope").key("in"))
            .about(Kind::Organization, "")
            .help(
                "Write `scope:` with the products, environments and processes it covers under \
                 `in`, and under `out` what it leaves out and why.",
            ),
    );
}

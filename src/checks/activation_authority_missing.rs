//! Nobody may activate the plan.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    activation_authority_missing, "activation-authority-missing", Error,
    "Nobody is named who may activate the plan",
    clauses: ["SP 800-34 3.1", "ISO 22301 8.4.2", "RTS 2024/1774 Art. 24"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "activation-authority") else {
        return;
    };
    if !organization.activation_authority.is_empty() {
        return;
    }
    findings.push(
        CHECK
            .finding("nobody is named who may activate the plan")
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(
                "List under `activation-authority` who may declare a disaster, in order of \
                 succession: the first who can be reached decides.",
            )
            .decide(
                "Who may activate the plan, and who in their absence?",
                [
                    "Name people or roles in order of succession.",
                    "Name one team on call.",
                ],
            ),
    );
}

//! Nobody approves the consolidated plan.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    approver_missing, "approver-missing", Error,
    "Nobody in senior management is named to approve the plan",
    clauses: ["BC-02", "BC-33", "SP 800-34 PA", "CP-2 a.7"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "approval") else {
        return;
    };
    let approvers = organization
        .approval
        .as_ref()
        .map_or(0, |rule| rule.approvers.len());
    if approvers > 0 {
        return;
    }
    findings.push(
        CHECK
            .finding("nobody is named to approve the plan")
            .at(organization.at.key("approval").key("approvers"))
            .about(Kind::Organization, "")
            .help(
                "Name the senior managers who sign under `approval: approvers`, each as `person` \
                 with the office they sign for as `signs-as`, and a `deputy`.",
            )
            .decide(
                "Who in senior management approves the consolidated plan?",
                [
                    "Name one senior manager and a deputy.",
                    "Name several, and how many of them it takes.",
                ],
            ),
    );
}

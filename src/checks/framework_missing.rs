//! The plan is not mapped to any control framework.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    framework_missing, "framework-missing", Warning,
    "The plan does not say which criteria of a control framework it answers to",
    clauses: ["BC-36"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "frameworks") else {
        return;
    };
    let finding = |message: String| {
        CHECK.finding(message).about(Kind::Organization, "").help(
            "Under `frameworks`, write the `name` and the `criteria` the programme answers to, \
             such as `SOC 2` with `CC7.5`, `CC9.1`, `A1.2` and `A1.3`.",
        )
    };
    if organization.frameworks.is_empty() {
        let message = "the plan does not say which control framework it answers to";
        findings.push(finding(message.to_owned()).at(organization.at.place()));
    }
    for (index, framework) in organization.frameworks.iter().enumerate() {
        if framework.criteria.is_empty() {
            let message = format!("no criteria of {} are named", framework.name);
            let place = organization.at.key("frameworks").index(index);
            findings.push(finding(message).at(place));
        }
    }
}

//! Somebody is affected by a disruption whom no message reaches.

use std::collections::HashSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    stakeholder_not_told, "stakeholder-not-told", Warning,
    "A stakeholder is told nothing in a disruption",
    clauses: ["BC-11", "BC-21", "ISO 22301 8.4.3", "CC7.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let messages = &context.programme.communications;
    let told: HashSet<_> = messages.iter().map(|message| &message.audience).collect();
    for stakeholder in &context.programme.stakeholders {
        if told.contains(&stakeholder.id) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("no message is planned for `{}`", stakeholder.id))
                .at(stakeholder.at().place())
                .about(Kind::Stakeholder, stakeholder.id.as_str())
                .help(format!(
                    "Add an entry to `communications` with `audience: {}`: at which stage, by \
                     which channel, who sends it and in what words.",
                    stakeholder.id
                )),
        );
    }
}

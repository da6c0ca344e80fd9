//! An approval that can never come about, or that one person could give alone.

use std::collections::BTreeSet;

use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    quorum_cannot_be_met, "quorum-cannot-be-met", Error,
    "The rule for approving the plan cannot be kept",
    clauses: ["BC-33", "SP 800-34 PA"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = &context.programme.organization else {
        return;
    };
    let Some(rule) = &organization.approval else {
        return;
    };
    let at = organization.at.key("approval");
    let people: BTreeSet<_> = rule
        .approvers
        .iter()
        .map(|approver| &approver.person)
        .filter(|person| context.programme.is_here(person))
        .collect();
    // No approvers at all is `approver-missing`'s business, not ours.
    let quorum = rule.quorum.filter(|_| !people.is_empty());
    if let Some(message) = quorum.and_then(|quorum| complaint(quorum, people.len())) {
        findings.push(
            CHECK
                .finding(message)
                .at(at.clone().key("quorum"))
                .also(at.clone().key("approvers"), "the approvers are named here")
                .about(Kind::Organization, "")
                .help(format!(
                    "Write a `quorum` from 1 to {}, name more approvers, or leave it out so that \
                     all of them approve.",
                    people.len()
                )),
        );
    }
    for (index, approver) in rule.approvers.iter().enumerate() {
        if approver.deputy.as_ref() != Some(&approver.person) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!(
                    "`{}` is their own deputy as approver",
                    approver.person
                ))
                .at(at.clone().key("approvers").index(index).key("deputy"))
                .about(Kind::Organization, "")
                .help("Name somebody else as `deputy`, who can sign when the approver cannot."),
        );
    }
}

/// What is wrong with a quorum among so many people, if anything.
fn complaint(quorum: u32, people: usize) -> Option<String> {
    match usize::try_from(quorum).unwrap_or(usize::MAX) {
        0 => Some("a quorum of 0 would approve the plan without anybody".to_owned()),
        quorum if quorum > people => Some(format!(
            "the quorum is {quorum}, but only {} can approve",
            words::count(people, "person", "people")
        )),
        _ => None,
    }
}

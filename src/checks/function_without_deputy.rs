//! A function that one person alone leads.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::PartyId;
use crate::model::Kind;

pub const CHECK: Check = check! {
    function_without_deputy, "function-without-deputy", Warning,
    "Nobody stands in for the owner of a function",
    clauses: ["BC-20", "SP 800-34 2.3", "ISO 22301 8.4.2", "A1.3(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let people = &context.programme.people;
    let here = |deputy: &PartyId| {
        let person = people.get(deputy.as_str());
        person.is_none_or(|person| context.programme.is_here(&person.id))
    };
    for function in &context.programme.functions {
        // Nobody at all is `function-without-owner`'s business, not ours; a role or a team brings
        // its own alternates.
        let Some(owner) = &function.owner else {
            continue;
        };
        if !context.programme.people.has(owner.as_str()) {
            continue;
        }
        let themselves = function.deputy.as_ref() == Some(owner);
        if function.states(|function| function.deputy.as_ref().is_some_and(here)) && !themselves {
            continue;
        }
        let (key, message) = if themselves {
            (
                "deputy",
                format!("`{owner}` is their own deputy for `{}`", function.id),
            )
        } else {
            (
                "owner",
                format!("nobody stands in for `{owner}`, who owns `{}`", function.id),
            )
        };
        findings.push(
            CHECK
                .finding(message)
                .at(function.at().key(key))
                .about(Kind::Function, function.id.as_str())
                .help("Name somebody else as `deputy`, or make a role with alternates the owner."),
        );
    }
}

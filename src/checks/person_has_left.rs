//! The plan counts on somebody who has left.

use super::duties::all;
use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    person_has_left, "person-has-left", Error,
    "The plan counts on somebody who has left the organization",
    clauses: ["BC-09", "BC-20", "CP-2 d"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for (person, duties) in all(context) {
        let id = person.id.as_str();
        let Some(until) = person.until.filter(|until| *until < context.now) else {
            continue;
        };
        let [first, others @ ..] = &duties[..] else {
            continue;
        };
        let more = match others.len() {
            0 => String::new(),
            more => format!(", one of {}", words::count(more + 1, "duty", "duties")),
        };
        let mut finding = CHECK
            .finding(format!(
                "`{id}` left on {until}, but is still {}{more}",
                first.what
            ))
            .at(first.at.clone())
            .also(person.at().key("until"), "their last day")
            .about(Kind::Person, id)
            .help("Name somebody else in each place, then remove the person from the plan.");
        for duty in others {
            finding = finding.also(duty.at.clone(), duty.what.clone());
        }
        findings.push(finding);
    }
}

//! The time to notice and declare a disruption is not stated.

use super::completeness::expects;
use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Organization};
use crate::time::Duration;

pub const CHECK: Check = check! {
    reaction_not_stated, "reaction-not-stated", Warning,
    "The time to notice and declare a disruption is not stated and counts as nothing",
    clauses: ["BC-17", "SP 800-34 2.2", "ISO 22301 8.4.2"],
    run: Run::Programme(run),
};

/// A part of the reaction: its key, what is done in it, and where it stands.
type Part = (
    &'static str,
    &'static str,
    fn(&Organization) -> Option<Duration>,
);

const PARTS: [Part; 2] = [
    ("detection", "notice", |o| o.detection),
    ("declaration", "declare", |o| o.declaration),
];

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let missing = PARTS.into_iter().filter_map(|(key, words, of)| {
        let organization = expects(context, key)?;
        of(organization).is_none().then_some((key, words))
    });
    let (keys, words): (Vec<_>, Vec<_>) = missing.unzip();
    let Some(organization) = context.programme.organization.as_ref() else {
        return;
    };
    if keys.is_empty() {
        return;
    }
    let words = words::list(&words);
    findings.push(
        CHECK
            .finding(format!(
                "nothing says how long it takes to {words} a disruption, so it counts as no time"
            ))
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(format!(
                "State {} as a length of time, from past incidents where you can, such as `15m`. \
                 It counts against every objective.",
                words::quoted(keys)
            )),
    );
}

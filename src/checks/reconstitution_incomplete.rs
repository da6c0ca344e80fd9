//! The way back to normal is not described in full.

use super::completeness::{expects, written};
use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Reconstitution};

pub const CHECK: Check = check! {
    reconstitution_incomplete, "reconstitution-incomplete", Warning,
    "The way back to normal is not described in full",
    clauses: ["SP 800-34 5", "ISO 22301 8.4.5", "CP-2 a.5"],
    run: Run::Programme(run),
};

/// A part of the way back: its key, what it says, and where it stands.
type Part = (
    &'static str,
    &'static str,
    fn(&Reconstitution) -> Option<&String>,
);

const PARTS: [Part; 7] = [
    ("data-validation", "that the data is right", |r| {
        r.data_validation.as_ref()
    }),
    ("function-test", "that everything works", |r| {
        r.function_test.as_ref()
    }),
    ("declaration", "who declares it over", |r| {
        r.declaration.as_ref()
    }),
    ("notification", "how users are told", |r| {
        r.notification.as_ref()
    }),
    ("cleanup", "what is cleaned up", |r| r.cleanup.as_ref()),
    ("backup", "how backups start again", |r| r.backup.as_ref()),
    ("documentation", "what is written down", |r| {
        r.documentation.as_ref()
    }),
];

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "reconstitution") else {
        return;
    };
    let stated = organization.reconstitution.as_ref();
    let missing = PARTS
        .into_iter()
        .filter(|(_, _, of)| !stated.is_some_and(|r| written(of(r))));
    let (keys, words): (Vec<_>, Vec<_>) = missing.map(|(key, words, _)| (key, words)).unzip();
    if keys.is_empty() {
        return;
    }
    let message = match stated {
        None => "the plan does not say how to return to normal after the recovery".to_owned(),
        Some(_) => format!(
            "the way back to normal lacks {} of {}: {}",
            keys.len(),
            words::count(PARTS.len(), "part", "parts"),
            words::list(&words)
        ),
    };
    findings.push(
        CHECK
            .finding(message)
            .at(organization.at.key("reconstitution"))
            .about(Kind::Organization, "")
            .help(format!(
                "Under `reconstitution`, write {}.",
                words::quoted(keys)
            )),
    );
}

//! Somebody accepts a finding that there is not.

use super::{CHECKS, Check, Context, Run, covers};
use crate::finding::Finding;
use crate::load::closest;
use crate::model::{Acceptance, Kind, Programme};

pub const CHECK: Check = check! {
    acceptance_matches_nothing, "acceptance-matches-nothing", Warning,
    "A finding is accepted that there is not",
    clauses: ["BC-09", "BC-10"],
    run: Run::Findings(run),
};

fn run(context: &Context, all: &[Finding], findings: &mut Vec<Finding>) {
    for acceptance in &context.programme.accepted {
        if all.iter().any(|found| covers(acceptance, found)) {
            continue;
        }
        let kind = kind(context.programme, &acceptance.about);
        let (key, message, help) = complaint(context.programme, acceptance, kind);
        let finding = CHECK.finding(message).at(acceptance.at.key(key)).help(help);
        findings.push(match kind {
            Some(Kind::Organization) => finding.about(Kind::Organization, ""),
            Some(kind) => finding.about(kind, acceptance.about.as_str()),
            None => finding,
        });
    }
}

/// What an acceptance is about, if there is such a thing.
fn kind(programme: &Programme, about: &str) -> Option<Kind> {
    if about == "organization" {
        return Some(Kind::Organization);
    }
    let things = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != Kind::Organization);
    things.into_iter().find(|kind| programme.has(*kind, about))
}

/// The key that is wrong, why, and what to do.
fn complaint(
    programme: &Programme,
    acceptance: &Acceptance,
    kind: Option<Kind>,
) -> (&'static str, String, String) {
    let (check, about) = (acceptance.check.as_str(), acceptance.about.as_str());
    let suggest = |near: Option<&str>, otherwise: &str| match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None => otherwise.to_owned(),
    };
    if super::find(check).is_none() {
        let near = closest(check, CHECKS.iter().map(|check| check.id));
        let help = suggest(near, "Write the id that the finding shows in brackets.");
        return ("check", format!("there is no check `{check}`"), help);
    }
    if kind.is_none() {
        let ids = Kind::ALL.iter().flat_map(|kind| programme.ids(*kind));
        let help = suggest(
            closest(about, ids),
            "Remove the entry if the thing is gone.",
        );
        return (
            "about",
            format!("nothing in the plans is called `{about}`"),
            help,
        );
    }
    let message = format!("`{check}` finds nothing wrong with `{about}`");
    (
        "check",
        message,
        "Remove the entry: what it accepted is mended.".to_owned(),
    )
}

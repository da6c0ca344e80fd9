//! Everything that is wrong, missing or worth knowing, by complaint, accepted findings included.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::context::Context;
use super::decisions::mood;
use super::value::{Mood, Named};
use super::{Part, Section, shown};
use crate::checks;
use crate::finding::{Finding, Severity};
use crate::model::{Kind, Visibility};

pub const SECTION: Section = Section {
    id: "findings",
    title: "Findings",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["BC-09", "BC-10", "ISO 22301 8.6", "ISO 22301 10.1"],
    keys: &[],
    missing: "",
    build,
};

#[derive(Serialize)]
struct Findings {
    groups: Vec<Group>,
    checks: usize,
}

/// The findings of one check.
#[derive(Serialize)]
struct Group {
    anchor: String,
    check: &'static str,
    title: &'static str,
    severity: &'static str,
    mood: Mood,
    open: usize,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
struct FindingView {
    message: String,
    help: Option<String>,
    at: Option<String>,
    related: Vec<Related>,
    accepted: Option<AcceptedView>,
}

#[derive(Serialize)]
struct Related {
    at: String,
    note: String,
}

#[derive(Serialize)]
struct AcceptedView {
    by: Named,
    reason: String,
    until: String,
}

fn build(context: &Context) -> Option<Value> {
    let mut groups: Vec<(Severity, Group)> = Vec::new();
    for finding in context.input.findings {
        let known = groups
            .iter()
            .position(|(_, group)| group.check == finding.check);
        let place = known.unwrap_or_else(|| {
            groups.push((finding.severity, group(finding)));
            groups.len() - 1
        });
        let group = &mut groups[place].1;
        group.open += usize::from(finding.counts());
        group.findings.push(view(context, finding));
    }
    groups.sort_by_key(|(severity, group)| (std::cmp::Reverse(*severity), group.check));
    Some(shown(Findings {
        groups: groups.into_iter().map(|(_, group)| group).collect(),
        checks: checks::CHECKS.len(),
    }))
}

fn group(finding: &Finding) -> Group {
    Group {
        anchor: format!("check-{}", finding.check),
        check: finding.check,
        title: checks::find(finding.check).map_or(finding.check, |check| check.title),
        severity: finding.severity.word(),
        mood: mood(finding.severity),
        open: 0,
        findings: Vec::new(),
    }
}

fn view(context: &Context, finding: &Finding) -> FindingView {
    let related = |(place, note): &(_, String)| Related {
        at: context.at(place),
        note: note.clone(),
    };
    FindingView {
        message: finding.message.clone(),
        help: finding.help.clone(),
        at: finding.place.as_ref().map(|place| context.at(place)),
        related: finding.related.iter().map(related).collect(),
        accepted: finding.accepted.as_ref().map(|accepted| AcceptedView {
            by: context.named(Kind::Person, &accepted.by),
            reason: accepted.reason.clone(),
            until: day(accepted.until),
        }),
    }
}

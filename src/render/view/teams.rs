//! The team plans that roll up into this one.

use serde::Serialize;
use serde_json::Value;

use super::calendar::{self, Due};
use super::context::Context;
use super::names::anchor;
use super::value::{Named, counted};
use super::{Part, Section, shown};
use crate::finding::{Place, Severity, Spot};
use crate::model::*;

pub const SECTION: Section = Section {
    id: "teams",
    title: "Team plans",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["BC-01", "BC-20", "BC-23", "BC-24", "BC-32"],
    keys: &["team"],
    missing: "No team has handed in a plan. Begin with `mainstay new team`.",
    build,
};

#[derive(Serialize)]
struct Teams {
    teams: Vec<TeamView>,
}

#[derive(Serialize)]
struct TeamView {
    anchor: String,
    name: String,
    summary: Option<String>,
    lead: Option<Named>,
    deputy: Option<Named>,
    review: Due,
    reviewed_by: Option<Named>,
    holds: Vec<String>,
    errors: usize,
    warnings: usize,
    at: String,
}

fn build(context: &Context) -> Option<Value> {
    let teams: Vec<_> = context
        .programme
        .teams
        .iter()
        .map(|team| view(context, team))
        .collect();
    (!teams.is_empty()).then(|| shown(Teams { teams }))
}

fn view(context: &Context, team: &Item<Team>) -> TeamView {
    let cadences = context.organization().and_then(|o| o.cadences.as_ref());
    let every = cadences.and_then(|cadences| cadences.review);
    TeamView {
        anchor: anchor(Kind::Team, team.id()),
        name: team.name.clone(),
        summary: team.summary.clone(),
        lead: team.lead.as_ref().map(|lead| context.person(lead)),
        deputy: team.deputy.as_ref().map(|deputy| context.person(deputy)),
        review: calendar::due("Review", every, team.reviewed_at, context.today),
        reviewed_by: team.reviewed_by.as_ref().map(|by| context.person(by)),
        holds: holds(context, team),
        errors: open(context, team, Severity::Error),
        warnings: open(context, team, Severity::Warning),
        at: context.at_origin(team.at()),
    }
}

/// How many things of each kind a team's plan declares, in words.
fn holds(context: &Context, team: &Item<Team>) -> Vec<String> {
    let kinds = [
        (Kind::Function, "function", "functions"),
        (Kind::System, "system", "systems"),
        (Kind::Procedure, "procedure", "procedures"),
        (Kind::Person, "person", "people"),
    ];
    let count = |kind| {
        let all = context.programme.origins(kind);
        all.iter()
            .filter(|(_, at)| wrote(team, at.file, at.document))
            .count()
    };
    let counts = kinds
        .map(|(kind, one, many)| (count(kind), one, many))
        .into_iter();
    counts
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| counted(n, one, many))
        .collect()
}

/// Whether something in this document of a file is part of the team's plan.
fn wrote(team: &Item<Team>, file: u32, document: u32) -> bool {
    team.declarations
        .iter()
        .any(|d| (d.at.file, d.at.document) == (file, document))
}

fn open(context: &Context, team: &Item<Team>, severity: Severity) -> usize {
    let ours = |place: &Place| match place.spot {
        Spot::Route(document, _) => wrote(team, place.file, document),
        Spot::File | Spot::Span(..) => wrote(team, place.file, 0),
    };
    let findings = context.input.findings.iter();
    let open = findings.filter(|f| f.counts() && f.severity == severity);
    open.filter(|f| f.place.as_ref().is_some_and(ours)).count()
}

//! The drills and tests of the plan: what is planned, what was held, what was learned.

use serde::Serialize;
use serde_json::Value;

use super::calendar::{self, Due, day};
use super::context::Context;
use super::value::{Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;

pub const SECTION: Section = Section {
    id: "drills",
    title: "Drills, tests and improvements",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-22",
        "BC-34",
        "SP 800-34 J",
        "ISO 22301 8.5",
        "ISO 22301 10.1",
        "DORA 11(6)",
        "A1.3",
        "CC7.5",
    ],
    keys: &["drills"],
    missing: "No drill is planned. The plan must be tested at least once a year; write `drills`.",
    build,
};

#[derive(Serialize)]
struct Drills {
    drills: Vec<DrillView>,
    held: Vec<Held>,
}

#[derive(Serialize)]
struct DrillView {
    name: String,
    kind: &'static str,
    scenario: Option<Named>,
    scope: Vec<Named>,
    vendors: Vec<Named>,
    objectives: Vec<String>,
    criteria: Vec<String>,
    lead: Option<Named>,
    primary_contact: Option<Named>,
    secondary_contact: Option<Named>,
    due: Due,
    planned: Option<String>,
    at: String,
}

/// One time a drill was held.
#[derive(Serialize)]
struct Held {
    on: String,
    drill: String,
    result: &'static str,
    mood: Mood,
    learned: Option<String>,
    evidence: Option<String>,
}

fn build(context: &Context) -> Option<Value> {
    let drills = context.programme.drills.iter();
    let drills: Vec<_> = drills.map(|drill| view(context, drill)).collect();
    let held = held(context);
    (!drills.is_empty()).then(|| shown(Drills { drills, held }))
}

fn view(context: &Context, drill: &Item<Drill>) -> DrillView {
    let past = drill
        .held
        .iter()
        .map(|held| held.on)
        .filter(|on| *on <= context.today);
    let scenario = drill.scenario.as_ref();
    let vendors = drill.vendors.iter();
    DrillView {
        name: drill.name.clone(),
        kind: drill.kind.word(),
        scenario: scenario.map(|id| context.named(Kind::Scenario, id.as_str())),
        scope: drill.scope.iter().map(|id| context.node(id)).collect(),
        vendors: vendors
            .map(|id| context.named(Kind::Vendor, id.as_str()))
            .collect(),
        objectives: drill.objectives.clone(),
        criteria: drill.success_criteria.clone(),
        lead: context.party_of(drill.lead.as_ref()),
        primary_contact: drill.primary_contact.as_ref().map(|id| context.person(id)),
        secondary_contact: drill
            .secondary_contact
            .as_ref()
            .map(|id| context.person(id)),
        due: calendar::due("Drill", drill.every, past.max(), context.today),
        planned: drill.next.map(day),
        at: context.at_origin(drill.at()),
    }
}

/// Every drill that was held, the latest first.
fn held(context: &Context) -> Vec<Held> {
    let drills = context.programme.drills.iter();
    let mut all: Vec<_> = drills
        .flat_map(|d| d.held.iter().map(move |held| (d, held)))
        .filter(|(_, held)| held.on <= context.today)
        .collect();
    all.sort_by_key(|(_, held)| std::cmp::Reverse(held.on));
    let one = |(drill, held): (&Item<Drill>, &DrillHeld)| Held {
        on: day(held.on),
        drill: drill.name.clone(),
        result: held.result.word(),
        mood: mood(held.result),
        learned: held.learned.clone(),
        evidence: held.evidence.clone(),
    };
    all.into_iter().map(one).collect()
}

fn mood(result: DrillResult) -> Mood {
    match result {
        DrillResult::Passed => Mood::Fine,
        DrillResult::Partial => Mood::Attention,
        DrillResult::Failed | DrillResult::Aborted => Mood::Gap,
    }
}

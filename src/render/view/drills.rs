//! The drills and tests of the plan: what is planned, was held and was learned, and what follows.

use serde::Serialize;
use serde_json::Value;

use super::actions::Actions;
use super::calendar::{self, Due, day};
use super::context::Context;
use super::value::{self, Mood, Named};
use super::{Part, Section, shown};
use crate::graph::{Ix, reaction};
use crate::id::NodeId;
use crate::model::*;
use crate::record::{Loss, Past, Record, Timed, Verdict};
use crate::render::run::{loss_told, time_told};
use crate::schedule::{AHEAD, occurrences, start_of, words};
use crate::time::{Date, Duration};

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
    keys: &["drills", "actions"],
    missing: "No drill is planned. The plan must be tested at least once a year; write `drills`.",
    build,
};

#[derive(Serialize)]
struct Drills {
    drills: Vec<DrillView>,
    runs: Vec<RunView>,
    broken: Option<String>,
    held: Vec<Held>,
    actions: Actions,
}

/// One run of a drill.
#[derive(Serialize)]
struct RunView {
    on: String,
    age: String,
    drill: String,
    run: String,
    verdict: &'static str,
    mood: Mood,
    /// What was measured, line by line, against what may be and the objective: times, then losses.
    measured: Vec<String>,
}

#[derive(Serialize)]
struct DrillView {
    name: String,
    kind: &'static str,
    scenario: Option<Named>,
    scope: Vec<Named>,
    restores: Option<&'static str>,
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
    let record = context.input.record;
    let runs: Vec<_> = record.runs.iter().map(|past| run(context, past)).collect();
    let broken = broken(record);
    let held = held(context);
    let actions = Actions::new(context);
    let empty = drills.is_empty() && runs.is_empty() && broken.is_none() && actions.is_empty();
    (!empty).then(|| {
        shown(Drills {
            drills,
            runs,
            broken,
            held,
            actions,
        })
    })
}

fn run(context: &Context, past: &Past) -> RunView {
    let drill = context.programme.name(Kind::Drill, past.drill.as_str());
    RunView {
        on: day(past.day),
        age: calendar::ago(past.day, context.today),
        drill: drill.unwrap_or(past.drill.as_str()).to_owned(),
        run: past.id.clone(),
        verdict: past.verdict.words(),
        mood: match past.verdict {
            Verdict::Succeeded => Mood::Fine,
            Verdict::Open | Verdict::Partly => Mood::Attention,
            Verdict::Late | Verdict::Incomplete | Verdict::Failed | Verdict::Stopped => Mood::Gap,
        },
        measured: {
            let times = past.measured.iter().map(|timed| took(context, timed));
            times
                .chain(past.lost.iter().map(|loss| lost(context, loss)))
                .collect()
        },
    }
}

/// What was measured, and whether that keeps the objective of what it is the recovery time of.
fn took(context: &Context, timed: &Timed) -> String {
    let graph = &context.analysis.graph;
    let after = timed.took().map(|took| reaction(context.programme) + took);
    let objective = |node| Some(("RTO", graph.rto(node)?.0));
    kept(
        context,
        time_told(timed),
        (timed.of.as_ref(), after),
        objective,
    )
}

/// What was lost, and whether that keeps the objective of what it is the recovery point of.
fn lost(context: &Context, loss: &Loss) -> String {
    let graph = &context.analysis.graph;
    let objective = |node| Some(("RPO", graph.rpo(node)?.0));
    kept(
        context,
        loss_told(loss),
        (loss.of.as_ref(), loss.lost()),
        objective,
    )
}

/// What is told of a figure, and whether it keeps the objective of what it is the figure of.
fn kept(
    context: &Context,
    told: String,
    (of, actual): (Option<&NodeId>, Option<Duration>),
    objective: impl Fn(Ix) -> Option<(&'static str, Duration)>,
) -> String {
    let graph = &context.analysis.graph;
    let node = of.and_then(|of| graph.find(of.as_str()));
    let Some((node, (what, most))) = node.and_then(|node| Some((node, objective(node)?))) else {
        return told;
    };
    let kept = match actual {
        Some(actual) if actual <= most => "kept",
        Some(_) => "missed",
        None => "not shown",
    };
    let (name, proposed) = (graph.name(node), Approval::Proposed.words());
    format!(
        "{told}; {what} of {name} ({}, {proposed}): {kept}",
        most.words()
    )
}

/// That some runs prove nothing; the findings say why.
fn broken(record: &Record) -> Option<String> {
    let all = record.broken.iter().any(|broken| broken.run.is_none());
    match (all, record.broken.len()) {
        (_, 0) => None,
        (true, _) => Some("No run proves anything: the journals cannot be read.".to_owned()),
        (false, count) => {
            let runs = value::counted(count, "more run cannot", "more runs cannot");
            Some(format!("The journals of {runs} be relied upon."))
        }
    }
}

fn view(context: &Context, drill: &Item<Drill>) -> DrillView {
    let held = drill.held.iter().map(|held| held.on);
    let runs = context.input.record.of(drill);
    let runs = runs.filter(|run| run.is_held()).map(|run| run.day);
    let past = held.chain(runs).filter(|on| *on <= context.today);
    let scenario = drill.scenario.as_ref();
    let vendors = drill.vendors.iter();
    DrillView {
        name: drill.name.clone(),
        kind: drill.kind.word(),
        scenario: scenario.map(|id| context.named(Kind::Scenario, id.as_str())),
        scope: drill.scope.iter().map(|id| context.node(id)).collect(),
        restores: drill.restores.map(Restores::word),
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
        planned: drill
            .next
            .map(day)
            .or_else(|| scheduled(drill, context.today)),
        at: context.at_origin(drill.at()),
    }
}

/// The next day on which the schedule of a drill has it held, and how often that comes.
fn scheduled(drill: &Drill, today: Date) -> Option<String> {
    let schedule = drill.schedule.as_ref()?;
    let last = today.0.checked_add_days(AHEAD)?;
    let next = occurrences(drill, start_of(schedule, today), last).next()?;
    let on = day(Date(next.nominal.date()));
    Some(format!("{on}: {}", words(schedule)))
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

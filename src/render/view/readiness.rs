//! How ready the organization is, as a few honest numbers with words.

use std::collections::HashSet;

use serde::Serialize;

use super::actions;
use super::context::Context;
use super::value::Mood;
use crate::graph::Ix;
use crate::model::*;
use crate::proof::Level;
use crate::render::proof::{Coverage, Row, State};
use crate::time::Period;

/// One measure of readiness.
#[derive(Clone, Debug, Serialize)]
pub struct Measure {
    /// What is counted.
    pub what: &'static str,
    /// How many, out of how many.
    pub number: String,
    /// What that means, as a sentence or a list of names.
    pub words: String,
    /// How things stand.
    pub mood: Mood,
}

/// The most names that a measure lists.
const NAMES_MAX: usize = 4;

/// Every measure, the most important first.
pub fn measures(context: &Context) -> Vec<Measure> {
    let coverage = Coverage::new(context.programme, context.input.record, context.today);
    let mut measures = vec![
        functions_in_time(context),
        functions_with_workaround(context),
        backed_up(context),
        data(
            context,
            "… with an additional full local copy",
            BackupKind::FullLocal,
        ),
        restores(&coverage),
        proven(&coverage),
        roles(context),
        steps(context),
        people(context),
    ];
    measures.extend(actions::measure(context));
    if context.unread() > 0 {
        measures.iter_mut().for_each(unsure);
    }
    measures
}

/// A measure is never fine while a file could not be read: what is in it is not counted.
fn unsure(measure: &mut Measure) {
    if measure.mood == Mood::Fine {
        measure.mood = Mood::Attention;
        measure.words = "All that could be read.".to_owned();
    }
}

/// Counts what is as it should be, and names what is not.
fn measure<'n>(
    what: &'static str,
    all: impl IntoIterator<Item = (bool, &'n str)>,
    complaint: &str,
) -> Measure {
    let (mut good, mut bad) = (0, Vec::new());
    for (fine, name) in all {
        if fine { good += 1 } else { bad.push(name) }
    }
    let count = good + bad.len();
    let mood = match (count, bad.len()) {
        (0, _) => Mood::Gap,
        (_, 0) => Mood::Fine,
        (count, bad) if bad * 4 > count => Mood::Gap,
        _ => Mood::Attention,
    };
    let words = match (count, bad.is_empty()) {
        (0, _) => "None are declared.".to_owned(),
        (_, true) => "All of them.".to_owned(),
        (_, false) => format!("{complaint}: {}.", listed(&bad)),
    };
    let number = format!("{good} of {count}");
    Measure {
        what,
        number,
        words,
        mood,
    }
}

/// The first names, and how many more.
pub fn listed(names: &[&str]) -> String {
    let first = names
        .iter()
        .take(NAMES_MAX)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMES_MAX) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Whether a function is predicted to be back by the objective it states, with the people and
/// links that recoveries share. It is not where that cannot be told.
pub fn in_time(context: &Context, function: Ix) -> bool {
    let analysis = context.analysis;
    let back = analysis.capacity.back_at(&analysis.order, function);
    let rto = analysis.graph.rto(function);
    rto.is_some_and(|rto| back <= rto.0) && analysis.objectives.doubt[function.at()].is_none()
}

fn functions_in_time(context: &Context) -> Measure {
    let graph = &context.analysis.graph;
    let all = graph
        .functions()
        .map(|node| (in_time(context, node), graph.name(node)));
    measure(
        "Functions predicted back within their RTO",
        all,
        "Late, without an objective, or nobody can tell",
    )
}

fn functions_with_workaround(context: &Context) -> Measure {
    let stated = |f: &Function| {
        let workaround = f.workaround.as_ref();
        workaround.is_some_and(|w| w.procedure.is_some() || w.how.is_some() || w.none.is_some())
    };
    let all = context
        .programme
        .functions
        .iter()
        .map(|f| (stated(f), f.name()));
    measure(
        "Functions with a workaround, or none and accepted",
        all,
        "Without",
    )
}

/// The systems that hold data.
pub fn data_systems<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Item<System>> {
    context
        .programme
        .systems
        .iter()
        .filter(|system| system.holds_data == Some(true))
}

/// The backups that hold a system's data.
pub fn backups_of<'a>(
    context: &Context<'a>,
    system: &'a Item<System>,
) -> impl Iterator<Item = &'a Item<Backup>> {
    let backups = context.programme.backups.iter();
    backups.filter(move |backup| backup.of.iter().any(|of| *of == system.id))
}

/// A copy that is lost together with what it is a copy of is none when it counts.
fn backed_up(context: &Context) -> Measure {
    let fates = context.analysis.fate.backups.iter();
    let alone = fates.filter(|fate| fate.saved_by.is_none());
    let lost: HashSet<Ix> = alone.map(|fate| fate.system).collect();
    let covered = |system: &Item<System>| {
        let primary = backups_of(context, system).any(|backup| is(backup, BackupKind::Primary));
        let node = context.analysis.graph.find(system.id.as_str());
        primary && !node.is_some_and(|node| lost.contains(&node))
    };
    measure(
        "Data systems with a backup that is not lost with them",
        data_systems(context).map(|s| (covered(s), s.name())),
        "Without",
    )
}

fn is(backup: &Backup, kind: BackupKind) -> bool {
    backup.kind.unwrap_or(BackupKind::Primary) == kind
}

fn data(context: &Context, what: &'static str, kind: BackupKind) -> Measure {
    let covered = |system| backups_of(context, system).any(|backup| is(backup, kind));
    measure(
        what,
        data_systems(context).map(|s| (covered(s), s.name())),
        "Without",
    )
}

/// Whether its data were restored recently enough to count: shown by a verification, or written.
fn restores(coverage: &Coverage) -> Measure {
    let tested = |row: &Row| matches!(row.state, State::Current | State::Due);
    let all = coverage
        .rows
        .iter()
        .map(|row| (tested(row), row.system.name()));
    measure("… with a restore within its cadence", all, "Not confirmed")
}

fn proven(coverage: &Coverage) -> Measure {
    let all = coverage
        .rows
        .iter()
        .map(|row| (row.level() == Level::Validated, row.system.name()));
    measure(
        "… proven at level 5, restored and validated",
        all,
        "Not proven",
    )
}

fn roles(context: &Context) -> Measure {
    let all = context.programme.roles.iter().map(|role| {
        let mut alternates = context.programme.alternates(role);
        // Who stands in for themselves does not.
        let others = alternates.any(|person| Some(person) != role.primary.as_ref());
        (others, role.name())
    });
    measure("Roles with an alternate", all, "Without")
}

fn steps(context: &Context) -> Measure {
    let procedures = context.programme.procedures.iter();
    let all = procedures.flat_map(|p| p.steps.iter().map(|step| (step, p.name())));
    let all = all.map(|(step, name)| (step.role.is_some() && step.tell.is_some(), name));
    measure(
        "Steps with a role and a line of communication",
        all,
        "Incomplete in",
    )
}

fn people(context: &Context) -> Measure {
    let cadences = context.organization().and_then(|o| o.cadences.as_ref());
    let every = cadences
        .and_then(|c| c.contact_verification)
        .unwrap_or(Period::months(6));
    let current = |p: &Person| {
        p.verified_at
            .is_some_and(|on| every.after(on) >= context.today)
    };
    let all = context
        .programme
        .people
        .iter()
        .map(|person| (current(person), person.name()));
    measure(
        "People whose contact details are verified",
        all,
        "Not or too long ago",
    )
}

//! Who took part, and which roles nobody acted for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::decisions::is_decision;
use super::steps::people;
use crate::drill::Run;
use crate::id::PartyId;
use crate::journal::{Actor, Event, Part, What};
use crate::render::run::history::History;

/// A person who did or decided something.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Participant {
    /// The id or the name they gave.
    pub name: String,
    /// Whether they lead the drill.
    pub leads: bool,
    /// The roles of the steps they did or answered, as far as they may hold them.
    pub roles: BTreeSet<String>,
    /// The steps they did, or said what became of.
    pub steps: Vec<String>,
    /// The steps they took back.
    pub taken_back: Vec<String>,
    /// How many decisions they made.
    pub decisions: usize,
    /// How many notes they made.
    pub notes: usize,
}

/// Everybody who did or decided something, by name.
pub fn participants(run: &Run, history: &History, events: &[Event]) -> Vec<Participant> {
    let mut all: BTreeMap<&str, Participant> = BTreeMap::new();
    for (place, track) in (0u32..).zip(&history.tracks) {
        let (task, step) = (run.task(place), run.step(place));
        for name in track.people(Part::Step) {
            let person = all.entry(name).or_default();
            person.steps.push(task.name.clone());
        }
        for name in people(step, track) {
            if let (Some(role), true) = (&task.role, run.may_hold_role_of(place, name)) {
                let person = all.entry(name).or_default();
                person.roles.insert(role.to_string());
            }
        }
        for name in track.people(Part::Undo) {
            let person = all.entry(name).or_default();
            person.taken_back.push(task.name.clone());
        }
    }
    for event in events {
        if let Actor::Person { name } = &event.by {
            let person = all.entry(name).or_default();
            person.decisions += usize::from(is_decision(event));
            person.notes += usize::from(matches!(event.what, What::Noted { .. }));
        }
    }
    let lead = run.script.lead.as_ref().map(PartyId::as_str);
    let named = all.into_iter().map(|(name, person)| Participant {
        name: name.to_owned(),
        leads: lead == Some(name),
        ..person
    });
    named.collect()
}

/// The roles of steps for people that nobody did or answered anything for, who may hold them.
pub fn roles_unanswered(run: &Run, history: &History) -> Vec<String> {
    let mut answered: BTreeMap<String, bool> = BTreeMap::new();
    for (place, track) in (0u32..).zip(&history.tracks) {
        let (task, step) = (run.task(place), run.step(place));
        if let (Some(role), None) = (&task.role, &task.action) {
            let done = track.of(Part::Step).any(|trial| trial.end.is_some());
            let mut people = people(step, track).into_iter();
            let by_holder = people.any(|name| run.may_hold_role_of(place, name));
            *answered.entry(role.to_string()).or_default() |= done && by_holder;
        }
    }
    let roles = answered.into_iter().filter(|(_, answered)| !answered);
    roles.map(|(role, _)| role).collect()
}

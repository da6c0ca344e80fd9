//! Who decided what, and when, and why.

use serde::Serialize;

use super::value::Point;
use crate::drill::Run;
use crate::journal::{Actor, Event, What};
use crate::render::run::history::History;
use crate::render::run::lines::said;

/// A decision, or a note.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Decision {
    /// When.
    pub at: Point,
    /// Who.
    pub by: String,
    /// The step it is about, if it is about one.
    pub step: Option<String>,
    /// What.
    pub what: String,
    /// Why, or what was seen.
    pub why: Option<String>,
}

/// What was decided, in order: by people, and by probes about what was in doubt.
pub fn decisions(run: &Run, history: &History, events: &[Event]) -> Vec<Decision> {
    let chosen = events.iter().filter(|event| is_decision(event));
    chosen.map(|event| decision(run, history, event)).collect()
}

/// What was written down, in order.
pub fn notes(run: &Run, history: &History, events: &[Event]) -> Vec<Decision> {
    let chosen = events
        .iter()
        .filter(|event| matches!(event.what, What::Noted { .. }));
    chosen.map(|event| decision(run, history, event)).collect()
}

fn decision(run: &Run, history: &History, event: &Event) -> Decision {
    Decision {
        at: Point::new(history, &event.at),
        by: event.by.words().to_owned(),
        step: event.what.step().map(str::to_owned),
        what: said(run, event),
        why: why(&event.what).map(str::to_owned),
    }
}

/// Whether an event is a decision and not only something that was done or written down.
pub fn is_decision(event: &Event) -> bool {
    let by_person = matches!(event.by, Actor::Person { .. });
    match &event.what {
        What::StepResolved { .. } | What::UndoResolved { .. } => true,
        What::RunPaused
        | What::RunResumed
        | What::StopRequested { .. }
        | What::StepSkipped { .. }
        | What::UndoWaived { .. } => by_person,
        _ => false,
    }
}

fn why(what: &What) -> Option<&str> {
    match what {
        What::StopRequested { why, .. }
        | What::StepResolved { why, .. }
        | What::StepSkipped { why, .. }
        | What::UndoResolved { why, .. }
        | What::UndoWaived { why, .. } => Some(why),
        _ => None,
    }
}

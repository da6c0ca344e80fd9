//! Who decided what, and when, and why.

use serde::Serialize;

use super::value::Point;
use crate::journal::{Actor, Event, What};
use crate::render::run::history::History;
use crate::render::run::lines::taken_for;

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
    /// What they did, after their name; of a note, what it says.
    pub what: String,
    /// Why, or what was seen.
    pub why: Option<String>,
}

impl Decision {
    /// It on one line, with its time.
    pub fn told(&self) -> String {
        let Decision { at, by, what, .. } = self;
        let why = self.why.as_ref();
        let why = why.map_or_else(String::new, |why| format!(": {why}"));
        format!("{}  {by} {what}{why}", at.words).replace('\n', " ")
    }
}

/// What was decided, in order: by people, and by probes about what was in doubt.
pub fn decisions(history: &History, events: &[Event]) -> Vec<Decision> {
    let chosen = events.iter().filter(|event| is_decision(event));
    chosen
        .filter_map(|event| decision(history, event))
        .collect()
}

/// What was written down, in order.
pub fn notes(history: &History, events: &[Event]) -> Vec<Decision> {
    let is_note = |event: &&Event| matches!(event.what, What::Noted { .. });
    let chosen = events.iter().filter(is_note);
    chosen
        .filter_map(|event| decision(history, event))
        .collect()
}

fn decision(history: &History, event: &Event) -> Option<Decision> {
    Some(Decision {
        at: Point::new(history, &event.at),
        by: event.by.words().to_owned(),
        step: event.what.step().map(str::to_owned),
        what: what(&event.what)?,
        why: why(&event.what).map(str::to_owned),
    })
}

/// What somebody did, after their name; for a note, the note.
fn what(what: &What) -> Option<String> {
    Some(match what {
        What::RunPaused => "paused the run".to_owned(),
        What::RunResumed => "let the run go on".to_owned(),
        What::IncidentOpened { incident, .. } => {
            format!("opened an incident of {}", incident.severity)
        }
        What::IncidentDismissed { number, .. } => format!("dismissed incident {number}"),
        What::EvidenceReleased { .. } => "released the evidence".to_owned(),
        What::StopRequested { undo: true, .. } => {
            "stopped the run, so that what was done is taken back".to_owned()
        }
        What::StopRequested { undo: false, .. } => {
            "stopped the run, and left all as it was".to_owned()
        }
        What::StepResolved {
            step, resolution, ..
        } => {
            format!("took `{step}` for {}", taken_for(*resolution))
        }
        What::UndoResolved {
            step, resolution, ..
        } => {
            format!("took the undo of `{step}` for {}", taken_for(*resolution))
        }
        What::StepAnswered { step, answer, .. } => format!("answered `{step}` with `{answer}`"),
        What::StepSkipped { step, .. } => format!("left `{step}` out"),
        What::UndoWaived { step, .. } => format!("answers for not taking `{step}` back"),
        What::Noted { text } => text.clone(),
        _ => return None,
    })
}

/// Whether an event is a decision and not only something that was done or written down.
pub fn is_decision(event: &Event) -> bool {
    let by_person = matches!(event.by, Actor::Person { .. });
    match &event.what {
        What::StepResolved { .. } | What::UndoResolved { .. } => true,
        What::RunPaused
        | What::RunResumed
        | What::StopRequested { .. }
        | What::IncidentOpened { .. }
        | What::IncidentDismissed { .. }
        | What::EvidenceReleased { .. }
        | What::StepAnswered { .. }
        | What::StepSkipped { .. }
        | What::UndoWaived { .. } => by_person,
        _ => false,
    }
}

fn why(what: &What) -> Option<&str> {
    match what {
        What::StepAnswered { why, .. } if why.is_empty() => None,
        What::IncidentOpened { incident, .. } => Some(&incident.text),
        What::StopRequested { why, .. }
        | What::IncidentDismissed { why, .. }
        | What::EvidenceReleased { why }
        | What::StepAnswered { why, .. }
        | What::StepResolved { why, .. }
        | What::StepSkipped { why, .. }
        | What::UndoResolved { why, .. }
        | What::UndoWaived { why, .. } => Some(why),
        _ => None,
    }
}

//! What was rehearsed before anything was begun: whether what is done could be taken back.

use serde::Serialize;

use super::steps::TrialLine;
use super::value::Point;
use crate::drill::{RehearsalState, Run, is_unrehearsed};
use crate::journal::Part;
use crate::render::run::history::History;
use crate::render::view::Mood;

/// The undo of a step that can be rehearsed, or should be.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RehearsalLine {
    /// The step.
    pub step: String,
    /// How it is taken back, in words.
    pub text: String,
    /// What came of the rehearsal.
    pub state: &'static str,
    /// How that stands.
    pub mood: Mood,
    /// When it last began.
    pub began: Option<Point>,
    /// When it came to its end.
    pub ended: Option<Point>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// What is known of it, line by line.
    pub facts: Vec<String>,
}

/// Every undo that says how it can be rehearsed, or changes something by itself and does not, as in
/// the script.
pub fn rehearsals(run: &Run, history: &History) -> Vec<RehearsalLine> {
    let places = (0u32..).take(run.steps.len()).filter(|place| {
        let task = run.task(*place);
        task.action(Part::Rehearsal).is_some() || is_unrehearsed(task)
    });
    places.map(|place| line(run, history, place)).collect()
}

fn line(run: &Run, history: &History, place: u32) -> RehearsalLine {
    let (task, state) = (run.task(place), run.step(place).rehearsal.state);
    let last = history.track(place).of(Part::Rehearsal).next_back();
    let last = last.map(|trial| TrialLine::new(history, trial));
    RehearsalLine {
        step: task.name.clone(),
        text: task.words(Part::Rehearsal).to_owned(),
        state: state.words(),
        mood: match state {
            RehearsalState::Succeeded => Mood::Fine,
            RehearsalState::Failed => Mood::Gap,
            _ => Mood::Attention,
        },
        began: last.as_ref().map(|last| last.began.clone()),
        ended: last.as_ref().and_then(|last| last.ended.clone()),
        took_ms: last.as_ref().and_then(|last| last.took_ms),
        facts: last.map_or_else(Vec::new, |last| last.facts),
    }
}

impl RehearsalLine {
    /// It on one line.
    pub fn told(&self) -> String {
        format!("{}: its undo: {}", self.step, self.state)
    }
}

//! What was taken back, or was to be.

use serde::Serialize;

use super::steps::TrialLine;
use super::value::Point;
use crate::drill::{Run, UndoState};
use crate::journal::Part;
use crate::render::run::history::History;
use crate::render::view::Mood;

/// A step that was to be taken back.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct UndoLine {
    /// Its name.
    pub step: String,
    /// What was to be done.
    pub text: String,
    /// What came of it.
    pub state: &'static str,
    /// How that stands.
    pub mood: Mood,
    /// When that was first begun.
    pub began: Option<Point>,
    /// When it came to its end.
    pub ended: Option<Point>,
    /// Who did it, or answers for it; the engine by its rules has no name.
    pub people: Vec<String>,
    /// Why it was not done, in the words of whoever answers for that.
    pub why: Option<String>,
    /// What is known of it, line by line.
    pub facts: Vec<String>,
}

/// Every step that was to be taken back, as in the script.
pub fn undone(run: &Run, history: &History) -> Vec<UndoLine> {
    let owed = (0u32..)
        .take(run.steps.len())
        .filter(|place| run.step(*place).undo != UndoState::None);
    owed.map(|place| line(run, history, place)).collect()
}

fn line(run: &Run, history: &History, place: u32) -> UndoLine {
    let (task, state, track) = (run.task(place), run.step(place).undo, history.track(place));
    let mut trials = track
        .of(Part::Undo)
        .map(|trial| TrialLine::new(history, trial));
    let last = trials.next_back();
    let began = trials.next().map(|first| first.began);
    UndoLine {
        step: task.name.clone(),
        text: task.words(Part::Undo).to_owned(),
        state: state.words(),
        mood: mood(state),
        began: began.or_else(|| last.as_ref().map(|last| last.began.clone())),
        ended: last.as_ref().and_then(|last| last.ended.clone()),
        people: track
            .people(Part::Undo)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        why: track.waived.map(|(_, why)| why.to_owned()),
        facts: last.map_or_else(Vec::new, |last| last.facts),
    }
}

fn mood(state: UndoState) -> Mood {
    match state {
        UndoState::Undone | UndoState::None => Mood::Fine,
        UndoState::Waived | UndoState::Running => Mood::Attention,
        UndoState::Owed | UndoState::Failed | UndoState::InDoubt => Mood::Gap,
    }
}

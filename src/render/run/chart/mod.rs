//! The steps of a run over time, as a picture: what was expected, what was done, what was waited
//! for, what failed, and what was taken back.
//!
//! Nothing is told by colour alone: each kind of bar has a pattern of its own. The picture shows
//! nothing that the table of steps does not say in words.

mod svg;
mod ticks;

#[cfg(feature = "pdf")]
pub use svg::pages;
pub use svg::svg;

use super::history::{History, Trial};
use super::lines::length;
use super::view::outcome;
use crate::drill::{Run, StepState};
use crate::journal::{Part, Task};
use crate::text::visible;
use crate::time::Moment;

/// What to draw. All times are microseconds after the beginning of the run.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Names the picture for readers who cannot see it.
    pub title: String,
    /// Says what the picture shows, for the same readers.
    pub description: String,
    /// When the run began, as people read it.
    pub start: String,
    /// Where the time axis ends.
    pub end: u64,
    /// The steps.
    pub rows: Vec<Row>,
}

/// A step.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub label: String,
    /// What happened, in words.
    pub words: String,
    /// From when until when it should have lasted, from when it was first begun.
    pub expected: Option<(u64, u64)>,
    /// What happened.
    pub bars: Vec<Bar>,
    /// What is written where nothing happened.
    pub note: Option<&'static str>,
}

/// Something that lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What.
    pub kind: BarKind,
    /// From when.
    pub from: u64,
    /// Until when.
    pub until: u64,
}

/// What lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarKind {
    /// Nothing was done, though it could have been.
    Wait,
    /// A machine was at work, and did what it should.
    Machine,
    /// A person was at work, and did what they should.
    Person,
    /// It did not do what it should.
    Failed,
    /// It was in doubt, or is still under way.
    Open,
    /// It was taken back.
    Undo,
    /// Taking it back failed.
    UndoFailed,
}

/// How far beyond the end of the run the axis goes at most to show what was expected: by half.
const BEYOND: u64 = 2;

impl Chart {
    /// The picture of a run.
    pub fn new(run: &Run, history: &History) -> Self {
        let rows: Vec<Row> = (0u32..)
            .take(run.steps.len())
            .map(|place| row(run, history, place))
            .collect();
        let ends = rows.iter().flat_map(|row| &row.bars).map(|bar| bar.until);
        let actual = ends
            .max()
            .unwrap_or(0)
            .max(history.offset(run.until()).micros);
        let expected = rows.iter().filter_map(|row| row.expected);
        let expected = expected.map(|(_, until)| until).max().unwrap_or(0);
        let end = actual.max(expected.min(actual + actual / BEYOND)).max(1);
        let start = super::view::day_and_time(history.start);
        Chart {
            title: visible(&format!("Steps of {} over time", run.script.name)).into_owned(),
            description: format!(
                "One row for each of {} steps: what was expected and what was done, from {start}. \
                 The table of steps says the same in words.",
                rows.len()
            ),
            start,
            end,
            rows,
        }
    }
}

fn row(run: &Run, history: &History, place: u32) -> Row {
    let (task, step, track) = (run.task(place), run.step(place), history.track(place));
    let begins = step.first_started_at.as_ref();
    let begins = begins.map(|at| history.offset(at).micros);
    let expected = task
        .expected
        .map(|expected| expected.as_seconds().saturating_mul(1_000_000));
    let expected = begins
        .zip(expected)
        .map(|(from, length)| (from, from.saturating_add(length)));
    let mut bars = Vec::new();
    let mut idle = step.ready_at.as_ref();
    // What was rehearsed before is no part of the step; the words tell it.
    let done = |trial: &&Trial| trial.part != Part::Rehearsal;
    for trial in track.trials.iter().filter(done) {
        if let (Some(since), Part::Step) = (idle, trial.part) {
            bars.extend(bar(history, BarKind::Wait, since, trial.began));
        }
        bars.extend(attempt(run, history, trial, task));
        idle = trial.end.map(|end| end.at);
    }
    let tried = track.trials.iter().map(|trial| match trial.took() {
        Some(took) => format!("; {} {}", outcome(trial), length(took)),
        None => format!("; {}", outcome(trial)),
    });
    let (name, state, tried) = (&task.name, step.state.words(), tried.collect::<String>());
    Row {
        label: visible(name).into_owned(),
        words: visible(&format!("{name}: {state}{tried}")).into_owned(),
        expected,
        note: bars.is_empty().then_some(match step.state {
            StepState::Skipped => "left out",
            StepState::Omitted => "not needed",
            _ => "never begun",
        }),
        bars,
    }
}

/// The bars of one attempt: for people, first until they have seen it.
fn attempt(run: &Run, history: &History, trial: &Trial, task: &Task) -> Vec<Bar> {
    let end = trial.end.map_or(run.until(), |end| end.at);
    let kind = match (trial.part, trial.end) {
        (_, None) => BarKind::Open,
        (Part::Step | Part::Rehearsal, Some(end)) if !end.how.succeeded() => BarKind::Failed,
        (Part::Undo, Some(end)) if !end.how.succeeded() => BarKind::UndoFailed,
        (Part::Undo, Some(_)) => BarKind::Undo,
        (Part::Rehearsal, Some(_)) => BarKind::Machine,
        (Part::Step, Some(_)) if task.action.is_some() => BarKind::Machine,
        (Part::Step, Some(_)) => BarKind::Person,
    };
    let works_from = trial.seen.map_or(trial.began, |(at, _)| at);
    let waits = bar(history, BarKind::Wait, trial.began, works_from);
    let works = Bar {
        kind,
        from: history.offset(works_from).micros,
        until: history.offset(end).micros,
    };
    let works = Bar {
        until: works.until.max(works.from),
        ..works
    };
    waits.into_iter().chain([works]).collect()
}

/// A bar, unless it has no length.
fn bar(history: &History, kind: BarKind, from: &Moment, until: &Moment) -> Option<Bar> {
    let (from, until) = (history.offset(from).micros, history.offset(until).micros);
    (from < until).then_some(Bar { kind, from, until })
}

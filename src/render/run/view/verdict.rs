//! The verdict in one sentence: what management has to know.

use serde::Serialize;

use super::measures::MeasuredLine;
use super::value::some;
use crate::drill::{Phase, Run, Step, StepState, UndoState};
use crate::journal::{Event, Outcome, What};
use crate::render::view::{Mood, counted};

/// Whether the drill passed, and why.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// `Passed`, `Failed` or `Not over`.
    pub word: &'static str,
    /// Why, as a sentence.
    pub why: String,
    /// How that stands.
    pub mood: Mood,
}

impl Verdict {
    pub fn new(run: &Run, measured: &[MeasuredLine], events: &[Event]) -> Self {
        let late: Vec<&MeasuredLine> = measured.iter().filter(|line| !line.in_time).collect();
        let (word, mood, why) = match &run.phase {
            Phase::Finished(Outcome::Succeeded) if late.is_empty() => {
                ("Passed", Mood::Fine, passed(run, measured))
            }
            Phase::Finished(Outcome::Succeeded) => ("Failed", Mood::Gap, too_late(&late)),
            Phase::Finished(outcome) => ("Failed", Mood::Gap, failed(run, *outcome, events)),
            phase => ("Not over", Mood::Attention, open(run, phase)),
        };
        Verdict { word, why, mood }
    }
}

fn passed(run: &Run, measured: &[MeasuredLine]) -> String {
    let steps = match run.steps.len() {
        1 => "the only step was done".to_owned(),
        steps => format!("all {steps} steps were done"),
    };
    let times = match measured {
        [] => "no time was measured".to_owned(),
        [only] => {
            let took = only.took.as_deref().unwrap_or_default();
            format!(
                "{} took {took} of the {} it may take",
                only.name, only.within
            )
        }
        several => format!("all {} measured times were in time", several.len()),
    };
    format!("{steps}, and {times}.")
}

fn too_late(late: &[&MeasuredLine]) -> String {
    let told = late.iter().map(|line| match &line.took {
        Some(took) => format!("{} took {took} and may take {}", line.name, line.within),
        None => format!("{} did not come to its end", line.name),
    });
    let told: Vec<String> = told.collect();
    format!("every step was done, but {}.", told.join(", and "))
}

fn failed(run: &Run, outcome: Outcome, events: &[Event]) -> String {
    let mut why = format!("the run {}", outcome.words());
    let stop = events.iter().rev().find_map(|event| match &event.what {
        What::StopRequested { why, .. } => Some((event.by.words(), why.as_str())),
        _ => None,
    });
    if let Some((by, reason)) = stop {
        why.push_str(&format!("; {by} stopped it: {reason}"));
    }
    let mut failed = named(run, |step| step.state == StepState::Failed);
    if let ([only], Some((_, reason))) = (&failed[..], stop)
        && reason.contains(only)
    {
        // That it stopped the run is said already.
        failed.clear();
    }
    let left = [UndoState::Owed, UndoState::Failed, UndoState::InDoubt];
    for (words, names) in [
        ("failed", failed),
        (
            "left out",
            named(run, |step| step.state == StepState::Skipped),
        ),
        (
            "in doubt",
            named(run, |step| step.state == StepState::InDoubt),
        ),
        (
            "not taken back",
            named(run, |step| left.contains(&step.undo)),
        ),
    ] {
        if !names.is_empty() {
            why.push_str(&format!("; {words}: {}", some(&names)));
        }
    }
    why.push('.');
    why
}

/// The names of the steps that stand so.
fn named(run: &Run, stands: impl Fn(&Step) -> bool) -> Vec<&str> {
    let steps = run.steps.iter().zip(&run.script.tasks);
    let steps = steps.filter(|(step, _)| stands(step));
    steps.map(|(_, task)| task.name.as_str()).collect()
}

fn open(run: &Run, phase: &Phase) -> String {
    let done = run.in_state(StepState::Done).count();
    format!(
        "the run is {}; {} of {} done so far.",
        phase.words(),
        done,
        counted(run.steps.len(), "step is", "steps are")
    )
}

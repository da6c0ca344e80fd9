//! The verdict in one sentence: what management has to know.

use serde::Serialize;

use super::losses::LossLine;
use super::measures::MeasuredLine;
use super::restores::RestoresLine;
use super::value::some;
use crate::drill::{Phase, Run, Step, StepState, UndoState};
use crate::journal::{Cause, Event, Holds, Outcome, What};
use crate::render::run::incidents::standing;
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
    pub fn new(
        run: &Run,
        (measured, lost, restores): (&[MeasuredLine], &[LossLine], Option<&RestoresLine>),
        events: &[Event],
    ) -> Self {
        let late = measured.iter().filter(|line| !line.in_time);
        let late: Vec<String> = late
            .map(too_late)
            .chain(lost.iter().filter_map(too_much))
            .chain(restores.map(RestoresLine::complaints).into_iter().flatten())
            .collect();
        let all = restores.map(|all| format!("{}; ", all.told));
        let all = all.unwrap_or_default();
        let (word, mood, why) = match &run.phase {
            Phase::Finished(Outcome::Succeeded) if late.is_empty() => {
                ("Passed", Mood::Fine, all + &passed(run, measured))
            }
            Phase::Finished(Outcome::Succeeded) => {
                let why = format!("{all}every step was done, but {}.", late.join(", and "));
                ("Failed", Mood::Gap, why)
            }
            Phase::Finished(outcome) => ("Failed", Mood::Gap, all + &failed(run, *outcome, events)),
            _ => ("Not over", Mood::Attention, open(run)),
        };
        Verdict { word, why, mood }
    }
}

fn passed(run: &Run, measured: &[MeasuredLine]) -> String {
    let needless = run.in_state(StepState::Omitted).count();
    let steps = match (run.steps.len() - needless, needless) {
        (1, 0) => "the only step was done".to_owned(),
        (steps, 0) => format!("all {steps} steps were done"),
        (steps, _) => format!("all {steps} steps that were needed were done"),
    };
    let times = match measured {
        [] => "no time was measured".to_owned(),
        [only] => {
            let took = only.took.as_deref().unwrap_or_default();
            let excluded = only.excluded.as_ref();
            let excluded = excluded.map_or_else(String::new, |it| format!(", {it} not counted,"));
            format!(
                "{} took {took}{excluded} of the {} it may take",
                only.name, only.within
            )
        }
        several => format!("all {} measured times were in time", several.len()),
    };
    format!("{steps}, and {times}.")
}

fn too_late(line: &MeasuredLine) -> String {
    match &line.took {
        Some(took) => format!("{} took {took} and may take {}", line.name, line.within),
        None => format!("{} did not come to its end", line.name),
    }
}

fn too_much(line: &LossLine) -> Option<String> {
    let (name, within) = (&line.name, &line.within);
    match &line.lost {
        _ if line.mood == Mood::Fine => None,
        Some(lost) => Some(format!(
            "{lost} of {name} were lost and at most {within} may be"
        )),
        None => Some(format!("nothing tells how much of {name} was lost")),
    }
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
    why.push_str(&harm(run));
    let mut failed = named(run, |step| step.state == StepState::Failed);
    if let ([only], Some((_, reason))) = (&failed[..], stop)
        && reason.contains(only)
    {
        // That it stopped the run is said already.
        failed.clear();
    }
    for (steady, seen) in run.script.steady_state.iter().zip(&run.steady) {
        if seen.after == Some(Holds::No) {
            why.push_str(&format!("; `{}` does not hold at the end", steady.name));
        }
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

/// The incidents that it has caused and that were open at its end.
fn harm(run: &Run) -> String {
    let caused = run.numbered_incidents();
    let caused = caused.filter(|(_, it)| it.incident.cause == Cause::Drill);
    let told = caused.filter_map(|(number, it)| {
        let later = match &it.dismissed {
            Some(word) if word.at.is_before(run.until()) => return None,
            Some(_) => ", dismissed after its end",
            None => "",
        };
        let severity = it.incident.severity;
        Some(format!(
            "; it has caused incident {number} ({severity}){later}"
        ))
    });
    told.collect()
}

/// The names of the steps that stand so.
fn named(run: &Run, stands: impl Fn(&Step) -> bool) -> Vec<&str> {
    let steps = run.steps.iter().zip(&run.script.tasks);
    let steps = steps.filter(|(step, _)| stands(step));
    steps.map(|(_, task)| task.name.as_str()).collect()
}

fn open(run: &Run) -> String {
    let done = run.in_state(StepState::Done).count();
    format!(
        "the run is {}; {} of {} done so far.",
        standing(run),
        done,
        counted(run.steps.len(), "step is", "steps are")
    )
}

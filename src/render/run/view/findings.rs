//! What the journal itself shows to be wrong, or worth a question. What people find is theirs to
//! write; nothing here is guessed.

use serde::Serialize;

use super::clocks::Clocks;
use super::disturbed::{self, SteadyLine};
use super::incidents::{IncidentLine, Incidents};
use super::losses::LossLine;
use super::measures::MeasuredLine;
use super::rehearsals::RehearsalLine;
use super::restores::{RestoresLine, RowLine};
use super::steps::StepLine;
use super::undone::UndoLine;
use crate::drill::{Run, StepState};
use crate::journal::Part;
use crate::render::run::history::{History, How};
use crate::render::view::Mood;

/// Something that is wrong, or worth a question.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// What kind of thing.
    pub id: &'static str,
    /// How bad it is.
    pub mood: Mood,
    /// The step or the measure it is about, if it is about one.
    pub about: Option<String>,
    /// What it is, as a sentence.
    pub what: String,
}

/// The parts of a report that findings are drawn from.
pub struct Parts<'p> {
    pub run: &'p Run,
    pub history: &'p History<'p>,
    pub measured: &'p [MeasuredLine],
    pub lost: &'p [LossLine],
    pub restores: Option<&'p RestoresLine>,
    pub steps: &'p [StepLine],
    pub rehearsals: &'p [RehearsalLine],
    pub taken_back: &'p [UndoLine],
    pub incidents: &'p Incidents,
    pub clocks: &'p Clocks,
}

/// Everything that is wrong, the worst first.
pub fn findings(parts: &Parts) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(parts.incidents.opened.iter().filter_map(of_incident));
    findings.extend(parts.measured.iter().filter_map(of_measure));
    findings.extend(parts.lost.iter().filter_map(of_loss));
    let rows = parts.restores.iter().flat_map(|all| &all.rows);
    findings.extend(rows.filter_map(of_row));
    for (place, line) in (0u32..).zip(parts.steps) {
        findings.extend(of_state(parts.run, place, line));
        findings.extend(of_time(line));
        findings.extend(of_attempts(parts.history, place, line));
    }
    findings.extend(parts.rehearsals.iter().filter_map(of_rehearsal));
    findings.extend(parts.taken_back.iter().filter_map(of_undo));
    findings.extend(disturbed::steady(parts.run).iter().filter_map(of_steady));
    findings.extend(of_clocks(parts.clocks));
    findings.extend(of_what_was_stated(parts.run));
    findings.sort_by_key(|finding| finding.mood);
    findings
}

/// That evidence of a step was changed or is gone.
pub fn evidence_lost(step: String, why: &str) -> Finding {
    gap("evidence-lost", &step, format!("{why}."))
}

fn gap(id: &'static str, about: &str, what: String) -> Finding {
    Finding {
        id,
        mood: Mood::Gap,
        about: Some(about.to_owned()),
        what,
    }
}

fn attention(id: &'static str, about: &str, what: String) -> Finding {
    Finding {
        mood: Mood::Attention,
        ..gap(id, about, what)
    }
}

fn about_run(id: &'static str, what: impl Into<String>) -> Finding {
    Finding {
        id,
        mood: Mood::Attention,
        about: None,
        what: what.into(),
    }
}

/// What people wrote of it stands with the incident; here it would be read as ours.
fn of_incident(line: &IncidentLine) -> Option<Finding> {
    let id = match line.mood {
        Mood::Fine => return None,
        Mood::Attention => "incident-observed",
        Mood::Gap => "incident-open",
    };
    let IncidentLine {
        number,
        severity,
        cause,
        state,
        ..
    } = line;
    let what = format!("Incident {number} ({severity}, {cause}): {state}.");
    let mood = line.mood;
    Some(Finding {
        mood,
        ..about_run(id, what)
    })
}

fn of_measure(line: &MeasuredLine) -> Option<Finding> {
    let (id, what) = match (&line.took, line.in_time) {
        (_, true) => return None,
        (None, _) => (
            "measure-not-ended",
            format!("It did not come to its end; it may take {}.", line.within),
        ),
        (Some(took), _) => (
            "measure-too-long",
            format!("It took {took} and may take {}.", line.within),
        ),
    };
    Some(gap(id, &line.name, what))
}

fn of_loss(line: &LossLine) -> Option<Finding> {
    let (id, what) = match (&line.lost, line.mood) {
        (_, Mood::Fine) => return None,
        (None, _) => (
            "loss-not-found-out",
            format!(
                "Nothing tells how much was lost; at most {} may be.",
                line.within
            ),
        ),
        (Some(lost), _) => (
            "loss-too-great",
            format!("{lost} were lost; at most {} may be.", line.within),
        ),
    };
    Some(gap(id, &line.name, what))
}

/// Of a run that is not over there is nothing to say yet.
fn of_row(line: &RowLine) -> Option<Finding> {
    let what = match line.left_out.as_slice() {
        [] => "It was not restored.".to_owned(),
        all => format!("Not restored: {}.", all.join("; ")),
    };
    let system = &line.system;
    match (line.mood, &line.took) {
        (Mood::Gap, None) => Some(gap("system-not-restored", system, what)),
        (Mood::Gap, Some(_)) => {
            let what = format!("{}.", line.held_up()?);
            Some(gap("system-back-too-late", system, what))
        }
        (Mood::Attention, Some(_)) => Some(attention("copy-not-restored", system, what)),
        _ => None,
    }
}

fn of_state(run: &Run, place: u32, line: &StepLine) -> Option<Finding> {
    let step = &line.step;
    match run.step(place).state {
        StepState::Failed => Some(gap("step-failed", step, "It failed.".to_owned())),
        StepState::Skipped => Some(gap("step-left-out", step, "It was left out.".to_owned())),
        StepState::InDoubt => Some(gap(
            "step-in-doubt",
            step,
            "Nobody knows whether it took effect.".to_owned(),
        )),
        StepState::Cancelled => Some(attention(
            "step-ended-early",
            step,
            "It was ended because the run stopped.".to_owned(),
        )),
        StepState::Waiting | StepState::Ready | StepState::Retrying if run.is_over() => Some(
            attention("step-never-done", step, "It was never done.".to_owned()),
        ),
        _ => None,
    }
}

fn of_time(line: &StepLine) -> Vec<Finding> {
    let step = &line.step;
    let mut findings = Vec::new();
    let lengths = line.took.as_ref().zip(line.expected.as_ref());
    if let (Some(late), Some((took, expected))) = (line.late_by(), lengths) {
        let what = format!("It took {took} and should have taken {expected}: {late} longer.");
        findings.push(attention("step-slower-than-expected", step, what));
    }
    if line.by_wall {
        let what = "Its time is known only by the clock on the wall, as the machine was started in \
                    between.";
        findings.push(attention("time-by-wall", step, what.to_owned()));
    }
    findings
}

fn of_attempts(history: &History, place: u32, line: &StepLine) -> Vec<Finding> {
    let (step, track) = (&line.step, history.track(place));
    let mut findings = Vec::new();
    let Some(last) = track.of(Part::Step).next_back() else {
        return findings;
    };
    let done = last.end.is_some_and(|end| end.how.succeeded());
    if line.done_by_machine && done && last.number > 1 {
        let what = format!("It succeeded only at attempt {}.", last.number);
        findings.push(attention("step-tried-again", step, what));
    }
    if let (Some(How::TakenFor(_)), true) = (last.end.map(|end| end.how), last.doubted) {
        let what = "It was in doubt, and what it is taken for was decided.".to_owned();
        findings.push(attention("step-was-in-doubt", step, what));
    }
    if let (false, true, Some(took)) = (line.done_by_machine, done, last.took()) {
        let what = match took.micros {
            0..SECOND => Some("It is said to have taken less than a second.".to_owned()),
            micros if micros % MINUTE == 0 => Some(format!(
                "It is said to have taken {} min to the second.",
                micros / MINUTE
            )),
            _ => None,
        };
        findings.extend(what.map(|what| attention("time-too-round", step, what)));
    }
    findings
}

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;

fn of_rehearsal(line: &RehearsalLine) -> Option<Finding> {
    let what = || format!("Its undo {}.", line.state);
    (line.mood == Mood::Gap).then(|| gap("undo-not-workable", &line.step, what()))
}

fn of_undo(line: &UndoLine) -> Option<Finding> {
    let what = || format!("Its undo: {}.", line.state);
    match line.mood {
        Mood::Fine => None,
        Mood::Attention => Some(attention("undo-not-done", &line.step, what())),
        Mood::Gap => Some(gap("undo-failed", &line.step, what())),
    }
}

fn of_steady(line: &SteadyLine) -> Option<Finding> {
    let name = &line.name;
    let what = || format!("It {} before, and {} at the end.", line.before, line.after);
    match line.mood {
        Mood::Gap => Some(gap("steady-state-lost", name, what())),
        _ if line.broke > 0 => {
            let what = format!("It did not hold for {} in between.", line.away);
            Some(attention("steady-state-broke", name, what))
        }
        _ => None,
    }
}

fn of_clocks(clocks: &Clocks) -> Vec<Finding> {
    let changes = clocks.changes.iter();
    changes
        .map(|change| {
            about_run(
                change.id,
                format!("At {}: {}.", change.at.words, change.what),
            )
        })
        .collect()
}

fn of_what_was_stated(run: &Run) -> Vec<Finding> {
    let script = &run.script;
    let missing = [
        (
            script.incidents.criteria.is_empty(),
            "incident-criteria-missing",
            "Nobody stated before what was to count as an incident.",
        ),
        (
            script.objectives.is_empty(),
            "objectives-missing",
            "Nobody stated before what the drill was to show.",
        ),
        (
            script.success_criteria.is_empty(),
            "criteria-missing",
            "Nobody stated before what was to count as success.",
        ),
        (
            script.measures.is_empty(),
            "nothing-measured",
            "The drill measures no time.",
        ),
    ];
    let missing = missing.into_iter().filter(|(missing, ..)| *missing);
    missing.map(|(_, id, what)| about_run(id, what)).collect()
}

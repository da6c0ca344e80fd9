//! Each step as it was planned and as it went.

use serde::Serialize;

use super::value::{Point, elapsed_ms, millis, words};
use crate::drill::{Run, Step, StepState, UndoState};
use crate::journal::{Actor, Evidence, Part};
use crate::render::run::history::{History, How, Track, Trial};
use crate::render::run::lines::{ended, length, taken_for};
use crate::render::view::Mood;
use crate::time::{Duration, Elapsed};

/// One step against what was planned.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StepLine {
    /// Its name.
    pub step: String,
    /// What was to be done.
    pub text: String,
    /// Who was to do it.
    pub role: Option<String>,
    /// The same, as people read it: whoever acted for it without holding it is named.
    pub role_words: Option<String>,
    /// Whether the engine did it, or people.
    pub done_by_machine: bool,
    /// Its state.
    pub state: String,
    /// How that stands.
    pub mood: Mood,
    /// How often it was begun.
    pub attempts: u32,
    /// When it should have begun, in milliseconds after the beginning of the run; `null` where a
    /// step before it does not say how long it takes.
    pub planned_ms: Option<u64>,
    /// The same, as people read it.
    pub planned: Option<String>,
    /// When it could have begun.
    pub ready: Option<Point>,
    /// When it was first begun.
    pub began: Option<Point>,
    /// When it last came to an end.
    pub ended: Option<Point>,
    /// How long it should have taken, in milliseconds.
    pub expected_ms: Option<u64>,
    /// The same, as people read it.
    pub expected: Option<String>,
    /// How long it took the last time, in milliseconds.
    pub took_ms: Option<u64>,
    /// The same, as people read it.
    pub took: Option<String>,
    /// Whether only the clock on the wall could tell.
    pub by_wall: bool,
    /// Who did it, or said what became of it; the engine by its rules has no name.
    pub people: Vec<String>,
    /// Whether it was taken back, where it was to be.
    pub undo: Option<String>,
    /// What was kept of it.
    pub evidence: Vec<Evidence>,
    /// Each attempt at it and at its undo.
    pub trials: Vec<TrialLine>,
}

/// One attempt.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TrialLine {
    /// Which one.
    pub label: String,
    /// When it began.
    pub began: Point,
    /// When somebody had seen it.
    pub seen: Option<Point>,
    /// When it came to its end.
    pub ended: Option<Point>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// How it ended.
    pub outcome: String,
    /// Who says so.
    pub by: Option<String>,
    /// What is known of it, line by line.
    pub facts: Vec<String>,
}

/// Every step of a run, as in its script.
pub fn steps(run: &Run, history: &History) -> Vec<StepLine> {
    let planned = planned(run);
    (0u32..)
        .zip(planned)
        .map(|(place, planned)| step(run, history, place, planned))
        .collect()
}

fn step(run: &Run, history: &History, place: u32, planned: Option<Duration>) -> StepLine {
    let (task, step, track) = (run.task(place), run.step(place), history.track(place));
    let took = took(run, place);
    let point = |at: &Option<_>| at.as_ref().map(|at| Point::new(history, at));
    let trials = track.trials.iter();
    let people = people(step, track);
    StepLine {
        step: task.name.clone(),
        text: task.text.clone(),
        role: task.role.as_ref().map(ToString::to_string),
        role_words: role_words(run, place, &people),
        done_by_machine: task.action.is_some(),
        state: step.state.words().to_owned(),
        mood: mood(step.state, step.attempts),
        attempts: step.attempts,
        planned_ms: planned.map(millis),
        planned: planned.map(|planned| format!("+{}", planned.words())),
        ready: point(&step.ready_at),
        began: point(&step.first_started_at),
        ended: point(&step.finished_at),
        expected_ms: task.expected.map(millis),
        expected: task.expected.map(Duration::words),
        took_ms: took.map(elapsed_ms),
        took: took.map(length),
        by_wall: took.is_some_and(|took| took.by_wall),
        people: people.into_iter().map(str::to_owned).collect(),
        undo: (step.undo != UndoState::None).then(|| step.undo.words().to_owned()),
        evidence: step.evidence.clone(),
        trials: trials.map(|trial| TrialLine::new(history, trial)).collect(),
    }
}

impl TrialLine {
    pub fn new(history: &History, trial: &Trial) -> Self {
        let part = match trial.part {
            Part::Rehearsal => "rehearsal of the undo, attempt",
            Part::Step => "attempt",
            Part::Undo => "taking back, attempt",
        };
        let person = trial.end.and_then(|end| match end.by {
            Actor::Person { name } => Some(name.clone()),
            Actor::Engine => None,
        });
        TrialLine {
            label: format!("{part} {}", trial.number),
            began: Point::new(history, trial.began),
            seen: trial.seen.map(|(at, _)| Point::new(history, at)),
            ended: trial.end.map(|end| Point::new(history, end.at)),
            took_ms: trial.took().map(elapsed_ms),
            outcome: outcome(trial),
            by: person,
            facts: trial.facts.to_vec(),
        }
    }
}

/// Who did a step, said what became of it or answered its question.
pub fn people<'a>(step: &'a Step, track: &Track<'a>) -> Vec<&'a str> {
    let voters = step.votes.iter().map(|vote| vote.by.as_str());
    let mut people = track.people(Part::Step);
    for name in voters {
        if !people.contains(&name) {
            people.push(name);
        }
    }
    people
}

/// The role of a step, and who of those who acted does not hold it.
fn role_words(run: &Run, place: u32, people: &[&str]) -> Option<String> {
    let role = run.task(place).role.as_ref()?;
    let others = people.iter().copied();
    let others = others.filter(|name| !run.may_hold_role_of(place, name));
    let others: Vec<&str> = others.collect();
    Some(match others.as_slice() {
        [] => format!("role {role}"),
        [one] => format!("for the role {role}, which {one} does not hold"),
        several => {
            let several = several.join(" and ");
            format!("for the role {role}, which {several} do not hold")
        }
    })
}

/// How an attempt ended, in words.
pub fn outcome(trial: &Trial) -> String {
    match (trial.end.map(|end| end.how), trial.doubted) {
        (Some(How::Settled(settled)), _) => ended(settled).to_owned(),
        (Some(How::TakenFor(resolution)), _) => format!("taken for {}", taken_for(resolution)),
        (None, true) => "in doubt".to_owned(),
        (None, false) => "under way".to_owned(),
    }
}

/// How long a step took the last time, if it came to its end.
pub fn took(run: &Run, place: u32) -> Option<Elapsed> {
    let step = run.step(place);
    Some(step.finished_at.as_ref()?.since(step.started_at.as_ref()?))
}

fn mood(state: StepState, attempts: u32) -> Mood {
    match state {
        StepState::Done if attempts <= 1 => Mood::Fine,
        StepState::Omitted => Mood::Fine,
        StepState::Failed | StepState::InDoubt => Mood::Gap,
        _ => Mood::Attention,
    }
}

/// When each step should have begun, after the beginning of the run: once the steps before it have
/// taken as long as they say.
fn planned(run: &Run) -> Vec<Option<Duration>> {
    let mut planned: Vec<Option<Duration>> = Vec::with_capacity(run.steps.len());
    for task in &run.script.tasks {
        let ends = task.before.iter().map(|before| {
            let place = *before as usize;
            Some(planned[place]? + run.script.tasks[place].expected?)
        });
        let start = ends.collect::<Option<Vec<_>>>();
        planned.push(start.map(|ends| ends.into_iter().max().unwrap_or(Duration::ZERO)));
    }
    planned
}

impl StepLine {
    /// How long it took and should have, as people read it.
    pub fn took_of_expected(&self) -> (String, String) {
        let told = |length: &Option<String>| length.clone().unwrap_or_else(|| "-".to_owned());
        (told(&self.took), told(&self.expected))
    }

    /// Its attempts, where there were several, as people read them.
    pub fn again(&self) -> Option<String> {
        (self.attempts > 1).then(|| format!("begun {} times", self.attempts))
    }

    /// How much longer it took than it should have.
    pub fn late_by(&self) -> Option<String> {
        let late = self.took_ms?.checked_sub(self.expected_ms?)?;
        (late > 0).then(|| words(late))
    }
}

//! What came of a run: the verdict, each step against what was planned, and who decided what.

use std::fmt::Write;

use serde::Serialize;

use super::lines::length;
use crate::drill::{Run, UndoState, measured, succeeded};
use crate::journal::{Actor, Event, Head, What};
use crate::record::Timed;
use crate::time::{Duration, Elapsed};

/// What came of a run, for programs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The run.
    pub run: String,
    /// The drill.
    pub drill: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// How it ended, or where it stands.
    pub state: String,
    /// Whether it succeeded; `null` while it is not over.
    pub succeeded: Option<bool>,
    /// When it began.
    pub began: Option<String>,
    /// How long it took, in milliseconds, as long as it is over.
    pub took_ms: Option<u64>,
    /// SHA-256 over the plan files it was made from.
    pub plans: String,
    /// What it was to show.
    pub objectives: Vec<String>,
    /// What was to count as success, stated before.
    pub success_criteria: Vec<String>,
    /// What was measured.
    pub measured: Vec<MeasuredLine>,
    /// Its steps.
    pub steps: Vec<StepLine>,
    /// Who decided what, in order.
    pub decisions: Vec<String>,
    /// How many entries the journal has.
    pub entries: u64,
    /// The hash of the last one: whoever holds it can tell whether anything was changed.
    pub hash: String,
}

/// One measure against what it may take.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MeasuredLine {
    /// What it is the time of.
    pub name: String,
    /// The function or system whose recovery it is the time of.
    pub of: Option<String>,
    /// How long it may take, in milliseconds.
    pub within_ms: u64,
    /// How long it took, in milliseconds; `null` where it did not come to its end.
    pub took_ms: Option<u64>,
    /// The same without the time in which only people were at work.
    pub technical_ms: Option<u64>,
    /// Whether it was in time.
    pub in_time: bool,
}

impl MeasuredLine {
    fn new(timed: Timed) -> Self {
        let of = timed.of.as_ref();
        MeasuredLine {
            of: of.map(ToString::to_string),
            name: timed.name,
            within_ms: timed.within.as_seconds().saturating_mul(1_000),
            took_ms: timed.took_micros.map(|micros| micros / 1_000),
            technical_ms: timed.technical_micros.map(|micros| micros / 1_000),
            in_time: timed.in_time,
        }
    }
}

/// One step against what was planned.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StepLine {
    /// Its name.
    pub step: String,
    /// Its state.
    pub state: String,
    /// How often it was begun.
    pub attempts: u32,
    /// How long it should have taken, in milliseconds.
    pub expected_ms: Option<u64>,
    /// How long it took the last time, in milliseconds.
    pub took_ms: Option<u64>,
    /// Whether only the clock on the wall could tell.
    pub by_wall: bool,
    /// Whether it was taken back, where it was to be.
    pub undo: Option<String>,
}

impl Report {
    /// What came of a run, from all that happened in it.
    pub fn new(id: &str, run: &Run, head: &Head, events: &[Event]) -> Self {
        let measured = timed(run).map(MeasuredLine::new).collect();
        let took = run.finished_at.as_ref().zip(run.started_at.as_ref());
        let decision = |event: &Event| match (&event.by, &event.what) {
            (Actor::Person { .. }, what) if is_decision(what) => Some(super::line(run, event)),
            _ => None,
        };
        Report {
            run: id.to_owned(),
            drill: run.script.drill.to_string(),
            name: run.script.name.clone(),
            kind: run.script.kind.word().to_owned(),
            state: run.phase.words().to_owned(),
            succeeded: succeeded(run),
            began: run.started_at.as_ref().map(|at| at.wall.to_rfc3339()),
            took_ms: took.map(|(end, start)| end.since(start).micros / 1_000),
            plans: run.script.plans.clone(),
            measured,
            objectives: run.script.objectives.clone(),
            success_criteria: run.script.success_criteria.clone(),
            steps: (0u32..)
                .take(run.steps.len())
                .map(|place| step(run, place))
                .collect(),
            decisions: events.iter().filter_map(decision).collect(),
            entries: head.seq,
            hash: head.hash.clone(),
        }
    }
}

fn is_decision(what: &What) -> bool {
    !matches!(
        what,
        What::StepFinished { .. } | What::UndoFinished { .. } | What::StepAcknowledged { .. }
    )
}

fn step(run: &Run, place: u32) -> StepLine {
    let (task, step) = (run.task(place), run.step(place));
    let took = took(run, place);
    StepLine {
        step: task.name.clone(),
        state: step.state.words().to_owned(),
        attempts: step.attempts,
        expected_ms: task.expected.map(|expected| expected.as_seconds() * 1_000),
        took_ms: took.map(|took| took.micros / 1_000),
        by_wall: took.is_some_and(|took| took.by_wall),
        undo: (step.undo != UndoState::None).then(|| step.undo.words().to_owned()),
    }
}

fn took(run: &Run, place: u32) -> Option<Elapsed> {
    let step = run.step(place);
    Some(step.finished_at.as_ref()?.since(step.started_at.as_ref()?))
}

/// What was measured, line by line.
pub fn measures(run: &Run) -> Vec<String> {
    timed(run).map(|timed| told(&timed)).collect()
}

fn timed(run: &Run) -> impl Iterator<Item = Timed> {
    measured(run)
        .into_iter()
        .map(|measured| Timed::new(&measured))
}

/// What was measured, in words.
pub fn told(timed: &Timed) -> String {
    let words = |micros: u64| {
        let by_wall = false;
        length(Elapsed { micros, by_wall })
    };
    let (name, within) = (&timed.name, timed.within.words());
    match (timed.took_micros.zip(timed.technical_micros), timed.in_time) {
        (None, _) => format!("{name}: did not come to its end; it may take {within}"),
        (Some((took, technical)), in_time) => format!(
            "{name}: {} ({} without people) of {within}: {}",
            words(took),
            words(technical),
            if in_time { "in time" } else { "NOT IN TIME" }
        ),
    }
}

/// The report for people.
pub fn text(report: &Report, run: &Run) -> String {
    let mut text = String::new();
    let mut add = |line: String| writeln!(text, "{line}").expect("a string takes all");
    add(format!(
        "{} ({}): {}",
        report.name, report.kind, report.state
    ));
    add(format!(
        "run {}, of plans {}",
        report.run,
        &report.plans[..12.min(report.plans.len())]
    ));
    if let Some((end, start)) = run.finished_at.as_ref().zip(run.started_at.as_ref()) {
        let began = start.wall.format("%Y-%m-%d %H:%M:%S UTC");
        add(format!("began {began}, took {}", length(end.since(start))));
    }
    for (title, lines) in [
        ("It was to show", &report.objectives),
        ("Success was to be", &report.success_criteria),
    ] {
        for line in lines {
            add(format!("{title}: {line}"));
        }
    }
    measures(run).into_iter().for_each(&mut add);
    add(String::new());
    let width = report
        .steps
        .iter()
        .map(|line| line.step.chars().count())
        .max()
        .unwrap_or(0);
    for (place, line) in (0u32..).zip(&report.steps) {
        let took = took(run, place).map_or_else(|| "-".to_owned(), length);
        let expected = run
            .task(place)
            .expected
            .map_or_else(|| "-".to_owned(), Duration::words);
        let again = if line.attempts > 1 {
            format!(", begun {} times", line.attempts)
        } else {
            String::new()
        };
        let undo = line
            .undo
            .as_ref()
            .map_or_else(String::new, |undo| format!(", {undo}"));
        let (step, state) = (&line.step, &line.state);
        add(format!(
            "{step:width$}  {took:>10} of {expected:<10}  {state}{again}{undo}"
        ));
    }
    if !report.decisions.is_empty() {
        add("\nDecided by people:".to_owned());
        report
            .decisions
            .iter()
            .for_each(|decision| add(decision.clone()));
    }
    add(format!(
        "\njournal: {} entries, the chain holds; the last is",
        report.entries
    ));
    add(report.hash.clone());
    text
}

//! One line for each event of a run.

use std::collections::BTreeSet;

use super::incidents::opened_by;
use crate::drill::{Run, may_answer};
use crate::journal::{Event, Holds, Part, Resolution, Seen, Settled, What};
use crate::record::stands;
use crate::text::visible;
use crate::time::{Elapsed, Moment};

/// An event, as a line without an end; what is known about it follows on lines of its own.
pub fn line(run: &Run, event: &Event) -> String {
    let time = event.at.wall.format("%H:%M:%S");
    let said = said(run, event);
    let mut line = format!("{time}  {}", visible(&said).replace('\n', " "));
    for fact in facts(&event.what) {
        line.push_str("\n            ");
        line.push_str(&visible(fact));
    }
    line
}

/// What an event says, without its time.
pub(super) fn said(run: &Run, event: &Event) -> String {
    let by = event.by.words();
    let step = event.what.step().unwrap_or_default();
    let at = |what: &str| format!("{step}: {what}");
    match &event.what {
        What::RunPlanned { script } => {
            format!("planned: {} ({} steps)", script.name, script.tasks.len())
        }
        What::RunStarted => "the run begins".to_owned(),
        What::OwnerChanged { .. } => "another process has taken the run over".to_owned(),
        What::RunPaused => format!("paused by {by}: nothing more is started"),
        What::RunResumed => format!("{by} lets it go on"),
        What::StopRequested { .. } => stops(run, event),
        What::IncidentOpened { .. }
        | What::IncidentDismissed { .. }
        | What::EvidenceReleased { .. } => incident(run, event),
        What::UndoBegan => "taking back begins, the last step first".to_owned(),
        What::RunFinished { .. } => format!("the run {}", stands(run)),
        What::RehearsalStarted { .. } => at("its undo is being rehearsed"),
        What::RehearsalFinished { settled, .. } => at(rehearsed(*settled)),
        What::RehearsalLost { .. } => at("nobody knows how the rehearsal of its undo ended"),
        What::StepStarted { attempt: 1, .. } => at("begins"),
        What::StepStarted { attempt, .. } => at(&format!("begins for the {attempt}. time")),
        What::StepAcknowledged { .. } => at(&format!("{by} has seen it")),
        What::StepAnswered { answer, why, .. } => at(&match why.as_str() {
            "" => format!("{by} answers {answer}"),
            _ => format!("{by} answers {answer}: {why}"),
        }),
        What::StepOmitted { why, .. } => at(&format!("not needed: {why}")),
        What::StepFinished {
            settled,
            at: ended_at,
            ..
        } => {
            let took = took(run, event, ended_at.as_ref().unwrap_or(&event.at));
            at(&format!("{}{took}", ended(*settled)))
        }
        What::StepInDoubt { .. } => at("IN DOUBT: nobody knows whether it took effect"),
        What::StepResolved {
            resolution, why, ..
        }
        | What::UndoResolved {
            resolution, why, ..
        } => at(&format!(
            "taken for {} by {by}: {why}",
            taken_for(*resolution)
        )),
        What::StepSkipped { why, .. } => at(&format!("left out by {by}: {why}")),
        What::UndoStarted { .. } => at("is being taken back"),
        What::UndoFinished {
            settled: Settled::Succeeded,
            ..
        } => at("taken back"),
        What::UndoFinished { settled, .. } => at(&format!("NOT taken back: {}", ended(*settled))),
        What::UndoInDoubt { .. } => at("IN DOUBT: nobody knows whether it was taken back"),
        What::UndoWaived { why, .. } => at(&format!("not taken back; {by} answers for it: {why}")),
        What::SteadyStateSeen {
            name, seen, holds, ..
        } => steady(name, *seen, *holds),
        What::ClockSet { micros } => format!("the clock was set by {} s", micros / 1_000_000),
        What::Noted { text } => format!("{by} notes: {text}"),
    }
}

fn stops(run: &Run, event: &Event) -> String {
    let (why, then) = match &event.what {
        What::StopRequested {
            why, undo: true, ..
        } => (why, "what was done is taken back"),
        What::StopRequested { why, .. } => (why, "all is left as it is"),
        _ => return String::new(),
    };
    let opened = opened_by(run, event);
    let opened = opened.map_or_else(String::new, |name| format!("{name}: "));
    let by = event.by.words();
    format!("{opened}{by} stops the run: {why}; {then}")
}

fn rehearsed(settled: Settled) -> &'static str {
    match settled {
        Settled::Succeeded => "its undo was rehearsed",
        Settled::Failed => "its undo FAILED when it was rehearsed",
        Settled::TimedOut => "its undo TOOK TOO LONG when it was rehearsed",
        Settled::Cancelled => "its undo was not rehearsed to its end",
    }
}

fn incident(run: &Run, event: &Event) -> String {
    let by = event.by.words();
    match &event.what {
        What::IncidentDismissed { number, why } => {
            format!("incident {number} dismissed by {by}: {why}")
        }
        What::EvidenceReleased { why } => format!("evidence released by {by}: {why}"),
        what => {
            let name = opened_by(run, event).unwrap_or_default();
            let text = what.incident().map_or("", |incident| &incident.text);
            format!("{name}, opened by {by}: {text}")
        }
    }
}

fn steady(name: &str, seen: Seen, holds: Holds) -> String {
    let holds = match holds {
        Holds::Yes => "holds",
        Holds::No => "DOES NOT HOLD",
    };
    let seen = match seen {
        Seen::Before => "before anything is done",
        Seen::During => "now",
        Seen::After => "at the end",
    };
    format!("{name}: {holds} {seen}")
}

/// What a person has to do for a step that waits for them.
pub fn waits(run: &Run, id: &str, place: u32) -> String {
    let (task, part) = (run.task(place), run.part());
    let who = task.role.as_ref().map_or("somebody", |role| role.as_str());
    let (text, say) = match &task.gate {
        Some(question) if part == Part::Step => {
            let answers: Vec<&str> = question.answers.iter().map(String::as_str).collect();
            let quorum = match question.quorum {
                1 => String::new(),
                quorum => format!(", and {quorum} must say the same"),
            };
            let may = match may_answer(run, place).as_slice() {
                [] => String::new(),
                people => format!(" (may answer: {})", people.join(", ")),
            };
            let say = format!(
                "answer{may}: mainstay step answer {id} {} {} --by YOU{quorum}",
                task.name,
                answers.join("|")
            );
            (question.text.as_str(), say)
        }
        _ => (
            task.words(part),
            format!(
                "when it is done: mainstay step done {id} {} --by YOU",
                task.name
            ),
        ),
    };
    format!("            {who}: {}\n            {say}", visible(text))
}

/// What a person has to do about a step that is in doubt.
pub fn in_doubt(id: &str, step: &str) -> String {
    format!(
        "            look, then: mainstay drill resolve {id} {step} --as happened (or \
         never-happened, failed) --why WHY --by YOU"
    )
}

pub(super) fn list(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.join(", ")
}

fn facts(what: &What) -> &[String] {
    match what {
        What::RehearsalFinished { facts, .. }
        | What::RehearsalLost { facts, .. }
        | What::StepFinished { facts, .. }
        | What::StepInDoubt { facts, .. }
        | What::SteadyStateSeen { facts, .. }
        | What::UndoFinished { facts, .. }
        | What::UndoInDoubt { facts, .. } => facts,
        _ => &[],
    }
}

pub(super) fn ended(settled: Settled) -> &'static str {
    match settled {
        Settled::Succeeded => "done",
        Settled::Failed => "FAILED",
        Settled::TimedOut => "TOOK TOO LONG",
        Settled::Cancelled => "ended before its time",
    }
}

pub(super) fn taken_for(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Happened => "done",
        Resolution::NeverHappened => "never begun",
        Resolution::Failed => "failed",
    }
}

/// How long a step took, if that is known.
fn took(run: &Run, event: &Event, ended: &Moment) -> String {
    let step = event
        .what
        .step()
        .and_then(|step| run.place(step))
        .map(|place| run.step(place));
    let started = step.and_then(|step| step.started_at.as_ref());
    started.map_or_else(String::new, |at| format!(" in {}", length(ended.since(at))))
}

/// A length of time as short as it can be read.
pub(super) fn length(elapsed: Elapsed) -> String {
    let about = if elapsed.by_wall { "about " } else { "" };
    let millis = elapsed.micros / 1_000;
    if millis < 60_000 {
        return format!("{about}{}.{:03} s", millis / 1_000, millis % 1_000);
    }
    let seconds = crate::time::Duration::seconds(millis / 1_000);
    format!("{about}{}", seconds.words())
}

//! What people ask of a run, and why they cannot have it.

use super::incident::undismissable;
use super::{Attempt, Engine, Turn, gate};
use crate::error::Result;
use crate::journal::{Actor, Entry, Event, Part, What};
use crate::time::Moment;

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Request {
    /// Who.
    pub by: String,
    /// What is to happen; the engine says whether it can.
    pub what: What,
}

impl Engine {
    /// Why nobody can have what is asked of a run that no process carries out, if so: by its
    /// journal, and by what was asked before and waits there, too.
    ///
    /// # Errors
    /// `Invalid` when the journal does not hold together.
    pub fn refusal(
        entries: &[Entry],
        waiting: Vec<Request>,
        request: Request,
        at: &Moment,
    ) -> Result<Option<String>> {
        let (mut engine, mut turn) = (Engine::read(entries)?, Turn::default());
        for earlier in waiting {
            engine.asked(earlier, at, &mut turn)?;
        }
        if engine.may_be_in_doubt(&request.what) {
            let Request { by, what } = &request;
            return Ok(engine.not_by(by, what).or_else(|| wordless(what)));
        }
        engine.asked(request, at, &mut turn)
    }

    /// Whether it is about a step that was being carried out: where that stands is known only once
    /// a process has looked for it.
    fn may_be_in_doubt(&self, what: &What) -> bool {
        let about = matches!(
            what,
            What::StepResolved { .. }
                | What::UndoResolved { .. }
                | What::StepSkipped { .. }
                | What::UndoWaived { .. }
        );
        let place = what.step().and_then(|step| self.run.place(step));
        let carried_out = |attempt: &Attempt| {
            let action = self.run.task(attempt.place).action(attempt.part);
            Some(attempt.place) == place && action.is_some()
        };
        about && self.run.under_way().iter().any(carried_out)
    }

    /// What a person asks for happens, or is refused for a reason; it is never half done.
    pub(super) fn asked(
        &mut self,
        request: Request,
        at: &Moment,
        turn: &mut Turn,
    ) -> Result<Option<String>> {
        let Request { by: name, what } = request;
        let refusal = self.not_by(&name, &what).or_else(|| wordless(&what));
        let refusal = refusal.or_else(|| self.not_for_people(&name, &what));
        if refusal.is_some() {
            return Ok(refusal);
        }
        let stops = matches!(what, What::StopRequested { .. });
        let event = Event {
            at: at.clone(),
            by: Actor::Person { name },
            what,
        };
        match self.run.apply(&event) {
            Ok(()) => self.note_down(&event, turn)?,
            Err(_) => return Ok(Some(self.why_not(&event.what))),
        }
        if stops {
            self.cancel(at, turn)?;
        }
        Ok(None)
    }

    /// Why this person cannot say anything, if they cannot. Everybody may stop a run, pause it, and
    /// say that something went wrong for real.
    fn not_by(&self, by: &str, what: &What) -> Option<String> {
        let for_all = matches!(
            what,
            What::StopRequested { .. } | What::RunPaused | What::IncidentOpened { .. }
        );
        if for_all {
            return None;
        }
        let script = &self.run.script;
        if script.absent.contains(by) {
            return Some(format!(
                "`{by}` was drawn to be absent; who stands in for them acts"
            ));
        }
        let known = script.people.is_empty() || script.people.contains(by);
        (!known).then(|| format!("the plans name no person `{by}`; write the id that stands there"))
    }

    /// Why a person cannot say that, if they cannot.
    fn not_for_people(&self, by: &str, what: &What) -> Option<String> {
        let part = match what {
            What::StepAnswered { step, answer, .. } => {
                let place = self.run.place(step)?;
                return gate::refusal(&self.run, place, by, answer);
            }
            // To leave a question out is to answer it.
            What::StepSkipped { step, .. } => {
                return gate::no_say(&self.run, self.run.place(step)?, by);
            }
            What::IncidentDismissed { number, .. } => {
                let by = Actor::Person {
                    name: by.to_owned(),
                };
                return undismissable(&self.run, *number, &by);
            }
            What::EvidenceReleased { .. } if !self.run.is_evidence_held() => {
                return Some("no evidence is held in this run".to_owned());
            }
            What::RunResumed if self.run.is_evidence_held() => {
                return Some(
                    "the evidence of an incident is held; it is released first, with `mainstay \
                     drill release`"
                        .to_owned(),
                );
            }
            What::StepFinished { at: Some(_), .. } => {
                return Some("what people do ends when they say so".to_owned());
            }
            What::StepFinished { .. } => Part::Step,
            What::UndoFinished { .. } => Part::Undo,
            What::StepAcknowledged { .. }
            | What::StepResolved { .. }
            | What::UndoResolved { .. }
            | What::UndoWaived { .. }
            | What::RunPaused
            | What::RunResumed
            | What::StopRequested { .. }
            | What::IncidentOpened { .. }
            | What::EvidenceReleased { .. }
            | What::Noted { .. } => return None,
            _ => return Some("only the engine says that".to_owned()),
        };
        let step = what.step().unwrap_or_default();
        let Some(place) = self.run.place(step) else {
            return Some(format!("there is no step `{step}` in this run"));
        };
        let task = self.run.task(place);
        if part == Part::Step && task.gate.is_some() {
            return Some(format!("`{step}` is a question, which is answered"));
        }
        let action = task.action(part);
        action.map(|_| format!("`{step}` is carried out by the engine, which sees its end itself"))
    }

    /// Why what a person says cannot be so, where the run stands.
    fn why_not(&self, what: &What) -> String {
        let Some(step) = what.step() else {
            return format!("the run is {}", self.run.phase.words());
        };
        let Some(place) = self.run.place(step) else {
            return format!("there is no step `{step}` in this run");
        };
        let step_at = self.run.step(place);
        match (self.run.part(), step_at.undo) {
            (Part::Step | Part::Rehearsal, _) => format!("`{step}`: {}", step_at.state.words()),
            (Part::Undo, undo) => format!("`{step}`: {}", undo.words()),
        }
    }
}

/// Why something needs words that it does not have, if it does: the journal keeps them for good,
/// and nobody can add them later.
fn wordless(what: &What) -> Option<String> {
    let (missing, words) = match what {
        What::IncidentOpened { incident, .. } => ("what went wrong", &incident.text),
        What::Noted { text } => ("what is worth keeping", text),
        What::StopRequested { why, .. }
        | What::IncidentDismissed { why, .. }
        | What::EvidenceReleased { why }
        | What::StepSkipped { why, .. }
        | What::StepResolved { why, .. }
        | What::UndoResolved { why, .. }
        | What::UndoWaived { why, .. } => ("why", why),
        _ => return None,
    };
    let blank = words.chars().all(|c| c.is_whitespace() || c.is_control());
    blank.then(|| format!("nothing says {missing}: write it in words"))
}

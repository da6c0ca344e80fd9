//! What a run waits for people to do, and who they are.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Attempt, Effect, Run, StepState, Turn, UndoState, may_answer};
use crate::journal::{Part, Question};

/// What a run asks of people, so that it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks<'r> {
    /// To do a step or take it back, and to say that it is done.
    Do,
    /// To answer a question.
    Answer(&'r Question),
    /// To decide what an attempt is taken for of which nobody knows whether it took effect.
    Decide,
}

impl Turn {
    /// The attempts that wait for people once this is written: those that begin, and those that a
    /// process finds that takes the run over.
    pub fn waits(&self, run: &Run) -> Vec<Attempt> {
        let attempts = self.effects.iter().filter_map(|effect| match effect {
            Effect::Begin(attempt) | Effect::Attach(attempt) | Effect::Ask(attempt) => {
                Some(*attempt)
            }
            _ => None,
        });
        // A turn may end what it has begun.
        attempts.filter(|it| run.asks(*it).is_some()).collect()
    }
}

impl Run {
    /// What it asks of people for an attempt; nothing, where it does not wait for them.
    pub fn asks(&self, attempt: Attempt) -> Option<Asks<'_>> {
        let Attempt {
            place,
            part,
            number,
        } = attempt;
        let (task, step) = (self.task(place), self.step(place));
        let (last, is_running, is_in_doubt) = match part {
            Part::Step => (
                step.attempts,
                step.state == StepState::Running,
                step.state == StepState::InDoubt,
            ),
            Part::Undo => (
                step.undo_attempts,
                step.undo == UndoState::Running,
                step.undo == UndoState::InDoubt,
            ),
            Part::Rehearsal => return None,
        };
        match &task.gate {
            _ if last != number => None,
            _ if is_in_doubt => Some(Asks::Decide),
            _ if !is_running || task.action(part).is_some() => None,
            Some(question) if part == Part::Step => Some(Asks::Answer(question)),
            _ => Some(Asks::Do),
        }
    }

    /// The ids of those who have to act then: who may answer, or who holds the role of the step,
    /// or who leads the drill. None, where the plans name nobody.
    pub fn awaited(&self, attempt: Attempt) -> BTreeSet<&str> {
        if let Some(Asks::Answer(_)) = self.asks(attempt) {
            let answer = may_answer(self, attempt.place);
            if !answer.is_empty() {
                return answer.into_iter().collect();
            }
        }
        let role = self.task(attempt.place).role.as_ref();
        let holders = role.and_then(|role| self.script.holders.get(role.as_str()));
        let all = [holders, Some(&self.script.leads)];
        let present = all.into_iter().flatten().map(|people| {
            let people = people.difference(&self.script.absent);
            people.map(String::as_str).collect::<BTreeSet<&str>>()
        });
        let mut present = present.filter(|people| !people.is_empty());
        present.next().unwrap_or_default()
    }

    /// Until when people have time for an attempt, if that ends.
    pub fn time_ends(&self, attempt: Attempt) -> Option<DateTime<Utc>> {
        if attempt.part != Part::Step || self.asks(attempt)? == Asks::Decide {
            return None;
        }
        let timeout = self.task(attempt.place).timeout.as_delta()?;
        let began = self.step(attempt.place).started_at.as_ref()?;
        began.wall.checked_add_signed(timeout)
    }

    /// The last attempt at a step.
    pub(super) fn last(&self, place: u32) -> Attempt {
        Attempt {
            place,
            part: Part::Step,
            number: self.step(place).attempts,
        }
    }

    /// What is in doubt, steps before undos.
    pub(super) fn doubted(&self) -> Vec<Attempt> {
        let steps = self.in_state(StepState::InDoubt);
        let steps = steps.map(|place| self.last(place));
        let undos = (0u32..).zip(&self.steps);
        let undos = undos.filter(|(_, step)| step.undo == UndoState::InDoubt);
        let undos = undos.map(|(place, step)| Attempt {
            place,
            part: Part::Undo,
            number: step.undo_attempts,
        });
        steps.chain(undos).collect()
    }
}

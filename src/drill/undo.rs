//! What was done is taken back: the last first, and as much as can be.

use super::{Run, UndoState};
use crate::journal::{Part, Resolution, Settled, What};

impl Run {
    /// Everything that began is to be taken back, the last first.
    pub(super) fn owe(&mut self) {
        for place in (0..self.steps.len()).rev() {
            let task = &self.script.tasks[place];
            let step = &mut self.steps[place];
            if step.attempts > 0 && task.undo.is_some() {
                step.undo = UndoState::Owed;
            }
            for before in &task.before {
                self.steps[*before as usize].before_undo += 1;
            }
        }
        for place in (0u32..).take(self.steps.len()) {
            if self.step(place).before_undo == 0 {
                self.reach(place);
            }
        }
    }

    /// Nothing that came after a step stands in the way of its undo any more.
    fn reach(&mut self, place: u32) {
        let mut reached = vec![place];
        while let Some(place) = reached.pop() {
            if self.step(place).undo == UndoState::Owed {
                self.undoable.insert(place);
                continue;
            }
            for before in &self.script.tasks[place as usize].before {
                let step = &mut self.steps[*before as usize];
                step.before_undo -= 1;
                if step.before_undo == 0 {
                    reached.push(*before);
                }
            }
        }
    }

    /// Moves the undo of a step on; whether it can.
    pub(super) fn undo_event(&mut self, what: &What) -> bool {
        use UndoState::{Failed, InDoubt, Owed, Running, Undone, Waived};
        let Some(place) = what.step().and_then(|step| self.place(step)) else {
            return false;
        };
        if matches!(what, What::UndoStarted { .. }) && self.is_evidence_held() {
            return false;
        }
        let step = &mut self.steps[place as usize];
        let begun = step.undo_attempts;
        let next = match (step.undo, what) {
            (Owed, What::UndoStarted { attempt, .. })
                if *attempt == begun + 1 && self.undoable.remove(&place) =>
            {
                step.undo_attempts = *attempt;
                Running
            }
            (
                Running,
                What::UndoFinished {
                    attempt,
                    settled,
                    facts,
                    ..
                },
            ) if *attempt == begun => {
                step.facts.clone_from(facts);
                match settled {
                    Settled::Succeeded => Undone,
                    Settled::Failed | Settled::TimedOut | Settled::Cancelled => Failed,
                }
            }
            (Running, What::UndoInDoubt { attempt, facts, .. }) if *attempt == begun => {
                step.facts.clone_from(facts);
                InDoubt
            }
            (InDoubt, What::UndoResolved { resolution, .. }) => match resolution {
                Resolution::Happened => Undone,
                Resolution::NeverHappened => Owed,
                Resolution::Failed => Failed,
            },
            (Owed, What::UndoWaived { .. }) if self.undoable.remove(&place) => Waived,
            (InDoubt, What::UndoWaived { .. }) => Waived,
            _ => return false,
        };
        let before = std::mem::replace(&mut step.undo, next);
        if before == Running {
            self.ended(place, Part::Undo);
        }
        if next == Running {
            self.began(place, Part::Undo);
        }
        self.in_doubt -= u32::from(before == InDoubt);
        self.in_doubt += u32::from(next == InDoubt);
        // One that failed holds up nothing: as much as can be is taken back.
        if matches!(next, Undone | Failed | Waived | Owed) {
            self.reach(place);
        }
        true
    }
}

//! What about a step that was started and whose end nobody wrote down?
//!
//! First whoever carries it out is asked: it may still run, or have left its result. Where that
//! cannot tell, the step's own rule decides, and never is anything done twice that may not be.

use crate::journal::{Part, Task};
use crate::model::OnCrash;

/// What was found of an attempt that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It goes on; one can wait for its end as before.
    Running,
    /// It has ended, and left how.
    Ended,
    /// It was not begun: the engine was cut off between writing that it begins and beginning.
    NeverBegun,
    /// Nothing can be said: it began, and is not there any more.
    Lost,
    /// Nothing can be said here: it was begun in the folder of another machine.
    Elsewhere,
}

/// What is done about an attempt that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Wait for its end, or take the one it left.
    Attach,
    /// It is in doubt, but may be done again: nothing was changed, or changing it twice is safe.
    Again,
    /// It is in doubt, and its probe is asked; a person where that cannot tell.
    Verify,
    /// It is in doubt, and a person is asked.
    Ask,
}

/// What is done about an attempt that was cut off.
pub fn after_crash(task: &Task, part: Part, found: Found) -> Verdict {
    let Some(action) = task.action(part) else {
        // What people do goes on without us, and so does their clock.
        return Verdict::Attach;
    };
    match (found, part) {
        (Found::Running | Found::Ended, _) => Verdict::Attach,
        (Found::NeverBegun, _) => Verdict::Again,
        (Found::Lost | Found::Elsewhere, Part::Rehearsal) => Verdict::Again,
        (Found::Lost | Found::Elsewhere, Part::Undo) if action.only_looks() => Verdict::Again,
        (Found::Lost | Found::Elsewhere, Part::Undo) => Verdict::Ask,
        (Found::Lost | Found::Elsewhere, Part::Step) => match task.on_crash {
            OnCrash::Retry => Verdict::Again,
            OnCrash::Verify if task.verify.is_some() => Verdict::Verify,
            OnCrash::Verify | OnCrash::Ask => Verdict::Ask,
        },
    }
}

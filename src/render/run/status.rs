//! Where a run stands, and who has to do what.

use std::fmt::Write;

use super::incidents::{alarm, standing};
use super::lines::{in_doubt, waits};
use crate::drill::{Run, StepState, UndoState};
use crate::journal::Part;
use crate::text::visible;

/// Whether a process carries a run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarriedOut {
    /// One does.
    Yes,
    /// None does, whatever the journal says.
    No,
}

/// Where a run stands, for people.
pub fn status(run: &Run, id: &str, carried_out: CarriedOut) -> String {
    let mut text = String::new();
    let mut add = |line: &str| writeln!(text, "{line}").expect("a string takes all");
    add(&format!("{id}: {}", standing(run)));
    for line in alarm(run, id) {
        add(&format!("            {}", visible(&line)));
    }
    if carried_out == CarriedOut::No && !run.is_over() {
        add(&format!(
            "            nobody carries it out; to go on: mainstay drill resume {id}"
        ));
    }
    for place in (0u32..).take(run.steps.len()) {
        let (task, step) = (run.task(place), run.step(place));
        let undo = match step.undo {
            UndoState::None if step.rehearsal.attempts > 0 && step.attempts == 0 => {
                format!(", its undo {}", step.rehearsal.state.words())
            }
            UndoState::None => String::new(),
            undo => format!(", {}", undo.words()),
        };
        add(&format!("{}  {}{undo}", task.name, step.state.words()));
        let (is, part) = match (step.state, step.undo) {
            (_, UndoState::Running) => (Is::Running, Part::Undo),
            (_, UndoState::InDoubt) => (Is::InDoubt, Part::Undo),
            (StepState::Running, _) => (Is::Running, Part::Step),
            (StepState::InDoubt, UndoState::None) => (Is::InDoubt, Part::Step),
            _ => continue,
        };
        match is {
            Is::Running if task.action(part).is_none() => add(&waits(run, id, place)),
            Is::Running => {}
            Is::InDoubt => {
                add(&format!("            {}", visible(&step.facts.join("; "))));
                add(&in_doubt(id, &task.name));
            }
        }
    }
    text
}

enum Is {
    Running,
    InDoubt,
}

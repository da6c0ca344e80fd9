//! What is to be done now. Asked again after every event; it never searches the steps.

use super::{Attempt, Phase, Run, StepState, UndoState};
use crate::journal::{Actor, Outcome, Part};
use crate::model::OnFailure;
use crate::time::{Duration, Moment};

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// Begin a step, or take one back.
    Begin(Attempt),
    /// Stop the run, because of a step.
    Stop {
        /// Why.
        why: String,
        /// Whether what was done is taken back.
        undo: bool,
    },
    /// Begin to take back.
    BeginUndo,
    /// End the run.
    Finish(Outcome),
    /// Ask again after a while: a step is to be tried again then.
    Wake {
        /// After how many microseconds.
        micros: u64,
    },
}

/// What is to be done now, in this order; nothing where the run waits for something to end.
pub fn next(run: &Run, now: &Moment) -> Vec<Move> {
    match &run.phase {
        Phase::Planned | Phase::Paused | Phase::Finished(_) => Vec::new(),
        Phase::Running => running(run, now),
        Phase::Stopping(_) if run.running > 0 => Vec::new(),
        Phase::Stopping(stop) if stop.undo => vec![Move::BeginUndo],
        Phase::Stopping(stop) => vec![Move::Finish(match stop.by {
            Actor::Engine => Outcome::FailedLeftAsIs,
            Actor::Person { .. } => Outcome::Aborted,
        })],
        Phase::Undoing(stop) => {
            let room = room(run);
            let undo = |place: &u32| {
                Move::Begin(Attempt {
                    place: *place,
                    part: Part::Undo,
                    number: run.step(*place).undo_attempts + 1,
                })
            };
            let moves: Vec<Move> = run.undoable.iter().take(room).map(undo).collect();
            if !moves.is_empty() || run.running > 0 || undo_in_doubt(run) {
                return moves;
            }
            vec![Move::Finish(undone(run, &stop.by))]
        }
    }
}

fn running(run: &Run, now: &Moment) -> Vec<Move> {
    if let Some(place) = run.broken {
        let task = run.task(place);
        return vec![Move::Stop {
            why: format!("`{}` failed", task.name),
            undo: task.on_failure == OnFailure::Undo,
        }];
    }
    if run.open == 0 {
        return vec![Move::Finish(if all_done(run) {
            Outcome::Succeeded
        } else {
            Outcome::SucceededWithFindings
        })];
    }
    let start = |place: u32| {
        Move::Begin(Attempt {
            place,
            part: Part::Step,
            number: run.step(place).attempts + 1,
        })
    };
    let mut room = room(run);
    let mut moves: Vec<Move> = run.for_people.iter().map(|place| start(*place)).collect();
    let mut wake: Option<u64> = None;
    for place in &run.retrying {
        match left(run, *place, now) {
            0 if room > 0 => {
                room -= 1;
                moves.push(start(*place));
            }
            0 => {}
            left => wake = Some(wake.map_or(left, |wake| wake.min(left))),
        }
    }
    moves.extend(run.ready.iter().take(room).map(|place| start(*place)));
    moves.extend(wake.map(|micros| Move::Wake { micros }));
    moves
}

/// How many more the engine may begin. What people do takes no room.
fn room(run: &Run) -> usize {
    run.script.parallel_max.saturating_sub(run.busy) as usize
}

/// How long until a step may be tried again, in microseconds.
fn left(run: &Run, place: u32, now: &Moment) -> u64 {
    let waited = run
        .step(place)
        .finished_at
        .as_ref()
        .map_or(0, |at| now.since(at).micros);
    micros(run.task(place).retry_wait).saturating_sub(waited)
}

/// A length of time in microseconds, as long as can be counted.
pub(super) fn micros(duration: Duration) -> u64 {
    duration.as_seconds().saturating_mul(1_000_000)
}

fn all_done(run: &Run) -> bool {
    run.steps.iter().all(|step| step.state == StepState::Done)
}

fn undo_in_doubt(run: &Run) -> bool {
    run.steps.iter().any(|step| step.undo == UndoState::InDoubt)
}

fn undone(run: &Run, by: &Actor) -> Outcome {
    let taken_back = |undo| matches!(undo, UndoState::None | UndoState::Undone);
    match by {
        _ if !run.steps.iter().all(|step| taken_back(step.undo)) => Outcome::RollbackIncomplete,
        Actor::Engine => Outcome::FailedRolledBack,
        Actor::Person { .. } => Outcome::Aborted,
    }
}

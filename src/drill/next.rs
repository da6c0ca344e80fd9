//! What is to be done now. Asked again after every event; it never searches the steps.

use super::{Attempt, Phase, Run, StepState, UndoState, gate};
use crate::journal::{Actor, Condition, Outcome, Part, Settled};
use crate::model::OnFailure;
use crate::time::{Duration, Moment};

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// Rehearse the undo of a step, begin a step, or take one back.
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
    /// End a step of people: their question is settled, or their time is over.
    End {
        /// Which.
        attempt: Attempt,
        /// How.
        settled: Settled,
        /// What is known about it.
        facts: Vec<String>,
    },
    /// Leave out a step that is not needed after what was answered.
    Omit {
        /// Which.
        place: u32,
        /// Why.
        why: String,
    },
    /// Look whether this holds that should, by its place in the script; nothing goes on before.
    Look {
        /// Which.
        places: Vec<usize>,
    },
    /// Ask again after a while: a step is to be tried again then, or its time is over.
    Wake {
        /// After how many microseconds.
        micros: u64,
    },
}

/// What is to be done now, in this order; nothing where the run waits for something to end.
pub fn next(run: &Run, now: &Moment) -> Vec<Move> {
    match &run.phase {
        Phase::Planned | Phase::Paused | Phase::Finished(_) => Vec::new(),
        _ if run.is_evidence_held() => Vec::new(),
        Phase::Running => running(run, now),
        Phase::Stopping(_) if run.running > 0 => Vec::new(),
        Phase::Stopping(stop) if stop.undo => vec![Move::BeginUndo],
        Phase::Stopping(stop) => vec![finish(
            run,
            match stop.by {
                Actor::Engine => Outcome::FailedLeftAsIs,
                Actor::Person { .. } => Outcome::Aborted,
            },
        )],
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
            vec![finish(run, undone(run, &stop.by))]
        }
    }
}

/// The end of a run, once it was seen that all holds that should.
fn finish(run: &Run, outcome: Outcome) -> Move {
    match run.unseen_after() {
        places if places.is_empty() => Move::Finish(run.outcome(outcome)),
        places => Move::Look { places },
    }
}

fn running(run: &Run, now: &Moment) -> Vec<Move> {
    if let Some(name) = run.unsteady_before() {
        return vec![Move::Stop {
            why: format!("`{name}` does not hold, and nothing was begun"),
            undo: false,
        }];
    }
    let places = run.unseen_before();
    if !places.is_empty() {
        return vec![Move::Look { places }];
    }
    if !run.is_rehearsed() {
        return rehearse(run);
    }
    if let Some(place) = run.broken {
        let task = run.task(place);
        return vec![Move::Stop {
            why: format!("`{}` failed", task.name),
            undo: task.on_failure == OnFailure::Undo,
        }];
    }
    if run.open == 0 {
        let outcome = if all_done(run) {
            Outcome::Succeeded
        } else {
            Outcome::SucceededWithFindings
        };
        return vec![finish(run, outcome)];
    }
    let start = |place: u32| {
        Move::Begin(Attempt {
            place,
            part: Part::Step,
            number: run.step(place).attempts + 1,
        })
    };
    let mut room = room(run);
    let mut moves: Vec<Move> = run
        .answered
        .iter()
        .map(|place| answered(run, *place))
        .collect();
    moves.extend(run.omitted.iter().map(|place| omit(run, *place)));
    let (late, mut wake) = late(run, now);
    moves.extend(late);
    moves.extend(run.for_people.iter().map(|place| start(*place)));
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

/// What is rehearsed before anything is begun; the end of the run where one of that failed.
fn rehearse(run: &Run) -> Vec<Move> {
    let rehearsal = |place: &u32| {
        Move::Begin(Attempt {
            place: *place,
            part: Part::Rehearsal,
            number: run.step(*place).rehearsal.attempts + 1,
        })
    };
    let room = room(run);
    let moves: Vec<Move> = run.to_rehearse.iter().take(room).map(rehearsal).collect();
    if !moves.is_empty() || run.rehearsing > 0 {
        return moves;
    }
    let (why, undo) = (run.not_to_be_taken_back(), false);
    vec![Move::Stop { why, undo }]
}

/// The end of a step whose question is settled.
fn answered(run: &Run, place: u32) -> Move {
    let (settled, answer) = gate::settled(run, place).expect("it is among those that are");
    end(
        run,
        place,
        settled,
        gate::facts(run, place, answer.as_deref()),
    )
}

fn end(run: &Run, place: u32, settled: Settled, facts: Vec<String>) -> Move {
    let attempt = Attempt {
        place,
        part: Part::Step,
        number: run.step(place).attempts,
    };
    Move::End {
        attempt,
        settled,
        facts,
    }
}

fn omit(run: &Run, place: u32) -> Move {
    let answer = |when: &&Condition| run.step(when.task).answer.as_ref() != Some(&when.is);
    let when = run.task(place).when.iter().find(answer);
    let when = when.expect("only then it is not needed");
    let asked = &run.task(when.task).name;
    let why = match &run.step(when.task).answer {
        Some(answer) => format!("`{asked}` was answered with `{answer}`, not `{}`", when.is),
        None => format!("`{asked}` was not answered"),
    };
    Move::Omit { place, why }
}

/// The ends of the steps for which people have no time left, and how long the next one has.
fn late(run: &Run, now: &Moment) -> (Vec<Move>, Option<u64>) {
    let elapsed = run.started_at.as_ref().map_or(0, |at| now.since(at).micros);
    let over = |place: u32| {
        let timeout = run.task(place).timeout.words();
        let facts = vec![format!("nobody was done within {timeout}")];
        end(run, place, Settled::TimedOut, facts)
    };
    let ready = |(_, place): &&(u64, u32)| !run.answered.contains(place);
    let late = run
        .deadlines
        .iter()
        .take_while(|(deadline, _)| *deadline <= elapsed);
    let late: Vec<Move> = late.filter(ready).map(|(_, place)| over(*place)).collect();
    let next = run.deadlines.range((elapsed + 1, 0)..).next();
    (late, next.map(|(deadline, _)| deadline - elapsed))
}

/// How many more the engine may begin. What people do takes no room.
fn room(run: &Run) -> usize {
    run.script.parallel_max.saturating_sub(run.busy) as usize
}

/// How long until a step may be tried again, in microseconds.
pub(super) fn left(run: &Run, place: u32, now: &Moment) -> u64 {
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
    let fine = |state| matches!(state, StepState::Done | StepState::Omitted);
    run.steps.iter().all(|step| fine(step.state))
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

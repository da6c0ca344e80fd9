//! Whether what is done could be taken back: each undo that says how is tried without effect.
//!
//! Nothing is begun before all of them were, as with what should hold; where one fails nothing is
//! begun at all. A rehearsal that is lost with its process had no effect, so it is done again.

use super::{Phase, Run, StepState};
use crate::journal::{Part, Settled, Task, What};
use crate::model::Action;

/// How the rehearsal of an undo stands.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal {
    /// Its state.
    pub state: RehearsalState,
    /// How often it was begun.
    pub attempts: u32,
    /// What is known of how it ended.
    pub facts: Vec<String>,
}

/// The states of the rehearsal of an undo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RehearsalState {
    /// It was not rehearsed, or not yet.
    #[default]
    Not,
    /// It is being rehearsed.
    Running,
    /// It was rehearsed, and would work.
    Succeeded,
    /// It was rehearsed, and would not work.
    Failed,
    /// That was ended because the run stops.
    Cancelled,
}

impl RehearsalState {
    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            RehearsalState::Not => "not rehearsed",
            RehearsalState::Running => "being rehearsed",
            RehearsalState::Succeeded => "rehearsed",
            RehearsalState::Failed => "FAILED when it was rehearsed",
            RehearsalState::Cancelled => "not rehearsed to its end",
        }
    }
}

/// Whether the undo of a step changes something by itself, and says nothing of how it can be
/// rehearsed.
pub fn is_unrehearsed(task: &Task) -> bool {
    let changes = |action: &Action| !action.only_looks();
    task.action(Part::Undo).is_some_and(changes) && task.action(Part::Rehearsal).is_none()
}

impl Run {
    /// Whether steps may begin: every undo that says how was rehearsed, and would work.
    pub(super) fn is_rehearsed(&self) -> bool {
        self.to_rehearse.is_empty() && self.rehearsing == 0 && self.unworkable.is_empty()
    }

    /// Moves the rehearsal of an undo on; whether it can.
    pub(super) fn rehearsal_event(&mut self, what: &What) -> bool {
        use RehearsalState::{Cancelled, Failed, Not, Running, Succeeded};
        let Some(place) = what.step().and_then(|step| self.place(step)) else {
            return false;
        };
        let starts = self.phase == Phase::Running;
        let rehearsal = &mut self.steps[place as usize].rehearsal;
        let begun = rehearsal.attempts;
        let next = match (rehearsal.state, what) {
            (Not, What::RehearsalStarted { attempt, .. })
                if starts && *attempt == begun + 1 && self.to_rehearse.remove(&place) =>
            {
                rehearsal.attempts = *attempt;
                Running
            }
            (
                Running,
                What::RehearsalFinished {
                    attempt,
                    settled,
                    facts,
                    ..
                },
            ) if *attempt == begun => {
                rehearsal.facts.clone_from(facts);
                match settled {
                    Settled::Succeeded => Succeeded,
                    Settled::Failed | Settled::TimedOut => Failed,
                    Settled::Cancelled => Cancelled,
                }
            }
            (Running, What::RehearsalLost { attempt, .. }) if *attempt == begun => Not,
            _ => return false,
        };
        rehearsal.state = next;
        // A step that is left out meanwhile is not done, so it needs no undo.
        let needed = self.step(place).state != StepState::Skipped;
        match next {
            Running => {
                self.rehearsing += 1;
                self.began(place, Part::Rehearsal);
                return true;
            }
            Failed if needed => drop(self.unworkable.insert(place)),
            Not if needed => drop(self.to_rehearse.insert(place)),
            _ => {}
        }
        self.rehearsing -= 1;
        self.ended(place, Part::Rehearsal);
        true
    }

    /// Why nothing may be begun, as far as the undos that failed tell.
    pub(super) fn not_to_be_taken_back(&self) -> String {
        let failed = self.unworkable.iter().map(|place| {
            let (name, facts) = (&self.task(*place).name, &self.step(*place).rehearsal.facts);
            let why = facts
                .first()
                .map_or_else(String::new, |it| format!(" ({it})"));
            format!("the undo of `{name}` failed when it was rehearsed{why}")
        });
        let failed: Vec<String> = failed.collect();
        format!("{}; nothing was begun", failed.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::{
        Attempt, Effect, Engine, Exercise, Found, Given, Message, StepState, Turn, Values, compile,
    };
    use crate::journal::{Entry, Outcome};
    use crate::load::testing;
    use crate::time::Moment;

    const PLAN: &str = "
drills: [{id: d, name: D, kind: functional, procedures: [p], parallel: 1}]
procedures:
  - id: p
    name: P
    steps:
      - id: a
        do: A
        run: {command: {argv: [a]}}
        undo: {run: {command: {argv: [undo-a]}}, rehearse: {command: {argv: [try-a]}}}
      - id: b
        do: B
        undo: {do: Take B back, rehearse: {tcp: {host: h, port: 1}}}
";

    fn begun() -> (Engine, Turn) {
        let programme = testing::plan(PLAN).programme;
        let given = Given {
            plans: "",
            values: &Values::new(),
            program: "mainstay",
            today: "2026-11-22".parse().expect("a day"),
            seed: 0,
        };
        let drill = programme.drills.get("d").expect("declared");
        let prepared = compile::<Exercise>(&programme, drill, &given).expect("a script");
        Engine::start(prepared.into_script(), &Moment::after(0)).expect("a start")
    }

    fn attempt(place: u32, part: Part, number: u32) -> Attempt {
        Attempt {
            place,
            part,
            number,
        }
    }

    fn ended(attempt: Attempt, settled: Settled) -> Vec<Message> {
        vec![Message::Ended {
            attempt,
            settled,
            facts: vec!["exit status 3".to_owned()],
            at: None,
            mark: None,
            evidence: Vec::new(),
        }]
    }

    #[track_caller]
    fn begins(turn: &Turn, attempt: Attempt) {
        assert_eq!(turn.effects, [Effect::Begin(attempt)]);
    }

    #[test]
    fn every_undo_is_rehearsed_in_order_before_anything_is_begun() {
        let (mut engine, turn) = begun();
        let (first, second) = (
            attempt(0, Part::Rehearsal, 1),
            attempt(1, Part::Rehearsal, 1),
        );
        begins(&turn, first);
        let turn = engine
            .turn(ended(first, Settled::Succeeded), &Moment::after(1))
            .expect("a turn");
        begins(&turn, second);
        assert_eq!(engine.run.under_way(), [second]);
        let turn = engine
            .turn(ended(second, Settled::Succeeded), &Moment::after(2))
            .expect("a turn");
        begins(&turn, attempt(0, Part::Step, 1));
    }

    #[test]
    fn where_one_fails_nothing_is_begun() {
        let (mut engine, _) = begun();
        let (first, second) = (
            attempt(0, Part::Rehearsal, 1),
            attempt(1, Part::Rehearsal, 1),
        );
        let turn = engine
            .turn(ended(first, Settled::Failed), &Moment::after(1))
            .expect("a turn");
        begins(&turn, second);
        let turn = engine
            .turn(ended(second, Settled::Succeeded), &Moment::after(2))
            .expect("a turn");
        assert_eq!(turn.effects, [Effect::Over(Outcome::FailedLeftAsIs)]);
        let why = turn
            .entries
            .iter()
            .map(|entry| entry.event().expect("readable").what);
        let why: Vec<String> = why
            .filter_map(|what| match what {
                What::StopRequested { why, .. } => Some(why),
                _ => None,
            })
            .collect();
        assert_eq!(
            why,
            ["the undo of `p/a` failed when it was rehearsed (exit status 3); nothing was begun"]
        );
        assert!(engine.run.steps.iter().all(|step| step.attempts == 0));
    }

    #[test]
    fn one_that_is_lost_is_done_again() {
        let (engine, turn) = begun();
        let all: Vec<Entry> = turn.entries;
        let resumed = |found| {
            let resumed = Engine::resume(&all, &Moment::after(9), |_| found, Vec::new());
            resumed.expect("the journal holds together")
        };
        let first = attempt(0, Part::Rehearsal, 1);
        assert_eq!(engine.run.under_way(), [first]);
        begins(&resumed(Found::Lost).1, attempt(0, Part::Rehearsal, 2));
        begins(
            &resumed(Found::NeverBegun).1,
            attempt(0, Part::Rehearsal, 2),
        );
        assert_eq!(resumed(Found::Running).1.effects, [Effect::Attach(first)]);
        let (mut engine, _) = begun();
        let lost = Message::Lost {
            attempt: first,
            facts: Vec::new(),
        };
        begins(
            &engine.turn(vec![lost], &Moment::after(1)).expect("a turn"),
            attempt(0, Part::Rehearsal, 2),
        );
    }

    #[test]
    fn a_step_that_is_left_out_needs_no_undo() {
        let (mut engine, _) = begun();
        let skip = |step: &str| {
            let (step, why) = (step.to_owned(), "why".to_owned());
            let (by, what) = ("ada".to_owned(), What::StepSkipped { step, why });
            vec![Message::Asked(super::super::Request { by, what })]
        };
        engine.turn(skip("p/b"), &Moment::after(1)).expect("a turn");
        let first = attempt(0, Part::Rehearsal, 1);
        let turn = engine
            .turn(ended(first, Settled::Succeeded), &Moment::after(2))
            .expect("a turn");
        begins(&turn, attempt(0, Part::Step, 1));
        assert_eq!(engine.run.step(1).state, StepState::Skipped);
    }

    #[test]
    fn no_step_begins_while_one_is_missing() {
        let (mut engine, _) = begun();
        let what = What::StepStarted {
            step: "p/a".to_owned(),
            attempt: 1,
        };
        let by = crate::journal::Actor::Engine;
        let event = crate::journal::Event {
            at: Moment::after(1),
            by,
            what,
        };
        assert!(engine.run.apply(&event).is_err());
    }
}

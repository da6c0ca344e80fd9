//! A step moves on by an event: it begins, is answered, ends, is in doubt or not needed.

use super::{Phase, Run, StepState, Vote, gate};
use crate::journal::{Event, Resolution, Settled, What};

impl Run {
    /// Moves a step on; whether it can.
    pub(super) fn step_event(&mut self, event: &Event) -> bool {
        let Event { at, by, what } = event;
        use StepState::{InDoubt, Omitted, Ready, Retrying, Running, Skipped, Waiting};
        let Some(place) = what.step().and_then(|step| self.place(step)) else {
            return false;
        };
        let goes_on = !matches!(self.phase, Phase::Stopping(_));
        let starts = self.phase == Phase::Running && self.is_rehearsed();
        let step = &mut self.steps[place as usize];
        let expected = step.attempts;
        match (step.state, what) {
            (Ready | Retrying, What::StepStarted { attempt, .. })
                if starts && *attempt == expected + 1 =>
            {
                step.begin(*attempt, at);
                self.enter(place, Running);
                self.weigh(place);
            }
            (Running, What::StepAnswered { answer, why, .. }) => {
                let (by, answer, why) = (by.words().to_owned(), answer.clone(), why.clone());
                if gate::refusal(self, place, &by, &answer).is_some() {
                    return false;
                }
                self.vote(place, Vote { by, answer, why });
            }
            (Running, What::StepAcknowledged { .. }) => step.acknowledged_at = Some(at.clone()),
            (
                Running,
                What::StepFinished {
                    attempt, settled, ..
                },
            ) if *attempt == expected => {
                step.end(event);
                let most = self.task(place).attempts_max;
                let left = if goes_on {
                    most.saturating_sub(expected)
                } else {
                    0
                };
                self.enter(place, settle(*settled, left));
            }
            (Running, What::StepInDoubt { attempt, facts, .. }) if *attempt == expected => {
                step.facts.clone_from(facts);
                self.enter(place, InDoubt);
            }
            (InDoubt, What::StepResolved { resolution, .. }) => {
                step.finished_at = Some(at.clone());
                self.enter(place, resolved(*resolution));
            }
            (Waiting | Ready | Retrying, What::StepSkipped { .. }) if goes_on => {
                // What is not done needs no undo.
                self.to_rehearse.remove(&place);
                self.unworkable.remove(&place);
                self.enter(place, Skipped);
            }
            (Ready, What::StepOmitted { .. }) if self.omitted.contains(&place) => {
                self.enter(place, Omitted);
            }
            _ => return false,
        }
        if self.is_past(place) {
            self.release(place, at);
        }
        true
    }

    /// Somebody answers; whoever has before thinks otherwise now.
    fn vote(&mut self, place: u32, vote: Vote) {
        let step = &mut self.steps[place as usize];
        step.votes.retain(|earlier| earlier.by != vote.by);
        step.votes.push(vote);
        self.weigh(place);
    }

    /// Whether enough people have answered, or too few are left who may.
    fn weigh(&mut self, place: u32) {
        match gate::settled(self, place) {
            Some((_, answer)) => {
                self.steps[place as usize].answer = answer;
                self.answered.insert(place);
            }
            None => {
                self.answered.remove(&place);
            }
        }
    }
}

/// The state of a step that came to an end, with so many attempts left.
fn settle(settled: Settled, left: u32) -> StepState {
    match settled {
        Settled::Succeeded => StepState::Done,
        Settled::Failed | Settled::TimedOut if left > 0 => StepState::Retrying,
        Settled::Failed | Settled::TimedOut => StepState::Failed,
        Settled::Cancelled => StepState::Cancelled,
    }
}

/// The state of a step that was in doubt.
fn resolved(resolution: Resolution) -> StepState {
    match resolution {
        Resolution::Happened => StepState::Done,
        Resolution::NeverHappened => StepState::Ready,
        Resolution::Failed => StepState::Failed,
    }
}

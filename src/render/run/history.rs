//! Every attempt of a run, as its journal tells it: a run itself knows only the last of each step.

use crate::drill::Run;
use crate::journal::{Actor, Event, Part, Resolution, Settled, What};
use crate::time::{Elapsed, Moment};

/// All that was done and said about the steps of a run, in the order of its script.
pub struct History<'e> {
    /// From when the time of the run counts.
    pub start: &'e Moment,
    /// The steps.
    pub tracks: Vec<Track<'e>>,
}

/// What was done and said about one step.
#[derive(Default)]
pub struct Track<'e> {
    /// The attempts at it and at its undo, in order.
    pub trials: Vec<Trial<'e>>,
    /// Who left it out, where somebody did.
    pub skipped: Option<&'e Actor>,
    /// Who answers for not taking it back, and why.
    pub waived: Option<(&'e Actor, &'e str)>,
}

/// One attempt.
pub struct Trial<'e> {
    /// At the step, at its undo, or at the rehearsal of that.
    pub part: Part,
    /// The how-many-eth, from one.
    pub number: u32,
    /// When it began.
    pub began: &'e Moment,
    /// When somebody had seen it, and who.
    pub seen: Option<(&'e Moment, &'e Actor)>,
    /// What is known of it.
    pub facts: &'e [String],
    /// Whether nobody could tell whether it took effect.
    pub doubted: bool,
    /// How it came to its end.
    pub end: Option<End<'e>>,
}

/// How an attempt came to its end.
#[derive(Clone, Copy)]
pub struct End<'e> {
    /// When.
    pub at: &'e Moment,
    /// Who says so.
    pub by: &'e Actor,
    /// How.
    pub how: How,
}

/// How an attempt came to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It did so by itself.
    Settled(Settled),
    /// It was in doubt, and that was decided.
    TakenFor(Resolution),
}

impl How {
    /// Whether it had its effect.
    pub fn succeeded(self) -> bool {
        matches!(
            self,
            How::Settled(Settled::Succeeded) | How::TakenFor(Resolution::Happened)
        )
    }
}

impl<'e> History<'e> {
    /// The history of a run, from all that happened in it.
    pub fn new(run: &'e Run, events: &'e [Event]) -> Self {
        let tracks = run.steps.iter().map(|_| Track::default()).collect();
        let mut history = History {
            start: run.started_at.as_ref().unwrap_or(&run.last_at),
            tracks,
        };
        for event in events {
            let place = event.what.step().and_then(|step| run.place(step));
            if let Some(place) = place {
                history.tracks[place as usize].add(event);
            }
        }
        history
    }

    /// What was done and said about a step.
    pub fn track(&self, place: u32) -> &Track<'e> {
        &self.tracks[place as usize]
    }

    /// How long a moment was after the run began.
    pub fn offset(&self, at: &Moment) -> Elapsed {
        at.since(self.start)
    }
}

impl<'e> Track<'e> {
    /// The attempts at the step, or at its undo.
    pub fn of(&self, part: Part) -> impl DoubleEndedIterator<Item = &Trial<'e>> {
        self.trials.iter().filter(move |trial| trial.part == part)
    }

    /// Everybody who did the step or its undo, or said what became of it, once each.
    pub fn people(&self, part: Part) -> Vec<&'e str> {
        let mut actors: Vec<&Actor> = Vec::new();
        for trial in self.of(part) {
            actors.extend(trial.seen.map(|(_, by)| by));
            actors.extend(trial.end.map(|end| end.by));
        }
        actors.extend(self.skipped.filter(|_| part == Part::Step));
        actors.extend(self.waived.filter(|_| part == Part::Undo).map(|(by, _)| by));
        let mut people = Vec::new();
        for actor in actors {
            if let Actor::Person { name } = actor
                && !people.contains(&name.as_str())
            {
                people.push(name.as_str());
            }
        }
        people
    }

    fn add(&mut self, event: &'e Event) {
        let (at, by) = (&event.at, &event.by);
        match &event.what {
            What::RehearsalStarted { attempt, .. } => self.begin(Part::Rehearsal, *attempt, at),
            What::StepStarted { attempt, .. } => self.begin(Part::Step, *attempt, at),
            What::UndoStarted { attempt, .. } => self.begin(Part::Undo, *attempt, at),
            What::StepSkipped { .. } => self.skipped = Some(by),
            What::UndoWaived { why, .. } => self.waived = Some((by, why)),
            what => {
                if let Some(trial) = self.trials.last_mut() {
                    trial.add(what, at, by);
                }
            }
        }
    }

    fn begin(&mut self, part: Part, number: u32, began: &'e Moment) {
        self.trials.push(Trial {
            part,
            number,
            began,
            seen: None,
            facts: &[],
            doubted: false,
            end: None,
        });
    }
}

impl<'e> Trial<'e> {
    /// How long it took, if it came to its end.
    pub fn took(&self) -> Option<Elapsed> {
        self.end.map(|end| end.at.since(self.began))
    }

    fn add(&mut self, what: &'e What, at: &'e Moment, by: &'e Actor) {
        match what {
            What::StepAcknowledged { .. } => self.seen = Some((at, by)),
            What::StepFinished {
                settled,
                facts,
                at: ended_at,
                ..
            } => {
                self.facts = facts;
                let at = ended_at.as_ref().unwrap_or(at);
                self.end = Some(End {
                    at,
                    by,
                    how: How::Settled(*settled),
                });
            }
            What::UndoFinished { settled, facts, .. }
            | What::RehearsalFinished { settled, facts, .. } => {
                self.facts = facts;
                let how = How::Settled(*settled);
                self.end = Some(End { at, by, how });
            }
            What::StepInDoubt { facts, .. } | What::UndoInDoubt { facts, .. } => {
                self.facts = facts;
                self.doubted = true;
            }
            What::RehearsalLost { facts, .. } => {
                self.facts = facts;
                let how = How::TakenFor(Resolution::NeverHappened);
                self.end = Some(End { at, by, how });
            }
            What::StepResolved { resolution, .. } | What::UndoResolved { resolution, .. } => {
                let how = How::TakenFor(*resolution);
                self.end = Some(End { at, by, how });
            }
            _ => {}
        }
    }
}

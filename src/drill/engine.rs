//! One turn of a run: what came in and what follows become entries to write and things to do.
//!
//! The caller writes the entries and only then does the rest. Where they cannot be written nothing
//! is done, and the engine is thrown away: the next one begins with what is on disk. So an effect
//! is always on disk before it happens, and its end before what follows from it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    Attempt, Found, Illegal, Move, Phase, Request, Run, StepState, Verdict, after_crash, next,
};
use crate::error::{Error, Result};
use crate::journal::{
    Actor, Entry, Event, Evidence, Head, Holds, Outcome, Part, Resolution, Seen, Settled, What,
};
use crate::time::Moment;

/// How far the clock on the wall may drift before that is written down, in microseconds.
const CLOCK_SLACK: i64 = 2_000_000;

/// A run, and the end of its journal.
#[derive(Debug)]
pub struct Engine {
    /// Where it stands.
    pub run: Run,
    pub(super) head: Head,
    /// What is being looked at because it was asked for.
    looking: BTreeSet<usize>,
}

/// What came of one turn.
#[derive(Debug, Default)]
pub struct Turn {
    /// What is to be written, all or nothing, before anything is done.
    pub entries: Vec<Entry>,
    /// What is to be done then, in this order.
    pub effects: Vec<Effect>,
    /// What somebody asked for and cannot have, and why.
    pub refused: Vec<String>,
}

/// Something that is to be done once it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Carry out a step or its undo; people are told where it is theirs.
    Begin(Attempt),
    /// Wait for the end of something that an engine before this one began.
    Attach(Attempt),
    /// End what carries out a step.
    Cancel(Attempt),
    /// Look whether something holds that should.
    Look {
        /// Which, by its place in the script.
        place: usize,
    },
    /// Ask the probe of a step in doubt.
    Probe {
        /// The step.
        place: u32,
    },
    /// Have people decide what an attempt in doubt is taken for: nothing else can tell.
    Ask(Attempt),
    /// Keep what shows how steps went that have ended from being changed.
    Protect,
    /// Take another turn after so many microseconds, if nothing comes in before.
    Wake {
        /// After how long.
        micros: u64,
    },
    /// The run is over.
    Over(Outcome),
}

/// Something that came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A step or its undo came to an end.
    Ended {
        /// Which.
        attempt: Attempt,
        /// How.
        settled: Settled,
        /// What is known about it.
        facts: Vec<String>,
        /// When, where that was not just now.
        at: Option<Moment>,
        /// The newest mark that was found.
        mark: Option<DateTime<Utc>>,
        /// What was kept of it.
        evidence: Vec<Evidence>,
    },
    /// A step or its undo had begun, and nobody can tell what became of it.
    Lost {
        /// Which.
        attempt: Attempt,
        /// What is known about it.
        facts: Vec<String>,
    },
    /// The probe of a step in doubt answered.
    Probed {
        /// The step.
        place: u32,
        /// Whether the step took effect; `None` where the probe cannot tell.
        happened: Option<bool>,
        /// What it showed.
        facts: Vec<String>,
    },
    /// It was looked whether something holds that should.
    Looked {
        /// Which, by its place in the script.
        place: usize,
        /// Why it was looked.
        look: Look,
        /// Whether it holds.
        holds: Holds,
        /// What is known about it.
        facts: Vec<String>,
    },
    /// Something beside the run could not be done, and people have to know.
    Amiss {
        /// What, and why.
        text: String,
    },
    /// A person asks for something.
    Asked(Request),
}

/// Why it is looked whether something holds that should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The engine asked for it.
    Asked,
    /// From time to time.
    Regular,
}

impl Engine {
    /// A run that begins now.
    ///
    /// # Errors
    /// `Invalid` when the script makes no sense.
    pub fn start(script: crate::journal::Script, at: &Moment) -> Result<(Self, Turn)> {
        let planned = event(
            Actor::Engine,
            at,
            What::RunPlanned {
                script: Box::new(script),
            },
        );
        let mut head = Head::default();
        let mut turn = Turn::default();
        turn.entries.push(head.add(&planned)?);
        let run = Run::new(&planned).map_err(|Illegal(why)| Error::invalid(why))?;
        let looking = BTreeSet::new();
        let mut engine = Engine { run, head, looking };
        engine.write(at, What::RunStarted, &mut turn)?;
        engine.go_on(at, &mut turn)?;
        Ok((engine, turn))
    }

    /// A run that another process began, as far as its journal goes.
    ///
    /// `found` says what is to be found of an attempt that was cut off, and `asked` what people
    /// asked for meanwhile: for each, [`Turn::refused`] says why they cannot have it, or nothing.
    ///
    /// # Errors
    /// `Invalid` when the journal does not hold together.
    pub fn resume(
        entries: &[Entry],
        at: &Moment,
        found: impl Fn(Attempt) -> Found,
        asked: Vec<Request>,
    ) -> Result<(Self, Turn)> {
        let mut engine = Engine::read(entries)?;
        let mut turn = Turn::default();
        if engine.run.is_over() {
            return Ok((engine, turn));
        }
        let epoch = engine.run.epoch + 1;
        engine.write(at, What::OwnerChanged { epoch }, &mut turn)?;
        // Whoever was to be asked may never have been.
        let asks = engine.run.doubted().into_iter().map(Effect::Ask);
        turn.effects.extend(asks);
        for attempt in engine.run.under_way() {
            engine.reclaim(attempt, found(attempt), at, &mut turn)?;
        }
        // What people want while nobody was there comes before anything that is begun.
        for request in asked {
            let refusal = engine.asked(request, at, &mut turn)?;
            turn.refused.push(refusal.unwrap_or_default());
        }
        engine.go_on(at, &mut turn)?;
        Ok((engine, turn))
    }

    /// A run as its journal tells it; nothing follows from that yet.
    ///
    /// # Errors
    /// `Invalid` when the journal does not hold together.
    pub fn read(entries: &[Entry]) -> Result<Self> {
        let (run, head) = super::read(entries)?;
        let looking = BTreeSet::new();
        Ok(Engine { run, head, looking })
    }

    /// Takes what came in, and decides what follows.
    ///
    /// # Errors
    /// `Internal` when a rule of ours was broken; what a person asks for in vain is no error.
    pub fn turn(&mut self, messages: Vec<Message>, at: &Moment) -> Result<Turn> {
        let mut turn = Turn::default();
        let set_by = at.wall_set_by(&self.run.last_at).unwrap_or(0);
        if set_by.abs() > CLOCK_SLACK && !self.run.is_over() {
            self.write(at, What::ClockSet { micros: set_by }, &mut turn)?;
        }
        for message in messages {
            self.take(message, at, &mut turn)?;
        }
        self.go_on(at, &mut turn)?;
        Ok(turn)
    }

    /// Takes one thing that came in.
    fn take(&mut self, message: Message, at: &Moment, turn: &mut Turn) -> Result<()> {
        match message {
            Message::Asked(request) => {
                let refusal = self.asked(request, at, turn)?;
                turn.refused.extend(refusal);
            }
            Message::Amiss { text } if !self.run.is_over() => {
                self.write(at, What::Noted { text }, turn)?;
            }
            Message::Amiss { .. } => {}
            Message::Lost { attempt, facts } => {
                self.doubt(attempt, Found::Lost, facts, at, turn)?;
            }
            Message::Ended { attempt, .. } => {
                let step = self.name(attempt.place);
                self.write(at, finished(step, message), turn)?;
            }
            Message::Probed {
                place,
                happened: Some(happened),
                facts,
            } => {
                let resolution = if happened {
                    Resolution::Happened
                } else {
                    Resolution::NeverHappened
                };
                // A person may have decided before the probe answered.
                if self.run.step(place).state == StepState::InDoubt {
                    let (step, why) = (self.name(place), facts.join("; "));
                    let what = What::StepResolved {
                        step,
                        resolution,
                        why,
                    };
                    self.write(at, what, turn)?;
                }
            }
            Message::Probed { place, .. } => turn.effects.push(Effect::Ask(self.run.last(place))),
            Message::Looked {
                place,
                look,
                holds,
                facts,
            } => self.looked((place, look), holds, facts, at, turn)?,
        }
        Ok(())
    }

    /// It was looked whether something holds that should.
    fn looked(
        &mut self,
        (place, look): (usize, Look),
        holds: Holds,
        facts: Vec<String>,
        at: &Moment,
        turn: &mut Turn,
    ) -> Result<()> {
        let steady = &self.run.steady[place];
        let seen = match (look, steady.before) {
            (Look::Asked, _) if !self.looking.remove(&place) => return Ok(()),
            (Look::Asked, None) => Seen::Before,
            (Look::Asked, Some(_)) => Seen::After,
            (Look::Regular, None) => return Ok(()),
            (Look::Regular, Some(_)) => Seen::During,
        };
        let held = steady.away_since.is_none();
        let news = held != (holds == Holds::Yes);
        if seen == Seen::During && !news || self.run.is_over() {
            return Ok(());
        }
        let name = self.run.script.steady_state[place].name.clone();
        let what = What::SteadyStateSeen {
            name,
            seen,
            holds,
            facts,
        };
        self.write(at, what, turn)
    }

    /// What follows, until there is nothing more to decide.
    fn go_on(&mut self, at: &Moment, turn: &mut Turn) -> Result<()> {
        loop {
            let mut moved = false;
            for next in next(&self.run, at) {
                moved |= self.make(next, at, turn)?;
            }
            if !moved {
                return Ok(());
            }
        }
    }

    /// Makes a move; whether there may be more after it.
    fn make(&mut self, next: Move, at: &Moment, turn: &mut Turn) -> Result<bool> {
        match next {
            Move::Begin(attempt) => {
                let step = self.name(attempt.place);
                self.write(at, started(attempt, step), turn)?;
                turn.effects.push(Effect::Begin(attempt));
            }
            Move::Stop { why, undo } => {
                let what = What::StopRequested {
                    why,
                    undo,
                    incident: None,
                };
                self.write(at, what, turn)?;
                self.cancel(at, turn)?;
            }
            Move::BeginUndo => {
                // What is being looked at says nothing of what is there after it is taken back.
                self.looking.clear();
                self.write(at, What::UndoBegan, turn)?;
            }
            Move::Finish(outcome) => {
                self.write(at, What::RunFinished { outcome }, turn)?;
                turn.effects.push(Effect::Over(outcome));
            }
            Move::End {
                attempt,
                settled,
                facts,
            } => {
                let what = What::StepFinished {
                    step: self.name(attempt.place),
                    attempt: attempt.number,
                    settled,
                    facts,
                    at: None,
                    mark: None,
                    evidence: Vec::new(),
                };
                self.write(at, what, turn)?;
            }
            Move::Look { places } => {
                for place in places {
                    if self.looking.insert(place) {
                        turn.effects.push(Effect::Look { place });
                    }
                }
                return Ok(false);
            }
            Move::Omit { place, why } => {
                let step = self.name(place);
                self.write(at, What::StepOmitted { step, why }, turn)?;
            }
            Move::Wake { micros } => {
                turn.effects.push(Effect::Wake { micros });
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Ends what runs, because the run stops; what people do ends at once.
    pub(super) fn cancel(&mut self, at: &Moment, turn: &mut Turn) -> Result<()> {
        for attempt in self.run.under_way() {
            if self.run.task(attempt.place).action(attempt.part).is_some() {
                turn.effects.push(Effect::Cancel(attempt));
                continue;
            }
            let what = What::StepFinished {
                step: self.name(attempt.place),
                attempt: attempt.number,
                settled: Settled::Cancelled,
                facts: vec!["the run stopped".to_owned()],
                at: None,
                mark: None,
                evidence: Vec::new(),
            };
            self.write(at, what, turn)?;
        }
        Ok(())
    }

    /// Takes over what another process began, as far as it can be found.
    fn reclaim(
        &mut self,
        attempt: Attempt,
        found: Found,
        at: &Moment,
        turn: &mut Turn,
    ) -> Result<()> {
        let verdict = after_crash(self.run.task(attempt.place), attempt.part, found);
        if verdict == Verdict::Attach {
            turn.effects.push(Effect::Attach(attempt));
            if matches!(self.run.phase, Phase::Stopping(_)) {
                turn.effects.push(Effect::Cancel(attempt));
            }
            return Ok(());
        }
        let facts = vec![found.words().to_owned()];
        self.doubt(attempt, found, facts, at, turn)
    }

    /// Nobody knows whether an attempt took effect; its own rule says what follows.
    fn doubt(
        &mut self,
        attempt: Attempt,
        found: Found,
        facts: Vec<String>,
        at: &Moment,
        turn: &mut Turn,
    ) -> Result<()> {
        let verdict = after_crash(self.run.task(attempt.place), attempt.part, found);
        let (step, number) = (self.name(attempt.place), attempt.number);
        self.write(
            at,
            match attempt.part {
                Part::Rehearsal => {
                    let what = What::RehearsalLost {
                        step,
                        attempt: number,
                        facts,
                    };
                    return self.write(at, what, turn);
                }
                Part::Step => What::StepInDoubt {
                    step: step.clone(),
                    attempt: number,
                    facts,
                },
                Part::Undo => What::UndoInDoubt {
                    step: step.clone(),
                    attempt: number,
                    facts,
                },
            },
            turn,
        )?;
        match verdict {
            Verdict::Again => {
                let resolution = Resolution::NeverHappened;
                let why = "it may be done again".to_owned();
                self.write(
                    at,
                    match attempt.part {
                        Part::Step | Part::Rehearsal => What::StepResolved {
                            step,
                            resolution,
                            why,
                        },
                        Part::Undo => What::UndoResolved {
                            step,
                            resolution,
                            why,
                        },
                    },
                    turn,
                )?;
            }
            Verdict::Verify => turn.effects.push(Effect::Probe {
                place: attempt.place,
            }),
            Verdict::Ask => turn.effects.push(Effect::Ask(attempt)),
            Verdict::Attach => {}
        }
        Ok(())
    }

    fn name(&self, place: u32) -> String {
        self.run.task(place).name.clone()
    }

    /// Has something happen by the rules of the engine.
    fn write(&mut self, at: &Moment, what: What, turn: &mut Turn) -> Result<()> {
        let event = event(Actor::Engine, at, what);
        let applied = self.run.apply(&event);
        applied.map_err(|Illegal(why)| Error::internal(format!("move the run on: {why}")))?;
        self.note_down(&event, turn)
    }

    /// What has happened is to be written; while evidence is held, what shows it is protected.
    pub(super) fn note_down(&mut self, event: &Event, turn: &mut Turn) -> Result<()> {
        turn.entries.push(self.head.add(event)?);
        // A note may be of what could not be protected.
        let shows = self.run.is_evidence_held() && !matches!(event.what, What::Noted { .. });
        if shows && !turn.effects.contains(&Effect::Protect) {
            turn.effects.push(Effect::Protect);
        }
        Ok(())
    }
}

/// That an attempt at the step of this name came to an end, as a message says.
fn finished(step: String, message: Message) -> What {
    let Message::Ended {
        attempt: Attempt { part, number, .. },
        settled,
        facts,
        at,
        mark,
        evidence,
    } = message
    else {
        unreachable!("only what ended is finished")
    };
    let attempt = number;
    match part {
        Part::Rehearsal => What::RehearsalFinished {
            step,
            attempt,
            settled,
            facts,
        },
        Part::Step => What::StepFinished {
            step,
            attempt,
            settled,
            facts,
            at,
            mark,
            evidence,
        },
        Part::Undo => What::UndoFinished {
            step,
            attempt,
            settled,
            facts,
        },
    }
}

/// That an attempt begins, at the step of this name.
fn started(attempt: Attempt, step: String) -> What {
    let (part, attempt) = (attempt.part, attempt.number);
    match part {
        Part::Rehearsal => What::RehearsalStarted { step, attempt },
        Part::Step => What::StepStarted { step, attempt },
        Part::Undo => What::UndoStarted { step, attempt },
    }
}

fn event(by: Actor, at: &Moment, what: What) -> Event {
    Event {
        at: at.clone(),
        by,
        what,
    }
}

impl Found {
    /// As people read it.
    fn words(self) -> &'static str {
        match self {
            Found::Running => "it goes on",
            Found::Ended => "it has ended and left how",
            Found::NeverBegun => "it was written down and not begun",
            Found::Lost => "it had begun, and neither it nor its result is there any more",
            Found::Elsewhere => "another machine had it in hand, whose files are not here",
        }
    }
}

//! One turn of a run: what came in and what follows become entries to write and things to do.
//!
//! The caller writes the entries and only then does the rest. Where they cannot be written nothing
//! is done, and the engine is thrown away: the next one begins with what is on disk. So an effect
//! is always on disk before it happens, and its end before what follows from it.

use super::{Attempt, Found, Illegal, Move, Phase, Run, StepState, Verdict, after_crash, next};
use crate::error::{Error, Result};
use crate::journal::{Actor, Entry, Event, Head, Outcome, Part, Resolution, Settled, What};
use crate::time::Moment;

/// How far the clock on the wall may drift before that is written down, in microseconds.
const CLOCK_SLACK: i64 = 2_000_000;

/// A run, and the end of its journal.
#[derive(Debug)]
pub struct Engine {
    /// Where it stands.
    pub run: Run,
    head: Head,
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
    /// Ask the probe of a step in doubt.
    Probe {
        /// The step.
        place: u32,
    },
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
    /// A person asks for something.
    Asked(Request),
}

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Request {
    /// Who.
    pub by: String,
    /// What is to happen; the engine says whether it can.
    pub what: What,
}

impl Engine {
    /// A run that begins now.
    ///
    /// # Errors
    /// `Invalid` when the script makes no sense.
    pub fn start(script: crate::journal::Script, at: &Moment) -> Result<(Self, Turn)> {
        let planned = event(Actor::Engine, at, What::RunPlanned { script });
        let mut head = Head::default();
        let mut turn = Turn::default();
        turn.entries.push(head.add(&planned)?);
        let run = Run::new(&planned).map_err(|Illegal(why)| Error::invalid(why))?;
        let mut engine = Engine { run, head };
        engine.write(at, What::RunStarted, &mut turn)?;
        engine.go_on(at, &mut turn)?;
        Ok((engine, turn))
    }

    /// A run that another process began, as far as its journal goes.
    ///
    /// `found` says what is to be found of an attempt that was cut off.
    ///
    /// # Errors
    /// `Invalid` when the journal does not hold together.
    pub fn resume(
        entries: &[Entry],
        at: &Moment,
        found: impl Fn(Attempt) -> Found,
    ) -> Result<(Self, Turn)> {
        let (run, head) = read(entries)?;
        let mut engine = Engine { run, head };
        let mut turn = Turn::default();
        if engine.run.is_over() {
            return Ok((engine, turn));
        }
        let epoch = engine.run.epoch + 1;
        engine.write(at, What::OwnerChanged { epoch }, &mut turn)?;
        for attempt in engine.run.under_way() {
            engine.reclaim(attempt, found(attempt), at, &mut turn)?;
        }
        engine.go_on(at, &mut turn)?;
        Ok((engine, turn))
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
            match message {
                Message::Asked(request) => self.asked(request, at, &mut turn)?,
                Message::Lost { attempt, facts } => {
                    self.doubt(attempt, Found::Lost, facts, at, &mut turn)?;
                }
                Message::Ended {
                    attempt,
                    settled,
                    facts,
                    at: ended,
                } => {
                    let (step, number) = (self.name(attempt.place), attempt.number);
                    let what = match attempt.part {
                        Part::Step => What::StepFinished {
                            step,
                            attempt: number,
                            settled,
                            facts,
                            at: ended,
                        },
                        Part::Undo => What::UndoFinished {
                            step,
                            attempt: number,
                            settled,
                            facts,
                        },
                    };
                    self.write(at, what, &mut turn)?;
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
                        self.write(at, what, &mut turn)?;
                    }
                }
                Message::Probed { happened: None, .. } => {}
            }
        }
        self.go_on(at, &mut turn)?;
        Ok(turn)
    }

    /// What a person asks for happens, or is refused; it is never half done.
    fn asked(&mut self, request: Request, at: &Moment, turn: &mut Turn) -> Result<()> {
        let Request { by: name, what } = request;
        if let Some(why) = self.not_for_people(&what) {
            turn.refused.push(why);
            return Ok(());
        }
        let stops = matches!(what, What::StopRequested { .. });
        let event = event(Actor::Person { name }, at, what);
        match self.run.apply(&event) {
            Ok(()) => turn.entries.push(self.head.add(&event)?),
            Err(Illegal(why)) => turn.refused.push(why),
        }
        if stops {
            self.cancel(at, turn)?;
        }
        Ok(())
    }

    /// Why a person cannot say that, if they cannot.
    fn not_for_people(&self, what: &What) -> Option<String> {
        let part = match what {
            What::StepFinished { at: Some(_), .. } => {
                return Some("what people do ends when they say so".to_owned());
            }
            What::StepFinished { .. } => Part::Step,
            What::UndoFinished { .. } => Part::Undo,
            What::StepAcknowledged { .. }
            | What::StepResolved { .. }
            | What::StepSkipped { .. }
            | What::UndoResolved { .. }
            | What::UndoWaived { .. }
            | What::RunPaused
            | What::RunResumed
            | What::StopRequested { .. }
            | What::Noted { .. } => return None,
            _ => return Some("only the engine says that".to_owned()),
        };
        let step = what.step().unwrap_or_default();
        let Some(place) = self.run.place(step) else {
            return Some(format!("there is no step `{step}` in this run"));
        };
        let action = self.run.task(place).action(part);
        action.map(|_| format!("`{step}` is carried out by the engine, which sees its end itself"))
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
                let (step, number) = (self.name(attempt.place), attempt.number);
                let what = match attempt.part {
                    Part::Step => What::StepStarted {
                        step,
                        attempt: number,
                    },
                    Part::Undo => What::UndoStarted {
                        step,
                        attempt: number,
                    },
                };
                self.write(at, what, turn)?;
                turn.effects.push(Effect::Begin(attempt));
            }
            Move::Stop { why, undo } => {
                self.write(at, What::StopRequested { why, undo }, turn)?;
                self.cancel(at, turn)?;
            }
            Move::BeginUndo => self.write(at, What::UndoBegan, turn)?,
            Move::Finish(outcome) => {
                self.write(at, What::RunFinished { outcome }, turn)?;
                turn.effects.push(Effect::Over(outcome));
            }
            Move::Wake { micros } => {
                turn.effects.push(Effect::Wake { micros });
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Ends what runs, because the run stops; what people do ends at once.
    fn cancel(&mut self, at: &Moment, turn: &mut Turn) -> Result<()> {
        for attempt in self.run.under_way() {
            if self.run.task(attempt.place).action.is_some() {
                turn.effects.push(Effect::Cancel(attempt));
                continue;
            }
            let what = What::StepFinished {
                step: self.name(attempt.place),
                attempt: attempt.number,
                settled: Settled::Cancelled,
                facts: vec!["the run stopped".to_owned()],
                at: None,
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
                        Part::Step => What::StepResolved {
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
            Verdict::Ask | Verdict::Attach => {}
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
        turn.entries.push(self.head.add(&event)?);
        Ok(())
    }
}

fn event(by: Actor, at: &Moment, what: What) -> Event {
    Event {
        at: at.clone(),
        by,
        what,
    }
}

/// A run and the end of its journal, from all its entries.
///
/// # Errors
/// `Invalid` when the chain is broken, an entry cannot be read, or an event cannot follow.
pub fn read(entries: &[Entry]) -> Result<(Run, Head)> {
    let head = crate::journal::verify(entries).map_err(|fault| {
        Error::invalid(format!(
            "trust the journal from entry {} on: {}",
            fault.seq, fault.what
        ))
        .hint("Keep the file as it is: it is evidence. Nothing is run from it.")
    })?;
    let events = entries
        .iter()
        .map(Entry::event)
        .collect::<Result<Vec<_>>>()?;
    let run = Run::replay(&events)
        .map_err(|Illegal(why)| Error::invalid(format!("follow the journal: {why}")))?;
    Ok((run, head))
}

impl Found {
    /// As people read it.
    fn words(self) -> &'static str {
        match self {
            Found::Running => "it goes on",
            Found::Ended => "it has ended and left how",
            Found::NeverBegun => "it was written down and not begun",
            Found::Lost => "it had begun, and neither it nor its result is there any more",
        }
    }
}

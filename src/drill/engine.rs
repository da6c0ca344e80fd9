//! One turn of a run: what came in and what follows become entries to write and things to do.
//!
//! The caller writes the entries and only then does the rest. Where they cannot be written nothing
//! is done, and the engine is thrown away: the next one begins with what is on disk. So an effect
//! is always on disk before it happens, and its end before what follows from it.

use super::{Found, Illegal, Move, Run, StepState, UndoState, Verdict, after_crash, next};
use crate::error::{Error, Result};
use crate::journal::{Actor, Entry, Event, Head, Outcome, Resolution, Settled, What};
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

/// A step, or the undo of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The step itself.
    Step,
    /// Its undo.
    Undo,
}

/// Something that is to be done once it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Carry out a step or its undo; people are told where it is theirs.
    Begin {
        /// The step.
        place: u32,
        /// Which attempt at it.
        attempt: u32,
        /// The step or its undo.
        part: Part,
    },
    /// Wait for the end of something that an engine before this one began.
    Attach {
        /// The step.
        place: u32,
        /// Which attempt at it.
        attempt: u32,
        /// The step or its undo.
        part: Part,
    },
    /// End what carries out a step.
    Cancel {
        /// The step.
        place: u32,
        /// Which attempt at it.
        attempt: u32,
    },
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
        /// The step.
        place: u32,
        /// Which attempt at it.
        attempt: u32,
        /// The step or its undo.
        part: Part,
        /// How.
        settled: Settled,
        /// What is known about it.
        facts: Vec<String>,
        /// When, where that was not just now.
        at: Option<Moment>,
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
        engine.write(Actor::Engine, at, What::RunStarted, &mut turn)?;
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
        found: impl Fn(&str, u32, Part) -> Found,
    ) -> Result<(Self, Turn)> {
        let (run, head) = read(entries)?;
        let mut engine = Engine { run, head };
        let mut turn = Turn::default();
        if engine.run.is_over() {
            return Ok((engine, turn));
        }
        let epoch = engine.run.epoch + 1;
        engine.write(Actor::Engine, at, What::OwnerChanged { epoch }, &mut turn)?;
        for place in (0u32..).take(engine.run.steps.len()) {
            if engine.run.step(place).state == StepState::Running {
                engine.reclaim(place, at, &found, &mut turn)?;
            }
            if engine.run.step(place).undo == UndoState::Running {
                engine.reclaim_undo(place, at, &found, &mut turn)?;
            }
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
            let what = What::ClockSet { micros: set_by };
            self.write(Actor::Engine, at, what, &mut turn)?;
        }
        for message in messages {
            match message {
                Message::Asked(request) => self.asked(request, at, &mut turn)?,
                Message::Ended {
                    place,
                    attempt,
                    part,
                    settled,
                    facts,
                    at: ended,
                } => {
                    let step = self.run.task(place).name.clone();
                    let what = match part {
                        Part::Step => What::StepFinished {
                            step,
                            attempt,
                            settled,
                            facts,
                            at: ended,
                        },
                        Part::Undo => What::UndoFinished {
                            step,
                            attempt,
                            settled,
                            facts,
                        },
                    };
                    self.write(Actor::Engine, at, what, &mut turn)?;
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
                        self.resolve(place, resolution, facts.join("; "), at, &mut turn)?;
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
        let name = request.by;
        let refused = match &request.what {
            What::StepFinished { at: Some(_), .. } => {
                Some("what people end ends when they say so".to_owned())
            }
            What::StepFinished { step, .. } | What::UndoFinished { step, .. } => {
                self.not_for_people(step, &request.what)
            }
            What::StepAcknowledged { .. }
            | What::StepResolved { .. }
            | What::StepSkipped { .. }
            | What::UndoResolved { .. }
            | What::UndoWaived { .. }
            | What::RunPaused
            | What::RunResumed
            | What::StopRequested { .. }
            | What::Noted { .. } => None,
            _ => Some("only the engine says that".to_owned()),
        };
        if let Some(why) = refused {
            turn.refused.push(why);
            return Ok(());
        }
        let stops = matches!(request.what, What::StopRequested { .. });
        let event = event(Actor::Person { name }, at, request.what);
        match self.run.apply(&event) {
            Ok(()) => turn.entries.push(self.head.add(&event)?),
            Err(Illegal(why)) => turn.refused.push(why),
        }
        if stops {
            self.cancel(at, turn)?;
        }
        Ok(())
    }

    /// Why a person cannot say that a step ended: the engine carries it out.
    fn not_for_people(&self, step: &str, what: &What) -> Option<String> {
        let Some(place) = self.run.place(step) else {
            return Some(format!("there is no step `{step}` in this run"));
        };
        let task = self.run.task(place);
        let action = match what {
            What::UndoFinished { .. } => task.undo.as_ref().and_then(|undo| undo.action.as_ref()),
            _ => task.action.as_ref(),
        };
        action.map(|_| format!("`{step}` is carried out by the engine, which sees its end itself"))
    }

    /// What follows, until there is nothing more to decide.
    fn go_on(&mut self, at: &Moment, turn: &mut Turn) -> Result<()> {
        loop {
            let moves = next(&self.run, at);
            let mut moved = false;
            for step in moves {
                moved |= self.make(step, at, turn)?;
            }
            if !moved {
                return Ok(());
            }
        }
    }

    /// Makes a move; whether there may be more after it.
    fn make(&mut self, step: Move, at: &Moment, turn: &mut Turn) -> Result<bool> {
        let by = Actor::Engine;
        let name = |run: &Run, place: u32| run.task(place).name.clone();
        match step {
            Move::Start { place, attempt } => {
                let step = name(&self.run, place);
                self.write(by, at, What::StepStarted { step, attempt }, turn)?;
                turn.effects.push(Effect::Begin {
                    place,
                    attempt,
                    part: Part::Step,
                });
            }
            Move::Undo { place } => {
                let step = name(&self.run, place);
                let attempt = self.run.step(place).undo_attempts + 1;
                self.write(by, at, What::UndoStarted { step, attempt }, turn)?;
                turn.effects.push(Effect::Begin {
                    place,
                    attempt,
                    part: Part::Undo,
                });
            }
            Move::Stop { why, undo } => {
                self.write(by, at, What::StopRequested { why, undo }, turn)?;
                self.cancel(at, turn)?;
            }
            Move::BeginUndo => self.write(by, at, What::UndoBegan, turn)?,
            Move::Finish(outcome) => {
                self.write(by, at, What::RunFinished { outcome }, turn)?;
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
        let running: Vec<u32> = self.run.in_state(StepState::Running).collect();
        for place in running {
            let attempt = self.run.step(place).attempts;
            if self.run.task(place).action.is_some() {
                turn.effects.push(Effect::Cancel { place, attempt });
                continue;
            }
            let what = What::StepFinished {
                step: self.run.task(place).name.clone(),
                attempt,
                settled: Settled::Cancelled,
                facts: vec!["the run stopped".to_owned()],
                at: None,
            };
            self.write(Actor::Engine, at, what, turn)?;
        }
        Ok(())
    }

    fn reclaim(
        &mut self,
        place: u32,
        at: &Moment,
        found: &impl Fn(&str, u32, Part) -> Found,
        turn: &mut Turn,
    ) -> Result<()> {
        let attempt = self.run.step(place).attempts;
        let task = self.run.task(place);
        let (step, machine) = (task.name.clone(), task.action.is_some());
        let found = found(&step, attempt, Part::Step);
        let verdict = after_crash(task, found);
        if verdict == Verdict::Attach {
            turn.effects.push(Effect::Attach {
                place,
                attempt,
                part: Part::Step,
            });
            if machine && matches!(self.run.phase, super::Phase::Stopping(_)) {
                turn.effects.push(Effect::Cancel { place, attempt });
            }
            return Ok(());
        }
        let facts = vec![found.words().to_owned()];
        self.write(
            Actor::Engine,
            at,
            What::StepInDoubt {
                step,
                attempt,
                facts,
            },
            turn,
        )?;
        match verdict {
            Verdict::Again => {
                let why = "it may be done again".to_owned();
                self.resolve(place, Resolution::NeverHappened, why, at, turn)?;
            }
            Verdict::Verify => turn.effects.push(Effect::Probe { place }),
            Verdict::Ask | Verdict::Attach => {}
        }
        Ok(())
    }

    fn reclaim_undo(
        &mut self,
        place: u32,
        at: &Moment,
        found: &impl Fn(&str, u32, Part) -> Found,
        turn: &mut Turn,
    ) -> Result<()> {
        let attempt = self.run.step(place).undo_attempts;
        let task = self.run.task(place);
        let step = task.name.clone();
        let by_people = task.undo.as_ref().is_some_and(|undo| undo.action.is_none());
        let found = found(&step, attempt, Part::Undo);
        if by_people || matches!(found, Found::Running | Found::Ended) {
            turn.effects.push(Effect::Attach {
                place,
                attempt,
                part: Part::Undo,
            });
            return Ok(());
        }
        let facts = vec![found.words().to_owned()];
        let doubt = What::UndoInDoubt {
            step: step.clone(),
            attempt,
            facts,
        };
        self.write(Actor::Engine, at, doubt, turn)?;
        if found == Found::NeverBegun {
            let resolution = Resolution::NeverHappened;
            let why = "it was not begun".to_owned();
            self.write(
                Actor::Engine,
                at,
                What::UndoResolved {
                    step,
                    resolution,
                    why,
                },
                turn,
            )?;
        }
        Ok(())
    }

    fn resolve(
        &mut self,
        place: u32,
        resolution: Resolution,
        why: String,
        at: &Moment,
        turn: &mut Turn,
    ) -> Result<()> {
        let step = self.run.task(place).name.clone();
        let what = What::StepResolved {
            step,
            resolution,
            why,
        };
        self.write(Actor::Engine, at, what, turn)
    }

    /// Has something happen.
    fn write(&mut self, by: Actor, at: &Moment, what: What, turn: &mut Turn) -> Result<()> {
        let event = event(by, at, what);
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

//! A run on paper: steps end and people ask when a test says so, and nothing is carried out.

use mainstay::drill::{Attempt, Effect, Engine, Found, Message, Request, Run, Turn};
use mainstay::journal::{Entry, Event, Part, Script, Settled, What};
use mainstay::render::run::Report;
use mainstay::time::Moment;

/// The run, and all that was written of it.
pub struct Paper {
    engine: Engine,
    entries: Vec<Entry>,
    /// What the last turn wants to be done.
    pub effects: Vec<Effect>,
}

/// So many seconds after the beginning.
pub fn at(seconds: u64) -> Moment {
    let wall: chrono::DateTime<chrono::Utc> = "2026-11-22T09:00:00Z".parse().expect("a time");
    Moment {
        wall: wall + chrono::TimeDelta::seconds(i64::try_from(seconds).expect("soon")),
        boot_micros: seconds * 1_000_000,
        boot_id: "one".to_owned(),
    }
}

impl Paper {
    pub fn new(script: Script) -> Self {
        let (engine, turn) = Engine::start(script, &at(0)).expect("a start");
        let (entries, effects) = (turn.entries, turn.effects);
        Paper {
            engine,
            entries,
            effects,
        }
    }

    pub fn run(&self) -> &Run {
        &self.engine.run
    }

    /// A step of the procedure `p` that the machine carries out came to its end.
    pub fn ended(&mut self, step: &str, settled: Settled, seconds: u64) {
        let place = self.run().place(&format!("p/{step}"));
        let place = place.expect("it is there");
        let number = self.run().step(place).attempts;
        let attempt = Attempt {
            place,
            part: Part::Step,
            number,
        };
        let message = Message::Ended {
            attempt,
            settled,
            facts: Vec::new(),
            at: None,
            mark: None,
            evidence: Vec::new(),
        };
        assert_eq!(self.turn(message, seconds), None);
    }

    pub fn done(&mut self, step: &str, seconds: u64) {
        self.ended(step, Settled::Succeeded, seconds);
    }

    /// Ada asks for something, and has it.
    pub fn asked(&mut self, what: What, seconds: u64) {
        assert_eq!(self.said("ada", what, seconds), None);
    }

    /// Somebody asks for something; why they cannot have it, if they cannot.
    pub fn said(&mut self, by: &str, what: What, seconds: u64) -> Option<String> {
        let by = by.to_owned();
        self.turn(Message::Asked(Request { by, what }), seconds)
    }

    /// The process that carries it out is lost, and another one goes on with it.
    pub fn resumed(&mut self, seconds: u64) {
        let found = |_| Found::Running;
        let resumed = Engine::resume(&self.entries, &at(seconds), found, Vec::new());
        let (engine, turn) = resumed.expect("the journal holds together");
        self.engine = engine;
        self.took(turn);
    }

    /// Something comes in; why somebody cannot have what they ask for, if they cannot.
    pub fn turn(&mut self, message: Message, seconds: u64) -> Option<String> {
        let turn = self.engine.turn(vec![message], &at(seconds));
        let turn = turn.expect("a turn");
        let refused = turn.refused.first().cloned();
        self.took(turn);
        refused
    }

    fn took(&mut self, turn: Turn) {
        self.entries.extend(turn.entries);
        self.effects = turn.effects;
    }

    pub fn report(&self, id: &str) -> Report {
        let (run, head) = mainstay::drill::read(&self.entries).expect("a journal");
        let events = self.entries.iter().map(Entry::event);
        let events: Vec<Event> = events.collect::<Result<_, _>>().expect("events");
        Report::new(id, &run, &head, &events)
    }
}

//! A run on paper: steps end and people ask when a test says so, and nothing is carried out.

use mainstay::drill::{Attempt, Engine, Message, Request, Run};
use mainstay::journal::{Entry, Event, Part, Script, Settled, What};
use mainstay::render::run::Report;
use mainstay::time::Moment;

/// The run, and all that was written of it.
pub struct Paper {
    engine: Engine,
    entries: Vec<Entry>,
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
        let entries = turn.entries;
        Paper { engine, entries }
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
        self.turn(message, seconds);
    }

    pub fn done(&mut self, step: &str, seconds: u64) {
        self.ended(step, Settled::Succeeded, seconds);
    }

    /// Ada asks for something, and has it.
    pub fn asked(&mut self, what: What, seconds: u64) {
        let by = "ada".to_owned();
        self.turn(Message::Asked(Request { by, what }), seconds);
    }

    fn turn(&mut self, message: Message, seconds: u64) {
        let turn = self.engine.turn(vec![message], &at(seconds));
        let turn = turn.expect("a turn");
        assert!(turn.refused.iter().all(String::is_empty));
        self.entries.extend(turn.entries);
    }

    pub fn report(&self, id: &str) -> Report {
        let (run, head) = mainstay::drill::read(&self.entries).expect("a journal");
        let events = self.entries.iter().map(Entry::event);
        let events: Vec<Event> = events.collect::<Result<_, _>>().expect("events");
        Report::new(id, &run, &head, &events)
    }
}

//! A run that is made by hand, told one event after the other.

use chrono::{DateTime, TimeDelta, Utc};
use mainstay::drill::Run;
use mainstay::journal::{Actor, Event, Head, Script, Settled, What};
use mainstay::render::document::Templates;
use mainstay::render::run::{Report, format};
use mainstay::time::Moment;

use crate::support;

/// What happens in a run, told one event after the other.
pub struct Story {
    pub script: Script,
    pub events: Vec<Event>,
    pub at: Moment,
}

impl Story {
    pub fn new(script: Script) -> Self {
        let wall: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().expect("a time");
        let at = Moment {
            wall,
            boot_micros: 1,
            boot_id: "one".to_owned(),
        };
        let planned = What::RunPlanned {
            script: Box::new(script.clone()),
        };
        let mut story = Story {
            script,
            events: Vec::new(),
            at,
        };
        story.after(0, "", planned);
        story.after(0, "", What::RunStarted);
        story
    }

    /// So many milliseconds later, somebody, or the engine where nobody is named, does something.
    pub fn after(&mut self, millis: u32, by: &str, what: What) {
        self.at.boot_micros += u64::from(millis) * 1_000;
        self.at.wall += TimeDelta::milliseconds(millis.into());
        let by = match by {
            "" => Actor::Engine,
            name => Actor::Person {
                name: name.to_owned(),
            },
        };
        let at = self.at.clone();
        self.events.push(Event { at, by, what });
    }

    pub fn name(&self, place: usize) -> String {
        self.script.tasks[place].name.clone()
    }

    pub fn begin(&mut self, place: usize, attempt: u32) {
        let step = self.name(place);
        self.after(0, "", What::StepStarted { step, attempt });
    }

    pub fn end(&mut self, millis: u32, by: &str, (place, attempt): (usize, u32), settled: Settled) {
        let facts = match settled {
            Settled::Succeeded => vec!["exit status 0".to_owned()],
            _ => vec!["exit status 1".to_owned(), "no such host".to_owned()],
        };
        let (step, at) = (self.name(place), None);
        let what = What::StepFinished {
            step,
            attempt,
            settled,
            facts,
            at,
            mark: None,
            evidence: Vec::new(),
        };
        self.after(millis, by, what);
    }

    pub fn report(&self) -> Report {
        let run = Run::replay(&self.events).unwrap_or_else(|illegal| panic!("{illegal:?}"));
        let mut head = Head::default();
        for event in &self.events {
            head.add(event).expect("an entry");
        }
        Report::new("d-2026-11-22", &run, &head, &self.events)
    }
}

/// A report in one of its formats.
#[track_caller]
pub fn write(report: &Report, name: &str) -> String {
    let bytes = (format(name).expect("a format").write)(report, &Templates::embedded());
    let bytes = bytes.unwrap_or_else(|error| panic!("{name}: {error}"));
    String::from_utf8(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Compares with a golden file of the documents.
pub fn golden(name: &str, text: &str) {
    support::golden(&support::root().join("tests/documents").join(name), text);
}

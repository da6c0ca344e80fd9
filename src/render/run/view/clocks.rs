//! The clocks that the times come from, and what changed around the run.

use serde::Serialize;

use super::value::Point;
use crate::journal::{Event, What};
use crate::render::run::history::History;
use crate::time::Moment;

/// The clocks of a run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Clocks {
    /// How many starts of machines it saw; lengths of time within one are exact.
    pub boots: usize,
    /// How many processes carried it out, one after the other.
    pub owners: u64,
    /// What changed, in order.
    pub changes: Vec<Change>,
}

/// Something that changed around the run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// What kind of thing.
    pub id: &'static str,
    /// When.
    pub at: Point,
    /// What, as a clause.
    pub what: String,
}

impl Clocks {
    /// The clocks, from all that happened in a run.
    pub fn new(history: &History, events: &[Event]) -> Self {
        let mut boots: Vec<&str> = Vec::new();
        let (mut changes, mut owners) = (Vec::new(), 1);
        let mut last: Option<&Moment> = None;
        for event in events {
            let at = &event.at;
            let mut add = |id, what| {
                let at = Point::new(history, at);
                changes.push(Change { id, at, what });
            };
            if last.is_some_and(|last| last.boot_id != at.boot_id) {
                let what = "the machine had been started anew, or was another one; lengths of time \
                            over that are those of the clock on the wall";
                add("machine-started", what.to_owned());
            }
            match &event.what {
                What::OwnerChanged { .. } => {
                    owners += 1;
                    let what = "another process took the run over, after the one before was lost \
                                or had left it";
                    add("owner-changed", what.to_owned());
                }
                What::ClockSet { micros } => add("clock-set", set(*micros)),
                _ => {}
            }
            if !boots.contains(&at.boot_id.as_str()) {
                boots.push(&at.boot_id);
            }
            last = Some(at);
        }
        Clocks {
            boots: boots.len(),
            owners,
            changes,
        }
    }
}

fn set(micros: i64) -> String {
    let way = if micros < 0 { "back" } else { "on" };
    let millis = micros.unsigned_abs() / 1_000;
    format!(
        "the clock on the wall was set {way} by {}; lengths of time do not follow it",
        super::value::words(millis)
    )
}

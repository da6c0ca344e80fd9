//! The smallest values of a report: a moment, and a length of time.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::render::run::history::History;
use crate::render::run::lines::length;
use crate::time::{Duration, Elapsed, Moment};

/// A moment of the run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Point {
    /// The moment, as programs read it, in UTC.
    pub at: String,
    /// The same as people read it; with the day where that is not the first day of the run.
    pub words: String,
    /// How long after the beginning of the run, in milliseconds.
    pub after_ms: u64,
}

impl Point {
    pub fn new(history: &History, at: &Moment) -> Self {
        let same_day = at.wall.date_naive() == history.start.wall.date_naive();
        let words = if same_day { "%H:%M:%S" } else { DAY_AND_TIME };
        Point {
            at: stamp(at),
            words: at.wall.format(words).to_string(),
            after_ms: history.offset(at).micros / 1_000,
        }
    }
}

const DAY_AND_TIME: &str = "%Y-%m-%d %H:%M:%S";

/// A moment as programs read it, in UTC.
pub fn stamp(at: &Moment) -> String {
    at.wall.to_rfc3339()
}

/// A moment as people read it, with its day.
pub fn day_and_time(at: &Moment) -> String {
    wall_words(at.wall)
}

/// A time of the clock on the wall as people read it, with its day.
pub fn wall_words(wall: DateTime<Utc>) -> String {
    format!("{} UTC", wall.format(DAY_AND_TIME))
}

/// A length of time in milliseconds as people read it.
pub fn words(ms: u64) -> String {
    length(Elapsed {
        micros: ms.saturating_mul(1_000),
        by_wall: false,
    })
}

/// A length of time that people stated, in milliseconds.
pub fn millis(length: Duration) -> u64 {
    length.as_seconds().saturating_mul(1_000)
}

/// What was measured, in milliseconds.
pub fn elapsed_ms(elapsed: Elapsed) -> u64 {
    elapsed.micros / 1_000
}

/// The first few names, and how many more.
pub fn some<S: AsRef<str>>(names: &[S]) -> String {
    const NAMES_MAX: usize = 3;
    let first: Vec<String> = names
        .iter()
        .take(NAMES_MAX)
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    let more = (more > 0).then(|| format!(" and {more} more"));
    format!("{}{}", first.join(", "), more.unwrap_or_default())
}

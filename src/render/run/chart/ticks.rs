//! Where a time axis is marked: at lengths of time that people count in.

use crate::time::Duration;

/// One mark.
#[derive(Debug, PartialEq, Eq)]
pub struct Tick {
    /// In microseconds.
    pub at: u64,
    /// What is written there.
    pub words: String,
}

/// The most marks beside the one at nothing.
const TICKS_MAX: u64 = 8;

const MILLI: u64 = 1_000;
const SECOND: u64 = 1_000 * MILLI;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Lengths that are easy to count in.
const STEPS: [u64; 28] = [
    MILLI,
    2 * MILLI,
    5 * MILLI,
    10 * MILLI,
    20 * MILLI,
    50 * MILLI,
    100 * MILLI,
    200 * MILLI,
    500 * MILLI,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
];

/// The marks of an axis of this length, in microseconds, from nothing on.
pub fn ticks(end: u64) -> Vec<Tick> {
    let fits = |step: &&u64| end / **step <= TICKS_MAX;
    let step = STEPS.iter().find(fits).copied();
    // Beyond that a round number of days.
    let step = step.unwrap_or_else(|| (end / TICKS_MAX).div_ceil(DAY) * DAY);
    let marks = (0..=end / step).map(|i| i * step);
    marks
        .map(|at| Tick {
            at,
            words: words(at),
        })
        .collect()
}

fn words(at: u64) -> String {
    match at {
        0 => "0".to_owned(),
        at if at % SECOND == 0 => Duration::seconds(at / SECOND).words(),
        at if at < SECOND => format!("{} ms", at / MILLI),
        at => format!("{}.{} s", at / SECOND, at % SECOND / (100 * MILLI)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_marked_at_what_people_count_in() {
        let words = |end| {
            let ticks = ticks(end);
            let words: Vec<_> = ticks.iter().map(|tick| tick.words.as_str()).collect();
            words.join(", ")
        };
        assert_eq!(words(1), "0");
        assert_eq!(
            words(3_600_000),
            "0, 500 ms, 1 s, 1.5 s, 2 s, 2.5 s, 3 s, 3.5 s"
        );
        assert_eq!(words(45 * SECOND), "0, 10 s, 20 s, 30 s, 40 s");
        assert_eq!(
            words(50 * MINUTE),
            "0, 10 min, 20 min, 30 min, 40 min, 50 min"
        );
        assert_eq!(
            words(3 * HOUR),
            "0, 30 min, 1 h, 1 h 30 min, 2 h, 2 h 30 min, 3 h"
        );
        for end in (0..63).map(|power| 1 << power) {
            assert!(ticks(end).len() <= 10, "{end}");
        }
    }
}

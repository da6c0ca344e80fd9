//! All of a large repository is read, a part with each verification.
//!
//! Parts that are drawn at random leave some for long: of a fifth each time, a third of all is
//! still unread after five times. Parts that are read in turn leave none, and how long a fault can
//! stay unseen is known.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Level, Trial, Verdict, Verification};
use crate::time::{Date, Period};

/// The most parts there are.
const PARTS_MAX: u64 = 365;

/// A part of a repository: the first of five, the second, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Part {
    /// Which, from one.
    pub part: u64,
    /// Of how many.
    pub of: u64,
}

impl Part {
    /// All of it.
    pub const ALL: Part = Part { part: 1, of: 1 };

    /// Whether it is all.
    pub fn is_all(self) -> bool {
        self.of == 1
    }
}

/// Into how many parts a repository is cut that is verified so often, and of which all is to be
/// read within some time: one fewer than there are verifications, so that one may be missed.
pub fn parts(every: Period, within: Period) -> u64 {
    let start = Date(DateTime::UNIX_EPOCH.date_naive());
    let days = |period: Period| (period.after(start).0 - start.0).num_days().max(1);
    let times = (days(within) / days(every)).cast_unsigned();
    times.saturating_sub(1).clamp(1, PARTS_MAX)
}

/// The part that is read next: the one that was read the longest ago, or never.
pub fn next(past: &[Verification], of: u64) -> Part {
    let last_read = |part: &Part| {
        let read = past
            .iter()
            .filter(|it| it.read == Some(*part) && was_read(it));
        read.map(|it| it.began.wall).max()
    };
    let parts = (1..=of).map(|part| Part { part, of });
    parts.min_by_key(last_read).unwrap_or(Part::ALL)
}

/// Whether all parts were read within some time until now, the one of this verification included.
pub fn coverage(
    past: &[Verification],
    this: (Part, bool),
    (now, within): (DateTime<Utc>, Period),
) -> Trial {
    let what = "all parts of the repository were read in time";
    let (part, is_read) = this;
    let from = Date(now.date_naive());
    let recent = |it: &&Verification| within.after(Date(it.began.wall.date_naive())) >= from;
    let read = past.iter().filter(recent).filter(|it| was_read(it));
    let mut read: Vec<Part> = read
        .filter_map(|it| it.read)
        .chain(is_read.then_some(part))
        .filter(|it| it.of == part.of)
        .collect();
    read.sort_unstable();
    read.dedup();
    let found = format!(
        "{} of {} parts within {}",
        read.len(),
        part.of,
        within.words()
    );
    match read.len() as u64 == part.of {
        true => Trial::pass(Level::Intact, what, found),
        false => Trial::inconclusive(Level::Intact, what, found),
    }
}

/// Whether what a verification read was as it was written.
fn was_read(verification: &Verification) -> bool {
    let mut intact = verification
        .trials
        .iter()
        .filter(|trial| trial.level == Level::Intact);
    intact.clone().any(|trial| trial.verdict == Verdict::Pass)
        && intact.all(|trial| trial.verdict != Verdict::Fail)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, verification};
    use super::*;

    fn read(day: &str, part: u64, verdict: Verdict) -> Verification {
        let mut it = verification(at(&format!("{day}T06:00:00Z")));
        it.read = Some(Part { part, of: 3 });
        it.trials.push(match verdict {
            Verdict::Pass => Trial::pass(Level::Intact, "read", "all"),
            Verdict::Fail => Trial::fail(Level::Intact, "read", "not all"),
            Verdict::Inconclusive => Trial::inconclusive(Level::Intact, "read", "busy"),
        });
        it
    }

    fn days(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[test]
    fn one_verification_may_be_missed() {
        assert_eq!(parts(days("P1D"), days("P30D")), 29);
        assert_eq!(parts(days("P7D"), days("P30D")), 3);
        assert_eq!(parts(days("P30D"), days("P7D")), 1);
        assert_eq!(parts(days("P1D"), days("P10Y")), PARTS_MAX);
    }

    #[test]
    fn the_part_is_next_that_was_not_read_for_longest() {
        let past = [
            read("2026-03-01", 1, Verdict::Pass),
            read("2026-03-02", 2, Verdict::Inconclusive),
        ];
        assert_eq!(next(&[], 3).part, 1);
        assert_eq!(next(&past, 3).part, 2);
        let past = [2, 3, 1].map(|part| read(&format!("2026-03-0{part}"), part, Verdict::Pass));
        assert_eq!(next(&past, 3).part, 1);
    }

    #[test]
    fn all_is_covered_only_by_what_was_read_in_time_and_found_whole() {
        let now = "2026-03-10T06:00:00Z".parse().expect("a time");
        let this = (Part { part: 3, of: 3 }, true);
        let verdict =
            |past: &[Verification], this| coverage(past, this, (now, days("P7D"))).verdict;
        let mut past = [
            read("2026-03-04", 1, Verdict::Pass),
            read("2026-03-05", 2, Verdict::Pass),
        ];
        assert_eq!(verdict(&past, this), Verdict::Pass);
        assert_eq!(verdict(&past, (this.0, false)), Verdict::Inconclusive);
        past[0] = read("2026-03-02", 1, Verdict::Pass);
        assert_eq!(verdict(&past, this), Verdict::Inconclusive);
        past[0] = read("2026-03-04", 1, Verdict::Fail);
        assert_eq!(verdict(&past, this), Verdict::Inconclusive);
    }
}

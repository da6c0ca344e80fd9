//! Whether the data that were backed up look encrypted, wiped or otherwise not as usual, by what
//! the catalogue says alone.
//!
//! A backup of encrypted data is a good backup of bad data: check and restore are content. But
//! nearly no file is as in the backup before, and what is new cannot be compressed. restic, when
//! measured: 14 of 1007 files unmodified, 98 % left after compression instead of 36 %, 43 times as
//! much new.
//!
//! A recovery point is compared with those of its kind before it; [`super::sign`] says what is a
//! sign. One sign alone is worth a word; only what no ordinary day does is a fault:
//!
//! - **wiped**: hardly any of the files or bytes are left;
//! - **encrypted**: files that were there were rewritten, and what is new cannot be compressed;
//! - **replaced**: many files or bytes are gone, and what is left was rewritten, or what is new
//!   cannot be compressed.
//!
//! A lot of new data that cannot be compressed is none: so are films. A recovery point is judged
//! once, when it is new; the ones after it look like it.

use super::sign::{MEASURES, Sign, USUAL_MAX, USUAL_MIN, compare};
use super::{Doubt, DoubtAbout, Level, RecoveryPoint, Trial};

/// What is not as usual in a recovery point.
#[derive(Clone, Debug, PartialEq)]
pub struct Anomaly<'p> {
    /// The recovery point.
    pub point: &'p RecoveryPoint,
    /// The signs, each with words for people.
    pub signs: Vec<(Sign, String)>,
}

impl Anomaly<'_> {
    /// Whether no ordinary day does that.
    pub fn is_fault(&self) -> bool {
        let has = |sign| self.signs.iter().any(|(it, _)| *it == sign);
        let fewer = has(Sign::FewerFiles) || has(Sign::FewerBytes);
        let (rewritten, incompressible) = (has(Sign::Rewritten), has(Sign::Incompressible));
        has(Sign::Wiped) || rewritten && incompressible || fewer && (rewritten || incompressible)
    }

    /// What stays until it is settled.
    fn doubt(&self) -> Doubt {
        Doubt {
            point: self.point.id.clone(),
            about: DoubtAbout::Unusual,
            until: None,
            found: self.words(),
        }
    }

    /// As people read it.
    pub fn words(&self) -> String {
        if self.signs.is_empty() {
            return format!("`{}` looks as usual", self.point.id);
        }
        let signs: Vec<&str> = self.signs.iter().map(|(_, words)| words.as_str()).collect();
        format!("`{}`: {}", self.point.id, signs.join(", "))
    }
}

/// What the radar shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Radar {
    /// What came of it; nothing where nothing can be said.
    pub trial: Option<Trial>,
    /// What is worth a word.
    pub notes: Vec<String>,
    /// What looks encrypted or wiped, until it is settled.
    pub doubts: Vec<Doubt>,
}

/// Whether the newest recovery points look as usual. `unjudged` says how many of them were never
/// judged before; the newest is judged in any case. `settled` are those of which somebody has seen
/// that they are as they should be.
pub fn radar(points: &[RecoveryPoint], unjudged: usize, settled: &[String]) -> Radar {
    let what = "data as usual, by what the catalogue says";
    let points = in_order(points);
    let first = points.len().saturating_sub(unjudged.max(1));
    let judged: Vec<_> = (first..points.len()).map(|at| judge(&points, at)).collect();
    let newest = judged.last().and_then(Option::as_ref).map(Anomaly::words);
    let is_fault = |it: &Anomaly| it.is_fault() && !settled.contains(&it.point.id);
    let (faults, soft): (Vec<_>, Vec<_>) = judged.into_iter().flatten().partition(is_fault);
    let doubts: Vec<Doubt> = faults.iter().map(Anomaly::doubt).collect();
    let faults: Vec<&str> = doubts.iter().map(|doubt| doubt.found.as_str()).collect();
    let soft = soft.iter().filter(|it| !it.signs.is_empty());
    let mut notes: Vec<String> = soft
        .map(|it| format!("not as usual: {}", it.words()))
        .collect();
    if newest.is_none() {
        notes.push(format!(
            "whether the newest data look as usual cannot be said: of fewer than {USUAL_MIN} \
             recovery points before it the tool tells how much is in them and was changed"
        ));
    }
    let trial = match (faults.is_empty(), newest) {
        (false, _) => Some(Trial::fail(Level::Fresh, what, faults.join("; "))),
        (true, newest) => newest.map(|words| Trial::pass(Level::Fresh, what, words)),
    };
    Radar {
        trial,
        notes,
        doubts,
    }
}

/// The last recovery point before the data began to look encrypted or wiped: before the first
/// fault among those that are compared. The newest where there is none.
pub fn last_clean(points: &[RecoveryPoint]) -> Option<&RecoveryPoint> {
    let points = in_order(points);
    let from = points.len().saturating_sub(USUAL_MAX);
    let is_fault = |at: &usize| judge(&points, *at).is_some_and(|it| it.is_fault());
    let fault = (from..points.len()).find(is_fault).unwrap_or(points.len());
    fault.checked_sub(1).map(|clean| points[clean])
}

fn in_order(points: &[RecoveryPoint]) -> Vec<&RecoveryPoint> {
    let mut points: Vec<&RecoveryPoint> = points.iter().collect();
    points.sort_by_key(|point| point.as_of);
    points
}

/// What is not as usual in one recovery point. Nothing where nothing can be compared.
fn judge<'p>(points: &[&'p RecoveryPoint], at: usize) -> Option<Anomaly<'p>> {
    let point = points[at];
    let before = points[..at].iter().rev().filter(|it| it.kind == point.kind);
    let before: Vec<&RecoveryPoint> = before.take(USUAL_MAX).copied().collect();
    let compared = MEASURES
        .iter()
        .filter_map(|measure| compare(measure, point, &before));
    let mut compared = compared.peekable();
    compared.peek()?;
    Some(Anomaly {
        point,
        signs: compared.flatten().collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Verdict::{self, Fail, Pass};
    use super::super::testing::{point, second};
    use super::*;

    const MIB: u64 = 1 << 20;

    /// What one day brings.
    #[derive(Clone, Copy, Debug)]
    struct Day {
        files: u64,
        unmodified: u64,
        bytes: u64,
        added: u64,
        /// What is left after compression, in hundredths.
        left: u64,
    }

    /// A day like any other.
    const DAY: Day = Day {
        files: 1_014,
        unmodified: 1_007,
        bytes: 700 * MIB,
        added: 10 * MIB,
        left: 36,
    };

    fn points(days: &[Day]) -> Vec<RecoveryPoint> {
        let of = |(at, day): (usize, &Day)| RecoveryPoint {
            files: Some(day.files),
            files_unmodified: Some(day.unmodified),
            bytes: Some(day.bytes),
            added_bytes: Some(day.added),
            added_packed_bytes: Some(day.added * day.left / 100),
            ..point(format!("d{at}"), second(at as i64 * 86_400))
        };
        days.iter().enumerate().map(of).collect()
    }

    /// After ten days like any other.
    #[track_caller]
    fn check(days: &[Day], (expected, notes): (Verdict, usize)) {
        let all: Vec<Day> = [DAY; 10].iter().chain(days).copied().collect();
        let found = radar(&points(&all), 1, &[]);
        let verdict = found.trial.as_ref().map(|trial| trial.verdict);
        assert_eq!(
            (verdict, found.notes.len()),
            (Some(expected), notes),
            "{found:?}"
        );
    }

    #[test]
    fn data_that_were_encrypted_are_seen() {
        let encrypted = Day {
            unmodified: 14,
            added: 430 * MIB,
            left: 98,
            ..DAY
        };
        check(&[encrypted], (Fail, 0));
        let all: Vec<Day> = [DAY; 10].into_iter().chain([encrypted, DAY, DAY]).collect();
        let all = points(&all);
        assert_eq!(last_clean(&all).map(|it| it.id.as_str()), Some("d9"));
        // Who looks only every few days looks at all of them.
        assert!(
            radar(&all, 1, &[])
                .trial
                .is_some_and(|it| it.verdict == Pass)
        );
        let found = radar(&all, 3, &[]).trial.unwrap();
        assert_eq!(found.verdict, Fail);
        assert!(
            found
                .found
                .contains("`d10`: 1 % of the files unmodified instead of 99 %")
        );
        assert!(
            found
                .found
                .contains("43 times as much new, 98 % of what is new")
        );
    }

    #[test]
    fn data_that_were_wiped_are_seen_as_long_as_they_are_gone() {
        let wiped = Day {
            files: 3,
            unmodified: 3,
            bytes: 4_000,
            added: 0,
            ..DAY
        };
        check(&[wiped], (Fail, 0));
        check(&[wiped, wiped, wiped], (Fail, 0));
        let all = points(&[&[DAY; 10][..], &[wiped; 2]].concat());
        assert_eq!(last_clean(&all).map(|it| it.id.as_str()), Some("d9"));
    }

    #[test]
    fn what_an_ordinary_day_does_is_worth_a_word_at_most() {
        check(&[DAY], (Pass, 0));
        let films = Day {
            files: 1_100,
            bytes: 9_000 * MIB,
            added: 8_300 * MIB,
            left: 100,
            ..DAY
        };
        check(&[films], (Pass, 1));
        let rewritten = Day {
            unmodified: 100,
            added: 300 * MIB,
            ..DAY
        };
        check(&[rewritten], (Pass, 1));
        let tidied = Day {
            files: 700,
            unmodified: 695,
            bytes: 400 * MIB,
            ..DAY
        };
        check(&[tidied], (Pass, 1));
        let all = points(&[DAY; 3]);
        assert_eq!(last_clean(&all).map(|it| it.id.as_str()), Some("d2"));
    }

    #[test]
    fn files_that_were_replaced_are_seen() {
        let replaced = Day {
            files: 800,
            unmodified: 40,
            ..DAY
        };
        check(&[replaced], (Fail, 0));
    }

    #[test]
    fn with_few_or_silent_recovery_points_nothing_can_be_said() {
        let few = radar(&points(&[DAY; 5]), 1, &[]);
        assert_eq!((few.trial, few.notes.len()), (None, 1));
        assert!(radar(&points(&[DAY; 6]), 1, &[]).trial.is_some());
        let silent: Vec<_> = (0..9)
            .map(|at| point(format!("{at}"), second(at)))
            .collect();
        assert_eq!(radar(&silent, 9, &[]).trial, None);
        assert_eq!(radar(&[], 0, &[]).trial, None);
        assert_eq!(last_clean(&[]), None);
    }

    /// An ordinary life: steady growth, some churn, a lot of it once a week, now and then new data
    /// that cannot be compressed.
    fn life() -> impl Strategy<Value = Vec<Day>> {
        let churn = (1..40u64, 1..40u64, 0..20u64, 0..15u64);
        let days = proptest::collection::vec((churn, 0..20u8), 6..80);
        let kind = (100..100_000u64, 20..90u64, 0..7usize, 10..600u64, 0..30u64);
        (days, kind).prop_map(|(days, (files, left, weekday, burst, growth))| {
            let mut files = files;
            let day = |(at, ((touched, size, new, jitter), luck)): (usize, &(_, u8))| {
                let (touched, size, new, jitter): (u64, u64, u64, u64) =
                    (*touched, *size, *new, *jitter);
                let weekly = at % 7 == weekday;
                let permille = if weekly { touched + burst } else { touched };
                let films = *luck == 0 && !weekly;
                // A few are deleted, more come.
                files = files * (1_000 + growth - jitter.min(growth)) / 1_000 + new - new.min(3);
                Day {
                    files,
                    unmodified: files - (files * permille / 1_000).min(files),
                    bytes: files * MIB,
                    added: size
                        * MIB
                        * if weekly { 1 + burst } else { 1 }
                        * if films { 50 } else { 1 },
                    left: if films { 100 } else { left + jitter / 2 },
                }
            };
            days.iter().enumerate().map(day).collect()
        })
    }

    proptest! {
        #[test]
        fn an_ordinary_life_is_never_taken_for_a_fault(days in life()) {
            let points = points(&days);
            let found = radar(&points, points.len(), &[]);
            let fault = found.trial.filter(|trial| trial.verdict != Pass);
            prop_assert_eq!(fault, None);
            prop_assert_eq!(last_clean(&points), points.last());
        }

        #[test]
        fn after_an_ordinary_life_encryption_is_seen(days in life()) {
            // Of data that could never be compressed it cannot be told.
            let days = days.into_iter().filter(|day| day.left < 100);
            let mut all: Vec<Day> = days.map(|it| Day { left: it.left.min(65), ..it }).collect();
            prop_assume!(all.len() >= 8);
            let last = all[all.len() - 1];
            all.push(Day { unmodified: 0, added: last.bytes, left: 101, ..last });
            let found = radar(&points(&all), 1, &[]).trial.expect("enough is known");
            prop_assert_eq!(found.verdict, Fail);
        }
    }
}

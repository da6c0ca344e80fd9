//! How old the newest recovery point is, and how the ages ran over time.
//!
//! A recovery point is as old as the START of its backup: what was written later is not surely in
//! it. It is of use only from its END on. From both follows the worst loss over a window,
//! `max(end(i+1) - start(i))`: a disaster just before a backup ends falls back to the one before.
//!
//! A catalogue forgets what was thinned out, so that older intervals look longer than they were.
//! Who has a [`super::Ledger`] gives its entries instead.

use chrono::{DateTime, Utc};

use super::{Level, RecoveryPoint, Trial};
use crate::time::Duration;

/// How far two clocks may be apart before a time counts as one that is still to come.
pub const SKEW: Duration = Duration::minutes(5);

const AGE: &str = "age of the newest recovery point";

/// What a plan says about how old the newest recovery point may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgeLimits {
    /// How often a backup is made, and how much later the next one may be.
    pub schedule: Option<Duration>,
    /// The recovery point objective of what depends on the data.
    pub rpo: Option<Duration>,
}

/// Whether the newest recovery point is as new as it has to be.
///
/// One that is dated after `now` shows nothing about the age, and is passed over here; that it is
/// there at all is the business of the ledger.
pub fn freshness(points: &[RecoveryPoint], now: DateTime<Utc>, limits: AgeLimits) -> Vec<Trial> {
    let begun = points
        .iter()
        .filter(|point| point.as_of <= later(now, SKEW));
    let Some(newest) = begun.max_by_key(|point| point.as_of) else {
        return vec![Trial::fail(
            Level::Fresh,
            AGE,
            "no recovery point has been begun by now",
        )];
    };
    let age = apart(newest.as_of, now);
    let found = format!("{}, by the start of `{}`", age.words(), newest.id);
    let judge = |limit: Duration, what: &str| {
        let trial = match age <= limit {
            true => Trial::pass(Level::Fresh, what, &found),
            false => Trial::fail(Level::Fresh, what, &found),
        };
        trial.expecting(format!("at most {}", limit.words()))
    };
    let schedule = limits.schedule.map(|limit| judge(limit, AGE));
    let rpo = limits
        .rpo
        .map(|limit| judge(limit, "age of the newest recovery point by the RPO"));
    let mut trials: Vec<Trial> = schedule.into_iter().chain(rpo).collect();
    if trials.is_empty() {
        let why = format!("{found}; write how often it is made as `every` of the backup");
        trials.push(Trial::inconclusive(Level::Fresh, AGE, why));
    }
    trials
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
}

/// How the recovery points followed one another over a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intervals {
    /// How many were begun in the window.
    pub count: usize,
    /// The usual time from one start to the next.
    pub median: Option<Duration>,
    /// The longest time from one start to the next.
    pub longest: Option<Duration>,
    /// How much would have been lost at the worst moment, the running time included.
    pub worst_loss: Option<Duration>,
    /// In which part of the time no more would have been lost than is allowed, from 0 to 1.
    pub kept: Option<f64>,
}

impl Intervals {
    /// How recovery points followed one another over a window, measured by what may be lost.
    ///
    /// Before the first one of which anything is known, nothing is measured.
    pub fn new<'p>(
        points: impl IntoIterator<Item = &'p RecoveryPoint>,
        window: Window,
        limit: Option<Duration>,
    ) -> Self {
        let mut points: Vec<&RecoveryPoint> = points.into_iter().collect();
        points.sort_by_key(|point| (point.as_of, end(point)));
        let inside = |it: &&RecoveryPoint| window.from <= it.as_of && it.as_of <= window.until;
        let starts: Vec<_> = points
            .iter()
            .copied()
            .filter(inside)
            .map(|it| it.as_of)
            .collect();
        let mut gaps: Vec<_> = starts
            .windows(2)
            .map(|pair| apart(pair[0], pair[1]))
            .collect();
        gaps.sort_unstable();
        let steps = steps(&points, window);
        Intervals {
            count: starts.len(),
            median: gaps.get(gaps.len() / 2).copied(),
            longest: gaps.last().copied(),
            worst_loss: steps.iter().map(|step| apart(step.start, step.until)).max(),
            kept: limit.and_then(|limit| kept(&steps, limit)),
        }
    }
}

/// A time in which one recovery point was the newest that could be restored.
#[derive(Clone, Copy)]
struct Step {
    start: DateTime<Utc>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// Which recovery point was the newest of use, one time after another, without a break.
fn steps(points: &[&RecoveryPoint], window: Window) -> Vec<Step> {
    let mut by_end: Vec<_> = points
        .iter()
        .map(|point| (end(point), point.as_of))
        .collect();
    by_end.sort_unstable();
    let mut steps: Vec<Step> = Vec::new();
    for (end, start) in by_end.into_iter().filter(|(end, _)| *end <= window.until) {
        let from = end.max(window.from);
        match steps.last_mut() {
            // One that was begun before what is there already brings nothing.
            Some(last) if last.start >= start => continue,
            Some(last) => last.until = from,
            None => {}
        }
        let until = window.until;
        steps.push(Step { start, from, until });
    }
    steps.retain(|step| step.from < step.until);
    steps
}

/// The part of the time in which the newest recovery point of use is no older than a limit.
fn kept(steps: &[Step], limit: Duration) -> Option<f64> {
    let within = |step: &Step| apart(step.from, later(step.start, limit).min(step.until));
    let all: Duration = steps.iter().map(|step| apart(step.from, step.until)).sum();
    let kept: Duration = steps.iter().map(within).sum();
    (all > Duration::ZERO).then(|| kept.as_seconds() as f64 / all.as_seconds() as f64)
}

/// When a recovery point can be used; its start where the tool does not say.
fn end(point: &RecoveryPoint) -> DateTime<Utc> {
    point
        .finished
        .map_or(point.as_of, |end| end.max(point.as_of))
}

/// How long it is from one moment to another; nothing where that is an earlier one.
pub(super) fn apart(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    let seconds = to.signed_duration_since(from).num_seconds();
    Duration::seconds(seconds.try_into().unwrap_or(0))
}

/// The moment so long after another.
pub fn later(from: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let at = by.as_delta().and_then(|by| from.checked_add_signed(by));
    at.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Verdict;
    use super::super::testing::{at, point, second};
    use super::*;

    const DAILY: AgeLimits = AgeLimits {
        schedule: Some(Duration::hours(26)),
        rpo: None,
    };

    fn check(points: &[RecoveryPoint], limits: AgeLimits, expected: &[Verdict]) -> Vec<Trial> {
        let trials = freshness(points, at("2026-03-14T10:00:00Z"), limits);
        let verdicts: Vec<_> = trials.iter().map(|trial| trial.verdict).collect();
        assert_eq!(verdicts, expected, "{trials:?}");
        trials
    }

    #[test]
    fn the_start_counts_and_not_the_end() {
        let mut long = point("a", at("2026-03-13T07:00:00Z"));
        long.finished = Some(at("2026-03-14T09:00:00Z"));
        check(&[long], DAILY, &[Verdict::Fail]);
        check(
            &[point("a", at("2026-03-13T08:00:00Z"))],
            DAILY,
            &[Verdict::Pass],
        );
    }

    #[test]
    fn where_no_limit_is_stated_it_says_what_to_write() {
        let points = [point("a", at("2026-03-14T02:00:00Z"))];
        let trials = check(&points, AgeLimits::default(), &[Verdict::Inconclusive]);
        assert!(trials[0].found.contains("8 h") && trials[0].found.contains("`every`"));
    }

    #[test]
    fn the_schedule_and_the_objective_are_two_trials() {
        let limits = AgeLimits {
            rpo: Some(Duration::hours(4)),
            ..DAILY
        };
        let points = [point("a", at("2026-03-14T02:00:00Z"))];
        check(&points, limits, &[Verdict::Pass, Verdict::Fail]);
    }

    #[test]
    fn one_that_is_still_to_come_makes_nothing_fresh() {
        let points = [
            point("a", at("2026-03-01T02:00:00Z")),
            point("b", at("2027-06-01T00:00:00Z")),
        ];
        check(&points, DAILY, &[Verdict::Fail]);
        check(&points[1..], DAILY, &[Verdict::Fail]);
        check(&[], DAILY, &[Verdict::Fail]);
        check(
            &[point("a", at("2026-03-14T10:04:00Z"))],
            DAILY,
            &[Verdict::Pass],
        );
    }

    #[test]
    fn a_long_backup_makes_the_loss_larger_than_the_interval() {
        let long = |hour: i64| RecoveryPoint {
            finished: Some(second((hour + 6) * 3600)),
            ..point(format!("{hour}"), second(hour * 3600))
        };
        let window = Window {
            from: second(0),
            until: second(60 * 3600),
        };
        let points = [long(24), long(0), long(48)];
        let found = Intervals::new(&points, window, Some(Duration::hours(24)));
        assert_eq!((found.count, found.median), (3, Some(Duration::hours(24))));
        assert_eq!(found.worst_loss, Some(Duration::hours(30)));
        // From 6 to 60 h something can be restored; it is too old from 24 to 30 and 48 to 54 h.
        assert_eq!(found.kept, Some(42.0 / 54.0));
    }

    #[test]
    fn without_recovery_points_nothing_is_measured() {
        let window = Window {
            from: second(0),
            until: second(60),
        };
        let none = Intervals::new(&[], window, Some(Duration::hours(1)));
        assert_eq!(none, Intervals::default());
    }

    /// The age at a second, by looking at every recovery point.
    fn age(points: &[RecoveryPoint], now: i64) -> Option<Duration> {
        let usable = points.iter().filter(|it| end(it) <= second(now));
        usable.map(|it| apart(it.as_of, second(now))).min()
    }

    proptest! {
        #[test]
        fn intervals_are_what_looking_at_every_second_finds(
            spans in proptest::collection::vec((0..300i64, 0..60i64), 0..12),
            (from, length, limit) in (0..200i64, 1..200i64, 1..100u64),
        ) {
            let points: Vec<_> = spans
                .iter()
                .map(|(start, takes)| RecoveryPoint {
                    finished: (takes % 3 > 0).then(|| second(start + takes)),
                    ..point("p", second(*start))
                })
                .collect();
            let until = from + length;
            let window = Window { from: second(from), until: second(until) };
            let found = Intervals::new(&points, window, Some(Duration::seconds(limit)));
            let ages: Vec<_> = (from..until).filter_map(|now| age(&points, now)).collect();
            // In each second the age runs from what it is at its begin to one more.
            let grown = |age: &Duration| *age + Duration::seconds(1);
            prop_assert_eq!(found.worst_loss, ages.iter().map(grown).max());
            let good = ages.iter().filter(|age| age.as_seconds() < limit).count();
            let share = (!ages.is_empty()).then(|| good as f64 / ages.len() as f64);
            prop_assert_eq!(found.kept, share);
        }
    }
}

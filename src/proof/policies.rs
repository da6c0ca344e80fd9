//! What holds for every policy that thins out: it is never taken for a fault.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Utc};
use proptest::prelude::*;

use super::testing::{point, second};
use super::{Ledger, RecoveryPoint, Terms, Verdict};
use crate::time::Duration;

/// How recovery points are thinned out.
#[derive(Clone, Copy, Debug)]
enum Policy {
    /// So many of the newest.
    Last(usize),
    /// All that are no older than so many days, and the newest.
    Within(i64),
    /// The last of so many days, weeks and months that have any.
    Calendar([usize; 3]),
}

impl Policy {
    fn strategy() -> impl Strategy<Value = Policy> {
        let calendar = (0..10usize, 0..8usize, 0..8usize);
        prop_oneof![
            (1..30usize).prop_map(Policy::Last),
            (1..40i64).prop_map(Policy::Within),
            calendar.prop_map(|(d, w, m)| Policy::Calendar([d.max(1), w, m])),
        ]
    }

    /// How long it says that recovery points are kept. Who keeps a number of them can say no time:
    /// one more that is made by hand pushes another out.
    fn keeps(self) -> Option<String> {
        Some(match self {
            Policy::Last(_) => return None,
            Policy::Within(days) => format!("P{days}D"),
            // The last of one month is gone on the next day: few cannot be counted on.
            Policy::Calendar([_, _, m @ (4..)]) => format!("P{m}M"),
            Policy::Calendar([_, w @ (4..), _]) => format!("P{w}W"),
            Policy::Calendar([d, ..]) => format!("P{d}D"),
        })
    }

    /// What is left of recovery points, oldest first.
    fn thin_out(self, points: &[RecoveryPoint], now: DateTime<Utc>) -> Vec<RecoveryPoint> {
        let day = |it: &RecoveryPoint| it.as_of.num_days_from_ce();
        let stays = |at: usize| match self {
            Policy::Last(count) => at + count >= points.len(),
            Policy::Within(days) => {
                let age = now.signed_duration_since(points[at].as_of).num_days();
                age <= days || at + 1 == points.len()
            }
            Policy::Calendar(counts) => (0..3).any(|kind| {
                let bucket = |it: &RecoveryPoint| match kind {
                    0 => day(it),
                    1 => (day(it) - 1) / 7,
                    _ => it.as_of.year() * 12 + it.as_of.month().cast_signed(),
                };
                let later = &points[at + 1..];
                let own = bucket(&points[at]);
                let buckets: BTreeSet<_> = later.iter().map(bucket).collect();
                !buckets.contains(&own) && buckets.len() < counts[kind]
            }),
        };
        let places = (0..points.len()).filter(|at| stays(*at));
        places.map(|at| points[at].clone()).collect()
    }
}

/// What a random life of a repository is.
#[derive(Clone, Debug)]
struct Life {
    /// The hours from one recovery point to the next.
    gaps: Vec<i64>,
    policy: Policy,
    /// How many of the first are kept for good.
    pinned: usize,
    /// After how many recovery points it is thinned out, and compared.
    turns: (usize, usize),
    terms: Terms,
}

fn life() -> impl Strategy<Value = Life> {
    // Mostly daily; at times by hand in between, or days without any.
    let gap = prop_oneof![12 => 23..=25i64, 1 => 1..4i64, 1 => 40..300i64];
    let gaps = proptest::collection::vec(gap, 2..90);
    let stated = (any::<bool>(), any::<bool>());
    let turns = (1..35usize, 1..35usize);
    (gaps, Policy::strategy(), 0..7usize, turns, stated).prop_map(
        |(gaps, policy, pinned, turns, (keep, every))| {
            let terms = Terms {
                keep: policy
                    .keeps()
                    .filter(|_| keep)
                    .map(|time| time.parse().expect("a period")),
                every: every.then_some(Duration::days(1)),
                ..Terms::default()
            };
            Life {
                gaps,
                policy,
                pinned,
                turns,
                terms,
            }
        },
    )
}

proptest! {
    #[test]
    fn no_policy_that_thins_out_is_taken_for_a_fault(life in life()) {
        let (mut ledger, mut hour) = (Ledger::default(), 0);
        let (mut pinned, mut points) = (Vec::new(), Vec::new());
        for (turn, gap) in life.gaps.iter().enumerate() {
            hour += gap;
            let made = point(format!("p{turn}"), second(hour * 3_600));
            if turn < life.pinned { pinned.push(made) } else { points.push(made) }
            let now = second(hour * 3_600 + 600);
            if turn % life.turns.0 == 0 {
                points = life.policy.thin_out(&points, now);
            }
            if turn % life.turns.1 == 0 {
                let catalogue: Vec<_> = pinned.iter().chain(&points).cloned().collect();
                let (seen, trials) = ledger.compare(now, &catalogue, life.terms);
                let pass = trials.iter().all(|it| it.verdict == Verdict::Pass);
                prop_assert!(pass, "{turn}: {trials:?}");
                ledger.follow(now, &seen);
            }
        }
    }
}

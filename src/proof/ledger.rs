//! What is known about the recovery points of one backup, from all that was ever seen of them.
//!
//! A tool lists what is there, and no tool tells what is not there any more: with the newest
//! recovery point deleted, or the whole repository set back to last week, listing, check and
//! restore are all content. So all that was ever seen is kept, and compared.
//!
//! Which changes are faults is said in [`super::change`]. Each disappearance is told once, by the
//! comparison that finds it; the ledger then knows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::change::{Change, is_told};
use super::freshness::SKEW;
use super::{RecoveryPoint, Seen, Trial};
use crate::time::{Duration, Period};

/// What is known about the recovery points of one backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub(super) entries: BTreeMap<String, Known>,
}

/// What is known about one recovery point.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Known {
    /// The recovery point, as it was last seen.
    pub point: RecoveryPoint,
    /// When it was seen for the first time.
    pub first_seen: DateTime<Utc>,
    /// When it was found to be gone.
    pub gone_at: Option<DateTime<Utc>>,
}

/// What a plan says about the recovery points of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How long they are kept.
    pub keep: Option<Period>,
    /// How often one is made.
    pub every: Option<Duration>,
    /// Whether the repository is another one than the last time.
    pub another: bool,
    /// How far the clocks may be apart.
    pub skew: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Terms {
            keep: None,
            every: None,
            another: false,
            skew: SKEW,
        }
    }
}

impl Ledger {
    /// Takes in what a verification saw, in the order of the verifications.
    pub fn follow(&mut self, at: DateTime<Utc>, seen: &Seen) {
        for id in &seen.gone {
            if let Some(entry) = self.entries.get_mut(id) {
                entry.gone_at.get_or_insert(at);
            }
        }
        for point in &seen.new {
            let fresh = || Known {
                point: point.clone(),
                first_seen: at,
                gone_at: None,
            };
            let entry = self.entries.entry(point.id.clone()).or_insert_with(fresh);
            entry.point = point.clone();
            entry.gone_at = None;
        }
    }

    /// All that was ever seen, oldest first.
    pub fn entries(&self) -> Vec<&Known> {
        let mut entries: Vec<&Known> = self.entries.values().collect();
        entries.sort_by_key(|entry| entry.point.as_of);
        entries
    }

    /// What a catalogue shows that is not known yet, and whether that is as it should be.
    ///
    /// As new also counts what was gone and is back, and what is not as it was before.
    pub fn compare(
        &self,
        now: DateTime<Utc>,
        catalogue: &[RecoveryPoint],
        terms: Terms,
    ) -> (Seen, Vec<Trial>) {
        let there: BTreeMap<&str, &RecoveryPoint> = catalogue
            .iter()
            .map(|point| (point.id.as_str(), point))
            .collect();
        let known = |point: &RecoveryPoint| {
            let entry = self
                .entries
                .get(&point.id)
                .filter(|entry| entry.gone_at.is_none());
            entry.is_some_and(|entry| is_told(&entry.point, point))
        };
        let mut new: Vec<&RecoveryPoint> = there.values().copied().collect();
        new.retain(|point| !known(point));
        let present = self
            .entries
            .values()
            .filter(|entry| entry.gone_at.is_none());
        let (left, gone) = present
            .map(|entry| &entry.point)
            .partition(|point| there.contains_key(point.id.as_str()));
        let change = Change {
            ledger: self,
            now,
            terms,
            there,
            new,
            left,
            gone,
        };
        let trials = change.trials(catalogue.len());
        (change.seen(), trials)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::Verdict::{self, Fail, Inconclusive, Pass};
    use super::super::testing::{point, second};
    use super::*;

    const DAY: i64 = 86_400;

    /// A recovery point of a day, some hours after its beginning.
    fn daily(day: i64) -> RecoveryPoint {
        point(format!("d{day}"), second(day * DAY + 7_200))
    }

    fn dailies(days: impl IntoIterator<Item = i64>) -> Vec<RecoveryPoint> {
        days.into_iter().map(daily).collect()
    }

    /// A ledger that has seen this at the end of a day.
    fn seen(day: i64, catalogue: &[RecoveryPoint]) -> Ledger {
        let mut ledger = Ledger::default();
        let at = second((day + 1) * DAY);
        let (seen, _) = ledger.compare(at, catalogue, Terms::default());
        ledger.follow(at, &seen);
        ledger
    }

    fn kept(text: &str) -> Terms {
        Terms {
            keep: Some(text.parse().expect("a period")),
            every: Some(Duration::days(1)),
            ..Terms::default()
        }
    }

    #[track_caller]
    fn check(
        ledger: &Ledger,
        (day, catalogue): (i64, &[RecoveryPoint]),
        terms: Terms,
        (expected, words): (Verdict, &str),
    ) -> Seen {
        let (seen, trials) = ledger.compare(second((day + 1) * DAY), catalogue, terms);
        let stands = |trial: &Trial| trial.verdict == expected && trial.found.contains(words);
        assert!(trials.iter().any(stands), "{trials:?}");
        seen
    }

    #[test]
    fn what_was_never_seen_is_new_and_what_is_known_is_not() {
        let none = Ledger::default();
        check(
            &none,
            (0, &[]),
            Terms::default(),
            (Inconclusive, "none were ever seen"),
        );
        check(
            &none,
            (3, &dailies(0..=3)),
            Terms::default(),
            (Pass, "4 new, the first"),
        );
        let ledger = seen(3, &dailies(0..=3));
        let words = (Pass, "3 known before, 1 new, 1 gone");
        let found = check(&ledger, (4, &dailies(1..=4)), Terms::default(), words);
        assert_eq!(
            (found.count, found.new, found.gone),
            (4, vec![daily(4)], vec!["d0".to_owned()])
        );
        let entries = ledger.entries();
        assert_eq!((entries.len(), entries[0].first_seen), (4, second(4 * DAY)));
    }

    #[test]
    fn the_newest_may_not_go_until_there_is_a_newer_one() {
        let mut ledger = seen(9, &dailies(0..=9));
        let lost = dailies(0..=8);
        let found = check(&ledger, (9, &lost), Terms::default(), (Fail, "`d9`"));
        ledger.follow(second(10 * DAY), &found);
        check(&ledger, (9, &lost), Terms::default(), (Fail, "`d9`"));
        check(
            &ledger,
            (10, &dailies((0..=8).chain([10]))),
            Terms::default(),
            (Pass, "1 new"),
        );
        assert_eq!(ledger.entries()[9].gone_at, Some(second(10 * DAY)));
    }

    #[test]
    fn of_several_newest_of_one_second_none_may_go() {
        let twin = |name: &str| point(name.to_owned(), second(9 * DAY + 7_200));
        let mut all = dailies(0..=9);
        all.push(twin("twin"));
        let mut ledger = seen(9, &all);
        let lost = dailies(0..=9);
        let found = check(&ledger, (10, &lost), Terms::default(), (Fail, "`twin`"));
        ledger.follow(second(11 * DAY), &found);
        check(&ledger, (10, &lost), Terms::default(), (Fail, "`twin`"));
        check(
            &ledger,
            (10, &dailies(0..=10)),
            Terms::default(),
            (Pass, "1 new"),
        );
        // With a new id it is the same, also the second time.
        let mut ledger = seen(9, &all);
        for (day, name) in [(10, "tagged"), (11, "tagged-again")] {
            let mut renamed = dailies(0..=9);
            renamed.push(twin(name));
            let found = check(&ledger, (day, &renamed), Terms::default(), (Pass, "new id"));
            ledger.follow(second((day + 1) * DAY), &found);
        }
    }

    #[test]
    fn a_repository_may_not_be_begun_anew_without_a_word() {
        let ledger = seen(9, &dailies(0..=9));
        let terms = Terms {
            another: true,
            ..Terms::default()
        };
        check(&ledger, (10, &dailies([10])), terms, (Fail, "begun anew"));
        check(&ledger, (10, &dailies(9..=10)), terms, (Pass, "1 new"));
    }

    #[test]
    fn all_may_not_go() {
        let ledger = seen(9, &dailies(0..=9));
        check(&ledger, (10, &[]), kept("P1D"), (Fail, "none any more"));
        check(
            &ledger,
            (10, &dailies([10])),
            Terms::default(),
            (Pass, "10 gone"),
        );
        check(
            &ledger,
            (10, &dailies([10])),
            kept("P8D"),
            (Fail, "before its 8 days"),
        );
    }

    #[test]
    fn a_repository_that_was_set_back_and_went_on_is_found_out() {
        let ledger = seen(29, &dailies(0..=29));
        let on = dailies((0..=22).chain([30]));
        check(&ledger, (30, &on), Terms::default(), (Fail, "the newest 7"));
        // It kept one of each week from the start.
        let weekly = dailies((0..=22).step_by(7).chain([30]));
        check(&ledger, (30, &weekly), kept("P90D"), (Pass, "gone"));
    }

    #[test]
    fn what_goes_before_its_time_needs_another_that_stands_for_it() {
        let ledger = seen(29, &dailies(0..=29));
        check(
            &ledger,
            (30, &dailies(20..=30)),
            kept("P30D"),
            (Fail, "before its 30 days"),
        );
        check(
            &ledger,
            (30, &dailies(20..=30)),
            kept("P10D"),
            (Pass, "20 gone"),
        );
        check(
            &ledger,
            (30, &dailies(20..=30)),
            kept("P1Y"),
            (Pass, "20 gone"),
        );
    }

    #[test]
    fn a_recovery_point_never_changes() {
        let mut whole = daily(1);
        whole.bytes = Some(10);
        let ledger = seen(1, std::slice::from_ref(&whole));
        let mut other = whole.clone();
        other.bytes = Some(11);
        let found = check(
            &ledger,
            (1, &[other]),
            Terms::default(),
            (Fail, "not as it was"),
        );
        assert_eq!(found.new.len(), 1);
        let mut moved = whole.clone();
        moved.as_of = second(DAY);
        check(
            &ledger,
            (1, &[moved]),
            Terms::default(),
            (Fail, "not as it was"),
        );
        let mut newer = whole.clone();
        (newer.as_of, newer.bytes) = (second(3 * DAY), Some(11));
        check(
            &ledger,
            (3, &[newer]),
            Terms::default(),
            (Pass, "1 with a newer one in their place"),
        );
        let mut more = whole.clone();
        more.files = Some(3);
        check(
            &ledger,
            (1, &[more]),
            Terms::default(),
            (Pass, "1 known before"),
        );
        let mut tagged = whole.clone();
        "t".clone_into(&mut tagged.id);
        check(
            &ledger,
            (1, std::slice::from_ref(&tagged)),
            Terms::default(),
            (Pass, "new id"),
        );
        tagged.bytes = Some(9);
        check(
            &ledger,
            (1, &[tagged]),
            Terms::default(),
            (Fail, "is now `t`"),
        );
        check(
            &ledger,
            (1, &[whole.clone(), whole]),
            Terms::default(),
            (Fail, "more than once"),
        );
    }

    #[test]
    fn what_is_dated_ahead_is_a_fault_but_never_the_newest() {
        let mut ledger = seen(3, &dailies([0, 1, 2, 3, 500]));
        let both = dailies([1, 2, 3, 500]);
        check(&ledger, (3, &both), Terms::default(), (Fail, "dated ahead"));
        let found = check(
            &ledger,
            (4, &dailies(0..=4)),
            Terms::default(),
            (Pass, "1 new, 1 gone"),
        );
        ledger.follow(second(5 * DAY), &found);
        check(
            &ledger,
            (4, &dailies(0..=4)),
            Terms::default(),
            (Pass, "5 known before"),
        );
    }

    #[test]
    fn what_was_away_and_is_back_is_no_fault() {
        let mut ledger = seen(3, &dailies(0..=3));
        let found = check(&ledger, (3, &[]), Terms::default(), (Fail, "none any more"));
        ledger.follow(second(5 * DAY), &found);
        check(
            &ledger,
            (4, &dailies(0..=4)),
            Terms::default(),
            (Pass, "1 new, 4 back again"),
        );
    }

    proptest! {
        #[test]
        fn after_each_comparison_the_ledger_knows_what_is_there(
            catalogues in proptest::collection::vec(
                proptest::collection::btree_map(0..12u8, (0..9i64, 0..3u64), 0..9), 1..8),
            keep in proptest::option::of(1..20u8),
        ) {
            let keep = keep.map(|days| format!("P{days}D").parse().expect("a period"));
            let terms = Terms { keep, ..Terms::default() };
            let mut ledger = Ledger::default();
            for (turn, catalogue) in (5..).zip(catalogues) {
                let catalogue: Vec<_> = catalogue
                    .into_iter()
                    .map(|(id, (day, bytes))| RecoveryPoint {
                        id: format!("{id}"),
                        bytes: (bytes > 0).then_some(bytes),
                        ..daily(day)
                    })
                    .collect();
                let now = second(turn * DAY);
                let (seen, trials) = ledger.compare(now, &catalogue, terms);
                prop_assert!(!trials.is_empty());
                ledger.follow(now, &seen);
                let (again, _) = ledger.compare(now, &catalogue, terms);
                prop_assert_eq!((again.new, again.gone), (Vec::new(), Vec::new()));
                let ids: BTreeSet<_> = catalogue.iter().map(|it| it.id.as_str()).collect();
                let present = ledger.entries().into_iter().filter(|it| it.gone_at.is_none());
                let present: BTreeSet<_> = present.map(|it| it.point.id.as_str()).collect();
                prop_assert_eq!(present, ids);
            }
        }
    }
}

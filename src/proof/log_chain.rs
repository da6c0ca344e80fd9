//! Whether the write-ahead log of PostgreSQL is archived without a hole, by names alone.
//!
//! No tool that was measured tells a missing segment: listings and checks are content, the restore
//! succeeds, the server starts, and the newest data are hours older than they should be. But a
//! segment is there or not, and their numbers follow one another. What is in one is not read.
//!
//! Recovery follows a line of timelines. In each place of the line the newest timeline that has
//! begun by then counts, as in `XLogFileReadAnyTLI`: the segment in which a timeline was left is
//! needed from the next one. A segment that is still on its way looks like a hole: who finds one
//! lists once more before it is told. Give the segments of one cluster (one archive id) only.

use chrono::{DateTime, Utc};

use super::log_line::Archive;
use super::{History, Level, PointKind, Segment, SegmentRange, SegmentSize, Trial};

/// What a backup needs of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogUse {
    /// The id of its recovery point.
    pub id: String,
    /// When it was begun.
    pub as_of: DateTime<Utc>,
    /// Whether it holds all by itself.
    pub kind: PointKind,
    /// The segment it was begun in.
    pub start: Segment,
    /// The segment it ended in: without all until here it cannot be started.
    pub stop: Segment,
}

/// How far the log carries a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReach {
    /// What it needs.
    pub of: LogUse,
    /// Which segments that it cannot be started without are missing.
    pub missing: Vec<SegmentRange>,
    /// The newest timeline that it can be brought to.
    pub follows: u32,
    /// The last segment it can be brought to without a hole; nothing where it cannot be started.
    pub horizon: Option<Segment>,
    /// How many segments are missing between its end and the newest one.
    pub holes: u64,
}

/// An archive of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogChain {
    /// How long one segment is.
    pub size: SegmentSize,
    /// How many segments there are.
    pub segments: usize,
    /// The newest segment.
    pub newest: Option<Segment>,
    /// The newest timeline, which may have no segment yet.
    pub timeline: u32,
    /// Whether it is known where the newest timeline comes from.
    pub origin_known: bool,
    /// The segments that are missing on the lines that the backups follow.
    pub holes: Vec<SegmentRange>,
    /// The backups, oldest first.
    pub backups: Vec<LogReach>,
}

impl LogChain {
    /// What the names in an archive show. Names that are not of whole segments are passed over.
    pub fn new<N: AsRef<str>>(
        names: impl IntoIterator<Item = N>,
        histories: &[History],
        backups: &[LogUse],
        size: SegmentSize,
    ) -> Self {
        let parse = |name: N| Segment::parse(name.as_ref(), size);
        let mut segments: Vec<Segment> = names.into_iter().filter_map(parse).collect();
        segments.sort_unstable();
        segments.dedup();
        let newest = segments.last().copied();
        let of_histories = histories.iter().map(|history| history.timeline);
        let timeline = of_histories
            .chain(newest.map(|it| it.timeline))
            .max()
            .unwrap_or(0);
        let archive = Archive::new(&segments, histories, size);
        let mut backups: Vec<&LogUse> = backups.iter().collect();
        backups.sort_by_key(|it| it.as_of);
        let lines = archive.lines(&backups, timeline);
        let known = |history: &History| history.timeline == timeline;
        let mut holes: Vec<SegmentRange> = lines.iter().flat_map(|it| it.holes.clone()).collect();
        holes.sort_unstable_by_key(|hole| (hole.timeline, hole.first));
        holes.dedup();
        LogChain {
            size,
            segments: segments.len(),
            newest,
            timeline,
            origin_known: timeline <= 1 || histories.iter().any(known),
            holes,
            backups: backups
                .into_iter()
                .map(|it| archive.reach(it, &lines))
                .collect(),
        }
    }

    /// What it shows: whether each backup can be started, and whether the newest full one can be
    /// brought to any later point.
    pub fn trials(&self) -> Vec<Trial> {
        vec![self.starts(), self.reaches()]
    }

    /// Whether the log is there that backups cannot be started without.
    fn starts(&self) -> Trial {
        let (level, what) = (
            Level::Exists,
            "log that the backups cannot be started without",
        );
        let broken: Vec<&LogReach> = self
            .backups
            .iter()
            .filter(|it| !it.missing.is_empty())
            .collect();
        let trial = match (self.backups.len(), &broken[..]) {
            (0, _) => return Trial::inconclusive(level, what, "no backup is known"),
            (count, []) => Trial::pass(level, what, format!("all of it, for {count} backups")),
            (_, [first, rest @ ..]) => {
                let missing = self.words(&first.missing);
                let more = match rest.len() {
                    0 => String::new(),
                    count => format!(", and log of {count} more backups"),
                };
                Trial::fail(
                    level,
                    what,
                    format!("`{}` lacks {missing}{more}", first.of.id),
                )
            }
        };
        trial.expecting("each segment from the start to the end of each backup")
    }

    /// Whether the newest full backup can be brought to any later point.
    fn reaches(&self) -> Trial {
        let (level, what) = (Level::Intact, "log from the newest full backup on");
        let full = self
            .backups
            .iter()
            .rfind(|it| it.of.kind == PointKind::Full);
        let (Some(full), Some(newest)) = (full, self.newest) else {
            return Trial::inconclusive(level, what, "no full backup or no log is known");
        };
        let (id, last) = (&full.of.id, newest.name(self.size));
        let trial = match full.horizon {
            None => Trial::fail(level, what, format!("`{id}` cannot be started")),
            Some(_) if full.follows != self.timeline && !self.origin_known => {
                let file = format!("{:08X}.history", self.timeline);
                let why = format!(
                    "nothing says where timeline {} begins: no {file}",
                    self.timeline
                );
                return Trial::inconclusive(level, what, why);
            }
            Some(_) if full.follows != self.timeline => {
                let branch = format!("timeline {} does not come from `{id}`", self.timeline);
                Trial::fail(level, what, branch + ", which can never be brought there")
            }
            Some(horizon) if full.holes > 0 => {
                let until = horizon.name(self.size);
                let lost = full.holes;
                let found = format!("`{id}` reaches {until}; then {lost} are missing until {last}");
                Trial::fail(level, what, found)
            }
            Some(_) => Trial::pass(level, what, format!("`{id}` reaches {last} without a hole")),
        };
        trial.expecting("each segment until the newest")
    }

    fn words(&self, ranges: &[SegmentRange]) -> String {
        let words: Vec<_> = ranges
            .iter()
            .take(3)
            .map(|it| it.words(self.size))
            .collect();
        let more = if ranges.len() > 3 { " and more" } else { "" };
        words.join(", ") + more
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::Verdict::{self, Fail, Inconclusive, Pass};
    use super::super::testing::second;
    use super::*;

    fn segment(timeline: u32, number: u64) -> Segment {
        Segment { timeline, number }
    }

    fn names(segments: impl IntoIterator<Item = (u32, u64)>) -> Vec<String> {
        let name = |(timeline, number)| segment(timeline, number).name(SegmentSize::default());
        segments.into_iter().map(name).collect()
    }

    /// A full backup on a timeline.
    fn backup(id: &str, timeline: u32, (start, stop): (u64, u64)) -> LogUse {
        LogUse {
            id: id.to_owned(),
            as_of: second(i64::try_from(start).expect("small")),
            kind: PointKind::Full,
            start: segment(timeline, start),
            stop: segment(timeline, stop),
        }
    }

    /// Timeline 2, which left timeline 1 in segment 6.
    fn second_timeline() -> History {
        History::parse(
            "00000002.history",
            "1\t0/6000028\tno recovery target specified\n",
        )
        .unwrap()
    }

    #[track_caller]
    fn check(
        there: impl IntoIterator<Item = (u32, u64)>,
        histories: &[History],
        backups: &[LogUse],
        expected: [Verdict; 2],
    ) -> LogChain {
        let chain = LogChain::new(names(there), histories, backups, SegmentSize::default());
        let trials = chain.trials();
        let verdicts: Vec<_> = trials.iter().map(|trial| trial.verdict).collect();
        assert_eq!(verdicts, expected, "{trials:?}");
        chain
    }

    fn one(numbers: impl IntoIterator<Item = u64>) -> impl Iterator<Item = (u32, u64)> {
        numbers.into_iter().map(|number| (1, number))
    }

    #[test]
    fn a_log_without_a_hole_carries_to_its_newest_segment() {
        let chain = check(one(1..=9), &[], &[backup("f", 1, (2, 3))], [Pass, Pass]);
        assert_eq!(chain.backups[0].horizon, Some(segment(1, 9)));
        assert_eq!((chain.segments, chain.holes.len()), (9, 0));
    }

    #[test]
    fn a_hole_after_the_backup_is_where_its_reach_ends() {
        let there = one((1..=9).filter(|n| *n != 6));
        let backups = [backup("f", 1, (2, 3)), backup("g", 1, (7, 7))];
        let chain = check(there, &[], &backups, [Pass, Pass]);
        assert_eq!(chain.holes[0].words(chain.size), "000000010000000000000006");
        let horizons = chain.backups.iter().map(|it| it.horizon.unwrap().number);
        assert_eq!(horizons.collect::<Vec<_>>(), [5, 9]);
        let there = one((1..=9).filter(|n| *n != 6));
        let chain = check(there, &[], &backups[..1], [Pass, Fail]);
        assert!(
            chain.trials()[1]
                .found
                .contains("reaches 000000010000000000000005")
        );
    }

    #[test]
    fn a_backup_without_the_log_it_ran_over_cannot_be_started() {
        let there = one((1..=9).filter(|n| *n != 3));
        let chain = check(there, &[], &[backup("f", 1, (2, 4))], [Fail, Fail]);
        assert_eq!(chain.backups[0].horizon, None);
        // Not archived at all, and expired together with its log.
        check(one(1..=3), &[], &[backup("f", 1, (2, 4))], [Fail, Fail]);
        check(one(5..=9), &[], &[backup("f", 1, (2, 4))], [Fail, Fail]);
    }

    #[test]
    fn log_before_the_first_backup_is_not_missed() {
        let there = one([1, 2, 5, 6, 7]);
        let chain = check(there, &[], &[backup("f", 1, (5, 5))], [Pass, Pass]);
        assert!(chain.holes.is_empty());
    }

    #[test]
    fn log_between_older_backups_may_have_expired() {
        let there = one([2, 3, 7, 8, 9]);
        let backups = [backup("f", 1, (2, 3)), backup("g", 1, (7, 7))];
        let chain = check(there, &[], &backups, [Pass, Pass]);
        assert_eq!(chain.backups[0].horizon, Some(segment(1, 3)));
    }

    #[test]
    fn nothing_known_shows_nothing() {
        check([], &[], &[], [Inconclusive, Inconclusive]);
        check(one(1..4), &[], &[], [Inconclusive, Inconclusive]);
        let incremental = LogUse {
            kind: PointKind::Incremental,
            ..backup("i", 1, (1, 1))
        };
        check(one(1..4), &[], &[incremental], [Pass, Inconclusive]);
    }

    #[test]
    fn a_backup_follows_the_log_to_a_newer_timeline() {
        let there = || (1..=5).map(|n| (1, n)).chain((6..=9).map(|n| (2, n)));
        let backups = [backup("f", 1, (2, 3))];
        let chain = check(there(), &[second_timeline()], &backups, [Pass, Pass]);
        assert_eq!(chain.backups[0].horizon, Some(segment(2, 9)));
        // The segment of the switch is needed from the new timeline, even if the old one has it.
        let lacking = there().filter(|it| *it != (2, 6)).chain([(1, 6)]);
        let chain = check(lacking, &[second_timeline()], &backups, [Pass, Fail]);
        assert_eq!(chain.backups[0].horizon, Some(segment(1, 5)));
        assert_eq!(chain.holes[0].words(chain.size), "000000020000000000000006");
    }

    #[test]
    fn a_backup_that_ran_after_the_switch_is_on_a_branch_that_was_left() {
        let there = || (1..=9).map(|n| (1, n)).chain((6..=12).map(|n| (2, n)));
        let late = backup("f", 1, (7, 8));
        let chain = check(
            there(),
            &[second_timeline()],
            std::slice::from_ref(&late),
            [Pass, Fail],
        );
        assert_eq!(chain.backups[0].horizon, Some(segment(1, 9)));
        let backups = [late, backup("g", 2, (10, 11))];
        check(there(), &[second_timeline()], &backups, [Pass, Pass]);
    }

    #[test]
    fn a_timeline_of_which_nobody_knows_the_origin_shows_nothing() {
        let there = || (1..=5).map(|n| (1, n)).chain((6..=9).map(|n| (2, n)));
        let found = check(
            there(),
            &[],
            &[backup("f", 1, (2, 3))],
            [Pass, Inconclusive],
        );
        assert!(found.trials()[1].found.contains("00000002.history"));
        // It does not matter where the backup itself is on it.
        check(there(), &[], &[backup("f", 2, (6, 7))], [Pass, Pass]);
    }

    #[test]
    fn a_timeline_that_has_just_begun_is_no_hole() {
        let there = one(1..=5);
        check(
            there,
            &[second_timeline()],
            &[backup("f", 1, (2, 3))],
            [Pass, Pass],
        );
    }

    #[test]
    fn the_order_and_repeats_of_names_do_not_matter() {
        let there = one([9, 1, 2, 2, 3, 8, 7, 6, 5, 4, 9]);
        let chain = check(there, &[], &[backup("f", 1, (2, 3))], [Pass, Pass]);
        assert_eq!(chain.segments, 9);
    }

    proptest! {
        #[test]
        fn reaches_are_what_asking_for_each_segment_finds(
            old in proptest::collection::btree_set(0..40u64, 0..40),
            new in proptest::collection::btree_set(10..60u64, 0..40),
            (switch, branches) in (10..30u64, any::<bool>()),
            spans in proptest::collection::vec((0..30u64, 0..4u64), 0..4),
        ) {
            let text = format!("1\t0/{:X}\tx", switch << 24);
            let history = History::parse("00000002.history", &text).unwrap();
            let histories: Vec<_> = branches.then_some(history).into_iter().collect();
            let new: BTreeSet<u64> = new.into_iter().filter(|n| branches && *n >= switch).collect();
            let ran = |(start, length): &(u64, u64)| backup("b", 1, (*start, start + length));
            let backups: Vec<_> = spans.iter().map(ran).collect();
            let all = old.iter().map(|n| (1, *n)).chain(new.iter().map(|n| (2, *n)));
            let chain = LogChain::new(names(all), &histories, &backups, SegmentSize::default());
            for reach in &chain.backups {
                let (start, stop) = (reach.of.start.number, reach.of.stop.number);
                let follows = branches && stop <= switch;
                prop_assert_eq!(reach.follows, if follows { 2 } else { 1 });
                let on_line = |n: u64| match follows && n >= switch {
                    true => new.contains(&n),
                    false => old.contains(&n),
                };
                let startable = (start..=stop).all(|n| old.contains(&n) || on_line(n));
                prop_assert_eq!(reach.missing.is_empty(), startable);
                let end = (stop + 1..).find(|n| !on_line(*n)).expect("there is an end") - 1;
                prop_assert_eq!(reach.horizon.map(|it| it.number), startable.then_some(end));
                let newest = (0..100).rfind(|n| on_line(*n)).unwrap_or(0);
                let holes = (stop + 1..=newest).filter(|n| !on_line(*n)).count();
                prop_assert_eq!(reach.holes, holes as u64);
            }
        }
    }
}

//! Lines of timelines that recovery of PostgreSQL can follow, and what is missing on them.
//!
//! All arithmetic is on stretches of segments that follow one another, of which there are few.

use std::collections::BTreeMap;

use super::{History, LogReach, LogUse, Segment, SegmentRange, SegmentSize};

/// What is archived.
pub(super) struct Archive<'a> {
    /// Segments that follow one another, by timeline and number.
    runs: Vec<SegmentRange>,
    histories: &'a [History],
    size: SegmentSize,
}

/// A line of timelines that recovery can follow.
pub(super) struct Line {
    /// The timeline it ends in.
    timeline: u32,
    /// Which timeline counts where.
    parts: Vec<SegmentRange>,
    /// What is missing of it, from the first backup on it to the newest segment.
    pub(super) holes: Vec<SegmentRange>,
    /// The number of its newest segment.
    newest: Option<u64>,
}

impl<'a> Archive<'a> {
    /// An archive of sorted segments.
    pub(super) fn new(segments: &[Segment], histories: &'a [History], size: SegmentSize) -> Self {
        Archive {
            runs: runs(segments),
            histories,
            size,
        }
    }

    /// The lines that the backups follow; without backups that of the newest timeline.
    pub(super) fn lines(&self, backups: &[&LogUse], newest: u32) -> Vec<Line> {
        let mut firsts: BTreeMap<u32, Option<u64>> = BTreeMap::new();
        for backup in backups {
            let first = firsts.entry(self.follows(backup)).or_insert(Some(u64::MAX));
            *first = first.map(|first| first.min(backup.start.number));
        }
        if firsts.is_empty() {
            firsts.insert(newest, None);
        }
        firsts
            .into_iter()
            .map(|(timeline, first)| self.line(timeline, first))
            .collect()
    }

    /// The newest timeline that a backup can be brought to.
    fn follows(&self, backup: &LogUse) -> u32 {
        let own = backup.stop.timeline;
        let on = |history: &&History| {
            let mut parts = history.line(self.size).into_iter();
            // The end may be in the very segment in which the timeline was left.
            let stop = backup.stop.number;
            parts.any(|it| it.timeline == own && it.first <= stop && stop <= it.last + 1)
        };
        let histories = self
            .histories
            .iter()
            .filter(|history| history.timeline >= own);
        histories
            .filter(on)
            .map(|history| history.timeline)
            .max()
            .unwrap_or(own)
    }

    fn line(&self, timeline: u32, first: Option<u64>) -> Line {
        let history = self
            .histories
            .iter()
            .find(|history| history.timeline == timeline);
        let alone = History {
            timeline,
            left: Vec::new(),
        };
        let parts = history.unwrap_or(&alone).line(self.size);
        let there: Vec<SegmentRange> = parts.iter().flat_map(|part| self.there(*part)).collect();
        let newest = there.last().map(|run| run.last);
        let first = first.or(there.first().map(|run| run.first));
        let whole = first.zip(newest).filter(|(first, newest)| first <= newest);
        let numbers = whole.map_or(Vec::new(), |whole| gaps(&there, whole));
        let holes = numbers
            .into_iter()
            .flat_map(|hole| split(hole, &parts))
            .collect();
        Line {
            timeline,
            parts,
            holes,
            newest,
        }
    }

    /// What there is of a stretch of the log.
    fn there(&self, part: SegmentRange) -> impl Iterator<Item = SegmentRange> + '_ {
        let key = (part.timeline, part.first);
        let from = self
            .runs
            .partition_point(|run| (run.timeline, run.last) < key);
        let runs = self.runs[from..].iter();
        let inside =
            move |run: &&SegmentRange| run.timeline == part.timeline && run.first <= part.last;
        runs.take_while(inside).map(move |run| SegmentRange {
            first: run.first.max(part.first),
            last: run.last.min(part.last),
            ..*run
        })
    }

    /// How far the log carries a backup.
    pub(super) fn reach(&self, of: &LogUse, lines: &[Line]) -> LogReach {
        let follows = self.follows(of);
        let line = lines.iter().find(|line| line.timeline == follows);
        let line = line.expect("there is a line for each backup");
        let missing = self.missing(of, line);
        let stop = of.stop.number;
        let next = line.holes.partition_point(|hole| hole.last <= stop);
        let until = match line.holes.get(next) {
            Some(hole) => Some(hole.first.saturating_sub(1)),
            None => line.newest,
        };
        let until = until
            .filter(|until| *until > stop)
            .map_or(of.stop, |until| line.at(until));
        let holes = line.holes.iter().rev().take_while(|hole| hole.last > stop);
        LogReach {
            horizon: missing.is_empty().then_some(until),
            missing,
            follows,
            holes: holes
                .map(|hole| hole.last - hole.first.max(stop + 1) + 1)
                .sum(),
            of: of.clone(),
        }
    }

    /// What is missing of the log that a backup cannot be started without: neither on its own
    /// timeline, nor on the line it follows.
    fn missing(&self, of: &LogUse, line: &Line) -> Vec<SegmentRange> {
        let (timeline, first, last) = (of.stop.timeline, of.start.number, of.stop.number);
        let own = SegmentRange {
            timeline,
            first,
            last,
        };
        let on_line = line.parts.iter().filter_map(|part| {
            let (first, last) = (part.first.max(first), part.last.min(last));
            (first <= last).then_some(SegmentRange {
                first,
                last,
                ..*part
            })
        });
        let parts = on_line.chain([own]);
        let mut there: Vec<_> = parts.flat_map(|part| self.there(part)).collect();
        there.sort_unstable_by_key(|run| run.first);
        let gaps = gaps(&there, (first, last)).into_iter();
        gaps.map(|(first, last)| SegmentRange {
            timeline,
            first,
            last,
        })
        .collect()
    }
}

impl Line {
    /// The segment of the line with a number.
    fn at(&self, number: u64) -> Segment {
        let part = self.parts.iter().find(|part| number <= part.last);
        let timeline = part.map_or(self.timeline, |part| part.timeline);
        Segment { timeline, number }
    }
}

/// Sorted segments as stretches without a break.
fn runs(segments: &[Segment]) -> Vec<SegmentRange> {
    let follow = |a: &Segment, b: &Segment| a.timeline == b.timeline && a.number + 1 == b.number;
    let runs = segments.chunk_by(follow);
    let range = |run: &[Segment]| SegmentRange {
        timeline: run[0].timeline,
        first: run[0].number,
        last: run[run.len() - 1].number,
    };
    runs.map(range).collect()
}

/// Which numbers from the first to the last are in no stretch; the stretches are sorted.
fn gaps(there: &[SegmentRange], (first, last): (u64, u64)) -> Vec<(u64, u64)> {
    let (mut next, mut gaps) = (first, Vec::new());
    for run in there.iter().take_while(|run| run.first <= last) {
        if run.first > next {
            gaps.push((next, run.first - 1));
        }
        next = next.max(run.last + 1);
    }
    if next <= last {
        gaps.push((next, last));
    }
    gaps
}

/// A hole, by the timelines that count in it.
fn split((first, last): (u64, u64), parts: &[SegmentRange]) -> Vec<SegmentRange> {
    let cut = |part: &SegmentRange| {
        let (first, last) = (first.max(part.first), last.min(part.last));
        (first <= last).then_some(SegmentRange {
            first,
            last,
            ..*part
        })
    };
    parts.iter().filter_map(cut).collect()
}

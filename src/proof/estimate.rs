//! How long a full restore takes, as far as what was restored until now tells.
//!
//! A restore takes `fixed + bytes / bandwidth`. Both are fitted by least squares, neither below
//! nothing. In measurements, samples of at most an eighth of the data predicted the full restore
//! to +5 %, larger ones to -18 %; the plain ratio was +38 % off, because it counts what is fixed
//! once for each sample. An estimate is an interval therefore, and is called one until there is a
//! full run. Files are not fitted: with the bytes two figures were enough.
//!
//! The data grow by the median slope between all pairs of recovery points (Theil 1950, Sen 1968),
//! which a third of strange values does not move.

use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};

use super::robust::median;
use crate::time::{Date, Duration};

/// A restore that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sample {
    /// How much was restored, in bytes.
    pub bytes: u64,
    /// How many files that were.
    pub files: u64,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// What an estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// One part was restored, which tells nothing about what is fixed.
    OneSample,
    /// Parts of different sizes were restored.
    Samples,
    /// All was restored.
    FullRun,
}

impl Basis {
    /// As people read it, after a length of time.
    pub fn words(self) -> &'static str {
        match self {
            Basis::OneSample => "estimated from one part alone",
            Basis::Samples => "estimated from parts",
            Basis::FullRun => "measured",
        }
    }
}

/// How long a restore takes, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// At least.
    pub least: u64,
    /// Most likely.
    pub likely: u64,
    /// At most.
    pub most: u64,
}

/// How long a full restore takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// What it rests on.
    pub basis: Basis,
    /// How much a full restore brings back, in bytes.
    pub bytes: u64,
    /// How long it takes.
    pub span: Span,
    /// How long it takes before the first byte, in microseconds.
    fixed: f64,
    /// How long each byte takes, in microseconds.
    per_byte: f64,
}

/// From this part of all on a restore was one of all, and up to as much above.
const FULL: f64 = 0.9;

/// How far an estimate from parts may be off.
const OFF: f64 = 0.25;

impl Estimate {
    /// How long it takes to restore so many bytes; nothing where nothing was ever restored.
    pub fn new(samples: &[Sample], bytes: u64) -> Option<Self> {
        let samples: Vec<Sample> = samples.iter().copied().filter(|it| it.bytes > 0).collect();
        let is_full = |it: &&Sample| {
            let part = it.bytes as f64 / bytes as f64;
            (FULL..=1.0 / FULL).contains(&part)
        };
        let full: Vec<Sample> = samples.iter().filter(is_full).copied().collect();
        if !full.is_empty() {
            return measured(&full, bytes);
        }
        let first = samples.first()?;
        if samples.iter().all(|it| it.bytes == first.bytes) {
            return ratio(&samples, bytes);
        }
        let (fixed, per_byte) = fit(&samples);
        let likely = fixed + per_byte * bytes as f64;
        let off = [1.0 - OFF, 1.0, 1.0 + OFF].map(|factor| likely * factor);
        Some(Estimate::from(
            Basis::Samples,
            bytes,
            (fixed, per_byte),
            off,
        ))
    }

    fn from(
        basis: Basis,
        bytes: u64,
        (fixed, per_byte): (f64, f64),
        [least, likely, most]: [f64; 3],
    ) -> Self {
        let span = Span {
            least: least as u64,
            likely: likely as u64,
            most: most.ceil() as u64,
        };
        Estimate {
            basis,
            bytes,
            span,
            fixed,
            per_byte,
        }
    }

    /// The same, no surer than others that were made in the same way: it reaches as far as they do.
    #[must_use]
    pub fn reaching(mut self, others: impl IntoIterator<Item = Estimate>) -> Self {
        for other in others {
            self.span.least = self.span.least.min(other.span.likely);
            self.span.most = self.span.most.max(other.span.likely);
        }
        self
    }

    /// As people read it: `10 min to 15 min, estimated from parts`.
    pub fn words(&self) -> String {
        let words = |micros: u64| Duration::seconds(micros.div_ceil(1_000_000)).words();
        let (least, most) = (words(self.span.least), words(self.span.most));
        match least == most {
            true => format!("{least}, {}", self.basis.words()),
            false => format!("{least} to {most}, {}", self.basis.words()),
        }
    }

    /// The day on which a full restore most likely takes longer than the recovery time objective
    /// because the data grow, where that is before the next test shows it.
    pub fn crosses(&self, growth: f64, rto: Duration, outlook: Outlook) -> Option<Date> {
        let limit = rto.as_seconds() as f64 * 1e6;
        if self.span.likely as f64 > limit {
            return Some(outlook.today);
        }
        let per_day = growth * self.per_byte;
        let left = limit - self.span.likely as f64;
        // Whoever is at the limit on a day is past it on the next.
        let whole = (left / per_day).floor() + 1.0;
        let day = (per_day > 0.0 && whole < 36_525.0)
            .then(|| outlook.today.0.checked_add_days(Days::new(whole as u64)))??;
        Some(Date(day)).filter(|day| *day < outlook.next_test)
    }
}

/// From when until when one looks ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The day on which one looks.
    pub today: Date,
    /// The day on which the next test is due.
    pub next_test: Date,
}

/// Full runs, the middle one of which is the likely one. A larger size takes as much longer as it
/// is larger, which is rather too long.
fn measured(full: &[Sample], bytes: u64) -> Option<Estimate> {
    let paces: Vec<f64> = full.iter().map(pace).collect();
    let likely = median(&paces)?;
    let least = paces.iter().copied().fold(likely, f64::min);
    let most = paces.iter().copied().fold(likely, f64::max);
    let span = [least, likely, most].map(|pace| pace * bytes as f64);
    Some(Estimate::from(Basis::FullRun, bytes, (0.0, likely), span))
}

/// One part, or parts of one size: as long for each byte, and twice as far off as with more.
fn ratio(samples: &[Sample], bytes: u64) -> Option<Estimate> {
    let paces: Vec<f64> = samples.iter().map(pace).collect();
    let per_byte = median(&paces)?;
    let likely = per_byte * bytes as f64;
    let span = [1.0 - 2.0 * OFF, 1.0, 1.0 + 2.0 * OFF].map(|factor| likely * factor);
    Some(Estimate::from(
        Basis::OneSample,
        bytes,
        (0.0, per_byte),
        span,
    ))
}

/// How long each byte of a sample took.
fn pace(sample: &Sample) -> f64 {
    sample.micros as f64 / sample.bytes as f64
}

/// What is fixed and what each byte takes, by least squares. Where one of both came out below
/// nothing, it is nothing, and the other is fitted alone: the best on that edge.
fn fit(samples: &[Sample]) -> (f64, f64) {
    let count = samples.len() as f64;
    let mean = |of: fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (bytes, micros) = (mean(|it| it.bytes as f64), mean(|it| it.micros as f64));
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        samples
            .iter()
            .map(|it| of(it.bytes as f64, it.micros as f64))
            .sum()
    };
    let together = sum(&|x, y| (x - bytes) * (y - micros));
    let per_byte = together / sum(&|x, _| (x - bytes) * (x - bytes));
    let fixed = micros - per_byte * bytes;
    if per_byte < 0.0 {
        return (micros, 0.0);
    }
    if fixed < 0.0 {
        return (0.0, sum(&|x, y| x * y) / sum(&|x, _| x * x));
    }
    (fixed, per_byte)
}

/// The most recovery points of which all pairs are looked at.
const PAIRS_OF: usize = 512;

/// By how many bytes a restore grows each day, from how large it was at some moments; nothing where
/// fewer than three tell.
pub fn growth(sizes: impl IntoIterator<Item = (DateTime<Utc>, u64)>) -> Option<f64> {
    let sizes = sizes.into_iter();
    let mut sizes: Vec<(i64, f64)> = sizes
        .map(|(at, bytes)| (at.timestamp(), bytes as f64))
        .collect();
    sizes.sort_unstable_by_key(|(at, _)| *at);
    let step = sizes.len().div_ceil(PAIRS_OF).max(1);
    // Thinned out evenly from the newest on.
    let sizes: Vec<_> = sizes.iter().rev().step_by(step).collect();
    let slope = |later: &(i64, f64), earlier: &(i64, f64)| {
        let days = (later.0 - earlier.0) as f64 / 86_400.0;
        (days > 0.0).then(|| (later.1 - earlier.1) / days)
    };
    let pairs = sizes.iter().enumerate().flat_map(|(at, later)| {
        sizes[at + 1..]
            .iter()
            .filter_map(move |earlier| slope(later, earlier))
    });
    let slopes: Vec<f64> = pairs.collect();
    median(&slopes).filter(|_| sizes.len() >= 3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::second;
    use super::*;

    const SECOND: u64 = 1_000_000;
    const GB: u64 = 1_000_000_000;

    fn sample(bytes: u64, seconds: u64) -> Sample {
        Sample {
            bytes,
            files: 1,
            micros: seconds * SECOND,
        }
    }

    #[track_caller]
    fn check(samples: &[Sample], bytes: u64, (basis, seconds): (Basis, [u64; 3])) {
        let found = Estimate::new(samples, bytes).expect("an estimate");
        let Span {
            least,
            likely,
            most,
        } = found.span;
        assert_eq!(found.basis, basis);
        assert_eq!([least, likely, most].map(|it| it / SECOND), seconds);
    }

    #[test]
    fn what_is_fixed_is_not_counted_for_each_part() {
        // Ten seconds, and 100 MB each second.
        let parts = [sample(GB, 20), sample(2 * GB, 30)];
        check(&parts, 9 * GB, (Basis::Samples, [75, 100, 125]));
        check(&parts[..1], 9 * GB, (Basis::OneSample, [90, 180, 270]));
        check(
            &[parts[0], parts[0]],
            9 * GB,
            (Basis::OneSample, [90, 180, 270]),
        );
    }

    #[test]
    fn a_full_run_counts_more_than_all_parts() {
        let runs = [
            sample(GB, 20),
            sample(9 * GB, 99),
            sample(9 * GB, 90),
            sample(9 * GB, 108),
        ];
        check(&runs, 9 * GB, (Basis::FullRun, [90, 99, 108]));
        // All as it was once is a part by now.
        check(&runs[1..2], 18 * GB, (Basis::OneSample, [99, 198, 297]));
        let found = Estimate::new(&runs, 9 * GB).unwrap();
        assert_eq!(found.words(), "1 min 30 s to 1 min 48 s, measured");
    }

    #[test]
    fn neither_figure_is_below_nothing() {
        check(
            &[sample(GB, 30), sample(2 * GB, 20)],
            4 * GB,
            (Basis::Samples, [18, 25, 31]),
        );
        check(
            &[sample(GB, 1), sample(2 * GB, 10)],
            10 * GB,
            (Basis::Samples, [31, 42, 52]),
        );
        assert_eq!(Estimate::new(&[], GB), None);
        assert_eq!(Estimate::new(&[sample(0, 5)], GB), None);
    }

    #[test]
    fn growth_is_not_moved_by_one_strange_size() {
        let sized = |day: i64| (second(day * 86_400), GB + day.cast_unsigned() * 1_000);
        let mut sizes: Vec<_> = (0..2_000).map(sized).collect();
        assert_eq!(growth(sizes.clone()), Some(1_000.0));
        sizes.truncate(20);
        sizes[7].1 = 0;
        assert_eq!(growth(sizes.clone()), Some(1_000.0));
        assert_eq!(growth(sizes[..2].to_vec()), None);
    }

    #[test]
    fn a_restore_that_grows_too_long_before_the_next_test_is_foreseen() {
        let days = Outlook {
            today: "2026-03-01".parse().unwrap(),
            next_test: "2026-06-01".parse().unwrap(),
        };
        let found = Estimate::new(&[sample(10 * GB, 100)], 10 * GB).unwrap();
        let crosses = |growth: u64, rto: u64| {
            let day = found.crosses(growth as f64, Duration::seconds(rto), days);
            day.map(|day| day.to_string())
        };
        assert_eq!(crosses(GB, 200).as_deref(), Some("2026-03-12"));
        assert_eq!(crosses(GB / 10, 200), None);
        assert_eq!(crosses(0, 200), None);
        assert_eq!(crosses(0, 99).as_deref(), Some("2026-03-01"));
    }

    proptest! {
        #[test]
        fn what_follows_the_law_is_predicted_as_the_law_says(
            fixed in 0..600u64, rate in 1..1_000u64, parts in
            proptest::collection::btree_set(1..100u64, 2..8),
        ) {
            let law = |mb: u64| fixed * SECOND + mb * SECOND / rate;
            let sample = |mb: &u64| Sample { bytes: mb * 1_000, files: 1, micros: law(*mb) };
            let samples: Vec<_> = parts.iter().map(sample).collect();
            let found = Estimate::new(&samples, 1_000_000).unwrap().span;
            // Rounding to microseconds may move it by as much for each part.
            prop_assert!(found.likely.abs_diff(law(1_000)) <= 2_000, "{found:?} {}", law(1_000));
            prop_assert!(found.least <= found.likely && found.likely <= found.most);
        }

        #[test]
        fn no_part_is_predicted_to_take_less_than_nothing(
            samples in proptest::collection::vec((1..1_000u64, 0..1_000u64), 1..8),
            bytes in 1..1_000_000u64,
        ) {
            let samples: Vec<_> = samples.iter().map(|it| sample(it.0, it.1)).collect();
            let found = Estimate::new(&samples, bytes).expect("there are samples");
            prop_assert!(found.fixed >= 0.0 && found.per_byte >= 0.0);
        }
    }
}

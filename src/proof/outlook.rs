//! How long a restore of a backup takes, and when it will take too long, as far as its
//! verifications and the parts of it tell that were restored.

use chrono::{DateTime, Utc};

use super::{Basis, Estimate, Outlook, Sample, SampleRun, Verified, growth};
use crate::time::{Date, Duration};

/// From how many of the last times that parts were restored all of it is foretold: one alone is at
/// the mercy of what else a machine does in these seconds.
const RUNS_MAX: usize = 4;

/// What is foreseen of a backup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foreseen {
    /// How long a restore takes.
    pub estimate: Estimate,
    /// By how many bytes it grows each day; nothing where fewer than three restores tell.
    pub growth: Option<f64>,
    /// What the parts alone foretell that were restored the last times, if any were.
    pub parts: Option<Foretold>,
}

/// What parts alone foretell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foretold {
    /// How long a restore of all takes.
    pub estimate: Estimate,
    /// How much of all was restored the last time, in hundredths.
    pub scope: f64,
}

impl Foreseen {
    /// What the restores of a backup tell, and the parts of it; nothing where none was made. How
    /// much there is to restore tells the newest recovery point that was looked at, also where it
    /// was only listed.
    pub fn new<'v>(
        verified: impl IntoIterator<Item = &'v Verified>,
        sampled: impl IntoIterator<Item = &'v SampleRun>,
    ) -> Option<Self> {
        let mut runs: Vec<&SampleRun> = sampled.into_iter().collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.at));
        runs.truncate(RUNS_MAX);
        let verified: Vec<&Verified> = verified.into_iter().collect();
        let restored = |it: &&Verified| Some((it.as_of?, it.bytes?, it.took?));
        let restored: Vec<_> = verified.iter().filter_map(restored).collect();
        let full = restored.iter().map(|&(_, bytes, took)| Sample {
            bytes,
            files: 0,
            micros: took.as_seconds() * 1_000_000,
        });
        let parts: Vec<Sample> = runs.iter().flat_map(|run| run.samples.clone()).collect();
        let samples: Vec<Sample> = full.chain(parts.iter().copied()).collect();
        let sizes = restored.iter().map(|&(at, bytes, _)| (at, bytes));
        let sizes: Vec<_> = sizes
            .chain(runs.iter().map(|run| (run.as_of, run.bytes)))
            .collect();
        let newest = listed_since(&verified, *sizes.iter().max()?);
        let by_run = runs
            .iter()
            .filter_map(|run| Estimate::new(&run.samples, newest));
        let by_run: Vec<Estimate> = by_run.collect();
        let foretold = runs.first().zip(Estimate::new(&parts, newest));
        let estimate = Estimate::new(&samples, newest)?;
        Some(Foreseen {
            estimate: match estimate.basis {
                Basis::FullRun => estimate,
                Basis::OneSample | Basis::Samples => estimate.reaching(by_run.clone()),
            },
            growth: growth(sizes),
            parts: foretold.map(|(run, estimate)| Foretold {
                estimate: estimate.reaching(by_run),
                scope: run.scope(),
            }),
        })
    }

    /// The day on which a restore will take longer than it may, where that is before the next test.
    pub fn too_long_on(&self, rto: Duration, outlook: Outlook) -> Option<Date> {
        self.estimate
            .crosses(self.growth.unwrap_or(0.0), rto, outlook)
    }

    /// By how much the parts alone are off what was measured, as a share of that; nothing where all
    /// was not restored, or no parts were.
    pub fn off(&self) -> Option<f64> {
        let parts = self
            .parts
            .filter(|_| self.estimate.basis == Basis::FullRun)?;
        let (foretold, measured) = (parts.estimate.span.likely, self.estimate.span.likely);
        (measured > 0).then(|| foretold as f64 / measured as f64 - 1.0)
    }
}

/// How much the newest recovery point holds, of which the size of the last restored one is known:
/// as much more as the list says, where a newer one was only listed.
fn listed_since(verified: &[&Verified], (as_of, bytes): (DateTime<Utc>, u64)) -> u64 {
    let listed = verified
        .iter()
        .filter_map(|it| Some((it.as_of?, it.holds?)));
    let held = listed.clone().find(|(at, _)| *at == as_of);
    let newest = listed.filter(|(at, _)| *at > as_of).max();
    match (held, newest) {
        (Some((_, held)), Some((_, holds))) => scaled(bytes, (held, holds)),
        _ => bytes,
    }
}

/// How much a restore brings back that brought back so many bytes, when the tool says of both how
/// large they are: what it counts need not be what is counted on the disk.
fn scaled(bytes: u64, (then, now): (u64, u64)) -> u64 {
    let scaled = u128::from(bytes) * u128::from(now) / u128::from(then.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::testing::second;
    use super::*;

    const GB: u64 = 1_000_000_000;

    fn run(day: i64, bytes: u64) -> SampleRun {
        let sample = |share: u64| Sample {
            bytes: bytes / share,
            files: 1,
            // Ten seconds, and 100 MB each second.
            micros: 10_000_000 + bytes / share / 100,
        };
        SampleRun {
            backup: "orders".parse().expect("an id"),
            at: second(day * 86_400),
            day: "2026-03-01".parse().expect("a day"),
            as_of: second(day * 86_400),
            bytes,
            samples: vec![sample(32), sample(8)],
        }
    }

    fn full(day: i64, bytes: u64, seconds: u64) -> Verified {
        Verified {
            at: second(day * 86_400),
            as_of: Some(second(day * 86_400)),
            bytes: Some(bytes),
            took: Some(Duration::seconds(seconds)),
            ..Verified::example()
        }
    }

    #[test]
    fn parts_foretell_until_all_is_restored() {
        let parts = run(3, 64 * GB);
        let foreseen = Foreseen::new([], [&run(1, GB), &parts]).expect("parts");
        assert_eq!(foreseen.estimate.basis, Basis::Samples);
        assert_eq!(foreseen.estimate.span.likely.div_ceil(1_000_000), 650);
        let scope = foreseen.parts.expect("parts").scope;
        assert!((scope - 15.625).abs() < 0.01, "{scope}");
        assert_eq!(foreseen.off(), None);
        let foreseen = Foreseen::new([&full(2, 64 * GB, 500)], [&parts]).expect("all");
        assert_eq!(foreseen.estimate.basis, Basis::FullRun);
        let off = foreseen.off().expect("both");
        assert!((off - 0.3).abs() < 0.001, "{off}");
        assert_eq!(Foreseen::new([], []), None);
    }

    #[test]
    fn an_estimate_is_no_surer_than_the_parts_agree() {
        let slow = |day: i64| {
            let mut run = run(day, 64 * GB);
            run.samples.iter_mut().for_each(|it| it.micros *= 2);
            run
        };
        let seconds = |runs: &[SampleRun]| {
            let span = Foreseen::new([], runs).expect("parts").estimate.span;
            [span.least, span.likely, span.most].map(|it| it.div_ceil(1_000_000))
        };
        let runs = [run(1, 64 * GB), slow(2), run(3, 64 * GB)];
        assert_eq!(seconds(&runs[..1]), [488, 650, 813]);
        let [least, likely, most] = seconds(&runs);
        assert_eq!((least, most), (650, 1300));
        assert!((860..875).contains(&likely), "{likely}");
        // What was measured long ago does not count any more.
        let newer = (1..5).map(|day| run(day, 64 * GB));
        let runs: Vec<_> = [slow(0)].into_iter().chain(newer).collect();
        assert_eq!(seconds(&runs), [488, 650, 813]);
    }

    #[test]
    fn what_grew_since_all_was_restored_is_foreseen_by_parts() {
        let (old, parts) = (full(0, 32 * GB, 330), run(64, 64 * GB));
        let foreseen = Foreseen::new([&old], [&parts]).expect("both");
        assert_eq!(foreseen.estimate.basis, Basis::Samples);
        assert_eq!(foreseen.estimate.bytes, 64 * GB);
        let likely = foreseen.estimate.span.likely.div_ceil(1_000_000);
        assert!(likely.abs_diff(650) < 10, "{likely}");
        assert_eq!(foreseen.off(), None);
    }
}

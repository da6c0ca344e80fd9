//! How long a restore of a backup takes, and when it will take too long, as far as its
//! verifications tell.

use super::{Estimate, Outlook, Sample, Verified, growth};
use crate::time::{Date, Duration};

/// What is foreseen of a backup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foreseen {
    /// How long a restore takes.
    pub estimate: Estimate,
    /// By how many bytes it grows each day; nothing where fewer than three restores tell.
    pub growth: Option<f64>,
}

impl Foreseen {
    /// What the restores of a backup tell; nothing where none was made. How much there is to
    /// restore tells the newest recovery point that was looked at, also where it was only listed.
    pub fn new<'v>(verified: impl IntoIterator<Item = &'v Verified>) -> Option<Self> {
        let verified: Vec<&Verified> = verified.into_iter().collect();
        let restored = |it: &&Verified| Some((it.as_of?, it.bytes?, it.took?, it.holds));
        let mut restored: Vec<_> = verified.iter().filter_map(restored).collect();
        restored.sort_unstable();
        let samples = restored.iter().map(|&(_, bytes, took, _)| Sample {
            bytes,
            files: 0,
            micros: took.as_seconds() * 1_000_000,
        });
        let samples: Vec<Sample> = samples.collect();
        let &(as_of, bytes, _, held) = restored.last()?;
        let listed = verified
            .iter()
            .filter_map(|it| Some((it.as_of?, it.holds?)));
        let newest = listed.filter(|(at, _)| *at > as_of).max();
        let bytes = match (held, newest) {
            (Some(held), Some((_, holds))) => scaled(bytes, (held, holds)),
            _ => bytes,
        };
        Some(Foreseen {
            estimate: Estimate::new(&samples, bytes)?,
            growth: growth(restored.iter().map(|&(at, bytes, ..)| (at, bytes))),
        })
    }

    /// The day on which a restore will take longer than it may, where that is before the next test.
    pub fn too_long_on(&self, rto: Duration, outlook: Outlook) -> Option<Date> {
        self.estimate
            .crosses(self.growth.unwrap_or(0.0), rto, outlook)
    }
}

/// How much a restore brings back that brought back so many bytes, when the tool says of both how
/// large they are: what it counts need not be what is counted on the disk.
fn scaled(bytes: u64, (then, now): (u64, u64)) -> u64 {
    let scaled = u128::from(bytes) * u128::from(now) / u128::from(then.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

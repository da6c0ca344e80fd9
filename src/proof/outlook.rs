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
    /// What the restores of a backup tell; nothing where none was made.
    pub fn new<'v>(verified: impl IntoIterator<Item = &'v Verified>) -> Option<Self> {
        let restored = |it: &'v Verified| Some((it.as_of?, it.bytes?, it.took?));
        let mut restored: Vec<_> = verified.into_iter().filter_map(restored).collect();
        restored.sort_unstable();
        let samples = restored.iter().map(|&(_, bytes, took)| Sample {
            bytes,
            files: 0,
            micros: took.as_seconds() * 1_000_000,
        });
        let samples: Vec<Sample> = samples.collect();
        let (_, newest, _) = restored.last()?;
        Some(Foreseen {
            estimate: Estimate::new(&samples, *newest)?,
            growth: growth(restored.iter().map(|&(at, bytes, _)| (at, bytes))),
        })
    }

    /// The day on which a restore will take longer than it may, where that is before the next test.
    pub fn too_long_on(&self, rto: Duration, outlook: Outlook) -> Option<Date> {
        self.estimate
            .crosses(self.growth.unwrap_or(0.0), rto, outlook)
    }
}

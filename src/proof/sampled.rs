//! What parts of a backup tell that were restored to foresee how long all of it takes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Call, RecoveryPoint, Sample, Tool, Trial, Verdict};
use crate::id::BackupId;
use crate::time::{Date, Moment, TimeZone};

/// Parts of a backup that were restored. They show nothing of the rest, and are no rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sampled {
    /// The id of it.
    pub id: String,
    /// The backup.
    pub backup: BackupId,
    /// The key of the provider, such as `restic`.
    pub provider: String,
    /// SHA-256 over what the plan states of the backup.
    pub stated: String,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// The program that read the backup.
    pub tool: Option<Tool>,
    /// The recovery point.
    pub point: Option<RecoveryPoint>,
    /// The seed by which the parts were drawn.
    pub seed: u64,
    /// How many files are in all of it.
    pub files: u64,
    /// How much is in them, in bytes.
    pub bytes: u64,
    /// How long it took to list them, in microseconds: each part is as long for that as all is.
    pub listed_micros: u64,
    /// The parts.
    pub parts: Vec<SampledPart>,
    /// All that was looked at.
    pub trials: Vec<Trial>,
    /// Whether nothing is left of it on the disk.
    pub removed: bool,
    /// Whether the backup was the same before and after, as far as it is on this machine.
    pub source_unchanged: Option<bool>,
    /// Every program that was run.
    pub calls: Vec<Call>,
}

/// A part that was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SampledPart {
    /// How many files and folders were asked for.
    pub asked: u64,
    /// How many files came back.
    pub files: u64,
    /// How much is in them, in bytes.
    pub bytes: u64,
    /// How long that took, in microseconds, without listing them.
    pub micros: u64,
}

impl Sampled {
    /// What came of it: a fault was seen, parts were restored and nothing is unclear, or neither.
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.trials.iter().any(|trial| trial.verdict == verdict);
        if any(Verdict::Fail) {
            Verdict::Fail
        } else if any(Verdict::Inconclusive) || self.parts.is_empty() {
            Verdict::Inconclusive
        } else {
            Verdict::Pass
        }
    }

    /// The restores that were measured, each with the time that listing took.
    pub fn samples(&self) -> Vec<Sample> {
        let sample = |part: &SampledPart| Sample {
            bytes: part.bytes,
            files: part.files,
            micros: part.micros.saturating_add(self.listed_micros),
        };
        self.parts.iter().map(sample).collect()
    }
}

/// What is remembered of parts that were restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SampleRun {
    /// The backup.
    pub backup: BackupId,
    /// When it began.
    pub at: DateTime<Utc>,
    /// The day that was, where the organization is.
    pub day: Date,
    /// When the data were as they are in it.
    pub as_of: DateTime<Utc>,
    /// How much is in all of it, in bytes.
    pub bytes: u64,
    /// What was measured.
    pub samples: Vec<Sample>,
}

impl SampleRun {
    /// What is remembered; nothing of parts that were not all restored as they were to be.
    pub fn new(sampled: &Sampled, zone: TimeZone) -> Option<Self> {
        let at = sampled.began.wall;
        let point = sampled.point.as_ref();
        point
            .filter(|_| sampled.verdict() == Verdict::Pass)
            .map(|point| SampleRun {
                backup: sampled.backup.clone(),
                at,
                day: Date(at.with_timezone(&zone.0).date_naive()),
                as_of: point.as_of,
                bytes: sampled.bytes,
                samples: sampled.samples(),
            })
    }

    /// How much of all was restored, in hundredths.
    pub fn scope(&self) -> f64 {
        let parts: u64 = self.samples.iter().map(|it| it.bytes).sum();
        100.0 * parts as f64 / self.bytes.max(1) as f64
    }
}

//! What is remembered of a verification: what checks and documents ask for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Level, Tool, Trial, Verdict, Verification};
use crate::id::BackupId;
use crate::time::{Date, Duration, TimeZone};

/// What is remembered of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Verified {
    /// Its id.
    pub id: String,
    /// The backup.
    pub backup: BackupId,
    /// When it began.
    pub at: DateTime<Utc>,
    /// The day that was, where the organization is.
    pub day: Date,
    /// Up to which rung it was to go.
    #[serde(default = "highest")]
    pub asked: Level,
    /// The rung it shows.
    pub level: Level,
    /// The highest rung that a fault in it leaves standing; the highest of all without one.
    #[serde(default = "highest")]
    pub ceiling: Level,
    /// What came of it.
    pub verdict: Verdict,
    /// The key of the provider.
    #[serde(default)]
    pub provider: String,
    /// The program that read the backup.
    #[serde(default)]
    pub tool: Option<Tool>,
    /// The identity of the repository.
    #[serde(default)]
    pub repository: Option<String>,
    /// The recovery point that was looked at.
    #[serde(default)]
    pub point: Option<String>,
    /// When the data were as they are in it.
    #[serde(default)]
    pub as_of: Option<DateTime<Utc>>,
    /// When the newest of the recovery points was begun that were not known before.
    #[serde(default)]
    pub newest: Option<DateTime<Utc>>,
    /// How long a restore took until what was restored could be used.
    #[serde(default)]
    pub took: Option<Duration>,
    /// How much a restore brought back, in bytes.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// How much a restore of the recovery point brings back, as the tool says, in bytes.
    #[serde(default)]
    pub holds: Option<u64>,
    /// How much data would have been lost, as what was restored shows it.
    #[serde(default)]
    pub lost: Option<Duration>,
    /// What did not pass, as sentences without their ends.
    #[serde(default)]
    pub complaints: Vec<String>,
    /// SHA-256 over what is stated of the backup at that time, as the plan has it.
    #[serde(default)]
    pub stated: Option<String>,
}

fn highest() -> Level {
    Level::Validated
}

impl Verified {
    /// What is remembered of a verification.
    pub fn new(verification: &Verification, zone: TimeZone) -> Self {
        let at = verification.began.wall;
        let failed = verification.trials.iter();
        let failed = failed.filter(|trial| trial.verdict == Verdict::Fail);
        let restored = verification.restored.as_ref();
        Verified {
            id: verification.id.clone(),
            backup: verification.backup.clone(),
            at,
            day: Date(at.with_timezone(&zone.0).date_naive()),
            asked: verification.asked,
            level: verification.level(),
            ceiling: failed
                .map(|trial| trial.level.below())
                .min()
                .unwrap_or(Level::Validated),
            verdict: verification.verdict(),
            provider: verification.provider.clone(),
            tool: verification.tool.clone(),
            repository: verification.repository.clone(),
            point: verification.point.as_ref().map(|point| point.id.clone()),
            as_of: verification.point.as_ref().map(|point| point.as_of),
            newest: verification.seen.new.iter().map(|point| point.as_of).max(),
            took: restored.map(|restored| begun(restored.took_micros)),
            bytes: restored.map(|restored| restored.bytes),
            holds: verification.point.as_ref().and_then(|point| point.bytes),
            lost: verification.lost_micros.map(begun),
            complaints: verification.complaints().map(Trial::sentence).collect(),
            stated: verification.stated.clone(),
        }
    }

    /// One to make others of in tests.
    #[cfg(test)]
    pub(crate) fn example() -> Self {
        Verified {
            id: "orders-1".to_owned(),
            backup: "orders".parse().expect("an id"),
            at: DateTime::UNIX_EPOCH,
            day: Date(DateTime::UNIX_EPOCH.date_naive()),
            asked: Level::Validated,
            level: Level::Unknown,
            ceiling: Level::Validated,
            verdict: Verdict::Pass,
            provider: "restic".to_owned(),
            tool: None,
            repository: None,
            point: None,
            as_of: None,
            newest: None,
            took: None,
            bytes: None,
            holds: None,
            lost: None,
            complaints: Vec::new(),
            stated: None,
        }
    }
}

/// Whole seconds: what has begun counts, so nothing took no time.
fn begun(micros: u64) -> Duration {
    Duration::seconds(micros.div_ceil(1_000_000).max(1))
}

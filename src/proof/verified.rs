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
    /// Whether it looked at another recovery point than the newest.
    #[serde(default)]
    pub older: bool,
    /// Whether a fault in it is one of what it looked at, and not of the list alone.
    #[serde(default)]
    pub of_point: bool,
    /// When the newest of all recovery points was begun that were listed; nothing where an older
    /// one was looked at and that was not kept.
    #[serde(default)]
    pub listed: Option<DateTime<Utc>>,
    /// The ids of the recovery points that were not there any more.
    #[serde(default)]
    pub gone: Vec<String>,
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
        let older = verification.is_of_older();
        let point = verification.point.as_ref();
        let is_of_point = |it: &Trial| match it.level {
            Level::Exists => !older,
            level => level >= Level::Intact,
        };
        let of_point = point.is_some() && failed.clone().any(is_of_point);
        let as_of = point.map(|point| point.as_of);
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
            point: point.map(|point| point.id.clone()),
            as_of,
            older,
            of_point,
            listed: verification.newest.or(as_of.filter(|_| !older)),
            gone: verification.seen.gone.clone(),
            newest: verification.seen.new.iter().map(|point| point.as_of).max(),
            took: restored.map(|restored| begun(restored.took_micros)),
            bytes: restored.map(|restored| restored.bytes),
            holds: verification.point.as_ref().and_then(|point| point.bytes),
            lost: verification.lost_micros.map(begun),
            complaints: verification.complaints().map(Trial::sentence).collect(),
            stated: verification.stated.clone(),
        }
    }

    /// Whether it shows that a fault an earlier one found is mended: it went beyond its rung, and
    /// looked at what the fault was in. What is good of an older recovery point does not show that
    /// the newest is, nor the other way round.
    pub fn mends(&self, fault: &Verified) -> bool {
        if self.at <= fault.at {
            return false;
        }
        let is_same = fault.point.is_some() && self.point == fault.point;
        let is_gone = || {
            fault
                .point
                .as_ref()
                .is_some_and(|id| self.gone.contains(id))
        };
        let is_beyond = self.level > fault.ceiling;
        match (fault.of_point, fault.older) {
            (false, _) => is_beyond,
            (true, false) => is_beyond && (!self.older || is_same),
            (true, true) => is_beyond && is_same || is_gone(),
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
            older: false,
            of_point: false,
            listed: None,
            gone: Vec::new(),
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

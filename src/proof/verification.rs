//! One verification of a backup, as it is kept.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Doubt, Level, Part, Ping, Sampled, SelfTested, Trial, Verdict, reached};
use crate::id::BackupId;
use crate::time::Moment;

/// Something about backups that happened, and is kept: one entry of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// A backup was verified.
    Verified(Box<Verification>),
    /// A backup was made by Mainstay itself.
    Taken(Taken),
    /// Parts of a backup were restored, to foresee how long all of it takes.
    Sampled(Box<Sampled>),
    /// The verifications of a tool were tested.
    SelfTested(SelfTested),
    /// A job that makes a backup told how it goes.
    Pinged(Ping),
}

/// A backup that Mainstay itself made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Taken {
    /// The backup.
    pub backup: BackupId,
    /// The key of what wrote it, such as `restic`.
    pub writer: String,
    /// When it was begun.
    pub began: Moment,
    /// When it was finished.
    pub ended: Moment,
    /// The id of the recovery point, as whoever wrote it names it.
    pub point: String,
    /// How many files are in it.
    pub files: u64,
    /// How much is in them, in bytes.
    pub bytes: u64,
    /// The files by which the backup is held to be what it was, such as its checksum, as paths from
    /// the workspace, each with its SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sums: BTreeMap<String, String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// Every program that was run.
    pub calls: Vec<Call>,
}

/// One verification of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Verification {
    /// Its id.
    pub id: String,
    /// The backup.
    pub backup: BackupId,
    /// The key of the provider, such as `restic`.
    pub provider: String,
    /// SHA-256 over the plan files that said how.
    pub plans: String,
    /// SHA-256 over what the plan states of the backup.
    #[serde(default)]
    pub stated: Option<String>,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// Up to which rung it was to go.
    pub asked: Level,
    /// The program that read the backup.
    pub tool: Option<Tool>,
    /// The identity of the repository, where it has one of its own.
    pub repository: Option<String>,
    /// The recovery point that was looked at.
    pub point: Option<RecoveryPoint>,
    /// How that was chosen.
    pub picked: Picked,
    /// The same as a plan states it, or a person asked for it, such as `random within 90d`.
    #[serde(default)]
    pub pick: String,
    /// Which of the picks of the plan that was; nothing where a person chose, or the plan does not.
    #[serde(default)]
    pub turn: Option<Turn>,
    /// When the newest recovery point was begun that was listed.
    #[serde(default)]
    pub newest: Option<DateTime<Utc>>,
    /// The part of the repository that was read, if any was.
    #[serde(default)]
    pub read: Option<Part>,
    /// What the catalogue shows that was not known before.
    pub seen: Seen,
    /// All that was looked at.
    pub trials: Vec<Trial>,
    /// How long each part took.
    pub stages: Vec<Stage>,
    /// What was restored.
    pub restored: Option<Restored>,
    /// Where what was restored is kept as a fault was found, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
    /// How much data would be lost, as what was restored itself shows it, in microseconds.
    pub lost_micros: Option<u64>,
    /// Whether the backup was the same before and after, as far as it is on this machine or its
    /// store lists it; nothing where neither is.
    pub source_unchanged: Option<bool>,
    /// Every program that was run.
    pub calls: Vec<Call>,
    /// What else is worth knowing, such as what an older tool cannot tell.
    pub notes: Vec<String>,
}

/// A program, so that one can tell later which it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tool {
    /// Its path.
    pub path: String,
    /// The version it says it has.
    pub version: String,
    /// SHA-256 of the program.
    pub sha256: String,
}

/// A state of the data that can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecoveryPoint {
    /// Its id, as the tool names it.
    pub id: String,
    /// When the backup was begun: nothing that was written later is surely in it.
    pub as_of: DateTime<Utc>,
    /// When it was finished, where the tool says so.
    pub finished: Option<DateTime<Utc>>,
    /// Whether it holds all by itself.
    pub kind: PointKind,
    /// The recovery points it cannot be restored without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// How much a restore of it brings back, in bytes.
    pub bytes: Option<u64>,
    /// How much it takes in the repository, in bytes.
    pub stored_bytes: Option<u64>,
    /// How many files are in it.
    pub files: Option<u64>,
    /// How many of them were as in the one before.
    pub files_unmodified: Option<u64>,
    /// How many bytes were new in it, before they were compressed.
    pub added_bytes: Option<u64>,
    /// The same, compressed.
    pub added_packed_bytes: Option<u64>,
    /// What the tool itself says is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// Whether a recovery point holds all by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointKind {
    /// It does, or its repository has no others.
    #[default]
    Full,
    /// It holds what changed since a full one.
    Differential,
    /// It holds what changed since the one before.
    Incremental,
}

/// How a recovery point was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Picked {
    /// The newest.
    Latest,
    /// The oldest.
    Oldest,
    /// One at random, by this seed.
    Random(u64),
    /// The one a person named.
    Named,
}

/// Which of the picks of a plan a verification took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Turn {
    /// Which, from 1.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

/// What a catalogue shows that was not known before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Seen {
    /// How many recovery points there are.
    pub count: u64,
    /// Those that were not there before.
    pub new: Vec<RecoveryPoint>,
    /// The ids of those that are not there any more.
    pub gone: Vec<String>,
    /// What was found in them that stays until it is settled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

/// One part of a verification and how long it took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stage {
    /// Which, such as `restore`.
    pub name: String,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Restored {
    /// How many files.
    pub files: u64,
    /// How much is in them, in bytes.
    pub bytes: u64,
    /// From the beginning of the restore until what was restored could be used, in microseconds.
    pub took_micros: u64,
    /// BLAKE3 over the names, kinds and contents of all of it.
    pub blake3: Option<String>,
    /// How far what was restored was kept from the rest of the world.
    pub isolation: String,
    /// Whether all was forced to the disk, as it would be after a disaster.
    pub durable: bool,
    /// Whether nothing is left of it on the disk.
    pub removed: bool,
}

/// Where what was restored is kept for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Kept {
    /// The folder.
    pub folder: String,
    /// From when on it is removed.
    pub until: DateTime<Utc>,
}

/// A program that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Call {
    /// The program and its arguments; secrets are never among them.
    pub argv: Vec<String>,
    /// Its exit status; nothing where it was ended.
    pub status: Option<i32>,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// SHA-256 of what it wrote to standard output, secrets hidden.
    pub stdout_sha256: String,
    /// SHA-256 of what it wrote to standard error, secrets hidden.
    pub stderr_sha256: String,
    /// The end of what it wrote to standard error.
    pub excerpt: String,
}

impl Verification {
    /// One that has begun, and has found nothing yet.
    pub fn begun(id: &str, backup: &BackupId, began: Moment) -> Self {
        Verification {
            id: id.to_owned(),
            backup: backup.clone(),
            provider: String::new(),
            plans: String::new(),
            stated: None,
            ended: began.clone(),
            began,
            asked: Level::Unknown,
            tool: None,
            repository: None,
            point: None,
            picked: Picked::Latest,
            pick: String::new(),
            turn: None,
            newest: None,
            read: None,
            seen: Seen::default(),
            trials: Vec::new(),
            stages: Vec::new(),
            restored: None,
            kept: None,
            lost_micros: None,
            source_unchanged: None,
            calls: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The rung it shows.
    pub fn level(&self) -> Level {
        reached(&self.trials)
    }

    /// Whether it looked at another recovery point than the newest.
    pub fn is_of_older(&self) -> bool {
        match (self.newest, &self.point) {
            (Some(newest), Some(point)) => point.as_of < newest,
            _ => self.picked != Picked::Latest,
        }
    }

    /// The trials that did not pass.
    pub fn complaints(&self) -> impl Iterator<Item = &Trial> {
        let trials = self.trials.iter();
        trials.filter(|trial| trial.verdict != Verdict::Pass)
    }

    /// What came of it: a fault was seen, all that was asked was shown, or neither.
    pub fn verdict(&self) -> Verdict {
        if self
            .trials
            .iter()
            .any(|trial| trial.verdict == Verdict::Fail)
        {
            return Verdict::Fail;
        }
        match self.level() >= self.asked {
            true => Verdict::Pass,
            false => Verdict::Inconclusive,
        }
    }
}

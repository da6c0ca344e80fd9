//! What a job that makes a backup told of itself.
//!
//! Some things are nowhere but in the exit status of the job: a backup that left out what it could
//! not read looks like any other afterwards.

use serde::{Deserialize, Serialize};

use crate::id::BackupId;
use crate::model::Uuid;
use crate::time::Moment;

/// One time that a job told how it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ping {
    /// The backup it makes.
    pub backup: BackupId,
    /// When that was heard.
    pub at: Moment,
    /// What it told.
    pub kind: PingKind,
    /// What is the same in everything that one run of the job tells.
    #[serde(default)]
    pub rid: Option<Uuid>,
    /// SHA-256 of what it sent along, as far as that was read.
    #[serde(default)]
    pub body_sha256: Option<String>,
    /// The end of what it sent along.
    #[serde(default)]
    pub excerpt: String,
    /// The address it came from.
    pub from: String,
}

/// What a job tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PingKind {
    /// It begins.
    Start,
    /// It ended well.
    Success,
    /// It failed.
    Fail,
    /// Something to be remembered.
    Log,
    /// It ended with an exit status.
    Exit(u8),
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobEnd {
    /// It did all it had to do.
    Well,
    /// It did not.
    Badly,
}

impl PingKind {
    /// How the job ended, where it did.
    pub fn end(self) -> Option<JobEnd> {
        match self {
            PingKind::Start | PingKind::Log => None,
            PingKind::Success | PingKind::Exit(0) => Some(JobEnd::Well),
            PingKind::Fail | PingKind::Exit(_) => Some(JobEnd::Badly),
        }
    }
}

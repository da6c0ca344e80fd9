//! What is written down of an incident.

use serde::{Deserialize, Serialize};

use crate::model::Sev;

/// Something that went wrong for real while a run lasted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Incident {
    /// What, in words.
    pub text: String,
    /// How severe it is.
    pub severity: Sev,
    /// Where it comes from.
    pub cause: Cause,
}

/// Where an incident comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The drill has caused it.
    Drill,
    /// The drill has uncovered it; nothing is said of whether it caused it.
    Uncovered,
}

impl Cause {
    /// As people read it, after the incident.
    pub fn words(self) -> &'static str {
        match self {
            Cause::Drill => "caused by the drill",
            Cause::Uncovered => "uncovered by the drill",
        }
    }
}

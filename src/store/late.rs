//! What came too late, from somebody who had been overtaken: evidence, and never applied.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Claimed, Settled, Store};
use crate::error::Result;

/// The file in which Linux names the machine.
const MACHINE: &str = "/proc/sys/kernel/hostname";

/// Something that came too late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Late {
    /// What it is about, in words.
    pub what: String,
    /// Who says it.
    pub holder: String,
    /// As whose it comes: the epoch that is over.
    pub epoch: i64,
    /// What it says.
    pub text: String,
    /// When it came.
    pub at: DateTime<Utc>,
}

impl Late {
    /// What somebody says of a message who was overtaken.
    pub(super) fn settled(claimed: &Claimed, settled: &Settled, at: DateTime<Utc>) -> Self {
        Late {
            what: format!("message `{}`", claimed.key),
            holder: claimed.holder.clone(),
            epoch: claimed.epoch,
            text: settled.late(),
            at,
        }
    }
}

impl Store {
    /// Everything that came too late, in its order.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn late(&mut self) -> Result<Vec<Late>> {
        self.tables.late().await
    }
}

/// This process, as others can tell it from theirs.
pub fn this_process() -> String {
    match this_machine().as_str() {
        "" => format!("process {}", std::process::id()),
        machine => format!("process {} on {machine}", std::process::id()),
    }
}

/// What this machine is called; nothing, where it does not say.
pub fn this_machine() -> String {
    let machine = std::fs::read_to_string(MACHINE).unwrap_or_default();
    machine.trim().to_owned()
}

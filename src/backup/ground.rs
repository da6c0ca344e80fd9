//! Where a backup is restored to be looked at, and within what limits.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::scratch::{Scratch, janitor};
use super::{Outcome, Trouble};
use crate::error::Error;
use crate::model::Verify;
use crate::time::{Duration, Moment};

/// How long it may take, where the plan does not say.
const WITHIN: Duration = Duration::hours(6);
/// How much a restore may put on the disk where the plan does not say, in MiB.
const ROOM: u64 = 100 * 1024;
/// The folder for what tools need, in that of the run.
const TOOLS: &str = "tools";

/// Where a run restores.
pub struct Ground {
    /// The folder of the run.
    pub scratch: Scratch,
    /// The folder in it for what tools need.
    pub tools: PathBuf,
}

impl Ground {
    /// Makes the folder of a run below a root, outside of some places. What runs have left that
    /// were lost, or was kept long enough, is removed first.
    ///
    /// # Errors
    /// Inconclusive, when that cannot be done.
    pub fn make(
        root: &Path,
        (id, began): (&str, &Moment),
        stated: &Verify,
        places: &[PathBuf],
    ) -> Outcome<Self> {
        let failed = |error: Error| Trouble::Unclear(error.to_string());
        janitor(root, began).map_err(failed)?;
        let room = stated.room.unwrap_or(ROOM).saturating_mul(1024 * 1024);
        let scratch = Scratch::make(root, id, room, places, began).map_err(failed)?;
        let tools = scratch.path().join(TOOLS);
        let made = std::fs::create_dir(&tools);
        made.map_err(|error| Trouble::Unclear(format!("`{}`: {error}", tools.display())))?;
        Ok(Ground { scratch, tools })
    }
}

/// When a run that begins now has to be over.
pub fn deadline(stated: &Verify) -> Instant {
    let within = stated.within.unwrap_or(WITHIN);
    Instant::now() + std::time::Duration::from_secs(within.as_seconds())
}

/// How long ago something was, in microseconds.
pub fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

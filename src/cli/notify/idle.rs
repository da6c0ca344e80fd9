//! Whoever waits for messages to be delivered is told where nobody delivers any.

use std::time::{Duration, Instant};

use crate::app::{Outbox, Plans};
use crate::cli::output::print;
use crate::error::Result;

/// How long messages may wait until somebody is told.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether messages wait and nobody delivers them.
#[derive(Default)]
pub struct Idle {
    /// Since when some have waited.
    since: Option<Instant>,
    is_told: bool,
}

impl Idle {
    /// Looks whether messages wait, and says so once when they have for long.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn look(&mut self, plans: &Plans) -> Result<()> {
        let (_, counts) = Outbox::read(&plans.workspace, 0)?;
        if counts.waiting == 0 {
            self.since = None;
            return Ok(());
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if self.is_told || since.elapsed() < PATIENCE {
            return Ok(());
        }
        self.is_told = true;
        let count = counts.waiting;
        print(&format!(
            "{count} messages have not been delivered yet: is `mainstay serve` at work? `mainstay \
             notify outbox` shows them\n"
        ))
    }
}

//! What was restored is removed again, or kept for a while where a fault was found.

use super::Work;
use crate::backup::scratch::Scratch;
use crate::clock;
use crate::error::Result;
use crate::proof::{Kept, Level, Trial, Verdict, later};
use crate::time::Duration;

impl Work<'_> {
    /// Whether there is something to look at: a fault was found, and something was restored.
    pub(super) fn is_kept(&self, scratch: &Scratch) -> bool {
        // What was restored elsewhere stays there anyway.
        self.asked.into.is_none()
            && self.found.verdict() == Verdict::Fail
            && (self.found.restored.is_some() || !is_empty(scratch))
    }

    /// Removes what was restored, or lets it be for so long.
    pub(super) fn clear(&mut self, scratch: Scratch, keep: Option<Duration>) {
        let cleared = match keep.filter(|keep| *keep > Duration::ZERO) {
            Some(keep) => self.keep(scratch, keep).map(Some),
            None => scratch.remove().map(|()| None),
        };
        let is_removed = matches!(cleared, Ok(None)) && self.asked.into.is_none();
        if let Some(restored) = &mut self.found.restored {
            restored.removed = is_removed;
        }
        match cleared {
            Ok(kept) => self.found.kept = kept,
            Err(error) => {
                let what = "nothing of it is left on the disk";
                let trial = Trial::fail(Level::Validated, what, error.to_string());
                self.found.trials.push(trial);
            }
        }
    }

    fn keep(&self, scratch: Scratch, keep: Duration) -> Result<Kept> {
        // From the end on: what took long can be looked at for as long.
        let until = later(clock::now()?.wall, keep);
        let folder = scratch.keep_until(until)?;
        Ok(Kept {
            folder: folder.display().to_string(),
            until,
        })
    }
}

/// Whether nothing was restored; where that cannot be seen, nothing was.
fn is_empty(scratch: &Scratch) -> bool {
    let entries = std::fs::read_dir(scratch.restored());
    entries.map_or(true, |mut entries| entries.next().is_none())
}

//! A run as its journal tells it, entry by entry: every one is verified before it counts.

use super::{Illegal, Run};
use crate::error::{Error, Result};
use crate::journal::{Entry, Event, Fault, Head};

/// A run whose journal another process may still write, as far as it was read.
pub struct Reading {
    /// Where it stands after what was read.
    pub run: Run,
    /// The end of what was read.
    pub head: Head,
}

impl Reading {
    /// A run of which the first entry was read.
    ///
    /// # Errors
    /// As for [`read`].
    pub fn new(first: &Entry) -> Result<Self> {
        let mut head = Head::default();
        head.follow(first).map_err(distrust)?;
        let run = Run::new(&first.event()?).map_err(astray)?;
        Ok(Reading { run, head })
    }

    /// Reads on by one entry.
    ///
    /// # Errors
    /// As for [`read`].
    pub fn add(&mut self, entry: &Entry) -> Result<()> {
        self.head.follow(entry).map_err(distrust)?;
        self.run.apply(&entry.event()?).map_err(astray)
    }
}

/// A run and the end of its journal, from all its entries.
///
/// # Errors
/// `Invalid` when the chain is broken, an entry cannot be read, or an event cannot follow.
pub fn read(entries: &[Entry]) -> Result<(Run, Head)> {
    let head = crate::journal::verify(entries).map_err(distrust)?;
    let events = entries.iter().map(Entry::event);
    let events = events.collect::<Result<Vec<Event>>>()?;
    let run = Run::replay(&events).map_err(astray)?;
    Ok((run, head))
}

fn distrust(fault: Fault) -> Error {
    Error::invalid(format!(
        "trust the journal from entry {} on: {}",
        fault.seq, fault.what
    ))
    .hint("Keep the file as it is: it is evidence. Nothing is run from it.")
}

fn astray(Illegal(why): Illegal) -> Error {
    Error::invalid(format!("follow the journal: {why}"))
}

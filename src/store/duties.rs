//! What was to be done, and what became of it: one chain of duties, beside the journals.

use super::chain::Chain;
use super::{Outgoing, Store};
use crate::error::Result;
use crate::journal::Entry;
use crate::schedule::Duty;

impl Store {
    /// Writes duties at the end of the chain, all or none, with the messages about them.
    ///
    /// # Errors
    /// `Io` when they cannot be written.
    pub async fn add_duties(&mut self, duties: &[Duty], messages: &[Outgoing]) -> Result<()> {
        self.add(Chain::Duty, duties, messages).await
    }

    /// All duties, in their order.
    ///
    /// # Errors
    /// `Invalid` when the chain does not hold; `Io` when it cannot be read.
    pub async fn duties(&mut self) -> Result<Vec<Duty>> {
        let entries = self.chain(Chain::Duty).await?;
        entries.iter().map(Entry::read).collect()
    }
}

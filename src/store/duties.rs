//! What was to be done, and what became of it: one chain of duties, beside the journals.

use super::Store;
use super::chain::Chain;
use crate::error::Result;
use crate::journal::Entry;
use crate::schedule::Duty;

impl Store {
    /// Writes duties at the end of the chain, all or none.
    ///
    /// # Errors
    /// `Io` when they cannot be written.
    pub async fn add_duties(&mut self, duties: &[Duty]) -> Result<()> {
        self.add(Chain::Duty, duties).await
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

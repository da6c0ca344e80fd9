//! What verifications of backups showed: one chain of facts, beside the journals.

use super::Store;
use super::chain::Chain;
use crate::error::Result;
use crate::journal::Entry;
use crate::proof::Fact;

impl Store {
    /// Writes a fact at the end of the chain.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn add_fact(&mut self, fact: &Fact) -> Result<()> {
        self.add(Chain::Fact, &[fact], &[]).await
    }

    /// All facts, in their order.
    ///
    /// # Errors
    /// `Invalid` when the chain does not hold; `Io` when it cannot be read.
    pub async fn facts(&mut self) -> Result<Vec<Fact>> {
        self.fact_entries().await?.iter().map(Entry::read).collect()
    }

    /// The entries of all facts, in their order.
    ///
    /// # Errors
    /// As for [`facts`](Self::facts).
    pub async fn fact_entries(&mut self) -> Result<Vec<Entry>> {
        self.chain(Chain::Fact).await
    }
}

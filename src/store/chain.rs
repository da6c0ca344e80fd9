//! Chains of entries that are one table each: added to at the end, verified when they are read.

use super::{DUTIES_SINCE, FACTS_SINCE, Outgoing, Store, Tie};
use crate::error::{Error, Result};
use crate::journal::{Entry, Head, verify};

/// A chain, by its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// What verifications of backups showed.
    Fact,
    /// What was to be done, and what became of it.
    Duty,
}

impl Chain {
    /// All of them.
    pub const ALL: [Chain; 2] = [Chain::Fact, Chain::Duty];

    /// The name of its table.
    pub fn table(self) -> &'static str {
        match self {
            Chain::Fact => "fact",
            Chain::Duty => "duty",
        }
    }

    /// What stands in it, in one word.
    pub(super) fn words(self) -> &'static str {
        match self {
            Chain::Fact => "facts",
            Chain::Duty => "duties",
        }
    }

    /// The version of the tables from which on there is one.
    pub(super) fn since(self) -> i64 {
        match self {
            Chain::Fact => FACTS_SINCE,
            Chain::Duty => DUTIES_SINCE,
        }
    }

    /// What is relied upon in it, as the rest of a sentence.
    pub(super) fn what(self) -> &'static str {
        match self {
            Chain::Fact => "what backups were verified to",
            Chain::Duty => "what was to be done and was",
        }
    }
}

impl Store {
    /// Writes things at the end of a chain, all or none, with the messages about them.
    ///
    /// # Errors
    /// `Io` when they cannot be written.
    pub(super) async fn add<T: serde::Serialize + Sync>(
        &mut self,
        to: Chain,
        all: &[T],
        messages: &[Outgoing],
    ) -> Result<()> {
        let tie = |head: &mut Head| all.iter().map(|one| head.add(one)).collect();
        self.tables.add(to, &tie, messages).await
    }

    /// The entries of a chain, in their order.
    ///
    /// # Errors
    /// `Invalid` when the chain does not hold; `Io` when it cannot be read.
    pub(super) async fn chain(&mut self, of: Chain) -> Result<Vec<Entry>> {
        let entries = self.tables.chain(of).await?;
        verify(&entries).map_err(|fault| {
            Error::invalid(format!("rely on {}: {}", of.what(), fault.what))
                .hint("Somebody has changed what is kept. Restore it from a copy.")
        })?;
        Ok(entries)
    }
}

/// Ties things to the last entry of a chain, or has it begin with them.
pub fn tie_to(last: Option<Entry>, tie: &Tie<'_>) -> sqlx::Result<Vec<Entry>> {
    let mut head = last.map_or_else(Head::default, |Entry { seq, hash, .. }| Head { seq, hash });
    tie(&mut head).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

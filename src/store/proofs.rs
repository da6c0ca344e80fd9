//! What verifications of backups showed: one chain of facts, beside the journals.

use sqlx::{Connection, SqliteConnection};

use super::{Store, entry, failed, number};
use crate::error::{Error, Result};
use crate::journal::{Entry, Head, verify};
use crate::proof::Fact;

impl Store {
    /// Writes a fact at the end of the chain.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn add_fact(&mut self, fact: &Fact) -> Result<()> {
        self.still_there()?;
        let added = add(&mut self.connection, fact).await;
        added.map_err(|error| failed(&self.path, "write to", error))
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
        let entries = entries(&mut self.connection).await;
        let entries = entries.map_err(|error| failed(&self.path, "read", error))?;
        verify(&entries).map_err(|fault| {
            Error::invalid(format!(
                "rely on what backups were verified to: {}",
                fault.what
            ))
            .hint("Somebody has changed the facts. Restore the state folder from a copy.")
        })?;
        Ok(entries)
    }
}

async fn add(connection: &mut SqliteConnection, fact: &Fact) -> sqlx::Result<()> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    let last = sqlx::query("SELECT seq, text, hash FROM fact ORDER BY seq DESC LIMIT 1");
    let last = last.fetch_optional(&mut *write).await?;
    let last = last.as_ref().map(entry).transpose()?.flatten();
    let mut head = last.map_or_else(Head::default, |entry| Head {
        seq: entry.seq,
        hash: entry.hash,
    });
    let added = head
        .add(fact)
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query("INSERT INTO fact (seq, text, hash) VALUES (?, ?, ?)")
        .bind(number(added.seq))
        .bind(&added.text)
        .bind(&added.hash)
        .execute(&mut *write)
        .await?;
    write.commit().await
}

async fn entries(connection: &mut SqliteConnection) -> sqlx::Result<Vec<Entry>> {
    // Journals that were written before there were facts have no table for them.
    let there = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'fact'";
    let there: i64 = sqlx::query_scalar(there)
        .fetch_one(&mut *connection)
        .await?;
    if there == 0 {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT seq, text, hash FROM fact ORDER BY seq");
    let rows = rows.fetch_all(connection).await?;
    let entries = rows.iter().filter_map(|row| entry(row).transpose());
    entries.collect()
}

//! Chains of entries that are one table each: added to at the end, verified when they are read.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::{Store, entry, failed, number};
use crate::error::{Error, Result};
use crate::journal::{Entry, Head, verify};

/// A chain, by its table.
#[derive(Clone, Copy, Debug)]
pub enum Chain {
    /// What verifications of backups showed.
    Fact,
    /// What was to be done, and what became of it.
    Duty,
}

impl Chain {
    fn table(self) -> &'static str {
        match self {
            Chain::Fact => "fact",
            Chain::Duty => "duty",
        }
    }

    /// What is relied upon in it, as the rest of a sentence.
    fn what(self) -> &'static str {
        match self {
            Chain::Fact => "what backups were verified to",
            Chain::Duty => "what was to be done and was",
        }
    }
}

impl Store {
    /// Writes things at the end of a chain, all or none.
    ///
    /// # Errors
    /// `Io` when they cannot be written.
    pub(super) async fn add(&mut self, to: Chain, all: &[impl serde::Serialize]) -> Result<()> {
        self.still_there()?;
        let added = add(&mut self.connection, to, all).await;
        added.map_err(|error| failed(&self.path, "write to", error))
    }

    /// The entries of a chain, in their order.
    ///
    /// # Errors
    /// `Invalid` when the chain does not hold; `Io` when it cannot be read.
    pub(super) async fn chain(&mut self, of: Chain) -> Result<Vec<Entry>> {
        let entries = entries(&mut self.connection, of).await;
        let entries = entries.map_err(|error| failed(&self.path, "read", error))?;
        verify(&entries).map_err(|fault| {
            Error::invalid(format!("rely on {}: {}", of.what(), fault.what))
                .hint("Somebody has changed the state folder. Restore it from a copy.")
        })?;
        Ok(entries)
    }
}

async fn add(
    connection: &mut SqliteConnection,
    to: Chain,
    all: &[impl serde::Serialize],
) -> sqlx::Result<()> {
    let table = to.table();
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    let last = format!("SELECT seq, text, hash FROM {table} ORDER BY seq DESC LIMIT 1");
    let last = sqlx::query(AssertSqlSafe(last));
    let last = last.fetch_optional(&mut *write).await?;
    let last = last.as_ref().map(entry).transpose()?.flatten();
    let mut head = last.map_or_else(Head::default, |entry| Head {
        seq: entry.seq,
        hash: entry.hash,
    });
    for one in all {
        let added = head
            .add(one)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        let insert = format!("INSERT INTO {table} (seq, text, hash) VALUES (?, ?, ?)");
        sqlx::query(AssertSqlSafe(insert))
            .bind(number(added.seq))
            .bind(&added.text)
            .bind(&added.hash)
            .execute(&mut *write)
            .await?;
    }
    write.commit().await
}

async fn entries(connection: &mut SqliteConnection, of: Chain) -> sqlx::Result<Vec<Entry>> {
    let table = of.table();
    // Journals that were written before there was such a chain have no table for it.
    let there = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?";
    let there: i64 = sqlx::query_scalar(there)
        .bind(table)
        .fetch_one(&mut *connection)
        .await?;
    if there == 0 {
        return Ok(Vec::new());
    }
    let rows = format!("SELECT seq, text, hash FROM {table} ORDER BY seq");
    let rows = sqlx::query(AssertSqlSafe(rows));
    let rows = rows.fetch_all(connection).await?;
    let entries = rows.iter().filter_map(|row| entry(row).transpose());
    entries.collect()
}

//! Chains in SQLite.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::entry;
use super::outbox::post;
use crate::journal::{Entry, Head};
use crate::store::{Chain, Outgoing, Tie, number};

/// Writes at the end of a chain, and posts messages with it.
pub async fn add(
    connection: &mut SqliteConnection,
    (to, tie): (Chain, &Tie<'_>),
    messages: &[Outgoing],
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
    let added = tie(&mut head).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    for entry in added {
        let insert = format!("INSERT INTO {table} (seq, text, hash) VALUES (?, ?, ?)");
        sqlx::query(AssertSqlSafe(insert))
            .bind(number(entry.seq))
            .bind(&entry.text)
            .bind(&entry.hash)
            .execute(&mut *write)
            .await?;
    }
    post(&mut write, messages).await?;
    write.commit().await
}

/// The entries of a chain, in their order.
pub async fn entries(connection: &mut SqliteConnection, of: Chain) -> sqlx::Result<Vec<Entry>> {
    let rows = format!("SELECT seq, text, hash FROM {} ORDER BY seq", of.table());
    let rows = sqlx::query(AssertSqlSafe(rows));
    let rows = rows.fetch_all(connection).await?;
    let entries = rows.iter().filter_map(|row| entry(row).transpose());
    entries.collect()
}

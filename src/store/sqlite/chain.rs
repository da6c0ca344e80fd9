//! Chains in SQLite.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::outbox::post;
use crate::journal::Entry;
use crate::store::chain::tie_to;
use crate::store::{Chain, Outgoing, Tie, number, queries};

/// Writes at the end of a chain, and posts messages with it.
pub async fn add(
    connection: &mut SqliteConnection,
    (to, tie): (Chain, &Tie<'_>),
    messages: &[Outgoing],
) -> sqlx::Result<()> {
    let table = to.table();
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    let last = sqlx::query_as(queries::last_entry(to));
    let last = last.fetch_optional(&mut *write).await?;
    let added = tie_to(last, tie)?;
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
    let query = sqlx::query_as(queries::entries(of));
    query.fetch_all(connection).await
}

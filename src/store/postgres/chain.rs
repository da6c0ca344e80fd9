//! Chains in PostgreSQL.

use sqlx::{AssertSqlSafe, PgConnection};

use super::entry;
use super::outbox::post;
use crate::journal::{Entry, Head};
use crate::store::{Chain, Outgoing, Tie, number};

/// Writes at the end of a chain in the transaction that is open, and posts messages with it.
pub async fn add(
    connection: &mut PgConnection,
    (to, tie): (Chain, &Tie<'_>),
    messages: &[Outgoing],
) -> sqlx::Result<()> {
    let table = to.table();
    // Who comes second waits here for the first, and then sees its end.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('mainstay chain ' || $1, 0))";
    let lock = sqlx::query(lock).bind(table);
    lock.execute(&mut *connection).await?;
    let last = format!("SELECT seq, text, hash FROM {table} ORDER BY seq DESC LIMIT 1");
    let last = sqlx::query(AssertSqlSafe(last));
    let last = last.fetch_optional(&mut *connection).await?;
    let last = last.as_ref().map(entry).transpose()?.flatten();
    let mut head = last.map_or_else(Head::default, |entry| Head {
        seq: entry.seq,
        hash: entry.hash,
    });
    let added = tie(&mut head).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let seqs: Vec<i64> = added.iter().map(|entry| number(entry.seq)).collect();
    let texts: Vec<&str> = added.iter().map(|entry| entry.text.as_str()).collect();
    let hashes: Vec<&str> = added.iter().map(|entry| entry.hash.as_str()).collect();
    // However many there are, the answer comes in time.
    let insert = format!(
        "INSERT INTO {table} (seq, text, hash) \
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])"
    );
    let insert = sqlx::query(AssertSqlSafe(insert)).bind(seqs);
    let insert = insert.bind(texts).bind(hashes);
    insert.execute(&mut *connection).await?;
    post(connection, messages).await
}

/// The entries of a chain, in their order.
pub async fn entries(connection: &mut PgConnection, of: Chain) -> sqlx::Result<Vec<Entry>> {
    let rows = format!("SELECT seq, text, hash FROM {} ORDER BY seq", of.table());
    let rows = sqlx::query(AssertSqlSafe(rows));
    let rows = rows.fetch_all(connection).await?;
    let entries = rows.iter().filter_map(|row| entry(row).transpose());
    entries.collect()
}

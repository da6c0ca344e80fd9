//! Chains in PostgreSQL.

use sqlx::{AssertSqlSafe, PgConnection};

use super::columns;
use super::outbox::post;
use crate::journal::Entry;
use crate::store::chain::tie_to;
use crate::store::{Chain, Outgoing, Tie, queries};

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
    let last = sqlx::query_as(queries::last_entry(to));
    let last = last.fetch_optional(&mut *connection).await?;
    let added = tie_to(last, tie)?;
    let (seqs, texts, hashes) = columns(&added);
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
    let query = sqlx::query_as(queries::entries(of));
    query.fetch_all(connection).await
}

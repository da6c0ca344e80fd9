//! The journals of runs in PostgreSQL.

use sqlx::{Connection, PgConnection};

use super::columns;
use super::outbox::post;
use crate::journal::Entry;
use crate::store::fields::last_and_entries;
use crate::store::{RunLine, Step, number, queries};

/// Writes it all in one transaction; whether the entries follow what is there.
pub async fn append(connection: &mut PgConnection, step: &Step<'_>) -> sqlx::Result<bool> {
    let Step { line, entries, .. } = step;
    let is_alone = step.answers.is_empty() && step.messages.is_empty();
    let begins = entries.first().is_some_and(|first| first.seq == 1);
    if is_alone && !begins && !entries.is_empty() {
        // One statement is a transaction, too, and takes one answer in place of three.
        return add(connection, line, entries).await;
    }
    let mut write = connection.begin().await?;
    if begins {
        let query = sqlx::query(queries::BEGIN_RUN)
            .bind(&line.id)
            .bind(&line.drill);
        let query = query.bind(&line.began).bind(&line.last);
        query.execute(&mut *write).await?;
    }
    if !entries.is_empty() && !add(&mut write, line, entries).await? {
        write.rollback().await?;
        return Ok(false);
    }
    for (request, answer) in step.answers {
        let query = sqlx::query(queries::SET_ANSWER);
        let query = query.bind(answer).bind(request);
        query.execute(&mut *write).await?;
    }
    post(&mut write, step.messages).await?;
    write.commit().await?;
    Ok(true)
}

/// Adds entries to a run, if they follow what is there. Who comes second waits for the first, and
/// then sees its number.
async fn add(
    connection: &mut PgConnection,
    line: &RunLine,
    entries: &[Entry],
) -> sqlx::Result<bool> {
    let (seqs, texts, hashes) = columns(entries);
    let before = entries.first().map_or(0, |first| number(first.seq - 1));
    let last = seqs.last().copied().unwrap_or(before);
    let query = "WITH fence AS (UPDATE run SET phase = $1, seq = $2, last = $3 \
                 WHERE id = $4 AND seq = $5 RETURNING id) \
                 INSERT INTO event (run, seq, text, hash) \
                 SELECT fence.id, e.* FROM fence, unnest($6::bigint[], $7::text[], $8::text[]) e";
    let query = sqlx::query(query).bind(&line.phase).bind(last);
    let query = query.bind(&line.last).bind(&line.id).bind(before);
    let query = query.bind(seqs).bind(texts).bind(hashes);
    Ok(query.execute(connection).await?.rows_affected() > 0)
}

/// Whether exactly these entries are there, down to the hash that covers all of them.
pub async fn is_there(connection: &mut PgConnection, step: &Step<'_>) -> sqlx::Result<bool> {
    let Some(last) = step.entries.last() else {
        return Ok(true);
    };
    let query = "SELECT EXISTS (SELECT FROM event WHERE run = $1 AND seq = $2 AND hash = $3)";
    let query = sqlx::query_scalar(query).bind(&step.line.id);
    let query = query.bind(number(last.seq)).bind(&last.hash);
    query.fetch_one(connection).await
}

/// The last number that the list knows of, and the entries after one.
pub async fn entries_after(
    connection: &mut PgConnection,
    id: &str,
    seq: u64,
) -> sqlx::Result<(Option<i64>, Vec<Entry>)> {
    let query = sqlx::query(queries::ENTRIES_AFTER)
        .bind(id)
        .bind(number(seq));
    last_and_entries(&query.fetch_all(connection).await?)
}

/// The last two entries that the list knows of.
pub async fn last_two(connection: &mut PgConnection, id: &str) -> sqlx::Result<Vec<Entry>> {
    let query = sqlx::query_as(queries::LAST_TWO).bind(id);
    query.fetch_all(connection).await
}

/// Every run as it is listed, the last one first.
pub async fn runs(connection: &mut PgConnection) -> sqlx::Result<Vec<RunLine>> {
    sqlx::query_as(queries::RUNS).fetch_all(connection).await
}

/// The hash of the last entry of each run.
pub async fn last_hashes(connection: &mut PgConnection) -> sqlx::Result<Vec<(String, String)>> {
    let query = sqlx::query_as(queries::LAST_HASHES);
    query.fetch_all(connection).await
}

/// Every id under which there is anything.
pub async fn journals(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    let query = sqlx::query_scalar(queries::JOURNALS);
    query.fetch_all(connection).await
}

/// Keeps what is asked of a run.
pub async fn ask(connection: &mut PgConnection, id: &str, body: &str) -> sqlx::Result<i64> {
    let query = "INSERT INTO request (run, body) VALUES ($1, $2) RETURNING id";
    let query = sqlx::query_scalar(query).bind(id).bind(body);
    query.fetch_one(connection).await
}

/// What came of a request.
pub async fn answer(connection: &mut PgConnection, request: i64) -> sqlx::Result<Option<String>> {
    let query = sqlx::query_scalar(queries::ANSWER);
    query.bind(request).fetch_one(connection).await
}

/// What has no answer yet.
pub async fn asked(connection: &mut PgConnection, id: &str) -> sqlx::Result<Vec<(i64, String)>> {
    let query = sqlx::query_as(queries::ASKED).bind(id);
    query.fetch_all(connection).await
}

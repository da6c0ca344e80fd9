//! The journals of runs in SQLite.

use sqlx::{Connection, SqliteConnection};

use super::outbox::post;
use crate::journal::Entry;
use crate::store::fields::last_and_entries;
use crate::store::{RunLine, Step, number, queries};

/// Writes it all in one transaction; whether the entries follow what is there.
pub async fn append(connection: &mut SqliteConnection, step: &Step<'_>) -> sqlx::Result<bool> {
    let Step { line, entries, .. } = step;
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
        if first.seq == 1 {
            let query = sqlx::query(queries::BEGIN_RUN)
                .bind(&line.id)
                .bind(&line.drill);
            let query = query.bind(&line.began).bind(&line.last);
            query.execute(&mut *write).await?;
        }
        let query = "UPDATE run SET phase = ?, seq = ?, last = ? WHERE id = ? AND seq = ?";
        let query = sqlx::query(query)
            .bind(&line.phase)
            .bind(number(last.seq))
            .bind(&line.last);
        let query = query.bind(&line.id).bind(number(first.seq - 1));
        if query.execute(&mut *write).await?.rows_affected() != 1 {
            return Ok(false);
        }
    }
    for entry in *entries {
        let query = sqlx::query("INSERT INTO event (run, seq, text, hash) VALUES (?, ?, ?, ?)");
        let query = query
            .bind(&line.id)
            .bind(number(entry.seq))
            .bind(&entry.text)
            .bind(&entry.hash);
        query.execute(&mut *write).await?;
    }
    for (request, answer) in step.answers {
        let query = sqlx::query(queries::SET_ANSWER);
        query
            .bind(answer)
            .bind(request)
            .execute(&mut *write)
            .await?;
    }
    post(&mut write, step.messages).await?;
    write.commit().await?;
    Ok(true)
}

/// The last number that the list knows of, and the entries after one.
pub async fn entries_after(
    connection: &mut SqliteConnection,
    id: &str,
    seq: u64,
) -> sqlx::Result<(Option<i64>, Vec<Entry>)> {
    let query = sqlx::query(queries::ENTRIES_AFTER)
        .bind(id)
        .bind(number(seq));
    last_and_entries(&query.fetch_all(connection).await?)
}

/// The last two entries that the list knows of.
pub async fn last_two(connection: &mut SqliteConnection, id: &str) -> sqlx::Result<Vec<Entry>> {
    let query = sqlx::query_as(queries::LAST_TWO).bind(id);
    query.fetch_all(connection).await
}

/// Every run as it is listed, the last one first.
pub async fn runs(connection: &mut SqliteConnection) -> sqlx::Result<Vec<RunLine>> {
    sqlx::query_as(queries::RUNS).fetch_all(connection).await
}

/// The hash of the last entry of each run.
pub async fn last_hashes(connection: &mut SqliteConnection) -> sqlx::Result<Vec<(String, String)>> {
    let query = sqlx::query_as(queries::LAST_HASHES);
    query.fetch_all(connection).await
}

/// Every id under which there is anything.
pub async fn journals(connection: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
    let query = sqlx::query_scalar(queries::JOURNALS);
    query.fetch_all(connection).await
}

/// Keeps what is asked of a run.
pub async fn ask(connection: &mut SqliteConnection, id: &str, body: &str) -> sqlx::Result<i64> {
    // What is given back is read before it is committed, and nobody would hear that it was not.
    let query = sqlx::query("INSERT INTO request (run, body) VALUES (?, ?)");
    let asked = query.bind(id).bind(body).execute(connection).await?;
    Ok(asked.last_insert_rowid())
}

/// What came of a request.
pub async fn answer(
    connection: &mut SqliteConnection,
    request: i64,
) -> sqlx::Result<Option<String>> {
    let query = sqlx::query_scalar(queries::ANSWER);
    query.bind(request).fetch_one(connection).await
}

/// What has no answer yet.
pub async fn asked(
    connection: &mut SqliteConnection,
    id: &str,
) -> sqlx::Result<Vec<(i64, String)>> {
    let query = sqlx::query_as(queries::ASKED).bind(id);
    query.fetch_all(connection).await
}

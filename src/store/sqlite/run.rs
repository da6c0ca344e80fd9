//! The journals of runs in SQLite.

use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row, SqliteConnection};

use super::entry;
use super::outbox::post;
use crate::journal::Entry;
use crate::store::{RunLine, Step, number};

/// Writes it all in one transaction; whether the entries follow what is there.
pub async fn append(connection: &mut SqliteConnection, step: &Step<'_>) -> sqlx::Result<bool> {
    let Step { line, entries, .. } = step;
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
        if first.seq == 1 {
            let query = "INSERT INTO run (id, drill, phase, seq, began, last) \
                         VALUES (?, ?, '', 0, ?, ?) ON CONFLICT DO NOTHING";
            let query = sqlx::query(query).bind(&line.id).bind(&line.drill);
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
        let query = sqlx::query("UPDATE request SET answer = ? WHERE id = ?");
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
    // One statement sees one state of the file, however fast another process writes.
    let query = "SELECT e.seq, e.text, e.hash, r.seq \
                 FROM (SELECT ?1 AS id) i LEFT JOIN run r ON r.id = i.id \
                 LEFT JOIN event e ON e.run = i.id AND e.seq > ?2 ORDER BY e.seq";
    let query = sqlx::query(query).bind(id).bind(number(seq));
    let rows = query.fetch_all(connection).await?;
    let mut entries = Vec::with_capacity(rows.len());
    let mut last: Option<i64> = None;
    for row in &rows {
        last = row.try_get(3)?;
        entries.extend(entry(row)?);
    }
    Ok((last, entries))
}

/// The last two entries that the list knows of.
pub async fn last_two(connection: &mut SqliteConnection, id: &str) -> sqlx::Result<Vec<Entry>> {
    let query = "SELECT event.seq, text, hash FROM event JOIN run ON run.id = event.run \
                 WHERE run.id = ? AND event.seq IN (run.seq, run.seq - 1) \
                 ORDER BY event.seq DESC";
    let rows = sqlx::query(query).bind(id).fetch_all(connection).await?;
    let entries = rows.iter().filter_map(|row| entry(row).transpose());
    entries.collect()
}

/// Every run as it is listed, the last one first.
pub async fn runs(connection: &mut SqliteConnection) -> sqlx::Result<Vec<RunLine>> {
    let query = "SELECT id, drill, phase, began, last FROM run ORDER BY began DESC, id DESC";
    let rows = sqlx::query(query).fetch_all(connection).await?;
    let line = |row: &SqliteRow| -> sqlx::Result<RunLine> {
        Ok(RunLine {
            id: row.try_get(0)?,
            drill: row.try_get(1)?,
            phase: row.try_get(2)?,
            began: row.try_get(3)?,
            last: row.try_get(4)?,
        })
    };
    rows.iter().map(line).collect()
}

/// The hash of the last entry of each run.
pub async fn last_hashes(connection: &mut SqliteConnection) -> sqlx::Result<Vec<(String, String)>> {
    let query = "SELECT run.id, event.hash FROM run \
                 JOIN event ON event.run = run.id AND event.seq = run.seq";
    sqlx::query_as(query).fetch_all(connection).await
}

/// Every id under which there is anything.
pub async fn journals(connection: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
    let query = "SELECT id FROM run UNION SELECT run FROM event ORDER BY 1";
    sqlx::query_scalar(query).fetch_all(connection).await
}

/// Keeps what is asked of a run.
pub async fn ask(connection: &mut SqliteConnection, id: &str, body: &str) -> sqlx::Result<i64> {
    let query = sqlx::query("INSERT INTO request (run, body) VALUES (?, ?)");
    let asked = query.bind(id).bind(body).execute(connection).await?;
    Ok(asked.last_insert_rowid())
}

/// What came of a request.
pub async fn answer(
    connection: &mut SqliteConnection,
    request: i64,
) -> sqlx::Result<Option<String>> {
    let query = sqlx::query_scalar("SELECT answer FROM request WHERE id = ?");
    query.bind(request).fetch_one(connection).await
}

/// What has no answer yet.
pub async fn asked(
    connection: &mut SqliteConnection,
    id: &str,
) -> sqlx::Result<Vec<(i64, String)>> {
    let query = "SELECT id, body FROM request WHERE run = ? AND answer IS NULL ORDER BY id";
    sqlx::query_as(query).bind(id).fetch_all(connection).await
}

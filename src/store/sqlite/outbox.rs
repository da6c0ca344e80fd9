//! Messages to people in SQLite.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use super::several::{keep, later};
use crate::store::{
    CameBack, Claimed, Counts, GivenUp, Late, LeaseFor, Message, Outgoing, PutBack, Settled, State,
    moment, stamp,
};

/// Posts messages in a transaction of their own.
pub async fn post_all(
    connection: &mut SqliteConnection,
    messages: &[Outgoing],
) -> sqlx::Result<()> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    post(&mut write, messages).await?;
    write.commit().await
}

/// Posts messages, but for those whose key was posted before.
pub async fn post(connection: &mut SqliteConnection, messages: &[Outgoing]) -> sqlx::Result<()> {
    for message in messages {
        let now = Utc::now();
        let query = "INSERT INTO outbox (key, channel, body, not_before, posted_at) \
                     VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING";
        sqlx::query(query)
            .bind(&message.key)
            .bind(&message.channel)
            .bind(&message.body)
            .bind(stamp(message.not_before.unwrap_or(now)))
            .bind(stamp(now))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Takes the oldest message of a channel by which nobody delivers.
pub async fn claim(
    connection: &mut SqliteConnection,
    node: &str,
    now: DateTime<Utc>,
    lease_for: &LeaseFor<'_>,
) -> sqlx::Result<Option<Claimed>> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    let query = "SELECT id, channel FROM outbox WHERE state = 'waiting' AND not_before <= ?1 \
                 AND channel NOT IN (SELECT channel FROM outbox \
                 WHERE state = 'waiting' AND leased_until > ?1) ORDER BY id LIMIT 1";
    let query = sqlx::query_as(query).bind(stamp(now));
    let found: Option<(i64, String)> = query.fetch_optional(&mut *write).await?;
    let Some((id, channel)) = found else {
        write.rollback().await?;
        return Ok(None);
    };
    let query = "UPDATE outbox SET epoch = epoch + 1, tries = tries + 1, holder = ?1, \
                 leased_until = ?2 WHERE id = ?3 RETURNING key, body, tries, epoch";
    let row = sqlx::query(query)
        .bind(node)
        .bind(stamp(later(now, lease_for(&channel))))
        .bind(id);
    let row = row.fetch_one(&mut *write).await?;
    let claimed = Claimed {
        id,
        key: row.try_get(0)?,
        channel,
        body: row.try_get(1)?,
        holder: node.to_owned(),
        tries: row.try_get(2)?,
        epoch: row.try_get(3)?,
    };
    write.commit().await?;
    Ok(Some(claimed))
}

/// Says what came of a claim, unless it is over.
pub async fn settle(
    connection: &mut SqliteConnection,
    claimed: &Claimed,
    settled: &Settled,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    let over = (settled.state() != State::Waiting).then(|| stamp(now));
    let query = "UPDATE outbox SET state = ?, said = ?, settled_at = ?, leased_until = NULL, \
                 not_before = coalesce(?, not_before), tries = tries - 1 + ? \
                 WHERE id = ? AND epoch = ? AND state = 'waiting' AND leased_until IS NOT NULL";
    let query = sqlx::query(query)
        .bind(settled.state().word())
        .bind(settled.said())
        .bind(over)
        .bind(settled.not_before().map(stamp))
        .bind(settled.tries());
    let query = query.bind(claimed.id).bind(claimed.epoch);
    let is_ours = query.execute(&mut *write).await?.rows_affected() == 1;
    if !is_ours {
        keep(&mut write, &[Late::settled(claimed, settled, now)]).await?;
    } else if let Some(handle) = settled.handle() {
        let query = "INSERT INTO handle (key, handle) VALUES (?, ?)";
        let query = sqlx::query(query).bind(&claimed.key).bind(handle);
        query.execute(&mut *write).await?;
    }
    write.commit().await?;
    Ok(is_ours)
}

/// Has a message count as given up that came back, and posts others with it.
pub async fn came_back(
    connection: &mut SqliteConnection,
    message: &CameBack,
    instead: &[Outgoing],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    let query = "UPDATE outbox SET state = 'failed', body = ?, said = ?, settled_at = ? \
                 WHERE id = ? AND body = ? AND state <> 'waiting'";
    let query = sqlx::query(query).bind(&message.body).bind(&message.said);
    let query = query
        .bind(stamp(now))
        .bind(message.id)
        .bind(&message.before);
    let is_so = query.execute(&mut *write).await?.rows_affected() == 1;
    if is_so {
        post(&mut write, instead).await?;
    }
    write.commit().await?;
    Ok(is_so)
}

/// What a channel calls the message with a key.
pub async fn handle(
    connection: &mut SqliteConnection,
    key: &str,
    channel: &str,
) -> sqlx::Result<Option<String>> {
    let query = "SELECT handle FROM handle JOIN outbox USING (key) \
                 WHERE key = ? AND channel = ?";
    let query = sqlx::query_scalar(query).bind(key).bind(channel);
    query.fetch_optional(connection).await
}

/// What is read of a message.
const MESSAGE: &str = "SELECT id, key, channel, body, state, tries, not_before, posted_at, \
                       settled_at, said FROM outbox";

/// The newest messages, the newest first.
pub async fn messages(connection: &mut SqliteConnection, most: u32) -> sqlx::Result<Vec<Message>> {
    let query = AssertSqlSafe(format!("{MESSAGE} ORDER BY id DESC LIMIT ?"));
    let rows = sqlx::query(query).bind(i64::from(most));
    rows.fetch_all(connection).await?.iter().map(read).collect()
}

/// The message with a key.
pub async fn message(
    connection: &mut SqliteConnection,
    key: &str,
) -> sqlx::Result<Option<Message>> {
    let query = AssertSqlSafe(format!("{MESSAGE} WHERE key = ?"));
    let row = sqlx::query(query).bind(key);
    row.fetch_optional(connection)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

fn read(row: &SqliteRow) -> sqlx::Result<Message> {
    let settled_at: Option<String> = row.try_get(8)?;
    Ok(Message {
        id: row.try_get(0)?,
        key: row.try_get(1)?,
        channel: row.try_get(2)?,
        body: row.try_get(3)?,
        state: State::of(row.try_get(4)?)?,
        tries: row.try_get(5)?,
        not_before: moment(row.try_get(6)?)?,
        posted_at: moment(row.try_get(7)?)?,
        settled_at: settled_at.as_deref().map(moment).transpose()?,
        said: row.try_get(9)?,
    })
}

/// Those of the newest messages that were given up, the newest first.
pub async fn given_up(connection: &mut SqliteConnection, among: u32) -> sqlx::Result<Vec<GivenUp>> {
    let query = "SELECT key, channel, settled_at, said FROM outbox WHERE state = 'failed' \
                 AND id > (SELECT max(id) FROM outbox) - ?1 ORDER BY id DESC";
    let rows = sqlx::query(query).bind(i64::from(among));
    let rows = rows.fetch_all(connection).await?;
    let given_up = |row: &SqliteRow| -> sqlx::Result<GivenUp> {
        let said: Option<String> = row.try_get(3)?;
        Ok(GivenUp {
            key: row.try_get(0)?,
            channel: row.try_get(1)?,
            at: moment(row.try_get(2)?)?,
            said: said.unwrap_or_default(),
        })
    };
    rows.iter().map(given_up).collect()
}

/// When messages were last delivered by a channel after a moment, the last one first.
pub async fn delivered(
    connection: &mut SqliteConnection,
    by: &str,
    after: DateTime<Utc>,
    most: u32,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    let query = "SELECT settled_at FROM outbox WHERE channel = ?1 AND state = 'delivered' \
                 AND settled_at > ?2 ORDER BY settled_at DESC LIMIT ?3";
    let query = sqlx::query_scalar(query).bind(by).bind(stamp(after));
    let moments = query.bind(i64::from(most)).fetch_all(connection).await?;
    moments.into_iter().map(|at: String| moment(&at)).collect()
}

/// Has messages wait again that were given up.
pub async fn put_back(
    connection: &mut SqliteConnection,
    which: &PutBack<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let query = "UPDATE outbox SET state = 'waiting', tries = 0, not_before = ?1, \
                 settled_at = NULL, said = ?2 || coalesce('; before that: ' || said, '') \
                 WHERE state = 'failed' AND (?3 IS NULL OR key = ?3)";
    let query = sqlx::query(query).bind(stamp(now)).bind(which.said);
    let done = query.bind(which.key).execute(connection).await?;
    Ok(done.rows_affected())
}

/// How many messages there are in each state.
pub async fn counts(connection: &mut SqliteConnection) -> sqlx::Result<Counts> {
    let query = "SELECT state, count(*), min(posted_at) FROM outbox GROUP BY state";
    let rows: Vec<(String, i64, String)> = sqlx::query_as(query).fetch_all(connection).await?;
    let mut counts = Counts::default();
    for (state, count, oldest) in rows {
        counts.set(State::of(&state)?, (count, moment(&oldest)?));
    }
    Ok(counts)
}

//! Messages to people in SQLite.

use chrono::{DateTime, Utc};
use sqlx::{Connection, SqliteConnection};

use super::several::{keep, later};
use crate::store::{
    CameBack, Claimed, Counts, GivenUp, Late, LeaseFor, Message, Outgoing, PutBack, Settled, State,
    moment, queries, stamp,
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
                 leased_until = ?2 WHERE id = ?3 \
                 RETURNING id, key, channel, body, holder, tries, epoch";
    let query = sqlx::query_as(query)
        .bind(node)
        .bind(stamp(later(now, lease_for(&channel))))
        .bind(id);
    let claimed = query.fetch_one(&mut *write).await?;
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
    let query = sqlx::query(queries::SETTLE)
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
        let query = sqlx::query(queries::SET_HANDLE)
            .bind(&claimed.key)
            .bind(handle);
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
    let query = sqlx::query(queries::COME_BACK)
        .bind(&message.body)
        .bind(&message.said);
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
    let query = sqlx::query_scalar(queries::HANDLE).bind(key).bind(channel);
    query.fetch_optional(connection).await
}

/// The newest messages, the newest first.
pub async fn messages(connection: &mut SqliteConnection, most: u32) -> sqlx::Result<Vec<Message>> {
    let query = sqlx::query_as(queries::newest_messages()).bind(i64::from(most));
    query.fetch_all(connection).await
}

/// The message with a key.
pub async fn message(
    connection: &mut SqliteConnection,
    key: &str,
) -> sqlx::Result<Option<Message>> {
    let query = sqlx::query_as(queries::message()).bind(key);
    query.fetch_optional(connection).await
}

/// Those of the newest messages that were given up, the newest first.
pub async fn given_up(connection: &mut SqliteConnection, among: u32) -> sqlx::Result<Vec<GivenUp>> {
    let query = sqlx::query_as(queries::GIVEN_UP).bind(i64::from(among));
    query.fetch_all(connection).await
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
    let query = sqlx::query(queries::PUT_BACK)
        .bind(stamp(now))
        .bind(which.said);
    let done = query.bind(which.key).execute(connection).await?;
    Ok(done.rows_affected())
}

/// How many messages there are in each state.
pub async fn counts(connection: &mut SqliteConnection) -> sqlx::Result<Counts> {
    let rows = sqlx::query_as(queries::COUNTS)
        .fetch_all(connection)
        .await?;
    Counts::of(rows)
}

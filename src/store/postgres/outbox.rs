//! Messages to people in PostgreSQL.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::link::POSTED;
use super::micros;
use super::several::keep;
use crate::store::{
    CameBack, Claimed, Counts, GivenUp, Late, LeaseFor, Message, Outgoing, PutBack, Settled, State,
    moment, queries, stamp,
};

/// Posts messages in the transaction that is open, but for those whose key was posted before.
pub async fn post(connection: &mut PgConnection, messages: &[Outgoing]) -> sqlx::Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    // Two that post the same keys in another order would wait for each other.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('mainstay outbox', 0))";
    sqlx::raw_sql(lock).execute(&mut *connection).await?;
    let all = || messages.iter();
    let keys: Vec<&str> = all().map(|it| it.key.as_str()).collect();
    let channels: Vec<&str> = all().map(|it| it.channel.as_str()).collect();
    let bodies: Vec<&str> = all().map(|it| it.body.as_str()).collect();
    let not_before: Vec<Option<String>> = all().map(|it| it.not_before.map(stamp)).collect();
    // However many there are, the answer comes in time.
    let query = "INSERT INTO outbox (key, channel, body, not_before, posted_at) \
                 SELECT key, channel, body, coalesce(not_before, stamp(0)), stamp(0) \
                 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY \
                 AS it (key, channel, body, not_before, place) ORDER BY place \
                 ON CONFLICT (key) DO NOTHING";
    let query = sqlx::query(query).bind(keys).bind(channels);
    let query = query.bind(bodies).bind(not_before);
    query.execute(&mut *connection).await?;
    let tell = sqlx::query("SELECT pg_notify($1, '')").bind(POSTED);
    tell.execute(connection).await?;
    Ok(())
}

/// Takes the oldest message of a channel by which nobody delivers.
pub async fn claim(
    connection: &mut PgConnection,
    node: &str,
    now: DateTime<Utc>,
    lease_for: &LeaseFor<'_>,
) -> sqlx::Result<Option<Claimed>> {
    // Who comes second sees what the first has taken, and takes nothing of the same channel.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('mainstay claims', 0))";
    sqlx::raw_sql(lock).execute(&mut *connection).await?;
    let query = "SELECT id, channel FROM outbox WHERE state = 'waiting' AND not_before <= $1 \
                 AND channel NOT IN (SELECT channel FROM outbox \
                 WHERE state = 'waiting' AND leased_until > stamp(0)) \
                 ORDER BY id LIMIT 1 FOR UPDATE";
    let query = sqlx::query_as(query).bind(stamp(now));
    let found: Option<(i64, String)> = query.fetch_optional(&mut *connection).await?;
    let Some((id, channel)) = found else {
        return Ok(None);
    };
    let query = "UPDATE outbox SET epoch = epoch + 1, tries = tries + 1, holder = $1, \
                 leased_until = stamp($2) WHERE id = $3 \
                 RETURNING id, key, channel, body, holder, tries, epoch";
    let query = sqlx::query_as(query)
        .bind(node)
        .bind(micros(lease_for(&channel)))
        .bind(id);
    query.fetch_one(connection).await.map(Some)
}

/// Says what came of a claim, unless it is over.
pub async fn settle(
    connection: &mut PgConnection,
    claimed: &Claimed,
    settled: &Settled,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let over = (settled.state() != State::Waiting).then(|| stamp(now));
    let query = sqlx::query(queries::SETTLE)
        .bind(settled.state().word())
        .bind(settled.said())
        .bind(over)
        .bind(settled.not_before().map(stamp))
        .bind(settled.tries());
    let query = query.bind(claimed.id).bind(claimed.epoch);
    let is_ours = query.execute(&mut *connection).await?.rows_affected() == 1;
    if !is_ours {
        keep(connection, &[Late::settled(claimed, settled, now)]).await?;
    } else if let Some(handle) = settled.handle() {
        let query = sqlx::query(queries::SET_HANDLE)
            .bind(&claimed.key)
            .bind(handle);
        query.execute(&mut *connection).await?;
    }
    Ok(is_ours)
}

/// Has a message count as given up that came back, and posts others with it.
pub async fn came_back(
    connection: &mut PgConnection,
    message: &CameBack,
    instead: &[Outgoing],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let query = sqlx::query(queries::COME_BACK)
        .bind(&message.body)
        .bind(&message.said);
    let query = query
        .bind(stamp(now))
        .bind(message.id)
        .bind(&message.before);
    let is_so = query.execute(&mut *connection).await?.rows_affected() == 1;
    if is_so {
        post(connection, instead).await?;
    }
    Ok(is_so)
}

/// What a channel calls the message with a key.
pub async fn handle(
    connection: &mut PgConnection,
    key: &str,
    channel: &str,
) -> sqlx::Result<Option<String>> {
    let query = sqlx::query_scalar(queries::HANDLE).bind(key).bind(channel);
    query.fetch_optional(connection).await
}

/// The newest messages, the newest first.
pub async fn messages(connection: &mut PgConnection, most: u32) -> sqlx::Result<Vec<Message>> {
    let query = sqlx::query_as(queries::newest_messages()).bind(i64::from(most));
    query.fetch_all(connection).await
}

/// The message with a key.
pub async fn message(connection: &mut PgConnection, key: &str) -> sqlx::Result<Option<Message>> {
    let query = sqlx::query_as(queries::message()).bind(key);
    query.fetch_optional(connection).await
}

/// Those of the newest messages that were given up, the newest first.
pub async fn given_up(connection: &mut PgConnection, among: u32) -> sqlx::Result<Vec<GivenUp>> {
    let query = sqlx::query_as(queries::GIVEN_UP).bind(i64::from(among));
    query.fetch_all(connection).await
}

/// When messages were last delivered by a channel after a moment, the last one first.
pub async fn delivered(
    connection: &mut PgConnection,
    by: &str,
    after: DateTime<Utc>,
    most: u32,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    let query = "SELECT settled_at FROM outbox WHERE channel = $1 AND state = 'delivered' \
                 AND settled_at COLLATE \"C\" > $2 ORDER BY settled_at COLLATE \"C\" DESC LIMIT $3";
    let query = sqlx::query_scalar(query).bind(by).bind(stamp(after));
    let moments = query.bind(i64::from(most)).fetch_all(connection).await?;
    moments.into_iter().map(|at: String| moment(&at)).collect()
}

/// Has messages wait again that were given up, and tells who waits.
pub async fn put_back(
    connection: &mut PgConnection,
    which: &PutBack<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let query = sqlx::query(queries::PUT_BACK)
        .bind(stamp(now))
        .bind(which.said);
    let done = query.bind(which.key).execute(&mut *connection).await?;
    let tell = sqlx::query("SELECT pg_notify($1, '')").bind(POSTED);
    tell.execute(connection).await?;
    Ok(done.rows_affected())
}

/// How many messages there are in each state.
pub async fn counts(connection: &mut PgConnection) -> sqlx::Result<Counts> {
    let rows = sqlx::query_as(queries::COUNTS)
        .fetch_all(connection)
        .await?;
    Counts::of(rows)
}

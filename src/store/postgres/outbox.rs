//! Messages to people in PostgreSQL.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::link::POSTED;
use super::micros;
use super::several::keep;
use crate::store::{
    CameBack, Claimed, Counts, GivenUp, Late, LeaseFor, Message, Outgoing, PutBack, Settled, State,
    moment, stamp,
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
                 leased_until = stamp($2) WHERE id = $3 RETURNING key, body, tries, epoch";
    let row = sqlx::query(query)
        .bind(node)
        .bind(micros(lease_for(&channel)))
        .bind(id);
    let row = row.fetch_one(connection).await?;
    Ok(Some(Claimed {
        id,
        key: row.try_get(0)?,
        channel,
        body: row.try_get(1)?,
        holder: node.to_owned(),
        tries: row.try_get(2)?,
        epoch: row.try_get(3)?,
    }))
}

/// Says what came of a claim, unless it is over.
pub async fn settle(
    connection: &mut PgConnection,
    claimed: &Claimed,
    settled: &Settled,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let over = (settled.state() != State::Waiting).then(|| stamp(now));
    let query = "UPDATE outbox SET state = $1, said = $2, settled_at = $3, \
                 leased_until = NULL, not_before = coalesce($4, not_before), \
                 tries = tries - 1 + $5 WHERE id = $6 AND epoch = $7 \
                 AND state = 'waiting' AND leased_until IS NOT NULL";
    let query = sqlx::query(query)
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
        let query = "INSERT INTO handle (key, handle) VALUES ($1, $2)";
        let query = sqlx::query(query).bind(&claimed.key).bind(handle);
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
    let query = "UPDATE outbox SET state = 'failed', body = $1, said = $2, settled_at = $3 \
                 WHERE id = $4 AND body = $5 AND state <> 'waiting'";
    let query = sqlx::query(query).bind(&message.body).bind(&message.said);
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
    let query = "SELECT handle FROM handle JOIN outbox USING (key) \
                 WHERE key = $1 AND channel = $2";
    let query = sqlx::query_scalar(query).bind(key).bind(channel);
    query.fetch_optional(connection).await
}

/// What is read of a message.
const MESSAGE: &str = "SELECT id, key, channel, body, state, tries, not_before, posted_at, \
                       settled_at, said FROM outbox";

/// The newest messages, the newest first.
pub async fn messages(connection: &mut PgConnection, most: u32) -> sqlx::Result<Vec<Message>> {
    let query = AssertSqlSafe(format!("{MESSAGE} ORDER BY id DESC LIMIT $1"));
    let rows = sqlx::query(query).bind(i64::from(most));
    rows.fetch_all(connection).await?.iter().map(read).collect()
}

/// The message with a key.
pub async fn message(connection: &mut PgConnection, key: &str) -> sqlx::Result<Option<Message>> {
    let query = AssertSqlSafe(format!("{MESSAGE} WHERE key = $1"));
    let row = sqlx::query(query).bind(key);
    row.fetch_optional(connection)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

fn read(row: &PgRow) -> sqlx::Result<Message> {
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
pub async fn given_up(connection: &mut PgConnection, among: u32) -> sqlx::Result<Vec<GivenUp>> {
    let query = "SELECT key, channel, settled_at, said FROM outbox WHERE state = 'failed' \
                 AND id > (SELECT max(id) FROM outbox) - $1 ORDER BY id DESC";
    let rows = sqlx::query(query).bind(i64::from(among));
    let rows = rows.fetch_all(connection).await?;
    let given_up = |row: &PgRow| -> sqlx::Result<GivenUp> {
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
    let query = "UPDATE outbox SET state = 'waiting', tries = 0, not_before = $1, \
                 settled_at = NULL, said = $2 || coalesce('; before that: ' || said, '') \
                 WHERE state = 'failed' AND ($3::text IS NULL OR key = $3)";
    let query = sqlx::query(query).bind(stamp(now)).bind(which.said);
    let done = query.bind(which.key).execute(&mut *connection).await?;
    let tell = sqlx::query("SELECT pg_notify($1, '')").bind(POSTED);
    tell.execute(connection).await?;
    Ok(done.rows_affected())
}

/// How many messages there are in each state.
pub async fn counts(connection: &mut PgConnection) -> sqlx::Result<Counts> {
    let query = "SELECT state, count(*), min(posted_at) FROM outbox GROUP BY state";
    let rows: Vec<(String, i64, String)> = sqlx::query_as(query).fetch_all(connection).await?;
    let mut counts = Counts::default();
    for (state, count, oldest) in rows {
        counts.set(State::of(&state)?, (count, moment(&oldest)?));
    }
    Ok(counts)
}

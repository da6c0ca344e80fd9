//! Leases in SQLite, and what came too late.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{Connection, SqliteConnection};

use crate::store::{Late, Lease, queries, stamp};

/// So much later; the end of time where there is no such moment.
pub fn later(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let by = chrono::Duration::from_std(by).unwrap_or(chrono::Duration::MAX);
    at.checked_add_signed(by)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Takes a lease that can be taken.
pub async fn lease(
    connection: &mut SqliteConnection,
    (resource, holder, lasts): (&str, &str, Duration),
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Lease>> {
    let query = "INSERT INTO lease (resource, holder, epoch, until) VALUES (?1, ?2, 1, ?3) \
                 ON CONFLICT (resource) DO UPDATE SET epoch = lease.epoch + 1, \
                 holder = excluded.holder, until = excluded.until \
                 WHERE lease.holder = excluded.holder OR lease.until <= ?4 RETURNING epoch";
    let until = later(now, lasts);
    let query = sqlx::query_scalar(query).bind(resource).bind(holder);
    let query = query.bind(stamp(until)).bind(stamp(now));
    let epoch: Option<i64> = query.fetch_optional(connection).await?;
    Ok(epoch.map(|epoch| Lease {
        resource: resource.to_owned(),
        holder: holder.to_owned(),
        epoch,
        lasts,
        until,
    }))
}

/// Has a lease end at another moment; `false` where it is over.
pub async fn set_end(
    connection: &mut SqliteConnection,
    lease: &Lease,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let query = "UPDATE lease SET until = ? \
                 WHERE resource = ? AND holder = ? AND epoch = ? AND until > ?";
    let query = sqlx::query(query).bind(stamp(until)).bind(&lease.resource);
    let query = query.bind(&lease.holder).bind(lease.epoch).bind(stamp(now));
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// Who has a lease that is not over.
pub async fn holder(
    connection: &mut SqliteConnection,
    resource: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    let query = "SELECT holder FROM lease WHERE resource = ? AND until > ?";
    let query = sqlx::query_scalar(query).bind(resource).bind(stamp(now));
    query.fetch_optional(connection).await
}

/// Keeps what came too late in a transaction of its own.
pub async fn keep_all(connection: &mut SqliteConnection, late: &[Late]) -> sqlx::Result<()> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    keep(&mut write, late).await?;
    write.commit().await
}

/// Keeps what came too late.
pub async fn keep(connection: &mut SqliteConnection, late: &[Late]) -> sqlx::Result<()> {
    for late in late {
        let query = sqlx::query(queries::KEEP_LATE)
            .bind(&late.what)
            .bind(&late.holder);
        let query = query.bind(late.epoch).bind(&late.text).bind(stamp(late.at));
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Everything that came too late, in its order.
pub async fn late(connection: &mut SqliteConnection) -> sqlx::Result<Vec<Late>> {
    sqlx::query_as(queries::LATE).fetch_all(connection).await
}

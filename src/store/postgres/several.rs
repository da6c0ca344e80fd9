//! Leases in PostgreSQL, and what came too late. All times are those of the server.

use std::time::Duration;

use sqlx::PgConnection;

use super::micros;
use crate::store::{Late, Lease, moment, queries, stamp};

/// Takes a lease that can be taken.
pub async fn lease(
    connection: &mut PgConnection,
    (resource, holder, lasts): (&str, &str, Duration),
) -> sqlx::Result<Option<Lease>> {
    let query = "INSERT INTO lease (resource, holder, epoch, until) \
                 VALUES ($1, $2, 1, stamp($3)) \
                 ON CONFLICT (resource) DO UPDATE SET epoch = lease.epoch + 1, \
                 holder = excluded.holder, until = stamp($3) \
                 WHERE lease.holder = excluded.holder OR lease.until <= stamp(0) \
                 RETURNING epoch, until";
    let query = sqlx::query_as(query).bind(resource).bind(holder);
    let query = query.bind(micros(lasts));
    let taken: Option<(i64, String)> = query.fetch_optional(connection).await?;
    let taken = taken.map(|(epoch, until)| {
        Ok(Lease {
            resource: resource.to_owned(),
            holder: holder.to_owned(),
            epoch,
            lasts,
            until: moment(&until)?,
        })
    });
    taken.transpose()
}

/// Has a lease end so much later than now; `false` where it is over.
pub async fn set_end(
    connection: &mut PgConnection,
    lease: &Lease,
    lasts: Duration,
) -> sqlx::Result<bool> {
    let query = "UPDATE lease SET until = stamp($1) \
                 WHERE resource = $2 AND holder = $3 AND epoch = $4 AND until > stamp(0)";
    let query = sqlx::query(query).bind(micros(lasts)).bind(&lease.resource);
    let query = query.bind(&lease.holder).bind(lease.epoch);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// Who has a lease that is not over.
pub async fn holder(connection: &mut PgConnection, resource: &str) -> sqlx::Result<Option<String>> {
    let query = "SELECT holder FROM lease WHERE resource = $1 AND until > stamp(0)";
    let query = sqlx::query_scalar(query).bind(resource);
    query.fetch_optional(connection).await
}

/// Keeps what came too late.
pub async fn keep(connection: &mut PgConnection, late: &[Late]) -> sqlx::Result<()> {
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
pub async fn late(connection: &mut PgConnection) -> sqlx::Result<Vec<Late>> {
    sqlx::query_as(queries::LATE).fetch_all(connection).await
}

//! Rows of PostgreSQL that are copied.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::error::Result;
use crate::store::copy::ALL;
use crate::store::{Row, Table, Tables};

/// A page of the rows of a table.
pub async fn rows(connection: &mut PgConnection, of: &Table, skip: i64) -> sqlx::Result<Vec<Row>> {
    let query = sqlx::query(AssertSqlSafe(of.select(skip)));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| of.row(row)).collect()
}

/// Takes all rows in, in the transaction that is open; `false` where there are some. What fails
/// there is told in its own words.
pub async fn fill(
    connection: &mut PgConnection,
    from: &mut dyn Tables,
) -> Result<sqlx::Result<bool>> {
    match is_empty(connection).await {
        Ok(true) => {}
        some => return Ok(some),
    }
    for table in &ALL {
        let mut skip = 0;
        loop {
            let rows = from.rows(table, skip).await?;
            skip += i64::try_from(rows.len()).unwrap_or(i64::MAX);
            if rows.is_empty() {
                break;
            }
            if let Err(error) = add(connection, table, rows).await {
                return Ok(Err(error));
            }
        }
        if table.numbered && skip > 0 {
            let name = table.name;
            let set = format!(
                "SELECT setval(pg_get_serial_sequence('mainstay.{name}', 'id'), max(id)) \
                 FROM {name}"
            );
            if let Err(error) = sqlx::raw_sql(AssertSqlSafe(set))
                .execute(&mut *connection)
                .await
            {
                return Ok(Err(error));
            }
        }
    }
    Ok(Ok(true))
}

async fn is_empty(connection: &mut PgConnection) -> sqlx::Result<bool> {
    for table in &ALL {
        // Nobody else writes there until all of it is.
        let lock = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", table.name);
        let lock = sqlx::raw_sql(AssertSqlSafe(lock));
        lock.execute(&mut *connection).await?;
        let count = sqlx::query_scalar(AssertSqlSafe(table.count()));
        let count: i64 = count.fetch_one(&mut *connection).await?;
        if count > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn add(connection: &mut PgConnection, to: &Table, rows: Vec<Row>) -> sqlx::Result<()> {
    for row in rows {
        to.adding(row).execute(&mut *connection).await?;
    }
    Ok(())
}

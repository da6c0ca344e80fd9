//! Rows of SQLite that are copied.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::error::Result;
use crate::store::copy::ALL;
use crate::store::{Row, Table, Tables};

/// A page of the rows of a table.
pub async fn rows(
    connection: &mut SqliteConnection,
    of: &Table,
    skip: i64,
) -> sqlx::Result<Vec<Row>> {
    let query = sqlx::query(AssertSqlSafe(of.select(skip)));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| of.row(row)).collect()
}

/// Takes all rows in, in one transaction; `false` where there are some. What fails there is told
/// in its own words.
pub async fn fill(
    connection: &mut SqliteConnection,
    from: &mut dyn Tables,
) -> Result<sqlx::Result<bool>> {
    let mut write = match connection.begin_with("BEGIN IMMEDIATE").await {
        Ok(write) => write,
        Err(error) => return Ok(Err(error)),
    };
    match is_empty(&mut write).await {
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
            if let Err(error) = add(&mut write, table, rows).await {
                return Ok(Err(error));
            }
        }
    }
    Ok(write.commit().await.map(|()| true))
}

async fn is_empty(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    for table in &ALL {
        let count = sqlx::query_scalar(AssertSqlSafe(table.count()));
        let count: i64 = count.fetch_one(&mut *connection).await?;
        if count > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn add(connection: &mut SqliteConnection, to: &Table, rows: Vec<Row>) -> sqlx::Result<()> {
    for row in rows {
        to.adding(row).execute(&mut *connection).await?;
    }
    Ok(())
}

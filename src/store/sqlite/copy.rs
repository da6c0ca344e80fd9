//! Rows of SQLite that are copied.

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, Row as _, SqliteConnection};

use crate::error::Result;
use crate::store::copy::{ALL, Cell};
use crate::store::{Row, Table, Tables};

/// A page of the rows of a table.
pub async fn rows(
    connection: &mut SqliteConnection,
    of: &Table,
    skip: i64,
) -> sqlx::Result<Vec<Row>> {
    let query = sqlx::query(AssertSqlSafe(of.select(skip)));
    let rows = query.fetch_all(connection).await?;
    let numbers = of.numbers.len();
    let row = |row: &SqliteRow| -> sqlx::Result<Row> {
        let cell = |place| {
            Ok(match place < numbers {
                true => Cell::Number(row.try_get(place)?),
                false => Cell::Text(row.try_get(place)?),
            })
        };
        (0..numbers + of.texts.len()).map(cell).collect()
    };
    rows.iter().map(row).collect()
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
        let mut insert = sqlx::query(AssertSqlSafe(to.insert()));
        for cell in row {
            insert = match cell {
                Cell::Number(number) => insert.bind(number),
                Cell::Text(text) => insert.bind(text),
            };
        }
        insert.execute(&mut *connection).await?;
    }
    Ok(())
}

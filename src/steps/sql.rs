//! Asks a database one question, and compares the answer.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{Connection, Row, SqliteConnection, ValueRef};

use super::{Ended, Job};
use crate::model::Sql;
use crate::text::visible;

/// How much of an answer is told, in characters.
const TOLD_MAX: usize = 200;

#[expect(clippy::unnecessary_wraps, reason = "every kind of action has it")]
pub fn ready(_: &Sql, _: &Path) -> Result<(), String> {
    // The file may be made by a step before.
    Ok(())
}

pub async fn carry_out(sql: &Sql, job: &Job) -> Ended {
    let file = job.workspace.join(&sql.sqlite);
    tokio::select! {
        answer = ask(&file, &sql.query) => match answer {
            Ok(answer) => judge(sql, answer),
            Err(error) => Ended::failed(format!("`{}` does not answer: {error}", sql.sqlite)),
        },
        ended = job.cut_off() => ended,
    }
}

/// The first value of the first row as text; `None` where there is no row.
async fn ask(file: &Path, query: &str) -> sqlx::Result<Option<String>> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    // The plan states the question, and the file is opened for reading only.
    let query = sqlx::query(sqlx::AssertSqlSafe(query));
    let row = query.fetch_optional(&mut connection).await?;
    let answer = row.as_ref().map(first).transpose()?;
    connection.close().await?;
    Ok(answer)
}

fn first(row: &SqliteRow) -> sqlx::Result<String> {
    if row.try_get_raw(0)?.is_null() {
        return Ok("null".to_owned());
    }
    let number = || row.try_get::<i64, _>(0).map(|number| number.to_string());
    let real = || row.try_get::<f64, _>(0).map(|real| real.to_string());
    let text = || row.try_get::<String, _>(0);
    number().or_else(|_| real()).or_else(|_| text())
}

fn judge(sql: &Sql, answer: Option<String>) -> Ended {
    let Some(answer) = answer else {
        return Ended::failed("there is no row");
    };
    let told: String = visible(&answer).chars().take(TOLD_MAX).collect();
    if let Some(is) = sql.is.as_ref().filter(|is| **is != answer) {
        return Ended::failed(format!("the answer is `{told}`, not `{is}`"));
    }
    if let Some(least) = sql.at_least {
        let number: Option<f64> = answer.parse().ok();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bound that people write is small"
        )]
        let enough = number.is_some_and(|number| number >= least as f64);
        if !enough {
            return Ended::failed(format!("the answer is `{told}`, and not {least} at least"));
        }
    }
    Ended::succeeded(format!("the answer is `{told}`"))
}

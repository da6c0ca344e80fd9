//! Asks a database one question, and compares the answer.

use std::path::Path;

use percent_encoding::percent_decode_str;
use reqwest::Url;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, Row, SqlSafeStr, SqliteConnection, ValueRef,
};

use super::secret::{self, hidden};
use super::{Ended, Job};
use crate::model::Sql;
use crate::text::visible;
use crate::time::Duration;

/// How much of an answer is told, in characters.
const TOLD_MAX: usize = 200;
/// The longest time that PostgreSQL can be told, in milliseconds.
const MILLIS_MAX: u64 = i32::MAX as u64;

pub fn ready(sql: &Sql, _: &Path) -> Result<(), String> {
    // A file may be made by a step before.
    let name = sql.postgres.as_deref();
    name.map_or(Ok(()), |name| address(name).map(drop))
}

pub async fn carry_out(sql: &Sql, job: &Job) -> Ended {
    answer(sql, job).await.0
}

/// Carries it out, and gives back the answer, too.
pub async fn answer(sql: &Sql, job: &Job) -> (Ended, Option<String>) {
    let secrets = sql.postgres.as_deref().map(secrets).unwrap_or_default();
    tokio::select! {
        answer = ask(sql, job) => match answer {
            Ok(answer) => (judge(sql, answer.clone(), &secrets), answer),
            Err(why) => (Ended::failed(hidden(&why, &secrets, TOLD_MAX)), None),
        },
        ended = job.cut_off() => (ended, None),
    }
}

/// The first value of the first row as text; `None` where there is no row.
async fn ask(sql: &Sql, job: &Job) -> Result<Option<String>, String> {
    let (asked, answer) = match (&sql.sqlite, &sql.postgres) {
        (Some(file), None) => (
            file,
            ask_sqlite(&job.workspace.join(file), &sql.query).await,
        ),
        (None, Some(name)) => {
            let address = address(name)?;
            (name, ask_postgres(address, &sql.query, job.timeout).await)
        }
        _ => return Err("not one database is stated".to_owned()),
    };
    answer.map_err(|error| match error.as_database_error() {
        Some(refusal) => format!("`{asked}` refuses: {}", refusal.message()),
        None => format!("`{asked}` does not answer: {error}"),
    })
}

// The plan states the questions, and both databases are opened for reading only.

async fn ask_sqlite(file: &Path, query: &str) -> sqlx::Result<Option<String>> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let query = sqlx::query(AssertSqlSafe(query));
    let row = query.fetch_optional(&mut connection).await?;
    let answer = row.as_ref().map(first_of_sqlite).transpose()?;
    connection.close().await?;
    Ok(answer)
}

fn first_of_sqlite(row: &SqliteRow) -> sqlx::Result<String> {
    if row.try_get_raw(0)?.is_null() {
        return Ok("null".to_owned());
    }
    let number = || row.try_get::<i64, _>(0).map(|number| number.to_string());
    let real = || row.try_get::<f64, _>(0).map(|real| real.to_string());
    let text = || row.try_get::<String, _>(0);
    number().or_else(|_| real()).or_else(|_| text())
}

/// Asks in a transaction that cannot write. The server itself gives a question up that takes too
/// long, as it does not notice that nobody waits any more.
async fn ask_postgres(
    address: PgConnectOptions,
    query: &str,
    timeout: Duration,
) -> sqlx::Result<Option<String>> {
    let millis = timeout.as_seconds().saturating_mul(1_000).min(MILLIS_MAX);
    let options = [
        ("default_transaction_read_only", "on".to_owned()),
        ("statement_timeout", millis.to_string()),
    ];
    let mut connection = PgConnection::connect_with(&address.options(options)).await?;
    connection.execute("BEGIN READ ONLY").await?;
    // Only one statement can be prepared: none can end the transaction and go on outside of it.
    let one = AssertSqlSafe(query).into_sql_str();
    (&mut connection).prepare(one.clone()).await?;
    // Not the prepared one is asked, as that answers in the server's own form and not in text.
    let row = sqlx::raw_sql(one).fetch_optional(&mut connection).await?;
    let answer = row.as_ref().map(first_of_postgres).transpose()?;
    connection.close().await?;
    Ok(answer)
}

fn first_of_postgres(row: &PgRow) -> sqlx::Result<String> {
    let value = row.try_get_raw(0)?;
    if value.is_null() {
        return Ok("null".to_owned());
    }
    value
        .as_str()
        .map(str::to_owned)
        .map_err(sqlx::Error::Decode)
}

/// The address of a PostgreSQL database. What is wrong with it is not told, as that would tell
/// parts of it.
fn address(name: &str) -> Result<PgConnectOptions, String> {
    let value = secret::value(name)?;
    let scheme = Url::parse(&value).is_ok_and(|url| url.scheme().starts_with("postgres"));
    let address = value.parse().ok().filter(|_| scheme);
    address.ok_or_else(|| {
        format!(
            "the environment variable `{name}` holds no address such as \
             `postgres://user:password@host:5432/orders`"
        )
    })
}

/// What must not be told: the address, and the password in it as it is written and as it is meant.
fn secrets(name: &str) -> Vec<String> {
    let mut secrets = secret::values([name]);
    let url = secrets.first().and_then(|value| Url::parse(value).ok());
    if let Some(password) = url.as_ref().and_then(Url::password) {
        let meant = percent_decode_str(password).decode_utf8_lossy();
        secrets.extend([meant.into_owned(), password.to_owned()]);
    }
    secrets
}

fn judge(sql: &Sql, answer: Option<String>, secrets: &[String]) -> Ended {
    let Some(answer) = answer else {
        return Ended::failed("there is no row");
    };
    let told = hidden(&visible(&answer), secrets, TOLD_MAX);
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

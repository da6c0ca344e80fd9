//! Asks a database one question, and compares the answer.

use std::path::Path;

use percent_encoding::percent_decode_str;
use reqwest::Url;
use sqlx::postgres::PgConnectOptions;

use super::{Ended, Job};
use crate::model::Sql;
use crate::question::{self, Wanted};
use crate::secret::{self, hidden};
use crate::text::visible;

/// How much of an answer is told, in characters.
const TOLD_MAX: usize = 200;

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
            question::sqlite(&job.workspace.join(file), &sql.query).await,
        ),
        (None, Some(name)) => {
            let address = address(name)?;
            (
                name,
                question::postgres(address, &sql.query, job.timeout).await,
            )
        }
        _ => return Err("not one database is stated".to_owned()),
    };
    answer.map_err(|error| question::told(asked, &error))
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

/// What came of an answer.
fn judge(sql: &Sql, answer: Option<String>, secrets: &[String]) -> Ended {
    let wanted = Wanted {
        is: sql.is.as_deref(),
        at_least: sql.at_least,
        at_most: None,
    };
    let told = |text: &str| hidden(&visible(text), secrets, TOLD_MAX);
    match wanted.judge(answer.as_deref()) {
        Ok(found) => Ended::succeeded(told(&found)),
        Err(why) => Ended::failed(told(&why)),
    }
}

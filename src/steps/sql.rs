//! Asks a database one question, and compares the answer.

use std::path::Path;

use super::{Ended, Job};
use crate::model::Sql;
use crate::question::{self, Wanted};
use crate::secret::hidden;
use crate::text::visible;

/// How much of an answer is told, in characters.
const TOLD_MAX: usize = 200;

pub fn ready(sql: &Sql, _: &Path) -> Result<(), String> {
    // A file may be made by a step before.
    let name = sql.postgres.as_deref();
    name.map_or(Ok(()), |name| question::address(name).map(drop))
}

pub async fn carry_out(sql: &Sql, job: &Job) -> Ended {
    answer(sql, job).await.0
}

/// Carries it out, and gives back the answer, too.
pub async fn answer(sql: &Sql, job: &Job) -> (Ended, Option<String>) {
    let secrets = sql
        .postgres
        .as_deref()
        .map(question::secrets)
        .unwrap_or_default();
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
            let address = question::address(name)?;
            (
                name,
                question::postgres(address, &sql.query, job.timeout).await,
            )
        }
        _ => return Err("not one database is stated".to_owned()),
    };
    answer.map_err(|error| question::told(asked, &error))
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

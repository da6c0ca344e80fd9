//! Whether every table holds what it held when the backup was made.

use std::path::Path;

use sqlx::{Connection, Executor, PgConnection};

use super::{Looked, Recovered, database, trouble};
use crate::backup::fingerprints::{self, Fingerprints};
use crate::backup::waited::wait_for;
use crate::backup::{Database, Outcome, Session, Trouble, postgres};
use crate::model;
use crate::proof::{Level, Trial};
use crate::question;

const WHAT: &str = "every table holds what it held when the backup was made";
/// How many differences are told.
const TOLD_MAX: usize = 10;

pub fn look(stated: &model::Fingerprints, recovered: &Recovered) -> Looked {
    let compared = known(recovered.fingerprints).and_then(|then| {
        let now = taken(recovered)?;
        Ok((then, now))
    });
    let (then, now) = match compared {
        Ok(both) => both,
        Err(why) => return trouble(WHAT, why).into(),
    };
    let unknown = stated
        .tables
        .iter()
        .filter(|table| !then.contains_key(*table));
    let mut wrong = fingerprints::differences(&then, &now);
    wrong.extend(unknown.map(|table| {
        format!("of `{table}` nothing was written down; a partitioned table has its rows in others")
    }));
    let rows: u64 = then.values().map(|it| it.rows).sum();
    match wrong.is_empty() {
        true => {
            let found = format!("{} tables, {rows} rows", then.len());
            Trial::pass(Level::Validated, WHAT, found)
        }
        false => {
            let rest = wrong.len().saturating_sub(TOLD_MAX);
            wrong.truncate(TOLD_MAX);
            if rest > 0 {
                wrong.push(format!("and {rest} more"));
            }
            Trial::fail(Level::Validated, WHAT, wrong.join("; "))
        }
    }
    .into()
}

/// What was written down.
fn known(file: Option<&Path>) -> Outcome<Fingerprints> {
    let nobody = || Trouble::Unclear("no backup of this kind has it written down".to_owned());
    let file = file.ok_or_else(nobody)?;
    fingerprints::read(file)?.ok_or_else(|| {
        let why = format!(
            "`{}` is not there: `mainstay backup take-full` writes it, where `take` has `pg-dump`",
            file.display()
        );
        Trouble::Unclear(why)
    })
}

/// What they hold now.
fn taken(recovered: &Recovered) -> Outcome<Fingerprints> {
    match database(recovered, None)? {
        Database::Postgres(server) => ask(recovered.session, &server),
        Database::Sqlite(_) => {
            let why = "only the tables of PostgreSQL have fingerprints";
            Err(Trouble::Unclear(why.to_owned()))
        }
    }
}

fn ask(session: &Session, server: &postgres::Server) -> Outcome<Fingerprints> {
    wait_for(session, async {
        let asked = async {
            let address = fingerprints::fixed(server.address(None));
            let mut connection = PgConnection::connect_with(&address).await?;
            connection.execute("BEGIN READ ONLY").await?;
            let taken = fingerprints::take(&mut connection).await?;
            connection.close().await?;
            Ok(taken)
        };
        let told = |error| Trouble::Fault(question::told("the database", &error));
        asked.await.map_err(told)
    })
}

//! A dump of a PostgreSQL database, and what its tables held when it was begun.
//!
//! One transaction that only reads sees the database as `pg_dump` does: what is written meanwhile
//! is in neither.

use std::fs::{self, File};
use std::path::Path;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

use super::copy::Copy;
use super::{Write, Written, unwritten};
use crate::backup::fingerprints::{self, Fingerprints};
use crate::backup::tool::Order;
use crate::backup::waited::wait_for;
use crate::backup::{Outcome, Session, Trouble};
use crate::model::TakePgDump;
use crate::question;
use crate::secret::hidden;

const PROGRAM: &str = "pg_dump";
/// How much of what a server says is told, in characters.
const TOLD_MAX: usize = 500;
const NOT_IN_IT: &str = "roles and tablespaces are in no dump of one database: keep what \
    `pg_dumpall --globals-only` writes, too";

impl Write for TakePgDump {
    fn secrets(&self, _: &Path) -> Vec<String> {
        question::secrets(&self.from)
    }

    fn target(&self) -> &str {
        &self.to
    }

    fn write(&self, session: &Session) -> Outcome<Written> {
        let address = question::address(&self.from).map_err(Trouble::Unclear)?;
        let environment = question::environment(&self.from).map_err(Trouble::Unclear)?;
        let folder = session.workspace.join(&self.to);
        let made = Copy::begin(&folder, (self.prefix.as_deref(), ".dump"), session.now)?;
        let dump = |snapshot: &str| dump(session, environment, (snapshot, &made.part()));
        let fingerprints = wait_for(session, self.snapshot(address, dump))?;
        let beside = fingerprints::beside(&made.path());
        let written = fs::write(&beside, fingerprints::text(&fingerprints));
        let written = written.and_then(|()| File::open(&beside)?.sync_all());
        written.map_err(|error| unwritten(&beside, error))?;
        made.finish(vec![NOT_IN_IT.to_owned()])
    }
}

impl TakePgDump {
    /// Has a dump made of what one transaction sees, and tells what that is.
    async fn snapshot(
        &self,
        address: PgConnectOptions,
        dump: impl FnOnce(&str) -> Outcome<()>,
    ) -> Outcome<Fingerprints> {
        let told = |error| {
            let told = question::told(&self.from, &error);
            let secrets = question::secrets(&self.from);
            Trouble::Unclear(hidden(&told, &secrets, TOLD_MAX))
        };
        let address = fingerprints::fixed(address);
        let connection = PgConnection::connect_with(&address).await;
        let mut connection = connection.map_err(told)?;
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        connection.execute(begin).await.map_err(told)?;
        let export = sqlx::query_scalar("SELECT pg_export_snapshot()");
        let snapshot: String = export.fetch_one(&mut connection).await.map_err(told)?;
        dump(&snapshot)?;
        let taken = fingerprints::take(&mut connection).await.map_err(told)?;
        connection.close().await.map_err(told)?;
        Ok(taken)
    }
}

fn dump(
    session: &Session,
    environment: Vec<(&'static str, String)>,
    (snapshot, to): (&str, &Path),
) -> Outcome<()> {
    let said = session.tools.write(&Order {
        program: PROGRAM,
        arguments: vec![
            "--format=custom".to_owned(),
            "--no-password".to_owned(),
            format!("--snapshot={snapshot}"),
            format!("--file={}", to.display()),
        ],
        folder: session.workspace,
        environment: environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    })?;
    match said.status {
        Some(0) => Ok(()),
        _ => Err(Trouble::Unclear(said.complaint())),
    }
}

//! A dump of a PostgreSQL database, and what its tables held when it was begun.
//!
//! One transaction that only reads sees the database as `pg_dump` does: what is written meanwhile
//! is in neither.

use std::fs::{self, File};
use std::path::Path;

use sqlx::error::DatabaseError;
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
/// What a server says where somebody else changes the same tables: a deadlock, or that one of them
/// is gone.
const IN_THE_WAY: [&str; 2] = ["40P01", "42P01"];
/// How often it is begun at most.
const TRIES_MAX: usize = 5;
/// How long `pg_dump` waits for a table, in milliseconds: whoever else waits for it waits for us.
const LOCK_WAIT_MAX: u32 = 3_000;
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
        let dump = |snapshot: &str| dump(session, &environment, (snapshot, &made.part()));
        let fingerprints = wait_for(session, self.snapshot(address, dump))?;
        let beside = fingerprints::beside(&made.path());
        let written = fs::write(&beside, fingerprints::text(&fingerprints));
        let written = written.and_then(|()| File::open(&beside)?.sync_all());
        written.map_err(|error| unwritten(&beside, error))?;
        made.finish(vec![beside], vec![NOT_IN_IT.to_owned()])
    }
}

impl TakePgDump {
    /// Has a dump made of what one transaction sees, and tells what that is. Whoever changes tables
    /// meanwhile may be in the way, so it is begun anew a few times.
    async fn snapshot(
        &self,
        address: PgConnectOptions,
        dump: impl Fn(&str) -> Outcome<()>,
    ) -> Outcome<Fingerprints> {
        let told = |error| {
            let told = question::told(&self.from, &error);
            let secrets = question::secrets(&self.from);
            Trouble::Unclear(hidden(&told, &secrets, TOLD_MAX))
        };
        let address = fingerprints::fixed(address);
        let connection = PgConnection::connect_with(&address).await;
        let mut connection = connection.map_err(told)?;
        let mut tries = 1;
        loop {
            let (why, is_in_the_way) = match begin(&mut connection).await {
                Ok(Some(snapshot)) => match dump(&snapshot) {
                    Ok(()) => break,
                    Err(why) => (why, is_waited_for(&mut connection).await.map_err(told)?),
                },
                Ok(None) => {
                    let why = "somebody makes and removes tables all the while";
                    (Trouble::Unclear(why.to_owned()), true)
                }
                Err(error) => {
                    let code = error.as_database_error().and_then(DatabaseError::code);
                    let is_known = code.is_some_and(|code| IN_THE_WAY.contains(&code.as_ref()));
                    (told(error), is_known)
                }
            };
            if !is_in_the_way || tries == TRIES_MAX {
                return Err(why);
            }
            tries += 1;
            connection.execute("ROLLBACK").await.map_err(told)?;
        }
        let taken = fingerprints::take(&mut connection).await.map_err(told)?;
        connection.close().await.map_err(told)?;
        Ok(taken)
    }
}

/// Begins a transaction that keeps all tables as they are; gives back by which name others see what
/// it sees. Nothing, where there were others when it began: then some are not kept.
async fn begin(connection: &mut PgConnection) -> sqlx::Result<Option<String>> {
    let tables = fingerprints::tables(connection).await?;
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    connection.execute(begin).await?;
    fingerprints::hold(connection, &tables).await?;
    // What it sees is what there is from here on.
    let export = sqlx::query_scalar("SELECT pg_export_snapshot()");
    let snapshot = export.fetch_one(&mut *connection).await?;
    let is_all = fingerprints::tables(connection).await? == tables;
    Ok(is_all.then_some(snapshot))
}

/// Whether somebody waits for a table that the transaction keeps: the dump has to wait behind them,
/// and they for the transaction.
async fn is_waited_for(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let waited = "select exists (select from pg_locks w join pg_locks o using (database, relation) \
                  where not w.granted and o.granted and o.pid = pg_backend_pid())";
    sqlx::query_scalar(waited).fetch_one(connection).await
}

fn dump(
    session: &Session,
    environment: &[(&'static str, String)],
    (snapshot, to): (&str, &Path),
) -> Outcome<()> {
    let said = session.tools.write(&Order {
        program: PROGRAM,
        arguments: vec![
            "--format=custom".to_owned(),
            "--no-password".to_owned(),
            format!("--lock-wait-timeout={LOCK_WAIT_MAX}"),
            format!("--snapshot={snapshot}"),
            format!("--file={}", to.display()),
        ],
        folder: session.workspace,
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    })?;
    match said.status {
        Some(0) => Ok(()),
        _ => Err(Trouble::Unclear(said.complaint())),
    }
}

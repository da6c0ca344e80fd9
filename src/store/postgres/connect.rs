//! How a database of PostgreSQL is reached, and its tables are made.

use std::io;
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::runtime::{Builder, Handle};
use tokio::time::timeout;

use crate::store::address::Address;
use crate::store::{Durability, TABLES};

/// The schema in which everything is, so that nothing of somebody else is in the way.
const SCHEMA: &str = "CREATE SCHEMA IF NOT EXISTS mainstay; \
    CREATE TABLE IF NOT EXISTS mainstay.version \
    (one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one), number BIGINT NOT NULL)";
/// What makes the tables of each version out of those of the one before.
const MIGRATIONS: [&str; TABLES as usize] = [
    include_str!("schema.sql"),
    include_str!("proofs.sql"),
    include_str!("duties.sql"),
    include_str!("several.sql"),
    include_str!("handles.sql"),
];
/// Only one at a time makes tables; others wait for a while.
const MIGRATING: &str = "SET LOCAL lock_timeout = '5min'; \
    SELECT pg_advisory_xact_lock(hashtextextended('mainstay version', 0))";
/// What holds for a connection, whatever the server says otherwise: locks are waited for as long as
/// SQLite waits for who writes, and each statement sees what was committed before it. A machine
/// that is gone is noticed within half a minute, so that it keeps nobody else waiting.
const SETTINGS: &str = "SET search_path = mainstay; SET lock_timeout = '10s'; \
    SET default_transaction_isolation = 'read committed'; SET client_min_messages = warning; \
    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; \
    SET tcp_keepalives_count = 3; SET tcp_user_timeout = '25s'";
/// What holds beside that where one server stands in for another: a commit counts once whatever
/// the server is told to wait for has it, too, and nothing that ends sooner is taken for one.
const REPLICATED: &str = "SET statement_timeout = 0; \
    SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') = 'local'";
/// Whether a server can be written.
const IS_WRITABLE: &str =
    "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'";
/// How long whoever stands still may keep others waiting by what is half written.
const STANDS_STILL: &str = "SET idle_in_transaction_session_timeout = '30s'";
/// How long who only reads may take between two looks at one moment; that keeps nobody waiting.
const READS: &str = "SET idle_in_transaction_session_timeout = '1h'";
/// How long it may take to be let in.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long an answer may take. More than a lock is waited for, and so little that a loop goes
/// round in time for whoever watches it, also where nobody answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To write what survives this.
    Write(Durability),
    /// To read what is there at one moment.
    Snapshot,
    /// To read what others write.
    Follow,
}

impl Mode {
    /// What holds for a connection beside [`SETTINGS`].
    fn settings(self) -> &'static str {
        match self {
            // Stronger settings of the server stay.
            Mode::Write(Durability::Power) => {
                "SELECT set_config('synchronous_commit', 'on', false) \
                 WHERE current_setting('synchronous_commit') = 'off'"
            }
            Mode::Write(Durability::Process) => "SET synchronous_commit = off",
            Mode::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Follow => "SET default_transaction_read_only = on",
        }
    }
}

/// A new connection, set up for what it is for; of several servers to the one that can be written.
///
/// # Errors
/// When no server answers, lets us in, and is the one.
pub async fn connect(address: &Address, mode: Mode) -> sqlx::Result<PgConnection> {
    let mut connection = reach(address).await?.1;
    let still = match mode {
        Mode::Snapshot => READS,
        Mode::Write(_) | Mode::Follow => STANDS_STILL,
    };
    let settings = AssertSqlSafe(format!("{SETTINGS}; {still}"));
    within(sqlx::raw_sql(settings).execute(&mut connection)).await?;
    if let (true, Mode::Write(Durability::Power)) = (address.must_be_writable(), mode) {
        within(sqlx::raw_sql(REPLICATED).execute(&mut connection)).await?;
    }
    within(sqlx::raw_sql(mode.settings()).execute(&mut connection)).await?;
    Ok(connection)
}

/// The server that is the one.
///
/// # Errors
/// As for [`connect`].
pub async fn writable(address: &Address) -> sqlx::Result<PgConnectOptions> {
    match address.servers() {
        [server] => Ok(server.clone()),
        _ => {
            let (server, connection) = reach(address).await?;
            connection.close().await?;
            Ok(server)
        }
    }
}

/// The first server that is the one, and a connection to it.
async fn reach(address: &Address) -> sqlx::Result<(PgConnectOptions, PgConnection)> {
    let mut reasons = Vec::new();
    for (server, number) in address.servers().iter().zip(1..) {
        let error = match reach_one(server, address).await {
            Ok(connection) => return Ok((server.clone(), connection)),
            Err(error) => error,
        };
        if address.servers().len() == 1 {
            return Err(error);
        }
        // Documents tell this, and are not to tell what machines there are.
        reasons.push(format!("server {number}: {error}"));
    }
    // Another one may be about to take its place, so this may be tried again.
    Err(io::Error::other(reasons.join("; ")).into())
}

async fn reach_one(server: &PgConnectOptions, address: &Address) -> sqlx::Result<PgConnection> {
    let server = server.clone().application_name("mainstay");
    let connect = async move { PgConnection::connect_with(&server).await };
    let connecting = driver()?.spawn(async move { timeout(CONNECT_WITHIN, connect).await });
    let connected = connecting.await.map_err(io::Error::other)?;
    let mut connection = connected.map_err(io::Error::from)??;
    if address.must_be_writable() {
        let is_one = sqlx::query_scalar(IS_WRITABLE);
        let is_one: bool = within(is_one.fetch_one(&mut connection)).await?;
        if !is_one {
            connection.close().await?;
            let why = "it cannot be written: it is a standby, or read-only";
            return Err(io::Error::other(why).into());
        }
    }
    Ok(connection)
}

/// Waits for an answer for so long; a server that is gone does not say so.
///
/// # Errors
/// What the server says, or that it says nothing.
pub async fn within<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    match timeout(ANSWER_WITHIN, answer).await {
        Ok(answer) => answer,
        Err(late) => Err(io::Error::from(late).into()),
    }
}

/// What tells connections that something has come, on a thread of its own: a connection outlives
/// the runtimes in which commands wait for it.
pub fn driver() -> io::Result<&'static Handle> {
    static DRIVER: OnceLock<io::Result<Handle>> = OnceLock::new();
    let driver = DRIVER.get_or_init(|| {
        let (tell, told) = mpsc::channel();
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().build();
                let handle = runtime.as_ref().map(|runtime| runtime.handle().clone());
                let handle = handle.map_err(|error| io::Error::other(error.to_string()));
                // Who asked waits for it.
                let _ = tell.send(handle);
                if let Ok(runtime) = runtime {
                    runtime.block_on(std::future::pending::<()>());
                }
            })?;
        told.recv().map_err(io::Error::other)?
    });
    driver
        .as_ref()
        .map_err(|error| io::Error::other(error.to_string()))
}

/// Makes the tables that are missing; gives back the version of those that were there.
///
/// # Errors
/// What the server says.
pub async fn migrate(connection: &mut PgConnection) -> sqlx::Result<i64> {
    let there = within(version(connection)).await?;
    if there >= TABLES {
        return Ok(there);
    }
    let mut write = connection.begin().await?;
    sqlx::raw_sql(MIGRATING).execute(&mut *write).await?;
    sqlx::raw_sql(SCHEMA).execute(&mut *write).await?;
    // Another one may have made them while this one waited.
    let there = version(&mut write).await?;
    for migration in MIGRATIONS.iter().skip(there.try_into().unwrap_or(0)) {
        sqlx::raw_sql(*migration).execute(&mut *write).await?;
    }
    if there < TABLES {
        let query = "INSERT INTO version (number) VALUES ($1) \
                     ON CONFLICT (one) DO UPDATE SET number = excluded.number";
        sqlx::query(query).bind(TABLES).execute(&mut *write).await?;
    }
    write.commit().await?;
    Ok(there)
}

/// The version of the tables; zero where there are none.
///
/// # Errors
/// What the server says.
pub async fn version(connection: &mut PgConnection) -> sqlx::Result<i64> {
    let there = sqlx::query_scalar("SELECT to_regclass('mainstay.version') IS NOT NULL");
    let there: bool = there.fetch_one(&mut *connection).await?;
    if !there {
        return Ok(0);
    }
    let version = sqlx::query_scalar("SELECT number FROM mainstay.version");
    let version: Option<i64> = version.fetch_optional(connection).await?;
    Ok(version.unwrap_or(0))
}

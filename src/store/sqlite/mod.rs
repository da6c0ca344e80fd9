//! Journals in one file of SQLite, in the state folder of a workspace.

mod chain;
mod copy;
mod outbox;
mod read;
mod run;
mod several;

use std::fs::File;
use std::future::ready;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

pub use read::{follow, nothing, read};

use super::{
    CameBack, Chain, Claimed, Counts, Doing, Durability, GivenUp, Late, Lease, LeaseFor, Message,
    Outgoing, Place, PutBack, Row as Cells, RunLine, Settled, Step, TABLES, Table, Tables, Tie,
    refuse_newer,
};
use crate::error::{Error, Result};
use crate::journal::Entry;

/// The file, in the state folder of a workspace.
pub const FILE: &str = "journal.db";

/// What makes the tables of each version out of those of the one before.
const MIGRATIONS: [&str; TABLES as usize] = [
    include_str!("schema.sql"),
    include_str!("proofs.sql"),
    include_str!("duties.sql"),
    include_str!("several.sql"),
    include_str!("handles.sql"),
];
/// The file that is locked while the journals are opened.
const OPENING: &str = "opening";
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// The journals in a file.
#[derive(Debug)]
pub struct Sqlite {
    connection: SqliteConnection,
    path: PathBuf,
    /// Which file that is, so that it can be told when another one lies there.
    file: Option<(u64, u64)>,
    /// The version of its tables; SQLite keeps it in `user_version`.
    version: i64,
}

/// Opens the journals in a state folder, and makes them where there are none.
///
/// # Errors
/// As for [`Store::open`](super::Store::open).
pub async fn open(folder: &Path, durability: Durability) -> Result<Box<dyn Tables>> {
    let path = folder.join(FILE);
    let failed_io = |error| Error::io(format!("write to `{}`", folder.display()), error);
    std::fs::create_dir_all(folder).map_err(failed_io)?;
    // What is in it belongs to this machine, not to the plans.
    std::fs::write(folder.join(".gitignore"), "*\n").map_err(failed_io)?;
    // SQLite does not wait for another process that makes the file at the same moment.
    let opening = File::create(folder.join(OPENING)).map_err(failed_io)?;
    opening.lock().map_err(failed_io)?;
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match durability {
            Durability::Power => SqliteSynchronous::Full,
            Durability::Process => SqliteSynchronous::Normal,
        })
        .foreign_keys(true)
        .busy_timeout(BUSY);
    let connection = SqliteConnection::connect_with(&options).await;
    let connection = connection.map_err(|error| failed(&path, "open", error))?;
    let file = identity(&path);
    let mut sqlite = Sqlite {
        connection,
        path,
        file,
        version: TABLES,
    };
    sqlite.prepare(durability).await?;
    Ok(Box::new(sqlite))
}

impl Sqlite {
    /// Whether what is written still goes where others look for it.
    fn still_there(&self) -> Result<()> {
        if identity(&self.path) == self.file {
            return Ok(());
        }
        let gone = std::io::Error::other("the file was removed, or another one lies there");
        let message = format!("write to the journals in `{}`", self.path.display());
        Err(Error::io(message, gone).hint(
            "Put it back and go on with `mainstay drill resume`; what was begun goes on meanwhile.",
        ))
    }

    /// Makes the tables, and makes sure that SQLite does what it was told.
    async fn prepare(&mut self, durability: Durability) -> Result<()> {
        let mode: String = self.pragma("journal_mode").await?;
        let synchronous: i64 = self.pragma("synchronous").await?;
        let wanted = match durability {
            Durability::Power => 2,
            Durability::Process => 1,
        };
        if mode != "wal" || synchronous != wanted {
            return Err(Error::internal(format!(
                "have SQLite write safely: it says `{mode}` and {synchronous}"
            )));
        }
        let version = migrate(&mut self.connection).await;
        let version = version.map_err(|error| self.failed("prepare", error))?;
        refuse_newer(version, &Place::Folder(self.path.clone()))
    }

    async fn pragma<T>(&mut self, name: &'static str) -> Result<T>
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + Unpin,
    {
        let query = match name {
            "journal_mode" => "PRAGMA journal_mode",
            _ => "PRAGMA synchronous",
        };
        let answer = sqlx::query_scalar(query)
            .fetch_one(&mut self.connection)
            .await;
        answer.map_err(|error| self.failed("ask", error))
    }

    fn failed(&self, verb: &str, error: sqlx::Error) -> Error {
        failed(&self.path, verb, error)
    }

    /// What came of reading.
    fn was_read<T>(&self, read: sqlx::Result<T>) -> Result<T> {
        read.map_err(|error| self.failed("read", error))
    }

    /// What came of writing.
    fn written<T>(&self, written: sqlx::Result<T>) -> Result<T> {
        written.map_err(|error| self.failed("write to", error))
    }
}

/// Makes the tables that are missing; gives back the version of those that were there.
async fn migrate(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    let version = sqlx::query_scalar("PRAGMA user_version");
    let version: i64 = version.fetch_one(&mut *write).await?;
    let missing = MIGRATIONS.iter().skip(version.try_into().unwrap_or(0));
    for migration in missing {
        sqlx::raw_sql(*migration).execute(&mut *write).await?;
    }
    if version < TABLES {
        let set = AssertSqlSafe(format!("PRAGMA user_version = {TABLES}"));
        sqlx::raw_sql(set).execute(&mut *write).await?;
    }
    write.commit().await?;
    Ok(version)
}

/// Does some reading of the file, and says so where it fails.
macro_rules! reading {
    ($sqlite:ident, $read:expr) => {{
        let read = $read.await;
        $sqlite.was_read(read)
    }};
}

/// Does some writing to the file, if it is still there, and says so where that fails.
macro_rules! writing {
    ($sqlite:ident, $write:expr) => {{
        $sqlite.still_there()?;
        let written = $write.await;
        $sqlite.written(written)
    }};
}

impl Tables for Sqlite {
    fn append<'a>(&'a mut self, step: &'a Step<'a>) -> Doing<'a, bool> {
        async { writing!(self, run::append(&mut self.connection, step)) }.boxed()
    }

    fn entries_after<'a>(
        &'a mut self,
        id: &'a str,
        seq: u64,
    ) -> Doing<'a, (Option<i64>, Vec<Entry>)> {
        async move { reading!(self, run::entries_after(&mut self.connection, id, seq)) }.boxed()
    }

    fn last_two<'a>(&'a mut self, id: &'a str) -> Doing<'a, Vec<Entry>> {
        async { reading!(self, run::last_two(&mut self.connection, id)) }.boxed()
    }

    fn runs(&mut self) -> Doing<'_, Vec<RunLine>> {
        async { reading!(self, run::runs(&mut self.connection)) }.boxed()
    }

    fn last_hashes(&mut self) -> Doing<'_, Vec<(String, String)>> {
        async { reading!(self, run::last_hashes(&mut self.connection)) }.boxed()
    }

    fn journals(&mut self) -> Doing<'_, Vec<String>> {
        async { reading!(self, run::journals(&mut self.connection)) }.boxed()
    }

    fn ask<'a>(&'a mut self, id: &'a str, body: &'a str) -> Doing<'a, i64> {
        async { writing!(self, run::ask(&mut self.connection, id, body)) }.boxed()
    }

    fn answer(&mut self, request: i64) -> Doing<'_, Option<String>> {
        async move { reading!(self, run::answer(&mut self.connection, request)) }.boxed()
    }

    fn asked<'a>(&'a mut self, id: &'a str) -> Doing<'a, Vec<(i64, String)>> {
        async {
            self.still_there()?;
            reading!(self, run::asked(&mut self.connection, id))
        }
        .boxed()
    }

    fn add<'a>(
        &'a mut self,
        to: Chain,
        tie: &'a Tie<'a>,
        messages: &'a [Outgoing],
    ) -> Doing<'a, ()> {
        async move { writing!(self, chain::add(&mut self.connection, (to, tie), messages)) }.boxed()
    }

    fn chain(&mut self, of: Chain) -> Doing<'_, Vec<Entry>> {
        if self.version < of.since() {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, chain::entries(&mut self.connection, of)) }.boxed()
    }

    fn post<'a>(&'a mut self, messages: &'a [Outgoing]) -> Doing<'a, ()> {
        async { writing!(self, outbox::post_all(&mut self.connection, messages)) }.boxed()
    }

    fn claim<'a>(
        &'a mut self,
        node: &'a str,
        now: DateTime<Utc>,
        lease_for: &'a LeaseFor<'a>,
    ) -> Doing<'a, Option<Claimed>> {
        async move {
            writing!(
                self,
                outbox::claim(&mut self.connection, node, now, lease_for)
            )
        }
        .boxed()
    }

    fn settle<'a>(
        &'a mut self,
        claimed: &'a Claimed,
        settled: &'a Settled,
        now: DateTime<Utc>,
    ) -> Doing<'a, bool> {
        async move {
            writing!(
                self,
                outbox::settle(&mut self.connection, claimed, settled, now)
            )
        }
        .boxed()
    }

    fn came_back<'a>(
        &'a mut self,
        message: &'a CameBack,
        instead: &'a [Outgoing],
        now: DateTime<Utc>,
    ) -> Doing<'a, bool> {
        async move {
            writing!(
                self,
                outbox::came_back(&mut self.connection, message, instead, now)
            )
        }
        .boxed()
    }

    fn handle<'a>(&'a mut self, key: &'a str, channel: &'a str) -> Doing<'a, Option<String>> {
        if self.version < super::HANDLES_SINCE {
            return ready(Ok(None)).boxed();
        }
        async { reading!(self, outbox::handle(&mut self.connection, key, channel)) }.boxed()
    }

    fn messages(&mut self, most: u32) -> Doing<'_, Vec<Message>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, outbox::messages(&mut self.connection, most)) }.boxed()
    }

    fn message<'a>(&'a mut self, key: &'a str) -> Doing<'a, Option<Message>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(None)).boxed();
        }
        async move { reading!(self, outbox::message(&mut self.connection, key)) }.boxed()
    }

    fn given_up(&mut self, among: u32) -> Doing<'_, Vec<GivenUp>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, outbox::given_up(&mut self.connection, among)) }.boxed()
    }

    fn delivered<'a>(
        &'a mut self,
        by: &'a str,
        after: DateTime<Utc>,
        most: u32,
    ) -> Doing<'a, Vec<DateTime<Utc>>> {
        async move {
            reading!(
                self,
                outbox::delivered(&mut self.connection, by, after, most)
            )
        }
        .boxed()
    }

    fn put_back<'a>(&'a mut self, which: &'a PutBack<'a>, now: DateTime<Utc>) -> Doing<'a, u64> {
        async move { writing!(self, outbox::put_back(&mut self.connection, which, now)) }.boxed()
    }

    fn counts(&mut self) -> Doing<'_, Counts> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Counts::default())).boxed();
        }
        async { reading!(self, outbox::counts(&mut self.connection)) }.boxed()
    }

    fn lease<'a>(
        &'a mut self,
        resource: &'a str,
        holder: &'a str,
        lasts: Duration,
    ) -> Doing<'a, Option<Lease>> {
        async move {
            let now = crate::clock::now()?.wall;
            let asked = (resource, holder, lasts);
            writing!(self, several::lease(&mut self.connection, asked, now))
        }
        .boxed()
    }

    fn renew<'a>(&'a mut self, lease: &'a Lease) -> Doing<'a, bool> {
        async move {
            let now = crate::clock::now()?.wall;
            let until = several::later(now, lease.lasts);
            writing!(
                self,
                several::set_end(&mut self.connection, lease, until, now)
            )
        }
        .boxed()
    }

    fn release<'a>(&'a mut self, lease: &'a Lease) -> Doing<'a, ()> {
        async move {
            let now = crate::clock::now()?.wall;
            writing!(
                self,
                several::set_end(&mut self.connection, lease, now, now)
            )
            .map(drop)
        }
        .boxed()
    }

    fn holder<'a>(&'a mut self, resource: &'a str) -> Doing<'a, Option<String>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(None)).boxed();
        }
        async move {
            let now = crate::clock::now()?.wall;
            reading!(self, several::holder(&mut self.connection, resource, now))
        }
        .boxed()
    }

    fn keep_late<'a>(&'a mut self, late: &'a [Late]) -> Doing<'a, ()> {
        async { writing!(self, several::keep_all(&mut self.connection, late)) }.boxed()
    }

    fn late(&mut self) -> Doing<'_, Vec<Late>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Vec::new())).boxed();
        }
        async { reading!(self, several::late(&mut self.connection)) }.boxed()
    }

    fn hint(&mut self, at_most: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(at_most).boxed()
    }

    fn hold<'a>(&'a mut self, _: &'a str) -> Doing<'a, ()> {
        ready(Ok(())).boxed()
    }

    fn let_go<'a>(&'a mut self, _: &'a str) -> Doing<'a, ()> {
        ready(Ok(())).boxed()
    }

    fn rows(&mut self, of: &'static Table, skip: i64) -> Doing<'_, Vec<Cells>> {
        if self.version < of.since {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, copy::rows(&mut self.connection, of, skip)) }.boxed()
    }

    fn fill<'a>(&'a mut self, from: &'a mut dyn Tables) -> Doing<'a, bool> {
        async move {
            self.still_there()?;
            let filled = copy::fill(&mut self.connection, from).await?;
            self.written(filled)
        }
        .boxed()
    }

    fn close(self: Box<Self>) -> Doing<'static, ()> {
        async move {
            let closed = self.connection.close().await;
            closed.map_err(|error| failed(&self.path, "close", error))
        }
        .boxed()
    }
}

/// Which file it is; nothing where there is none.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let file = std::fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

fn failed(path: &Path, verb: &str, error: sqlx::Error) -> Error {
    let message = format!("{verb} the journals in `{}`", path.display());
    Error::io(message, std::io::Error::other(error))
        .hint("Is the disk full, or the folder read-only? Nothing was done that is not written.")
}

//! Where journals are kept: one SQLite file in the workspace.
//!
//! Entries, what follows from them, and the answers to requests are written in one transaction.
//! A process that was overtaken by another cannot write any more: its entries do not follow.

mod chain;
mod duties;
mod proofs;
mod read;

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use crate::drill::{Request, Run};
use crate::error::{Error, Result};
use crate::journal::Entry;

/// The file, in the state folder of a workspace.
pub const FILE: &str = "journal.db";

/// The version of the tables; SQLite keeps it in `user_version`.
const TABLES: i64 = MIGRATIONS.len() as i64;
/// What makes the tables of each version out of those of the one before.
const MIGRATIONS: [&str; 3] = [
    include_str!("schema.sql"),
    include_str!("proofs.sql"),
    include_str!("duties.sql"),
];
/// The file that is locked while the journals are opened.
const OPENING: &str = "opening";
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Durability {
    /// A power cut
    #[default]
    Power,
    /// The end of the process, not of the machine; faster
    Process,
}

/// The journals of a workspace.
#[derive(Debug)]
pub struct Store {
    connection: SqliteConnection,
    path: PathBuf,
    /// Which file that is, so that it can be told when another one lies there.
    file: Option<(u64, u64)>,
}

/// A run, as the list of runs shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunLine {
    /// Its id.
    pub id: String,
    /// The drill.
    pub drill: String,
    /// In what phase it is, in words.
    pub phase: String,
    /// When it was planned.
    pub began: String,
    /// When the last event happened.
    pub last: String,
}

/// Something a person asked of a run, and its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// By which the answer finds it.
    pub id: i64,
    /// What they asked.
    pub request: Request,
}

impl Store {
    /// Opens the journals in a state folder, and makes them where there are none.
    ///
    /// # Errors
    /// `Io` when the file cannot be opened or written; `Invalid` when a newer Mainstay made it.
    pub async fn open(folder: &Path, durability: Durability) -> Result<Self> {
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
        let mut store = Store {
            connection,
            path,
            file,
        };
        store.prepare(durability).await?;
        Ok(store)
    }

    /// Lets go of the file, with everything in its place.
    ///
    /// # Errors
    /// `Io` when that fails; what was written stays written.
    pub async fn close(self) -> Result<()> {
        let closed = self.connection.close().await;
        closed.map_err(|error| failed(&self.path, "close", error))
    }

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
        let write = self.connection.begin_with("BEGIN IMMEDIATE").await;
        let mut write = write.map_err(|error| failed(&self.path, "write to", error))?;
        let done = async {
            let version: i64 = sqlx::query_scalar("PRAGMA user_version")
                .fetch_one(&mut *write)
                .await?;
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
        };
        let version = done
            .await
            .map_err(|error| failed(&self.path, "prepare", error))?;
        refuse_newer(version, &self.path)
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
        answer.map_err(|error| failed(&self.path, "ask", error))
    }

    /// Writes entries of a run, all or none, with what follows from them and what was answered.
    ///
    /// # Errors
    /// `Conflict` when the entries do not follow what is there: another process has taken the run
    /// over. `Io` when they cannot be written.
    pub async fn append(
        &mut self,
        id: &str,
        entries: &[Entry],
        run: &Run,
        answers: &[(i64, String)],
    ) -> Result<()> {
        self.still_there()?;
        let appended = append(&mut self.connection, id, entries, run, answers).await;
        if appended.map_err(|error| failed(&self.path, "write to", error))? {
            return Ok(());
        }
        Err(Error::conflict(format!("write to run `{id}`"))
            .hint("Another process has taken the run over; this one has stopped."))
    }

    /// The whole journal of a run.
    ///
    /// # Errors
    /// `NotFound` when there is no such run; `Io` when it cannot be read.
    pub async fn entries(&mut self, id: &str) -> Result<Vec<Entry>> {
        let entries = self.entries_after(id, 0).await?;
        if entries.is_empty() {
            return Err(Error::not_found(format!("find the run `{id}`"))
                .hint("`mainstay drill list` shows the runs there are."));
        }
        Ok(entries)
    }

    /// The entries of a run after the one with this number; none, where there are none.
    ///
    /// # Errors
    /// `Invalid` when entries are missing; `Io` when they cannot be read.
    pub async fn entries_after(&mut self, id: &str, seq: u64) -> Result<Vec<Entry>> {
        // One statement sees one state of the file, however fast another process writes.
        let query = "SELECT e.seq, e.text, e.hash, r.seq \
                     FROM (SELECT ?1 AS id) i LEFT JOIN run r ON r.id = i.id \
                     LEFT JOIN event e ON e.run = i.id AND e.seq > ?2 ORDER BY e.seq";
        let query = sqlx::query(query).bind(id).bind(number(seq));
        let rows = query.fetch_all(&mut self.connection).await;
        let rows = rows.map_err(|error| failed(&self.path, "read", error))?;
        let read = |error| failed(&self.path, "read", error);
        let mut entries = Vec::with_capacity(rows.len());
        let mut last: Option<i64> = None;
        for row in &rows {
            last = row.try_get(3).map_err(read)?;
            entries.extend(entry(row).map_err(read)?);
        }
        let there = number(seq).saturating_add(i64::try_from(entries.len()).unwrap_or(i64::MAX));
        if let Some(last) = last.filter(|last| *last != there) {
            return Err(Error::invalid(format!(
                "read the journal of run `{id}`: {last} entries were written, and {there} are there"
            ))
            .hint("Somebody has removed entries, or put some in. Restore it from a copy."));
        }
        Ok(entries)
    }

    /// The last entry of a run, which was written with what the list says of the run, and follows
    /// from the entry before.
    ///
    /// # Errors
    /// `Invalid` when it does not, or is not there; `Io` when it cannot be read.
    pub async fn last(&mut self, id: &str) -> Result<Entry> {
        let query = "SELECT event.seq, text, hash FROM event JOIN run ON run.id = event.run \
                     WHERE run.id = ? AND event.seq IN (run.seq, run.seq - 1) \
                     ORDER BY event.seq DESC";
        let rows = sqlx::query(query).bind(id).fetch_all(&mut self.connection);
        let rows = rows.await.and_then(|rows| {
            let entries = rows.iter().filter_map(|row| entry(row).transpose());
            entries.collect()
        });
        let mut rows: Vec<Entry> = rows.map_err(|error| failed(&self.path, "read", error))?;
        let before = rows.drain(1.min(rows.len())..).next();
        let before = before.map_or_else(String::new, |entry| entry.hash);
        let last = rows.pop().filter(|last| last.follows(&before));
        last.ok_or_else(|| Error::invalid(format!("find the end of the journal of run `{id}`")))
    }

    /// Every run as it is listed, the last one first. What is listed can be changed by hand: it
    /// proves nothing that the entries do not.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn runs(&mut self) -> Result<Vec<RunLine>> {
        let query = "SELECT id, drill, phase, began, last FROM run ORDER BY began DESC, id DESC";
        let rows = sqlx::query(query).fetch_all(&mut self.connection).await;
        let line = |row: &SqliteRow| -> sqlx::Result<RunLine> {
            Ok(RunLine {
                id: row.try_get(0)?,
                drill: row.try_get(1)?,
                phase: row.try_get(2)?,
                began: row.try_get(3)?,
                last: row.try_get(4)?,
            })
        };
        let lines = rows.and_then(|rows| rows.iter().map(line).collect());
        lines.map_err(|error| failed(&self.path, "read", error))
    }

    /// Asks something of a run; whoever owns it answers.
    ///
    /// # Errors
    /// `Io` when it cannot be written down.
    pub async fn ask(&mut self, id: &str, request: &Request) -> Result<i64> {
        let body = serde_json::to_string(request).expect("our own types have text keys");
        let query = sqlx::query("INSERT INTO request (run, body) VALUES (?, ?)");
        let asked = query
            .bind(id)
            .bind(body)
            .execute(&mut self.connection)
            .await;
        let asked = asked.map_err(|error| failed(&self.path, "write to", error))?;
        Ok(asked.last_insert_rowid())
    }

    /// What came of a request; `None` while nobody has looked at it.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn answer(&mut self, request: i64) -> Result<Option<String>> {
        let query = sqlx::query_scalar("SELECT answer FROM request WHERE id = ?");
        let answer = query.bind(request).fetch_one(&mut self.connection).await;
        answer.map_err(|error| failed(&self.path, "read", error))
    }

    /// What was asked of a run and has no answer yet, in the order in which it was.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn asked(&mut self, id: &str) -> Result<Vec<Asked>> {
        self.still_there()?;
        let query = "SELECT id, body FROM request WHERE run = ? AND answer IS NULL ORDER BY id";
        let rows = sqlx::query_as::<_, (i64, String)>(query).bind(id);
        let rows = rows.fetch_all(&mut self.connection).await;
        let rows = rows.map_err(|error| failed(&self.path, "read", error))?;
        let asked = rows.into_iter().map(|(id, body)| {
            let request = serde_json::from_str(&body)
                .map_err(|error| Error::invalid(format!("read request {id}")).because(error))?;
            Ok(Asked { id, request })
        });
        asked.collect()
    }
}

/// Writes it all in one transaction; whether the entries follow what is there.
async fn append(
    connection: &mut SqliteConnection,
    id: &str,
    entries: &[Entry],
    run: &Run,
    answers: &[(i64, String)],
) -> sqlx::Result<bool> {
    let mut write = connection.begin_with("BEGIN IMMEDIATE").await?;
    if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
        let at = run.last_at.wall.to_rfc3339();
        if first.seq == 1 {
            let query = "INSERT INTO run (id, drill, phase, seq, began, last) \
                         VALUES (?, ?, '', 0, ?, ?)";
            let query = sqlx::query(query).bind(id).bind(run.script.drill.as_str());
            query.bind(&at).bind(&at).execute(&mut *write).await?;
        }
        let query = "UPDATE run SET phase = ?, seq = ?, last = ? WHERE id = ? AND seq = ?";
        let query = sqlx::query(query)
            .bind(run.phase.words())
            .bind(number(last.seq))
            .bind(&at);
        let query = query.bind(id).bind(number(first.seq - 1));
        if query.execute(&mut *write).await?.rows_affected() != 1 {
            return Ok(false);
        }
    }
    for entry in entries {
        let query = sqlx::query("INSERT INTO event (run, seq, text, hash) VALUES (?, ?, ?, ?)");
        let query = query
            .bind(id)
            .bind(number(entry.seq))
            .bind(&entry.text)
            .bind(&entry.hash);
        query.execute(&mut *write).await?;
    }
    for (request, answer) in answers {
        let query = sqlx::query("UPDATE request SET answer = ? WHERE id = ?");
        query
            .bind(answer)
            .bind(request)
            .execute(&mut *write)
            .await?;
    }
    write.commit().await?;
    Ok(true)
}

/// The entry in a row, if there is one.
fn entry(row: &SqliteRow) -> sqlx::Result<Option<Entry>> {
    let Some(seq) = row.try_get::<Option<i64>, _>(0)? else {
        return Ok(None);
    };
    Ok(Some(Entry {
        seq: seq.try_into().unwrap_or_default(),
        text: row.try_get(1)?,
        hash: row.try_get(2)?,
    }))
}

/// The number of an entry, as SQLite has numbers.
fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// Which file it is; nothing where there is none.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let file = std::fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

fn refuse_newer(version: i64, path: &Path) -> Result<()> {
    if version <= TABLES {
        return Ok(());
    }
    let message = format!("read the journals in `{}`", path.display());
    Err(Error::invalid(message).hint("A newer Mainstay has written them; use that one."))
}

fn failed(path: &Path, verb: &str, error: sqlx::Error) -> Error {
    let message = format!("{verb} the journals in `{}`", path.display());
    Error::io(message, std::io::Error::other(error))
        .hint("Is the disk full, or the folder read-only? Nothing was done that is not written.")
}

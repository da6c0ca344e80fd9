//! What keeps journals does the same whatever database it is: one list of cases, and each database
//! is held to all of them.

mod came_back;
mod cases;
mod copied;
mod handles;
mod leases;
mod lost;
mod promoted;
mod messages;
pub mod server;
pub mod silent;
mod stated;

use std::fs;
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use mainstay::drill::{Engine, Message, Request, Turn};
use mainstay::journal::{Entry, What};
use mainstay::store::{Durability, Place, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use self::server::Server;
use crate::support;

/// A place to keep journals, of some kind of database.
pub struct Kept {
    pub place: Place,
    by: By,
}

enum By {
    Sqlite(tempfile::TempDir),
    Postgres(Arc<Server>, String),
}

/// One case, which is given a place where there is nothing yet.
type Case = fn(&Kept) -> LocalBoxFuture<'_, ()>;

impl Kept {
    fn in_sqlite() -> Kept {
        let folder = tempfile::tempdir().expect("a folder");
        Kept {
            place: Place::Folder(folder.path().to_owned()),
            by: By::Sqlite(folder),
        }
    }

    fn in_postgres(server: &Arc<Server>) -> Kept {
        let database = server.database();
        Kept {
            place: server.place(&database),
            by: By::Postgres(Arc::clone(server), database),
        }
    }

    async fn open(&self) -> Store {
        let store = Store::open(&self.place, Durability::default()).await;
        store.expect("it opens")
    }

    async fn read(&self) -> Store {
        Store::read(&self.place).await.expect("it opens")
    }

    /// Does what only somebody does who goes past Mainstay; says why it cannot be done.
    async fn past(&self, sql: &str) -> Result<(), String> {
        match &self.by {
            By::Sqlite(folder) => {
                let file = folder.path().join("journal.db");
                let options = SqliteConnectOptions::new().filename(file);
                let options = options.create_if_missing(true);
                let connection = SqliteConnection::connect_with(&options).await;
                let mut connection = connection.expect("it opens");
                let sql = AssertSqlSafe(sql.to_owned());
                let done = sqlx::raw_sql(sql).execute(&mut connection).await;
                done.map(drop).map_err(|error| error.to_string())
            }
            By::Postgres(server, database) => {
                let output = server.psql(database).args(["-c", sql]).output();
                let output = output.expect("`psql` starts");
                let why = String::from_utf8_lossy(&output.stderr).into_owned();
                output.status.success().then_some(()).ok_or(why)
            }
        }
    }

    /// What lets somebody edit a table.
    fn unlocked(&self, table: &str) -> String {
        let on = match self.by {
            By::Sqlite(_) => String::new(),
            By::Postgres(..) => format!(" ON {table}"),
        };
        format!(
            "DROP TRIGGER {table}_is_never_changed{on}; DROP TRIGGER {table}_is_never_removed{on};"
        )
    }

    /// The tables of version three, as they were made then.
    fn version_three(&self) -> String {
        let (folder, before, after) = match self.by {
            By::Sqlite(_) => ("sqlite", "", "PRAGMA user_version = 3;"),
            By::Postgres(..) => (
                "postgres",
                "CREATE SCHEMA mainstay; SET search_path = mainstay; CREATE TABLE version (one \
                 BOOLEAN PRIMARY KEY DEFAULT true CHECK (one), number BIGINT NOT NULL);",
                "INSERT INTO version (number) VALUES (3);",
            ),
        };
        let folder = support::root().join("src/store").join(folder);
        let files = ["schema.sql", "proofs.sql", "duties.sql"];
        let made = files.map(|file| fs::read_to_string(folder.join(file)).expect("it is there"));
        format!("{before}{}{after}", made.concat())
    }
}

/// A run that is written to a store turn by turn.
pub struct Writing {
    pub engine: Engine,
    pub turn: Turn,
}

impl Writing {
    /// A run that begins.
    pub fn begin() -> Writing {
        let plan = "drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
             procedures:\n  - {id: p, name: P, steps: [{id: a, do: Do it}]}\n";
        let now = mainstay::clock::now().expect("a clock");
        let (engine, turn) = Engine::start(support::script(plan), &now).expect("a start");
        Writing { engine, turn }
    }

    /// One that goes on from its entries.
    pub fn after(entries: &[Entry]) -> Writing {
        Writing {
            engine: Engine::read(entries).expect("it holds together"),
            turn: Turn::default(),
        }
    }

    /// The next turn: somebody notes something.
    pub fn note(&mut self, text: &str) {
        let request = Request {
            by: "ada".to_owned(),
            what: What::Noted {
                text: text.to_owned(),
            },
        };
        let now = mainstay::clock::now().expect("a clock");
        let turn = self.engine.turn(vec![Message::Asked(request)], &now);
        self.turn = turn.expect("a turn");
        assert!(!self.turn.entries.is_empty());
    }

    pub async fn write(&self, store: &mut Store) -> mainstay::error::Result<()> {
        let (entries, run) = (&self.turn.entries, &self.engine.run);
        store.append("r", entries, run, &[], &[]).await
    }
}

fn hold_to_all(mut kept: impl FnMut() -> Kept) {
    for (name, case) in cases::ALL {
        println!("{name}");
        let kept = kept();
        let work = async {
            case(&kept).await;
            Ok(())
        };
        mainstay::app::wait_for(work).expect("a runtime");
    }
}

#[test]
fn sqlite_keeps_journals() {
    hold_to_all(Kept::in_sqlite);
}

#[test]
fn postgresql_keeps_journals() {
    let server = Arc::new(Server::start());
    hold_to_all(|| Kept::in_postgres(&server));
}

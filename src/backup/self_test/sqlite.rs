//! Copies of an SQLite database.

use std::path::PathBuf;

use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use super::spoil::{add, change, cut, empty, files, flip, remove, some};
use super::{After, Bench, Done, Fault, Fixture, faults};
use crate::proof::Verdict::{Fail, Inconclusive, Pass};
use crate::text::hex;

/// Some orders, and letters that are seen again in the file.
const ORDERS: &str = "CREATE TABLE orders (id INTEGER PRIMARY KEY, text TEXT NOT NULL); \
    INSERT INTO orders (text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
    LIMIT 2000) SELECT 'a letter of order ' || i FROM n;";

pub struct Sqlite;

impl Fixture for Sqlite {
    fn key(&self) -> &'static str {
        "sqlite"
    }

    /// Two copies, an hour apart.
    fn make(&self, bench: &Bench) -> Done {
        let now = chrono::Utc::now();
        for hours in [2, 1] {
            let at = now - chrono::TimeDelta::hours(hours);
            let file = bench
                .repository()
                .join(format!("{}.db", at.format("%Y%m%dT%H%M%SZ")));
            add(&file, b"")?;
            let made = async {
                let options = SqliteConnectOptions::new().filename(&file);
                let mut database = SqliteConnection::connect_with(&options).await?;
                sqlx::raw_sql(ORDERS).execute(&mut database).await?;
                database.close().await
            };
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            let made: sqlx::Result<()> = runtime.block_on(made);
            made.map_err(|error| error.to_string())?;
            let bytes = std::fs::read(&file).map_err(|error| error.to_string())?;
            let sum = format!("{}  copy\n", hex(&Sha256::digest(bytes)));
            add(&beside(&file), sum.as_bytes())?;
        }
        Ok(())
    }

    fn backup(&self) -> &'static str {
        r#"{"id": "self-test", "name": "Test", "every": "1d", "verify": {
            "with": {"sqlite": {"folder": "repository"}},
            "expect": [{"query": {"query": "select count(*) from orders", "is": "2000"}}]}}"#
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }
}

faults! {
    "nothing" Pass Nothing |_| Ok(());
    "nothing since the last time" Pass AGoodOne |_| Ok(());
    "a bit in the copy" Fail Nothing |it| flip(&newest(it)?);
    "a letter in a text" Fail Nothing letter;
    "the copy is cut" Fail Nothing |it| cut(&newest(it)?, 5_000);
    "the copy is empty" Fail Nothing |it| empty(&newest(it)?);
    "all is gone" Fail Nothing |it| remove(&it.repository());
    "the newest copy is gone" Fail AGoodOne |it| remove(&newest(it)?);
    "nothing says what the copy was" Inconclusive Nothing |it| remove(&beside(&newest(it)?));
    "a part of the copy lies beside it" Fail Nothing wal;
}

fn newest(bench: &Bench) -> Result<PathBuf, String> {
    let copies = files(&bench.repository()).into_iter().rev();
    some(copies.filter(|file| file.extension().is_some_and(|end| end == "db")))
}

fn beside(file: &std::path::Path) -> PathBuf {
    file.with_extension("db.sha256")
}

/// What SQLite itself does not notice.
fn letter(bench: &Bench) -> Done {
    change(&newest(bench)?, |bytes| {
        let word = b"a letter of order";
        let at = bytes.windows(word.len()).position(|window| window == word);
        if let Some(at) = at {
            bytes[at + 2] = b'L';
        }
    })
}

fn wal(bench: &Bench) -> Done {
    let mut name = newest(bench)?.into_os_string();
    name.push("-wal");
    add(&PathBuf::from(name), b"what was written last")
}

//! Dumps of a PostgreSQL database, in the format of `pg_dump` itself.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::super::copies::CHECKSUM;
use super::super::postgres::Server;
use super::server::{TABLES, does, tell, with_server};
use super::spoil::{add, cut, empty, files, flip, remove, some};
use super::{After, Bench, Done, Fault, Fixture, faults};
use crate::proof::Verdict::{Fail, Inconclusive, Pass};
use crate::text::hex;

/// The folder with dumps of something else, which is no part of the repository.
const OTHERS: &str = "others";
const NO_ROWS: &str = "no-rows";
const NO_CUSTOMERS: &str = "no-customers";

pub struct PgDump;

impl Fixture for PgDump {
    fn key(&self) -> &'static str {
        "pg-dump"
    }

    /// Two dumps that count as made an hour apart.
    fn make(&self, bench: &Bench) -> Done {
        for folder in [bench.repository(), bench.folder.join(OTHERS)] {
            fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        with_server(bench, |server| {
            does(bench, server, TABLES)?;
            for hours in [2, 1] {
                let at = Utc::now() - TimeDelta::hours(hours);
                let name = format!("{}.dump", at.format("%Y%m%dT%H%M%SZ"));
                dump(bench, server, &bench.repository().join(name), &[])?;
            }
            let others = bench.folder.join(OTHERS);
            dump(bench, server, &others.join(NO_ROWS), &["--schema-only"])?;
            let without = ["--exclude-table=customers"];
            dump(bench, server, &others.join(NO_CUSTOMERS), &without)
        })
    }

    fn backup(&self) -> &'static str {
        r#"{"id": "self-test", "name": "Test", "every": "1d", "verify": {
            "with": {"pg-dump": {"folder": "repository"}}, "expect": [
                {"query": {"query": "select count(*) from orders", "is": "3000"}},
                {"query": {"query": "select count(*) from customers", "is": "10"}}]}}"#
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }
}

faults! {
    "nothing" Pass Nothing |_| Ok(());
    "nothing since the last time" Pass AGoodOne |_| Ok(());
    "a bit in the dump" Fail Nothing |it| flip(&newest(it)?);
    "a bit in the dump, which has no checksum" Fail Nothing |it| flip(&unsummed(it)?);
    "a dump without a checksum" Inconclusive Nothing |it| unsummed(it).map(|_| ());
    "a checksum that is none" Inconclusive Nothing |it| empty(&summed(&newest(it)?));
    "half of the dump" Fail Nothing half;
    "the dump is cut" Fail Nothing |it| cut(&newest(it)?, 100);
    "the dump is empty" Fail Nothing |it| empty(&newest(it)?);
    "all is gone" Fail Nothing |it| remove(&it.repository());
    "the newest dump is gone" Fail AGoodOne |it| remove(&newest(it)?);
    "a dump without rows" Fail Nothing |it| replaced(it, NO_ROWS);
    "a dump without one of the tables" Fail Nothing |it| replaced(it, NO_CUSTOMERS);
    "something else is named as a dump" Fail Nothing |it| {
        add(&it.repository().join("later.dump"), b"not a dump")
    };
}

fn dump(bench: &Bench, server: &Server, path: &Path, more: &[&str]) -> Done {
    let file = format!("--file={}", path.display());
    let words = [&["--dbname=postgres", "--format=custom", &file], more].concat();
    tell(bench, server, "pg_dump", &words)?;
    sum(path)
}

/// Writes the checksum of a dump beside it, as whoever makes it does.
fn sum(dump: &Path) -> Done {
    let bytes = fs::read(dump).map_err(|error| error.to_string())?;
    add(&summed(dump), hex(&Sha256::digest(bytes)).as_bytes())
}

/// The file with the checksum of a dump.
fn summed(dump: &Path) -> PathBuf {
    let mut name = dump.as_os_str().to_owned();
    name.push(CHECKSUM);
    name.into()
}

fn newest(bench: &Bench) -> Result<PathBuf, String> {
    let mut dumps = files(&bench.repository());
    dumps.retain(|file| file.extension().is_some_and(|it| it == "dump"));
    some(dumps.into_iter().rev())
}

/// Removes the checksum of the newest dump, and gives the dump back.
fn unsummed(bench: &Bench) -> Result<PathBuf, String> {
    let dump = newest(bench)?;
    remove(&summed(&dump))?;
    Ok(dump)
}

fn half(bench: &Bench) -> Done {
    let dump = newest(bench)?;
    let bytes = fs::metadata(&dump)
        .map_err(|error| error.to_string())?
        .len();
    cut(&dump, usize::try_from(bytes / 2).unwrap_or(usize::MAX))
}

/// Another dump in the place of the newest.
fn replaced(bench: &Bench, other: &str) -> Done {
    let other = bench.folder.join(OTHERS).join(other);
    let dump = newest(bench)?;
    fs::copy(other, &dump).map_err(|error| error.to_string())?;
    sum(&dump)
}

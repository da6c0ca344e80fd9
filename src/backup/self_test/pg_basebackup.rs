//! Base backups of a PostgreSQL server, plain and in tar files.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::postgres::Server;
use super::server::{TABLES, does, shrink, tell, with_server};
use super::spoil::{add, change, cut, flip, largest, remove};
use super::{After, Bench, Done, Fault, Fixture, faults};
use crate::proof::Verdict::{Fail, Inconclusive, Pass};

/// The older backup, in tar files.
const TARS: &str = "tars";
/// The newer one, which is plain.
const PLAIN: &str = "plain";
/// The folder with backups that are no part of the repository.
const OTHERS: &str = "others";
const NO_TABLES: &str = "no-tables";
const NO_CHECKSUMS: &str = "no-checksums";
/// How much of the log is written over, in bytes: the first of its pages.
const PAGE: usize = 8192;

pub struct PgBasebackup;

impl Fixture for PgBasebackup {
    fn key(&self) -> &'static str {
        "pg-basebackup"
    }

    /// Two backups, a second apart.
    fn make(&self, bench: &Bench) -> Done {
        let (repository, others) = (bench.repository(), bench.folder.join(OTHERS));
        let tars = ["--format=tar", "--gzip"];
        let unsummed = [&tars[..], &["--manifest-checksums=NONE"]].concat();
        with_server(bench, |server| {
            shrink(bench, server)?;
            back_up(bench, server, &others.join(NO_TABLES), &tars)?;
            does(bench, server, TABLES)?;
            back_up(bench, server, &others.join(NO_CHECKSUMS), &unsummed)?;
            back_up(bench, server, &repository.join(TARS), &tars)?;
            // It tells whole seconds only, and in one of them there is no newest.
            does(bench, server, "select pg_sleep(1)")?;
            back_up(bench, server, &repository.join(PLAIN), &["--format=plain"])
        })
    }

    fn backup(&self) -> &'static str {
        r#"{"id": "self-test", "name": "Test", "every": "1d", "verify": {
            "with": {"pg-basebackup": {"folder": "repository"}}, "expect": [
                {"query": {"query": "select count(*) from orders", "is": "3000"}}]}}"#
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }
}

faults! {
    "nothing" Pass Nothing |_| Ok(());
    "nothing since the last time" Pass AGoodOne |_| Ok(());
    "nothing, in tar files" Pass Nothing |it| tars(it).map(|_| ());
    "something else lies beside the backups" Pass Nothing |it| {
        add(&it.repository().join("readme"), b"not a backup")
    };
    "a bit in a table" Fail Nothing |it| flip(&table(it)?);
    "a table is cut" Fail Nothing |it| cut(&table(it)?, 100);
    "a table is gone" Fail Nothing |it| remove(&table(it)?);
    "a file too much" Fail Nothing |it| add(&plain(it).join("base/99999"), b"a");
    "a bit in the control file" Fail Nothing |it| flip(&plain(it).join("global/pg_control"));
    "the manifest tells other sizes" Fail Nothing sizes;
    "the manifest is gone" Fail Nothing |it| remove(&plain(it).join("backup_manifest"));
    "the manifest has no checksums" Inconclusive Nothing |it| replaced(it, NO_CHECKSUMS);
    "the label is gone" Fail Nothing |it| remove(&plain(it).join("backup_label"));
    "the log is gone" Fail Nothing |it| remove(&log(it)?);
    "a page of the log is another" Fail Nothing page;
    "a bit in a tar file" Fail Nothing |it| flip(&tars(it)?.join("base.tar.gz"));
    "a tar file is cut" Fail Nothing |it| cut(&tars(it)?.join("base.tar.gz"), 100);
    "a tar file is gone" Fail Nothing |it| remove(&tars(it)?.join("base.tar.gz"));
    "the tar file with the log is gone" Fail Nothing |it| {
        remove(&tars(it)?.join("pg_wal.tar.gz"))
    };
    "all is gone" Fail Nothing |it| remove(&it.repository());
    "the newest backup is gone" Fail AGoodOne |it| remove(&plain(it));
    "a backup of a server without tables" Fail Nothing |it| replaced(it, NO_TABLES);
}

fn back_up(bench: &Bench, server: &Server, to: &Path, more: &[&str]) -> Done {
    let to = format!("--pgdata={}", to.display());
    let how = [&to, "--wal-method=stream", "--checkpoint=fast", "--no-sync"];
    tell(bench, server, "pg_basebackup", &[&how, more].concat())
}

fn plain(bench: &Bench) -> PathBuf {
    bench.repository().join(PLAIN)
}

/// The backup in tar files, which is the newest now.
fn tars(bench: &Bench) -> Result<PathBuf, String> {
    remove(&plain(bench))?;
    Ok(bench.repository().join(TARS))
}

/// The largest file of a database.
fn table(bench: &Bench) -> Result<PathBuf, String> {
    largest(&plain(bench).join("base"))
}

fn log(bench: &Bench) -> Result<PathBuf, String> {
    largest(&plain(bench).join("pg_wal"))
}

fn page(bench: &Bench) -> Done {
    change(&log(bench)?, |log| {
        let page = log.iter_mut().take(PAGE);
        page.for_each(|byte| *byte = 7);
    })
}

/// Says of the first file that there is more in it.
fn sizes(bench: &Bench) -> Done {
    change(&plain(bench).join("backup_manifest"), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        *bytes = text.replacen("\"Size\": ", "\"Size\": 1", 1).into_bytes();
    })
}

/// Another backup in the place of all.
fn replaced(bench: &Bench, other: &str) -> Done {
    remove(&bench.repository())?;
    fs::create_dir(bench.repository()).map_err(|error| error.to_string())?;
    let moved = fs::rename(bench.folder.join(OTHERS).join(other), plain(bench));
    moved.map_err(|error| error.to_string())
}

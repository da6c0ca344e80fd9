//! Stanzas in repositories of pgBackRest.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::confined::HERE;
use super::super::postgres::{ROLE, Server, wait_for};
use super::server::{TABLES, does, shrink, with_server};
use super::spoil::{add, cut, files, flip, largest, remove, some};
use super::{After, Bench, Done, Fault, Fixture, faults};
use crate::proof::Verdict::{Fail, Pass};
use crate::question;

const CONFIG: &str = "pgbackrest.conf";
/// The folder with the list of backups as it was before the newest.
const BEFORE: &str = "before";
/// The list of backups, and the copy of it.
const LIST: [&str; 2] = ["backup.info", "backup.info.copy"];
const MANIFEST: [&str; 2] = ["backup.manifest", "backup.manifest.copy"];
/// How long the name of a segment of the log is.
const NAME_LENGTH: usize = 24;
/// Has the server keep all of its log until it is archived.
const KEEP: &str = "select pg_create_physical_replication_slot('kept', true)";
/// What is written between the backups and after them.
const MORE: &str = "insert into orders select g, g::text from generate_series(1, 500) g";
/// The segment of the log that is written to now.
const CURRENT: &str = "select pg_walfile_name(pg_current_wal_insert_lsn())";

pub struct PgBackrest;

impl Fixture for PgBackrest {
    fn key(&self) -> &'static str {
        "pgbackrest"
    }

    fn settle(&self, bench: &Bench) -> Done {
        let repository = bench.repository();
        let repository = repository.display();
        let config = format!("[global]\nrepo1-path={repository}\n[main]\npg1-path=/none\n");
        add(&bench.folder.join(CONFIG), config.as_bytes())
    }

    /// A full backup, one that builds on it, and log after it.
    fn make(&self, bench: &Bench) -> Done {
        with_server(bench, |server| {
            shrink(bench, server)?;
            does(bench, server, TABLES)?;
            does(bench, server, KEEP)?;
            pgbackrest(bench, server, &["stanza-create"])?;
            back_up(bench, server, "full")?;
            let before = bench.folder.join(BEFORE);
            fs::create_dir(&before).map_err(|error| error.to_string())?;
            lists(bench, |list| {
                fs::copy(list, before.join(name(list))).map(|_| ())
            })?;
            does(bench, server, MORE)?;
            back_up(bench, server, "incr")?;
            for _ in 0..3 {
                does(bench, server, MORE)?;
                does(bench, server, "select pg_switch_wal()")?;
            }
            archive(bench, server)
        })
    }

    fn backup(&self) -> &'static str {
        r#"{"id": "self-test", "name": "Test", "every": "1d", "verify": {
            "with": {"pgbackrest": {"stanza": "main", "config": "pgbackrest.conf"}}, "expect": [
                {"query": {"query": "select count(*) from orders", "is": "5000"}}]}}"#
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }
}

faults! {
    // pgBackRest waits before it looks at it again, so it is begun with.
    "a bit in later log" Fail Nothing |it| flip(&later(it)?);
    "nothing" Pass Nothing |_| Ok(());
    "nothing since the last time" Pass AGoodOne |_| Ok(());
    "a bit in the full backup" Fail Nothing |it| flip(&data(&full(it)?)?);
    "a bit in the newest backup" Fail Nothing |it| flip(&data(&newest(it)?)?);
    "a file of the newest backup is cut" Fail Nothing |it| cut(&data(&newest(it)?)?, 100);
    "a file of the newest backup is gone" Fail Nothing |it| remove(&data(&newest(it)?)?);
    "the log that the newest backup needs is gone" Fail Nothing |it| remove(&needed(it)?);
    "later log is gone" Fail Nothing |it| remove(&later(it)?);
    // Only the data show that.
    "the end of the log is gone" Fail Nothing |it| remove(&end(it)?);
    "the manifest is gone" Fail Nothing |it| all(&newest(it)?, &MANIFEST);
    "the newest backup is gone" Fail Nothing |it| remove(&newest(it)?);
    "the full backup is gone" Fail Nothing |it| remove(&full(it)?);
    "nobody can read where a timeline began" Fail Nothing |it| timeline(it, "garbage\n");
    "the list of backups is gone" Fail Nothing |it| all(&backups(it), &LIST);
    "the list of log is gone" Fail Nothing |it| {
        all(&logs(it), &["archive.info", "archive.info.copy"])
    };
    "the log is gone" Fail Nothing |it| remove(&it.repository().join("archive"));
    "all is gone" Fail Nothing |it| remove(&it.repository());
    "the repository is rolled back" Fail AGoodOne rolled_back;
    "a timeline has just begun" Pass Nothing |it| {
        timeline(it, "1\t1/0\tno recovery target specified\n")
    };
    "another backup has just begun" Pass Nothing begun;
    "one of the two manifests is gone" Pass Nothing |it| all(&newest(it)?, &MANIFEST[..1]);
    "one of the two lists of backups is gone" Pass Nothing |it| all(&backups(it), &LIST[..1]);
}

/// Runs it where the server is, which says the same of where its data are.
fn pgbackrest(bench: &Bench, server: &Server, words: &[&str]) -> Done {
    let own = |name: &str| bench.folder.join("own").join(name).display().to_string();
    let environment = [
        (
            "PGBACKREST_CONFIG",
            bench.folder.join(CONFIG).display().to_string(),
        ),
        ("PGBACKREST_PG1_SOCKET_PATH", HERE.to_owned()),
        ("PGBACKREST_PG1_USER", ROLE.to_owned()),
        ("PGBACKREST_LOCK_PATH", own("lock")),
        ("PGBACKREST_LOG_PATH", own("log")),
        ("PGBACKREST_SPOOL_PATH", own("spool")),
        ("PGBACKREST_LOG_LEVEL_FILE", "off".to_owned()),
        ("PGBACKREST_LOG_LEVEL_CONSOLE", "off".to_owned()),
        ("PGBACKREST_LOG_LEVEL_STDERR", "error".to_owned()),
    ];
    let here = format!("--pg1-path={HERE}");
    let words = [&["--stanza=main", &here], words].concat();
    bench.run_in(server.folder(), "pgbackrest", &words, &environment)
}

/// Makes a backup of a server that archives nothing by itself.
fn back_up(bench: &Bench, server: &Server, kind: &str) -> Done {
    let kind = format!("--type={kind}");
    let words = ["--no-archive-check", "--start-fast", &kind, "backup"];
    pgbackrest(bench, server, &words)
}

/// Archives all segments of the log that are complete.
fn archive(bench: &Bench, server: &Server) -> Done {
    let current = wait_for(server.ask(None, CURRENT))?;
    let current = current.map_err(|error| question::told("the server", &error))?;
    let current = current.ok_or("the server does not say where its log is")?;
    for file in files(&server.folder().join("pg_wal")) {
        let name = name(&file);
        // What comes after is kept to be written to again.
        if name.len() == NAME_LENGTH && *name < *current {
            let segment = format!("{HERE}/pg_wal/{name}");
            pgbackrest(bench, server, &["archive-push", &segment])?;
        }
    }
    Ok(())
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn backups(bench: &Bench) -> PathBuf {
    bench.repository().join("backup/main")
}

fn logs(bench: &Bench) -> PathBuf {
    bench.repository().join("archive/main")
}

/// The folder of a backup whose label ends so.
fn labelled(bench: &Bench, end: char) -> Result<PathBuf, String> {
    let manifests = files(&backups(bench)).into_iter();
    let manifests = manifests.filter(|file| file.ends_with(MANIFEST[0]));
    let mut folders = manifests.filter_map(|file| Some(file.parent()?.to_owned()));
    some(folders.find(|folder| name(folder).ends_with(end)))
}

fn full(bench: &Bench) -> Result<PathBuf, String> {
    labelled(bench, 'F')
}

fn newest(bench: &Bench) -> Result<PathBuf, String> {
    labelled(bench, 'I')
}

/// The largest file of a database in a backup.
fn data(backup: &Path) -> Result<PathBuf, String> {
    largest(&backup.join("pg_data/base"))
}

/// The archived segments of the log, in their order.
fn segments(bench: &Bench) -> Vec<PathBuf> {
    let mut segments = files(&logs(bench));
    segments.retain(|file| name(file).as_bytes().get(NAME_LENGTH) == Some(&b'-'));
    segments
}

/// The segment that the newest backup cannot be restored without.
fn needed(bench: &Bench) -> Result<PathBuf, String> {
    let manifest = newest(bench)?.join(MANIFEST[0]);
    let manifest = fs::read_to_string(manifest).map_err(|error| error.to_string())?;
    let mut lines = manifest.lines();
    let last = lines.find_map(|line| line.strip_prefix("backup-archive-stop="));
    let last = last.ok_or("the manifest does not say which log it needs")?;
    let last = last.trim_matches('"');
    let segments = segments(bench).into_iter();
    some(segments.filter(|file| name(file).starts_with(last)))
}

/// The last segment but one.
fn later(bench: &Bench) -> Result<PathBuf, String> {
    some(segments(bench).into_iter().rev().nth(1))
}

fn end(bench: &Bench) -> Result<PathBuf, String> {
    some(segments(bench).into_iter().next_back())
}

/// Removes all of some files in a folder.
fn all(folder: &Path, names: &[&str]) -> Done {
    names.iter().try_for_each(|name| remove(&folder.join(name)))
}

/// Says where another timeline began.
fn timeline(bench: &Bench, text: &str) -> Done {
    let segment = end(bench)?;
    let cluster = segment
        .ancestors()
        .nth(2)
        .ok_or("the log is in no folder")?;
    add(&cluster.join("00000002.history"), text.as_bytes())
}

/// What is there of a backup that is being made: the second manifest only.
fn begun(bench: &Bench) -> Done {
    let manifest = newest(bench)?.join(MANIFEST[1]);
    let manifest = fs::read(manifest).map_err(|error| error.to_string())?;
    add(
        &backups(bench).join("20991231-235959F").join(MANIFEST[1]),
        &manifest,
    )
}

fn lists(bench: &Bench, with: impl Fn(&Path) -> std::io::Result<()>) -> Done {
    let lists = LIST.iter().map(|name| backups(bench).join(name));
    let mut done = lists.map(|list| with(&list));
    done.try_for_each(|done| done.map_err(|error| error.to_string()))
}

/// As it was before the newest backup, but for the log.
fn rolled_back(bench: &Bench) -> Done {
    remove(&newest(bench)?)?;
    let before = bench.folder.join(BEFORE);
    lists(bench, |list| {
        fs::copy(before.join(name(list)), list).map(|_| ())
    })
}

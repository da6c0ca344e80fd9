//! Stanzas of pgBackRest.

use std::fs;
use std::path::{Path, PathBuf};

use super::{EXPECTED, Server, Workspace, caught, cut, flip, largest, run, whole};
use crate::held::until;

const WITH: &str = "{pgbackrest: {stanza: main, config: pgbackrest.conf}}";

type Fault<'f> = (&'f str, &'f dyn Fn(&Repository));

/// A repository, and where things are in it.
struct Repository(PathBuf);

impl Repository {
    /// The folder of the newest backup, or of the one it builds on.
    fn of(&self, is_meant: impl Fn(&str) -> bool) -> PathBuf {
        let all = fs::read_dir(self.0.join("backup/main")).expect("it is there");
        let mut names = all.map(|entry| entry.expect("it stays").file_name());
        let name = names.find(|name| is_meant(&name.to_string_lossy()));
        self.0.join("backup/main").join(name.expect("it is there"))
    }

    fn full(&self) -> PathBuf {
        self.of(|name| name.len() == 16 && name.ends_with('F'))
    }

    fn newest(&self) -> PathBuf {
        self.of(|name| name.ends_with('I'))
    }

    /// The folder with the archived log; it is named after the version of the server.
    fn archive(&self) -> PathBuf {
        let mut versions = fs::read_dir(self.0.join("archive/main")).expect("it is there");
        let is_first = |path: &PathBuf| path.to_string_lossy().ends_with("-1");
        let version = versions.find_map(|it| Some(it.ok()?.path()).filter(is_first));
        version.expect("one version")
    }

    /// The archived segment that has a note of a backup, by the backup; or the last but one.
    fn segments(&self) -> Vec<PathBuf> {
        let all = fs::read_dir(self.archive().join("0000000100000000")).expect("it is there");
        let mut all: Vec<PathBuf> = all.map(|entry| entry.expect("it stays").path()).collect();
        // Those that are still on their way may never be told of.
        all.retain(|path| path.extension().is_none_or(|end| end != "tmp"));
        all.sort();
        all
    }

    /// The segment that the newest backup cannot be restored without.
    fn needed(&self) -> PathBuf {
        let all = self.segments();
        let notes = all
            .iter()
            .rposition(|path| path.extension().is_some_and(|end| end == "backup"));
        all[notes.expect("a note") - 1].clone()
    }

    /// A segment of later.
    fn later(&self) -> PathBuf {
        let all = self.segments();
        all[all.len() - 2].clone()
    }

    /// Says where another timeline began.
    fn second_timeline(&self, text: &str) {
        fs::write(self.archive().join("00000002.history"), text).expect("room");
    }

    fn both(&self, folder: &Path, name: &str) {
        for name in [name.to_owned(), format!("{name}.copy")] {
            gone(&folder.join(name));
        }
    }
}

fn gone(path: &Path) {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    removed.expect("it is there");
}

/// A server that archives its log, with a full backup, one that builds on it, and log after it.
fn made() -> Server {
    let command =
        "pgbackrest --config=$(cd .. && pwd)/pgbackrest.conf --stanza=main archive-push %p";
    let server = Server::start(&format!(
        "-c archive_mode=on -c wal_level=replica -c archive_command='{command}'"
    ));
    let at = server.path().display().to_string();
    let config = format!(
        "[global]\nrepo1-path={at}/repo\nlog-path={at}/log\nlock-path={at}/lock\nstart-fast=y\n\
         [main]\npg1-path={at}/data\npg1-socket-path={at}\npg1-user=postgres\n"
    );
    fs::write(server.path().join("pgbackrest.conf"), config).expect("room");
    let tell = |verb: &str| {
        let line = format!("pgbackrest --config={at}/pgbackrest.conf --stanza=main {verb}");
        run(server.path(), &line);
    };
    let more = "insert into orders select g, g::text from generate_series(1, 500) g; \
                insert into heartbeat values (now())";
    tell("stanza-create");
    tell("--type=full backup");
    server.does(more);
    tell("--type=incr backup");
    for _ in 0..3 {
        server.does(more);
        server.does("select pg_switch_wal()");
    }
    let repository = Repository(server.path().join("repo"));
    let needed = repository.needed();
    until("the log is archived", || {
        let all = repository.segments();
        let after = all.iter().filter(|path| **path > needed).count();
        (after >= 4).then_some(())
    });
    server
}

fn workspace(server: &Server) -> Workspace {
    let made = Workspace::of(&server.path().join("repo"));
    let config = format!(
        "[global]\nrepo1-path={}\n[main]\npg1-path=/none\n",
        made.backup().display()
    );
    fs::write(made.path().join("pgbackrest.conf"), config).expect("room");
    made
}

#[test]
fn a_stanza_is_proven_only_while_all_of_it_is_there() {
    let server = made();
    whole(workspace(&server).verify(WITH, EXPECTED, 5));
    let data = |folder: PathBuf| largest(&folder.join("pg_data/base"));
    let faults: [Fault; 13] = [
        ("one bit of the full one", &|repository| {
            flip(&data(repository.full()));
        }),
        ("one bit of the newest", &|repository| {
            flip(&data(repository.newest()));
        }),
        ("100 bytes less", &|repository| {
            cut(&data(repository.newest()), 100);
        }),
        ("a file is gone", &|repository| {
            gone(&data(repository.newest()));
        }),
        ("log it needs is gone", &|repository| {
            gone(&repository.needed());
        }),
        ("later log is gone", &|repository| gone(&repository.later())),
        ("one bit of later log", &|repository| {
            flip(&repository.later());
        }),
        ("no manifest", &|repository| {
            repository.both(&repository.newest(), "backup.manifest");
        }),
        ("the newest is gone", &|repository| {
            gone(&repository.newest());
        }),
        ("the full one is gone", &|repository| {
            gone(&repository.full());
        }),
        ("nobody can read where a timeline began", &|repository| {
            repository.second_timeline("garbage\n");
        }),
        ("no list", &|repository| {
            repository.both(&repository.0.join("backup/main"), "backup.info");
        }),
        ("no list of log", &|repository| {
            repository.both(&repository.0.join("archive/main"), "archive.info");
        }),
    ];
    for (fault, make) in faults {
        let made = workspace(&server);
        make(&Repository(made.backup()));
        caught(made.verify(WITH, EXPECTED, 3), fault);
    }
}

#[test]
fn a_timeline_that_has_just_begun_is_no_fault() {
    let server = made();
    let made = workspace(&server);
    Repository(made.backup()).second_timeline("1\t1/0\tno recovery target specified\n");
    let (status, told) = made.verify(WITH, EXPECTED, 3);
    assert_eq!(status, Some(0), "{told}");
}

#[test]
fn a_missing_piece_of_log_is_seen_in_the_data_too() {
    let server = made();
    server.does("update heartbeat set at = now() - interval '3 hours'");
    let made = workspace(&server);
    let repository = Repository(made.backup());
    let (all, later) = (repository.segments(), repository.later());
    let before = all.iter().rfind(|path| **path < later).expect("one more");
    let before = before.file_name().expect("a name").to_string_lossy();
    gone(&later);
    let (status, told) = made.verify(WITH, EXPECTED, 5);
    assert_eq!(status, Some(1), "{told}");
    assert!(
        told.contains(&format!("reaches {}; then 1 are missing", &before[..24])),
        "{told}"
    );
    assert!(told.contains("age of the newest sign of life"), "{told}");
}

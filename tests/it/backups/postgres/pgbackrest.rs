//! Stanzas of pgBackRest.

use std::fs;
use std::path::PathBuf;

use super::super::self_tested;
use super::{EXPECTED, Server, Workspace, run, whole};
use crate::held::until;

const WITH: &str = "{pgbackrest: {stanza: main, config: pgbackrest.conf}}";

/// A repository, and where things are in it.
struct Repository(PathBuf);

impl Repository {
    /// The folder with the archived log; it is named after the version of the server.
    fn archive(&self) -> PathBuf {
        let mut versions = fs::read_dir(self.0.join("archive/main")).expect("it is there");
        let is_first = |path: &PathBuf| path.to_string_lossy().ends_with("-1");
        let version = versions.find_map(|it| Some(it.ok()?.path()).filter(is_first));
        version.expect("one version")
    }

    /// The archived segments, and the notes of backups between them.
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
fn every_fault_of_a_stanza_is_seen() {
    self_tested("pgbackrest");
}

#[test]
fn a_missing_piece_of_log_is_seen_in_the_data_too() {
    let server = made();
    whole(workspace(&server).verify(WITH, EXPECTED, 5));
    server.does("update heartbeat set at = now() - interval '3 hours'");
    let made = workspace(&server);
    let repository = Repository(made.backup());
    let (all, later) = (repository.segments(), repository.later());
    let before = all.iter().rfind(|path| **path < later).expect("one more");
    let before = before.file_name().expect("a name").to_string_lossy();
    fs::remove_file(&later).expect("it is there");
    let (status, told) = made.verify(WITH, EXPECTED, 5);
    assert_eq!(status, Some(1), "{told}");
    assert!(
        told.contains(&format!("reaches {}; then 1 are missing", &before[..24])),
        "{told}"
    );
    assert!(told.contains("age of the newest sign of life"), "{told}");
}

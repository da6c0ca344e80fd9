//! Base backups of a server.

use std::fs;
use std::process::Command;

use super::super::self_tested;
use super::{Server, Workspace, whole};

const WITH: &str = "{pg-basebackup: {folder: backup}}";
const EXPECTED: &str = "[{query: {query: select count(*) from orders, is: '3000'}}, {amcheck: {}}, \
     {heartbeat: {query: select max(at) from heartbeat, lag-at-most: 1h}}]";

#[test]
fn every_fault_of_a_base_backup_is_seen() {
    self_tested("pg-basebackup");
}

#[test]
fn its_indexes_and_its_newest_row_are_seen_however_it_is_packed() {
    let server = Server::start("");
    for (name, format) in [("plain", ""), ("tars", "-Ft -z")] {
        let options = format!("-D {name} {format} -X stream -c fast");
        server.backup("pg_basebackup", &options);
        let made = Workspace::of(&server.path().join(name));
        whole(made.verify(WITH, EXPECTED, 5));
    }
}

#[test]
fn what_is_in_a_backup_leads_nowhere_else() {
    let server = Server::start("");
    server.backup("pg_basebackup", "-D tars -Ft -X stream -c fast");
    let made = Workspace::of(&server.path().join("tars"));
    let outside = made.path().join("outside");
    fs::create_dir(&outside).expect("room");
    let script = format!(
        "mkdir all && tar -xf base.tar -C all && rm -rf all/pg_wal && \
         ln -s {0} all/pg_wal && ln -s {0}/hba all/mainstay-hba.conf && \
         ln -s {0}/manifest all/backup_manifest && cd all && \
         tar -cf ../base.tar backup_label * && rm -r ../all",
        outside.display()
    );
    let changed = Command::new("sh")
        .args(["-c", &script])
        .current_dir(made.backup())
        .status();
    assert!(changed.expect("`sh` starts").success());
    for level in [3, 5] {
        let (status, told) = made.verify(WITH, EXPECTED, level);
        assert_ne!(status, Some(0), "{told}");
        assert!(told.contains("is a link"), "{told}");
    }
    assert_eq!(fs::read_dir(&outside).expect("it is there").count(), 0);
}

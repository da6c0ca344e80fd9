//! Base backups of a server.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Server, Workspace, caught, cut, damage, flip, largest, whole};

const WITH: &str = "{pg-basebackup: {folder: backup}}";
const EXPECTED: &str = "[{query: {query: select count(*) from orders, is: '3000'}}, {amcheck: {}}, \
     {heartbeat: {query: select max(at) from heartbeat, lag-at-most: 1h}}]";

type Fault<'f> = (&'f str, &'f dyn Fn(&Path));

fn each(original: &Path, faults: &[Fault]) {
    whole(Workspace::of(original).verify(WITH, EXPECTED, 5));
    for (fault, make) in faults {
        let made = Workspace::of(original);
        make(&made.backup());
        caught(made.verify(WITH, EXPECTED, 3), fault);
    }
}

#[test]
fn a_base_backup_is_proven_only_while_every_file_is_as_it_was() {
    let server = Server::start("");
    server.backup("pg_basebackup", "-D plain -X stream -c fast");
    let in_manifest = |folder: &Path, from: &str, to: &str| {
        let manifest = folder.join("backup_manifest");
        let text = fs::read_to_string(&manifest).expect("it is there");
        fs::write(manifest, text.replacen(from, to, 1)).expect("room");
    };
    each(
        &server.path().join("plain"),
        &[
            ("one bit", &|folder| flip(&largest(&folder.join("base")))),
            ("100 bytes less", &|folder| {
                cut(&largest(&folder.join("base")), 100);
            }),
            ("a file is gone", &|folder| {
                fs::remove_file(largest(&folder.join("base"))).expect("it is there");
            }),
            ("a file too much", &|folder| {
                fs::write(folder.join("base/1/99999"), "a").expect("room");
            }),
            ("another manifest", &|folder| {
                in_manifest(folder, "\"Size\": ", "\"Size\": 1");
            }),
            ("no manifest", &|folder| {
                fs::remove_file(folder.join("backup_manifest")).expect("it is there");
            }),
            ("pg_control", &|folder| {
                flip(&folder.join("global/pg_control"));
            }),
            ("no log", &|folder| {
                fs::remove_file(largest(&folder.join("pg_wal"))).expect("it is there");
            }),
            ("other log", &|folder| {
                damage(&largest(&folder.join("pg_wal")), |log| log[..8192].fill(7));
            }),
        ],
    );
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

#[test]
fn so_is_one_in_tar_files() {
    let server = Server::start("");
    server.backup("pg_basebackup", "-D tars -Ft -z -X stream -c fast");
    each(
        &server.path().join("tars"),
        &[
            ("one bit", &|folder| flip(&folder.join("base.tar.gz"))),
            ("100 bytes less", &|folder| {
                cut(&folder.join("base.tar.gz"), 100);
            }),
            ("no log", &|folder| {
                fs::remove_file(folder.join("pg_wal.tar.gz")).expect("it is there");
            }),
        ],
    );
}

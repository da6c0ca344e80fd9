//! Dumps of a database.

use std::fs;
use std::process::Command;

use rustix::process::geteuid;

use super::super::self_tested;
use super::{EXPECTED, Server, Workspace, caught, cut, damage, flip, largest, run, whole};

const WITH: &str = "{pg-dump: {folder: backup}}";

type Fault<'f> = (&'f str, &'f dyn Fn(&Workspace));

/// One dump in a folder of its own.
fn dump(server: &Server, name: &str, options: &str) -> Workspace {
    let folder = format!("dump-{name}");
    run(server.path(), &format!("mkdir {folder}"));
    server.backup("pg_dump", &format!("{options} -f {folder}/{name} postgres"));
    Workspace::of(&server.path().join(folder))
}

#[test]
fn every_fault_of_a_dump_is_seen() {
    self_tested("pg-dump");
}

#[test]
fn a_dump_is_proven_only_while_it_is_whole() {
    let server = Server::start("");
    for (name, options) in [
        ("a.dump", "-Fc"),
        ("directory", "-Fd"),
        ("a.sql.gz", "-Fp -v -Z 6"),
    ] {
        let made = dump(&server, name, options);
        whole(made.verify(WITH, EXPECTED, 5));
        let file = largest(&made.backup());
        let good = fs::read(&file).expect("it is there");
        let faults: [Fault; 4] = [
            ("one bit", &|_| flip(&file)),
            ("half of it", &|_| cut(&file, good.len() / 2)),
            ("100 bytes less", &|_| cut(&file, 100)),
            ("nothing in it", &|_| cut(&file, good.len())),
        ];
        for (fault, make) in faults {
            make(&made);
            caught(made.verify(WITH, EXPECTED, 5), &format!("{name}: {fault}"));
            fs::write(&file, &good).expect("room");
        }
        if name == "directory" {
            fs::remove_file(&file).expect("it is there");
            caught(
                made.verify(WITH, EXPECTED, 5),
                "a file of a directory is gone",
            );
        }
    }
}

#[test]
fn a_dump_in_sql_needs_its_last_line_and_a_checksum() {
    let server = Server::start("");
    let made = dump(&server, "a.sql", "-Fp -v");
    let file = made.backup().join("a.sql");
    let good = fs::read(&file).expect("it is there");
    let (status, told) = made.verify(WITH, EXPECTED, 5);
    assert_ne!(status, Some(0), "nothing says what was in it: {told}");
    assert!(told.contains("sha256sum"), "{told}");
    let summed = Command::new("sh")
        .args(["-c", "sha256sum a.sql > a.sql.sha256"])
        .current_dir(made.backup())
        .status();
    assert!(summed.expect("`sh` starts").success());
    whole(made.verify(WITH, EXPECTED, 5));
    flip(&file);
    caught(made.verify(WITH, EXPECTED, 5), "one bit");
    fs::remove_file(made.backup().join("a.sql.sha256")).expect("it is there");
    for (fault, bytes) in [("half of it", good.len() / 2), ("300 bytes less", 300)] {
        fs::write(&file, &good).expect("room");
        cut(&file, bytes);
        caught(made.verify(WITH, EXPECTED, 5), fault);
    }
}

#[test]
fn a_dump_of_something_else_is_no_backup() {
    let server = Server::start("");
    let nothing = "[{query: {query: select 1, is: '1'}}]";
    let made = dump(&server, "a.dump", "-Fc --schema-only");
    caught(made.verify(WITH, nothing, 5), "no rows");
    let on_purpose = "{pg-dump: {folder: backup, without-rows: true}}";
    whole(made.verify(on_purpose, nothing, 5));
    let made = dump(&server, "b.dump", "-Fc -N public");
    caught(made.verify(WITH, nothing, 5), "no tables");
    let made = dump(&server, "c.dump", "-Fc -T heartbeat");
    caught(made.verify(WITH, EXPECTED, 5), "another table");
    let junk = made.backup().join("d.dump");
    fs::write(&junk, "").expect("room");
    damage(&junk, |content| content.extend(b"not a dump"));
    caught(made.verify(WITH, "[]", 1), "no dump");
}

#[test]
fn a_dump_of_old_data_is_found_by_its_newest_row() {
    let server = Server::start("");
    server.does("update heartbeat set at = now() - interval '2 hours'");
    let made = dump(&server, "a.dump", "-Fc");
    let (status, told) = made.verify(WITH, EXPECTED, 5);
    assert_eq!(status, Some(1), "{told}");
    assert!(
        told.contains("age of the newest sign of life: 2 h"),
        "{told}"
    );
}

#[test]
fn a_dump_that_wants_to_run_programs_harms_nobody() {
    if !geteuid().is_root() {
        // Whoever is not root has nobody with fewer rights to run them as.
        return;
    }
    let server = Server::start("");
    let made = dump(&server, "a.sql.gz", "-Fp -v -Z 6");
    let target = made.path().join("harmed");
    let script = format!(
        "gunzip a.sql.gz && sed -i '/^SET statement_timeout/i \\\\\\\\! touch {0}\\n\
         copy (select 1) to program '\"'\"'touch {0}'\"'\"';' a.sql && sed -i '/restrict/d' a.sql",
        target.display()
    );
    let changed = Command::new("sh")
        .args(["-c", &script])
        .current_dir(made.backup())
        .status();
    assert!(changed.expect("`sh` starts").success());
    made.verify(WITH, EXPECTED, 5);
    assert!(!target.exists());
}

//! Dumps of a database.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
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

/// The same, and what it is was written down when it was made.
fn summed(server: &Server, name: &str, options: &str) -> Workspace {
    let made = dump(server, name, options);
    let mut command = match made.backup().join(name).is_dir() {
        true => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
            command.args(["backup", "manifest", name]);
            command
        }
        false => {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("sha256sum {name} > {name}.sha256")]);
            command
        }
    };
    let ended = command.current_dir(made.backup()).output();
    let ended = ended.expect("it starts");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{told}");
    made
}

#[test]
fn a_dump_is_proven_only_while_it_is_whole() {
    let server = Server::start("");
    for (name, options) in [
        ("a.dump", "-Fc"),
        ("directory", "-Fd"),
        ("a.sql.gz", "-Fp -v -Z 6"),
    ] {
        let made = summed(&server, name, options);
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
fn an_archive_is_intact_only_by_what_was_written_down() {
    let server = Server::start("");
    server.does("create view seen as select 'abcdef'::text as letters");
    for (name, options) in [("a.dump", "-Fc"), ("b.tar", "-Ft"), ("c", "-Fd")] {
        let made = dump(&server, name, options);
        let (status, told) = made.verify(WITH, EXPECTED, 5);
        assert_eq!(status, Some(7), "{name}: {told}");
        assert!(told.contains("level 2 fresh"), "{name}: {told}");
        // A letter of what defines a view has no checksum of its own.
        let made = summed(&server, &format!("summed-{name}"), options);
        let path = made.backup().join(format!("summed-{name}"));
        let file = if path.is_dir() {
            path.join("toc.dat")
        } else {
            path
        };
        damage(&file, |content| {
            let at = content.windows(6).position(|it| it == b"abcdef");
            content[at.expect("it is there")] = b'x';
        });
        caught(made.verify(WITH, EXPECTED, 5), &format!("{name}: a letter"));
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
    let made = summed(&server, "a2.dump", "-Fc --schema-only");
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
        eprintln!("whoever is not root has nobody with fewer rights to run them as");
        return;
    }
    let server = Server::start("");
    let made = dump(&server, "a.sql.gz", "-Fp -v -Z 6");
    let (target, allowed) = (made.path().join("harmed"), made.path().join("allowed"));
    fs::write(&allowed, "").expect("room");
    let may = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    may(made.path(), 0o755).expect("it is ours");
    may(&allowed, 0o666).expect("it is ours");
    let script = format!(
        "gunzip a.sql.gz && \
         sed -i '/^SET statement_timeout/i \\\\\\\\! echo ran >> {1}; touch {0}\\n\
         copy (select 1) to program '\"'\"'touch {0}'\"'\"';' a.sql && sed -i '/restrict/d' a.sql",
        target.display(),
        allowed.display()
    );
    let changed = Command::new("sh")
        .args(["-c", &script])
        .current_dir(made.backup())
        .status();
    assert!(changed.expect("`sh` starts").success());
    let (_, told) = made.verify(WITH, EXPECTED, 5);
    // It did run, and could do nothing but what everybody may.
    let ran = fs::read_to_string(&allowed).expect("it is there");
    assert!(ran.starts_with("ran"), "{told}");
    assert!(!target.exists(), "{told}");
}

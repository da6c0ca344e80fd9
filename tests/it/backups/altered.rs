//! What is not as it was before, in a backup or in the plan that says how it is verified.

use chrono::{TimeDelta, Utc};

use super::*;
use crate::picks::date;

const RESTIC: &str = "restic: {repository: repo, password: 'file:pw'}";

/// A folder with a copy of a database and its checksum, and a plan that expects a row in it.
fn copied() -> TempDir {
    let workspace = tempfile::tempdir().expect("a folder");
    plan(workspace.path(), "sqlite: {folder: copies}", "");
    let file = workspace.path().join("plans/t.yaml");
    let stated = fs::read_to_string(&file).expect("it is there");
    let (before, _) = stated.split_once("expect:").expect("it expects files");
    let expects = "expect: [{query: {query: select count(*) from o, is: '2'}}]\n";
    fs::write(&file, format!("{before}{expects}")).expect("room");
    fs::create_dir(workspace.path().join("copies")).expect("room");
    sql(
        workspace.path(),
        "create table o (s text); insert into o values ('abc'), ('def')",
    );
    workspace
}

/// Does something to the copy, and writes its checksum as whoever wants to hide it does.
fn sql(workspace: &Path, sql: &str) {
    let copies = workspace.join("copies");
    let script = format!(
        "f=$(date -u +%Y%m%dT%H0000Z).db; test -e *.db && f=$(ls *.db); \
         python3 -c \"import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); \
         d.executescript(sys.argv[2])\" $f \"{sql}\"; sha256sum $f > $f.sha256"
    );
    tool(&copies, &["sh", "-c", &script]);
}

#[test]
fn a_copy_that_was_altered_with_its_checksum_is_not_what_it_was() {
    let workspace = copied();
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, PASS, "{}", complaints(&found));
    assert_eq!(verify(workspace.path()).0.status, PASS);
    sql(workspace.path(), "update o set s = 'xyz' where s = 'abc'");
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", ran.out);
    assert!(complaints(&found).contains("is not what"), "{}", ran.out);
}

#[test]
fn a_repository_that_was_begun_anew_is_not_the_one_that_was_known() {
    let prepared = Prepared::new();
    let make = |workspace: &Path| {
        tool(workspace, &["restic", "init"]);
        tool(workspace, &["restic", "backup", "src"]);
    };
    for name in ["a", "b", "c", "d"] {
        prepared.add_file(name);
    }
    make(prepared.path());
    let workspace = prepared.workspace(RESTIC);
    copy(&prepared.path().join("src"), &workspace.path().join("src"));
    assert_eq!(verify(workspace.path()).0.status, PASS);
    fs::remove_dir_all(workspace.path().join("repo")).expect("it is there");
    make(workspace.path());
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", ran.out);
    assert!(complaints(&found).contains("begun anew"), "{}", ran.out);
    // It is told until somebody says that it is known.
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", ran.out);
    let told = complaints(&found);
    let settled = told
        .split_once("write `")
        .and_then(|(_, rest)| rest.split_once('`'));
    let (settled, _) = settled.expect("it says how to settle it");
    plan(workspace.path(), RESTIC, &format!("      {settled}\n"));
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, PASS, "{}", complaints(&found));
}

#[test]
fn a_folder_that_is_written_anew_each_time_is_no_fault() {
    let workspace = tempfile::tempdir().expect("a folder");
    plan(workspace.path(), "directory: {path: copy}", "");
    for (hours, files) in [(2, ["a", "b", "c"]), (1, ["a", "d", "e"])] {
        let folder = workspace.path().join("copy/src");
        fs::create_dir_all(&folder).expect("room");
        for name in files {
            fs::write(folder.join(name), files.concat()).expect("room");
        }
        let mut command = cli::command(workspace.path());
        command.args(["backup", "manifest", "copy"]);
        assert_eq!(cli::run(command).status, PASS);
        let manifest = workspace.path().join("copy/mainstay-manifest.jsonl");
        date(&manifest, Utc::now() - TimeDelta::hours(hours));
        for _ in 0..2 {
            let (ran, found) = verify(workspace.path());
            assert_eq!(ran.status, PASS, "{}", complaints(&found));
        }
    }
    // Of the same moment it must be the same.
    fs::write(workspace.path().join("copy/src/a"), "other").expect("room");
    let (ran, _) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", ran.out);
}

#[test]
fn nothing_is_verified_in_another_way_than_the_plan_says() {
    let workspace = copied();
    let file = workspace.path().join("plans/t.yaml");
    let stated = fs::read_to_string(&file).expect("it is there");
    let pinged = stated.replace("    of: [s]", "    of: [s]\n    ping: not-a-uuid");
    fs::write(&file, pinged).expect("room");
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, INCONCLUSIVE, "{}", ran.out);
    let told = complaints(&found);
    assert!(told.contains("`ping` in line 7"), "{told}");
    assert!(told.contains("mainstay check"), "{told}");
}

#[test]
fn a_backup_that_is_not_understood_is_not_left_out_without_a_word() {
    let workspace = copied();
    let file = workspace.path().join("plans/t.yaml");
    let stated = fs::read_to_string(&file).expect("it is there");
    for (more, word) in [
        (
            "  - {id: c, name: C, of: [s], verify: {wth: {}}}\n",
            "`verify`",
        ),
        ("  - {id: c, nme: C, of: [s]}\n", "the backup `c`"),
    ] {
        fs::write(&file, format!("{stated}{more}")).expect("room");
        let (ran, found) = verify(workspace.path());
        assert_eq!(found.verdict(), Verdict::Pass, "{}", complaints(&found));
        assert_eq!(ran.status, INCONCLUSIVE, "{more}: {}", ran.out);
        assert!([ran.out, ran.err].concat().contains(word), "{more}");
    }
    let take =
        "    take: {write-under: full, with: {directory: {from: copies, to: full/x, a: b}}}\n";
    let taken = stated.replace("    verify:", &format!("{take}    verify:"));
    fs::write(&file, taken).expect("room");
    let mut command = cli::command(workspace.path());
    command.args(["backup", "take-full"]);
    let ran = cli::run(command);
    assert!(
        ran.status != PASS && ran.err.contains("cannot be understood"),
        "{}",
        ran.err
    );
    assert!(!workspace.path().join("full").exists());
}

#[test]
fn a_secret_that_stands_in_a_plan_is_not_shown() {
    let workspace = tempfile::tempdir().expect("a folder");
    let with = format!("restic: {{repository: repo, password: {PASSWORD}}}");
    plan(workspace.path(), &with, "");
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, INCONCLUSIVE, "{}", ran.out);
    let told = complaints(&found);
    assert!(told.contains("`verify` in line 9"), "{told}");
    let mut check = cli::command(workspace.path());
    check.arg("check");
    let checked = cli::run(check);
    let told = [ran.out, ran.err, checked.out.clone(), checked.err].concat();
    assert!(!told.contains(PASSWORD), "{told}");
    let stars = "*".repeat(PASSWORD.len());
    assert!(
        checked.out.contains(&format!("password: {stars}}}")),
        "{told}"
    );
    assert!(checked.out.contains("never in a plan"), "{told}");
}

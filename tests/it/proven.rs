//! Backups as they are verified: made by Mainstay itself, damaged, taken away, restored in drills.

use std::fs;

use serde_json::Value;

use crate::held::{Held, until};

/// A folder that is copied with a manifest, an SQLite database that is copied, and both verified.
const PLAN: &str = "
systems: [{id: shop, name: Shop, rto: 4h, rpo: 24h, holds-data: true}]
backups:
  - id: files
    name: Files
    of: [shop]
    kind: full-local
    every: 24h
    take: {with: {directory: {from: data, to: copies/files}}, write-under: copies}
    verify:
      with: {directory: {path: copies/files}}
      expect:
        - files: {at-least: 3, present: [b/two]}
        - heartbeat: {file: beat}
  - id: orders
    name: Orders
    of: [shop]
    every: 24h
    take:
      with: {sqlite: {from: orders.db, to: copies/orders, prefix: orders-}}
      write-under: copies
    verify:
      with: {sqlite: {folder: copies/orders, prefix: orders-}}
      expect: [{query: {query: 'select count(*) from event', is: '0'}}]
drills: [{id: d, name: D, kind: functional, procedures: [p]}]
procedures:
  - id: p
    name: P
    steps: [{id: restore, do: Restore the orders, run: {restore: {backup: orders}}}]
";

/// A workspace with data, of which a first copy was made.
fn workspace() -> Held {
    let held = Held::of(PLAN);
    fs::create_dir_all(held.path("data/b")).expect("room");
    let now = mainstay::clock::now().expect("a clock").wall.to_rfc3339();
    for (name, text) in [("a", "one"), ("b/two", "two"), ("beat", now.as_str())] {
        fs::write(held.path("data").join(name), text).expect("room");
    }
    held.add_database("orders.db");
    held
}

/// Verifies a backup; the exit status, and what was found.
#[track_caller]
fn verify(held: &Held, words: &[&str]) -> (Option<i32>, Value) {
    let words = [&["backup", "verify", "--format", "json"], words].concat();
    let output = held.say(&words);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), found[0].clone())
}

/// The trials of one verdict, each as what was looked at.
fn trials<'f>(found: &'f Value, verdict: &str) -> Vec<&'f str> {
    let trials = found["trials"].as_array().expect("trials").iter();
    let trials = trials.filter(|trial| trial["verdict"] == verdict);
    trials.filter_map(|trial| trial["what"].as_str()).collect()
}

/// The only copy of a backup there is.
fn copy(held: &Held, backup: &str, ending: &str) -> std::path::PathBuf {
    let entries = fs::read_dir(held.path("copies").join(backup)).expect("copies");
    let mut entries = entries.map(|entry| entry.expect("an entry").path());
    let is_meant = |path: &std::path::PathBuf| path.to_string_lossy().ends_with(ending);
    entries.find(is_meant).expect("a copy")
}

fn flip(file: &std::path::Path) {
    let mut bytes = fs::read(file).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).expect("room");
}

#[test]
fn what_mainstay_makes_it_proves_to_the_top() {
    let held = workspace();
    held.told(&["backup", "take-full"]);
    for backup in ["files", "orders"] {
        let (status, found) = verify(&held, &[backup]);
        assert_eq!(status, Some(0), "{found}");
        assert_eq!(trials(&found, "fail").len(), 0, "{found}");
        assert_eq!(found["source-unchanged"], true);
        assert_eq!(found["restored"]["removed"], true);
    }
    let listed: Value =
        serde_json::from_str(&held.told(&["backup", "list", "--format", "json"])).expect("JSON");
    let mut lines = listed.as_array().expect("a list").iter();
    assert!(lines.all(|line| line["number"] == 5), "{listed}");
    let left = fs::read_dir(held.path(".mainstay/state/scratch")).expect("it is there");
    assert_eq!(left.count(), 0, "what was restored is removed");
}

#[test]
fn one_bit_that_was_changed_is_found() {
    let held = workspace();
    held.told(&["backup", "take-full"]);
    flip(&copy(&held, "orders", ".db"));
    flip(&copy(&held, "files", "Z").join("b/two"));
    for backup in ["files", "orders"] {
        let (status, found) = verify(&held, &[backup]);
        assert_eq!(status, Some(1), "{found}");
        let failed = found["trials"].as_array().expect("trials").iter();
        let mut failed = failed.filter(|trial| trial["verdict"] == "fail");
        assert!(failed.any(|trial| trial["level"] == "intact"), "{found}");
    }
    let listed = held.told(&["backup", "list"]);
    assert_eq!(listed.matches("level 2 fresh").count(), 2, "{listed}");
}

#[test]
fn a_copy_that_vanished_is_missed_and_stays_in_the_ledger() {
    let held = workspace();
    held.told(&["backup", "take-full", "orders"]);
    let (status, _) = verify(&held, &["orders"]);
    assert_eq!(status, Some(0));
    // The moment in the name of a copy is in whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    held.told(&["backup", "take-full", "orders"]);
    let (status, found) = verify(&held, &["orders"]);
    assert_eq!(status, Some(0), "{found}");
    let newest = held
        .path("copies/orders")
        .join(found["point"]["id"].as_str().expect("an id"));
    fs::remove_file(newest).expect("it is there");
    let (status, found) = verify(&held, &["orders"]);
    assert_eq!(status, Some(1), "{found}");
    assert_eq!(
        trials(&found, "fail"),
        ["continuity of the recovery points"]
    );
    let ledger = held.told(&["backup", "ledger", "orders"]);
    assert_eq!(ledger.matches("first seen").count(), 2, "{ledger}");
    assert_eq!(ledger.matches(", gone ").count(), 1, "{ledger}");
}

#[test]
fn a_copy_without_a_checksum_is_not_taken_for_intact() {
    let held = workspace();
    held.told(&["backup", "take-full", "orders"]);
    fs::remove_file(copy(&held, "orders", ".sha256")).expect("it is there");
    let (status, found) = verify(&held, &["orders"]);
    assert_eq!(status, Some(7), "{found}");
    let what = "the copy is as it was when it was made";
    let beside = "what was written down beside it is as Mainstay wrote it";
    assert_eq!(trials(&found, "inconclusive"), [beside, what]);
}

#[test]
fn what_is_expected_and_not_there_is_a_fault() {
    let held = workspace();
    fs::write(held.path("data/beat"), "2026-01-01T00:00:00Z").expect("room");
    fs::remove_file(held.path("data/b/two")).expect("it is there");
    held.told(&["backup", "take-full", "files"]);
    let (status, found) = verify(&held, &["files"]);
    assert_eq!(status, Some(1));
    let expected = ["what is in the files", "age of the newest sign of life"];
    assert_eq!(trials(&found, "fail"), expected);
    assert!(found["lost-micros"].as_u64() > Some(1_000_000));
}

#[test]
fn a_copy_is_written_nowhere_but_where_it_may_be() {
    let plan = PLAN.replace("to: copies/files", "to: elsewhere/files");
    let held = Held::of(&plan);
    fs::create_dir(held.path("data")).expect("room");
    let output = held.say(&["backup", "take-full", "files"]);
    assert_eq!(output.status.code(), Some(5));
    assert!(!held.path("elsewhere").exists());
    let plan = PLAN.replace("to: copies/files", "to: copies/../elsewhere");
    let held = Held::of(&plan);
    let output = held.say(&["backup", "take-full", "files"]);
    assert_eq!(output.status.code(), Some(5));
    assert!(!held.path("elsewhere").exists());
}

#[test]
fn a_step_restores_a_backup_and_fails_with_it() {
    let held = workspace();
    held.told(&["backup", "take-full", "orders"]);
    let told = held.told(&["drill", "run", "d"]);
    assert!(told.contains("level 5 restored and validated"), "{told}");
    flip(&copy(&held, "orders", ".db"));
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        told.contains("the copy is as it was when it was made"),
        "{told}"
    );
}

#[test]
fn facts_that_were_changed_by_hand_are_not_relied_upon() {
    let held = workspace();
    held.told(&["backup", "take-full", "orders"]);
    let (status, _) = verify(&held, &["orders"]);
    assert_eq!(status, Some(0));
    held.tamper(
        "DROP TRIGGER fact_is_never_changed; \
         UPDATE fact SET text = replace(text, 'inconclusive', 'pass') || ' '",
    );
    let output = held.say(&["backup", "verify", "orders"]);
    assert_eq!(output.status.code(), Some(5));
    let listed = held.told(&["backup", "list"]);
    assert!(!listed.contains("level 5"), "{listed}");
}

#[test]
fn what_a_killed_verification_left_is_removed_by_the_next() {
    let held = workspace();
    held.told(&["backup", "take-full", "orders"]);
    let scratch = held.path(".mainstay/state/scratch");
    // A query that never ends keeps it busy.
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) \
                   select count(*) from n";
    let plan = fs::read_to_string(held.path("plans/t.yaml")).expect("the plan");
    let busy = plan.replace("select count(*) from event", endless);
    fs::write(held.path("plans/t.yaml"), busy).expect("room");
    let mut child = held.start(&["backup", "verify", "orders"]);
    let restored = || {
        let runs = fs::read_dir(&scratch).ok()?;
        let mut copies = runs.flatten().map(|run| run.path().join("restored"));
        copies.find(|copy| fs::read_dir(copy).is_ok_and(|mut inside| inside.next().is_some()))
    };
    until("it has restored something", restored);
    child.kill().expect("it runs");
    child.wait().expect("it is gone");
    assert!(fs::read_dir(&scratch).expect("there").count() > 0);
    fs::write(held.path("plans/t.yaml"), plan).expect("room");
    let (status, found) = verify(&held, &["orders"]);
    assert_eq!(status, Some(0), "{found}");
    assert_eq!(fs::read_dir(&scratch).expect("there").count(), 0);
}

#[test]
fn the_detector_itself_is_tested() {
    let held = workspace();
    let told = held.told(&["backup", "self-test", "sqlite"]);
    assert!(
        told.ends_with("sqlite: 10 as they must be, 0 wrong, 0 that cannot be told\n"),
        "{told}"
    );
    let output = held.say(&["backup", "self-test", "tapes"]);
    assert_eq!(output.status.code(), Some(4));
}

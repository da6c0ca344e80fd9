//! Small parts of a backup are restored, and foretell how long all of it takes.

use std::fs;

use serde_json::Value;

use crate::held::Held;

/// A copied folder of as many files, and a database that nobody can restore in parts.
fn held(files: u32, bytes: usize) -> Held {
    let held = Held::of(
        "systems: [{id: s, name: S, rto: 4h}]
backups:
  - {id: b, name: B, of: [s], every: 24h, verify: {with: {directory: {path: copy}},
      expect: [{files: {at-least: 1}}]}}
  - {id: db, name: D, of: [s], every: 24h, verify: {with: {sqlite: {folder: db}}}}\n",
    );
    fs::create_dir_all(held.path("copy/monday")).expect("room");
    for at in 0..files {
        let file = held.path(&format!("copy/monday/{at}"));
        fs::write(file, vec![b'a'; bytes]).expect("room");
    }
    held.told(&["backup", "manifest", "copy/monday"]);
    held
}

#[track_caller]
fn estimate(held: &Held, words: &[&str]) -> (Option<i32>, Value, String) {
    let words = [&["backup", "estimate", "--format", "json"], words].concat();
    let output = held.say(&words);
    let lines: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), lines[0].clone(), err)
}

#[test]
fn parts_are_restored_removed_and_foretell_what_no_restore_has_shown() {
    let held = held(128, 40_000);
    let (status, line, _) = estimate(&held, &["b"]);
    assert_eq!((status, line["takes"].clone()), (Some(0), Value::Null));
    let (status, line, err) = estimate(&held, &["b", "--sample"]);
    assert_eq!(status, Some(0), "{err}");
    let takes = line["takes"].as_str().expect("it is foretold");
    assert!(takes.ends_with("estimated from parts"), "{takes}");
    let scope = line["scope"].as_f64().expect("a share");
    assert!((14.0..=15.7).contains(&scope), "{scope}");
    assert_eq!(line["parts-off"], Value::Null);
    let scratch = fs::read_dir(held.path(".mainstay/state/scratch")).expect("it is there");
    assert_eq!(scratch.count(), 0);
    // It is no rung.
    let listed = held.told(&["backup", "list", "--format", "json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed[0]["number"], 0, "{listed}");
    let checked = held.say(&["check"]);
    let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.contains("backup-never-restored"), "{checked}");
    // All of it, once it was restored, is no estimate any more, and shows how far that was off.
    assert_eq!(held.say(&["backup", "verify", "b"]).status.code(), Some(0));
    let (_, line, _) = estimate(&held, &["b"]);
    assert!(
        line["takes"]
            .as_str()
            .expect("measured")
            .ends_with("measured")
    );
    assert!(line["parts-off"].is_f64(), "{line}");
}

#[test]
fn what_cannot_be_restored_in_parts_is_said_and_foretells_nothing() {
    let one = held(1, 4_000_000);
    let (status, line, err) = estimate(&one, &["b", "--sample"]);
    assert_eq!((status, line["takes"].clone()), (Some(7), Value::Null));
    assert!(err.contains("small enough"), "{err}");
    let (status, line, err) = estimate(&one, &["db", "--sample"]);
    assert_eq!((status, line["takes"].clone()), (Some(7), Value::Null));
    assert!(err.contains("no part of such a backup"), "{err}");
    let (status, ..) = estimate(&one, &["b", "--sample", "--now", "2026-12-24"]);
    assert_eq!(status, Some(2), "one cannot restore at another time");
}

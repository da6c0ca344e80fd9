//! What is expected of restored data: signs of life that are signed, and no less than before.

use std::ffi::OsStr;
use std::fs;

use serde_json::Value;

use crate::held::Held;

const PLAN: &str = "
systems: [{id: shop, name: Shop, rto: 4h, rpo: 24h, holds-data: true}]
backups:
  - id: files
    name: Files
    of: [shop]
    every: 24h
    take: {with: {directory: {from: data, to: copies}}, write-under: copies}
    verify:
      with: {directory: {path: copies}}
      expect:
        - heartbeat: {file: beat, key: 'file:key'}
        - files: {at-least: 1, drop-at-most: 20%}
";

fn workspace() -> Held {
    let held = Held::of(PLAN);
    fs::create_dir(held.path("data")).expect("room");
    fs::write(held.path("key"), "canary-77d1-key\n").expect("room");
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        fs::write(held.path("data").join(name), "as long as the others").expect("room");
    }
    held
}

/// Writes the next sign of life; what was said against it.
fn beat(held: &Held) -> Result<(), String> {
    let output = held.say(&["backup", "heartbeat", "data/beat", "--key", "file:key"]);
    match output.status.code() {
        Some(0) => Ok(()),
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Makes the next copy and verifies it: the verdict and the finding about what is expected.
#[track_caller]
fn verified(held: &Held, what: &str) -> (String, String) {
    held.told(&["backup", "take-full", "files"]);
    // Two copies of one second would have the same name.
    let copies = fs::read_dir(held.path("copies")).expect("copies");
    let copies: Vec<_> = copies
        .map(|entry| entry.expect("it stays").path())
        .collect();
    let newest = copies
        .iter()
        .max_by_key(|path| path.file_name().map(OsStr::len));
    let numbered = held.path("copies").join(copies.len().to_string());
    fs::rename(newest.expect("a copy"), numbered).expect("room");
    let output = held.say(&["backup", "verify", "files", "--format", "json"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(!told.contains("canary-77d1"), "{told}");
    let found: Value = serde_json::from_str(&told).expect("JSON");
    let trials = found[0]["trials"].as_array().expect("trials");
    let trial = trials.iter().find(|trial| trial["what"] == what);
    let trial = trial.unwrap_or_else(|| panic!("`{what}` was looked at: {told}"));
    let text = |key: &str| trial[key].as_str().expect("a text").to_owned();
    (text("verdict"), text("found"))
}

#[test]
fn a_sign_of_life_counts_only_as_it_was_signed_and_none_may_be_missing() {
    let held = workspace();
    let what = "age of the newest sign of life";
    let file = held.path("data/beat");
    for _ in 0..4 {
        beat(&held).expect("it is written");
    }
    let (verdict, found) = verified(&held, what);
    assert_eq!(verdict, "pass", "{found}");
    let good = fs::read_to_string(&file).expect("it is there");
    let lines: Vec<&str> = good.lines().collect();
    let later = good.replace("\"seq\":4", "\"seq\":5");
    let gap = [lines[0], lines[1], lines[3]].join("\n");
    for (bad, why) in [
        (gap.as_str(), "number 2 is followed by number 4"),
        (&later, "not signed with the key"),
        ("2026-11-28T03:15:00Z\n", "or is none of these"),
        ("", "is no moment"),
    ] {
        fs::write(&file, bad).expect("room");
        let (verdict, found) = verified(&held, what);
        assert_eq!(verdict, "fail", "{found}");
        assert!(found.contains(why), "{why}: {found}");
    }
    fs::write(&file, &gap).expect("room");
    let refused = beat(&held).expect_err("one is missing");
    assert!(
        refused.contains("number 2 is followed by number 4"),
        "{refused}"
    );
    fs::write(&file, &good).expect("room");
    fs::write(held.path("key"), "another\n").expect("room");
    let (verdict, found) = verified(&held, what);
    assert_eq!(
        (verdict.as_str(), found.contains("not signed")),
        ("fail", true),
        "{found}"
    );
    fs::remove_file(held.path("key")).expect("it is there");
    assert_eq!(verified(&held, what).0, "inconclusive");
}

#[test]
fn what_is_much_less_than_before_is_a_fault_until_it_is_settled() {
    let held = workspace();
    let what = "what is in the files";
    beat(&held).expect("it is written");
    let (verdict, found) = verified(&held, what);
    assert_eq!(verdict, "pass", "{found}");
    assert!(found.contains("none before it was restored"), "{found}");
    fs::remove_file(held.path("data/a")).expect("it is there");
    assert_eq!(verified(&held, what).0, "pass");
    for name in ["b", "c"] {
        fs::remove_file(held.path("data").join(name)).expect("it is there");
    }
    // What was bad is nothing to compare with: it stays a fault.
    for _ in 0..2 {
        let (verdict, found) = verified(&held, what);
        assert_eq!(verdict, "fail", "{found}");
        assert!(found.contains("7 files, and 9 before"), "{found}");
    }
    let plan = held.path("plans/t.yaml");
    let stated = fs::read_to_string(&plan).expect("it is there");
    let settled = stated.replace("verify:", "verify:\n      settled: ['4', '5']");
    fs::write(plan, settled).expect("room");
    let (verdict, found) = verified(&held, what);
    assert_eq!(verdict, "pass", "{found}");
}

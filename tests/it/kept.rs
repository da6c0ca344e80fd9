//! What was restored is kept for a while where a fault was found, and no longer.

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use mainstay::backup::scratch::{Outcome, janitor};
use mainstay::proof::Verification;

use crate::held::Held;

/// A copied folder of which more files are expected than are in it.
fn held(verify: &str) -> Held {
    let held = Held::of(&format!(
        "systems: [{{id: s, name: S}}]
backups:
  - {{id: b, name: B, of: [s], every: 24h, verify: {{with: {{directory: {{path: copy}}}},
      {verify} expect: [{{files: {{at-least: 9}}}}]}}}}
  - {{id: fine, name: F, of: [s], every: 24h, verify: {{with: {{directory: {{path: copy}}}},
      {verify} expect: [{{files: {{at-least: 1}}}}]}}}}\n"
    ));
    fs::create_dir_all(held.path("copy/monday")).expect("room");
    fs::write(held.path("copy/monday/a"), "1,2,3\n").expect("room");
    held.told(&["backup", "manifest", "copy/monday"]);
    held
}

/// Verifies a backup: its exit status and what was found.
fn verify(held: &Held, backup: &str) -> (Option<i32>, Verification) {
    let output = held.say(&["backup", "verify", backup, "--format", "json"]);
    let found: Vec<Verification> = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = found.into_iter().next().expect("one backup");
    (output.status.code(), found)
}

fn scratch(held: &Held) -> Vec<PathBuf> {
    let entries = fs::read_dir(held.path(".mainstay/state/scratch")).expect("it is there");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// What the janitor does at a moment.
fn swept(held: &Held, at: DateTime<Utc>) -> Vec<Outcome> {
    let mut now = mainstay::clock::now().expect("a clock");
    now.wall = at;
    let swept = janitor(&held.path(".mainstay/state/scratch"), &now).expect("it can be read");
    swept.into_iter().map(|it| it.outcome).collect()
}

#[test]
fn it_is_kept_as_long_as_the_plan_says_and_not_longer() {
    let held = held("keep-on-fail: 24h,");
    let (status, found) = verify(&held, "b");
    assert_eq!(status, Some(1));
    assert_eq!(found.restored.as_ref().map(|it| it.removed), Some(false));
    let kept = found.kept.clone().expect("it is kept");
    assert_eq!(scratch(&held), [PathBuf::from(&kept.folder)]);
    assert!(PathBuf::from(&kept.folder).join("restored/a").exists());
    let day = kept.until - found.ended.wall;
    assert!(
        (day - TimeDelta::hours(24)).abs() < TimeDelta::minutes(1),
        "{day}"
    );
    // Neither another verification, which passes and leaves nothing, nor a run removes it early.
    let (status, passed) = verify(&held, "fine");
    assert_eq!(status, Some(0));
    assert_eq!(passed.restored.map(|it| it.removed), Some(true));
    assert_eq!(passed.kept, None);
    held.say(&["run", "--no-drills"]);
    let soon = kept.until - TimeDelta::seconds(1);
    let left = swept(&held, soon);
    assert!(
        matches!(&left[..], [Outcome::Left(why)] if why.contains("kept until")),
        "{left:?}"
    );
    assert_eq!(swept(&held, kept.until), [Outcome::Removed]);
    assert_eq!(scratch(&held).len(), 0);
}

#[test]
fn people_are_told_where_it_is_and_until_when() {
    let held = held("keep-on-fail: 24h,");
    let output = held.say(&["backup", "verify", "b"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let folder = scratch(&held).pop().expect("it is kept");
    let line = format!("kept  what was restored is in {} until ", folder.display());
    assert!(told.contains(&line), "{told}");
    held.say(&["backup", "report", "--format", "html", "--out", "reports"]);
    let mut pages = fs::read_dir(held.path("reports")).expect("they are written");
    let page = pages.find_map(|page| fs::read_to_string(page.expect("an entry").path()).ok());
    let page = page.expect("a page");
    assert!(page.contains("Kept, as a fault was found") && page.contains("not removed"));
}

#[test]
fn what_is_not_to_be_kept_or_shows_no_fault_is_removed() {
    for verify_so in ["", "keep-on-fail: 0s,"] {
        let held = held(verify_so);
        let (status, found) = verify(&held, "b");
        assert_eq!((status, found.kept), (Some(1), None));
        assert_eq!(found.restored.map(|it| it.removed), Some(true));
        assert_eq!(scratch(&held).len(), 0);
    }
    // Where nothing came to be restored there is nothing to keep.
    let held = held("keep-on-fail: 24h,");
    fs::write(held.path("copy/monday/a"), "other\n").expect("room");
    let (status, found) = verify(&held, "b");
    assert_eq!((status, found.restored, found.kept), (Some(1), None, None));
    assert_eq!(scratch(&held).len(), 0);
}

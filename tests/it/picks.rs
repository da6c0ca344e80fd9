//! Verifications take the picks of a plan in turn, and an older copy is judged as one.

use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use mainstay::proof::{Picked, Verdict, Verification};

use crate::held::Held;

const PLAN: &str = "
systems: [{id: s, name: S, rto: 4h, rpo: 24h, holds-data: true}]
backups:
  - id: b
    name: B
    of: [s]
    every: 24h
    retention: P90D
    verify:
      with: {directory: {path: copy}}
      pick: [latest, oldest within retention, random within 60d]
      expect: [{heartbeat: {file: beat}}]
";

/// A copy of a folder that was begun at a moment, whose newest sign of life is as much older.
fn copy(held: &Held, name: &str, (as_of, beat): (DateTime<Utc>, TimeDelta)) {
    let folder = held.path("copy").join(name);
    fs::create_dir_all(&folder).expect("room");
    fs::write(folder.join("beat"), (as_of - beat).to_rfc3339()).expect("room");
    held.told(&["backup", "manifest", &format!("copy/{name}")]);
    date(&folder.join("mainstay-manifest.jsonl"), as_of);
}

/// Dates a manifest, as if it had been written then.
pub fn date(manifest: &Path, as_of: DateTime<Utc>) {
    let text = fs::read_to_string(manifest).expect("it is written");
    let (begin, rest) = text.split_once(r#""as-of":""#).expect("a moment");
    let as_of = as_of.format("%FT%TZ");
    let text = format!(
        "{begin}\"as-of\":\"{as_of}{}",
        &rest["2026-11-28T00:00:00Z".len()..]
    );
    let lines = text.trim_end().rfind('\n').expect("lines") + 1;
    let hash = blake3::hash(&text.as_bytes()[..lines]);
    fs::write(
        manifest,
        format!("{}{{\"blake3\":\"{hash}\"}}\n", &text[..lines]),
    )
    .expect("room");
}

fn held(beat: TimeDelta) -> Held {
    let held = Held::of(PLAN);
    let now = Utc::now();
    copy(&held, "new", (now, TimeDelta::zero()));
    copy(&held, "old", (now - TimeDelta::days(40), beat));
    // It is not kept any longer.
    copy(&held, "ancient", (now - TimeDelta::days(100), beat));
    held
}

#[track_caller]
fn verify(held: &Held, words: &[&str]) -> (Option<i32>, Verification) {
    let output = held.say(&[&["backup", "verify", "b", "--format", "json"], words].concat());
    let found: Vec<Verification> = serde_json::from_slice(&output.stdout).expect("JSON");
    (
        output.status.code(),
        found.into_iter().next().expect("one backup"),
    )
}

fn looked_at(found: &Verification) -> (&str, Option<u64>) {
    let id = found.point.as_ref().map_or("", |point| point.id.as_str());
    (id, found.turn.map(|turn| turn.number))
}

#[test]
fn each_verification_takes_the_next_pick() {
    let held = held(TimeDelta::hours(1));
    let (status, first) = verify(&held, &[]);
    assert_eq!(
        (status, looked_at(&first)),
        (Some(0), ("new", Some(1))),
        "{first:?}"
    );
    assert!(first.lost_micros.is_some());
    // To look at the list, or at what a person names, is nobody's turn.
    assert_eq!(
        looked_at(&verify(&held, &["--level", "2"]).1),
        ("new", None)
    );
    let named = verify(&held, &["--pick", "oldest"]).1;
    assert_eq!(looked_at(&named), ("ancient", None));
    let (status, second) = verify(&held, &[]);
    assert_eq!(
        (status, looked_at(&second)),
        (Some(0), ("old", Some(2))),
        "{second:?}"
    );
    assert_eq!(
        (&second.picked, second.pick.as_str()),
        (&Picked::Oldest, "oldest within retention")
    );
    let third = verify(&held, &[]).1;
    assert!(matches!(third.picked, Picked::Random(_)));
    assert!(["new", "old"].contains(&looked_at(&third).0));
    assert_eq!(looked_at(&verify(&held, &[]).1), ("new", Some(1)));
}

#[test]
fn an_old_sign_of_life_in_an_old_copy_is_no_loss_of_today() {
    let held = held(TimeDelta::hours(1));
    verify(&held, &[]);
    let (status, found) = verify(&held, &[]);
    assert_eq!((status, looked_at(&found).0), (Some(0), "old"));
    assert_eq!(found.lost_micros, None);
    let beat = found
        .trials
        .iter()
        .find(|trial| trial.what.contains("sign of life"));
    let told = &beat.expect("it is looked at").found;
    assert!(
        told.starts_with("1 h when its recovery point was begun"),
        "{told}"
    );
    let coverage = held.told(&["backup", "coverage"]);
    assert!(!coverage.contains("40 d"), "{coverage}");
    // What is of today it says nothing of, and is held against nothing.
    let checked = held.say(&["check"]);
    let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(!checked.contains("backup-older-than-rpo"), "{checked}");
}

#[test]
fn a_fault_in_an_old_copy_stays_open_while_the_newest_is_well() {
    let held = held(TimeDelta::days(3));
    assert_eq!(verify(&held, &[]).0, Some(0));
    let (status, found) = verify(&held, &[]);
    assert_eq!((status, found.verdict()), (Some(1), Verdict::Fail));
    assert_eq!(verify(&held, &["--pick", "latest"]).0, Some(0));
    let listed = held.told(&["backup", "list"]);
    assert!(listed.contains("level 5"), "{listed}");
    let checked = held.say(&["check"]);
    let told = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(
        told.contains("backup-fault-found") && told.contains("--pick old"),
        "{told}"
    );
    // Once it is seen mended there is no fault any more.
    let now = Utc::now();
    fs::remove_dir_all(held.path("copy/old")).expect("it is there");
    copy(
        &held,
        "old",
        (now - TimeDelta::days(39), TimeDelta::hours(1)),
    );
    let (status, found) = verify(&held, &["--pick", "old"]);
    assert_eq!(status, Some(0), "{found:?}");
    let checked = held.say(&["check"]);
    let told = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(!told.contains("backup-fault-found"), "{told}");
}

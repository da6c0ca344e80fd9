//! What is removed, and above all what is not.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use rustix::fs::{CWD, IFlags, ioctl_setflags, mkfifoat};
use tempfile::TempDir;

use super::*;

const QUOTA: u64 = 1024 * 1024;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn now() -> Moment {
    crate::clock::now().expect("a clock")
}

fn make(root: &Path, run: &str) -> Scratch {
    Scratch::make(root, run, QUOTA, &[], &now()).expect("made")
}

/// Why a root for restores is refused that has to keep out of another folder, if it is.
fn check(root: &Path, keep_out: &Path, expect: Option<&str>) {
    let made = Scratch::make(root, "one", QUOTA, &[keep_out.to_owned()], &now());
    let refused = made.as_ref().err().map(ToString::to_string);
    assert_eq!(refused.is_some(), expect.is_some(), "{refused:?}");
    if let (Some(refused), Some(expect)) = (refused, expect) {
        assert!(refused.contains(expect), "{refused}");
    }
    if let Ok(scratch) = made {
        scratch.remove().expect("removed");
    }
}

/// Changes the marker of a run that is over, and says what the janitor does then.
fn swept(change: impl FnOnce(&mut Marker), now: &Moment) -> Outcome {
    let root = folder();
    let Scratch { folder, lock, .. } = make(root.path(), "one");
    let (mut marker, _) = Marker::read(&folder).expect("it is there");
    change(&mut marker);
    marker.write(&folder).expect("room");
    drop(lock);
    let mut swept = janitor(root.path(), now).expect("it can be read");
    let outcome = swept.pop().expect("one folder").outcome;
    let is_gone = !root.path().join("verify-one").exists();
    assert_eq!(is_gone, outcome == Outcome::Removed);
    outcome
}

fn left(outcome: &Outcome, why: &str) {
    let is_left = matches!(outcome, Outcome::Left(said) if said.contains(why));
    assert!(is_left, "{outcome:?}");
}

#[test]
fn a_folder_is_for_its_owner_alone_and_goes_with_all_in_it() {
    let root = folder();
    let scratch = make(&root.path().join("new/root"), "one");
    let path = scratch.path().to_owned();
    assert!(path.ends_with("new/root/verify-one"));
    let mode = path.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o700);
    assert!(
        scratch
            .restored()
            .read_dir()
            .expect("a folder")
            .next()
            .is_none()
    );
    let again = Scratch::make(&root.path().join("new/root"), "one", QUOTA, &[], &now());
    assert_eq!(
        again.expect_err("it is there").code,
        crate::error::Code::Conflict
    );
    fs::write(scratch.restored().join("file"), "content").expect("room");
    scratch.remove().expect("removed");
    assert!(!path.exists());
}

#[test]
fn a_run_whose_id_makes_no_name_is_refused() {
    for run in ["", "../a", "a/b", "a\n", &"a".repeat(101)] {
        let root = folder();
        Scratch::make(root.path(), run, QUOTA, &[], &now()).expect_err(run);
    }
}

#[test]
fn restores_keep_out_of_data_and_backups() {
    let base = folder();
    let base = base.path();
    fs::create_dir_all(base.join("data/below")).expect("room");
    symlink(base.join("data"), base.join("link")).expect("room");
    check(&base.join("data"), &base.join("data"), Some("overlaps"));
    check(&base.join("data/new"), &base.join("data"), Some("overlaps"));
    check(base, &base.join("data"), Some("overlaps"));
    check(
        &base.join("link/below"),
        &base.join("data"),
        Some("overlaps"),
    );
    check(
        &base.join("data/below"),
        &base.join("link"),
        Some("overlaps"),
    );
    check(base, &base.join("not/there/yet"), Some("overlaps"));
    check(&base.join("data2"), &base.join("data"), None);
    assert!(
        !base.join("data/new").exists(),
        "nothing is made in the data"
    );
}

#[test]
fn a_root_that_others_can_change_is_refused() {
    let root = folder();
    fs::set_permissions(root.path(), Permissions::from_mode(0o777)).expect("ours");
    let error = Scratch::make(root.path(), "one", QUOTA, &[], &now()).expect_err("it is open");
    assert!(
        error.to_string().contains("others can change it"),
        "{error}"
    );
    fs::set_permissions(root.path(), Permissions::from_mode(0o1777)).expect("ours");
    make(root.path(), "one").remove().expect("removed");
}

#[test]
fn what_a_folder_takes_is_told_and_what_is_linked_twice_counts_once() {
    let root = folder();
    let scratch = make(root.path(), "one");
    assert_eq!(scratch.over_quota().expect("measured"), None);
    let file = scratch.restored().join("a");
    fs::write(&file, vec![1; 700 * 1024]).expect("room");
    fs::File::open(&file)
        .and_then(|file| file.sync_all())
        .expect("room");
    fs::hard_link(&file, scratch.restored().join("b")).expect("room");
    let used = scratch.used().expect("measured");
    assert!(used >= 700 * 1024, "{used}");
    // What others write at the same time may be counted only where the tree is large.
    assert!(scratch.room.used(&scratch.folder).expect("measured") >= 700 * 1024);
    fs::write(scratch.restored().join("c"), vec![1; 700 * 1024]).expect("room");
    assert!(matches!(scratch.over_quota(), Ok(Some(Excess::Quota(_)))));
    scratch.remove().expect("removed");
}

#[test]
fn a_hostile_tree_is_removed_and_what_it_links_to_stays() {
    let outside = folder();
    fs::write(outside.path().join("precious"), "").expect("room");
    let root = folder();
    let scratch = make(root.path(), "one");
    let restored = scratch.restored();
    symlink(outside.path(), restored.join("folder")).expect("room");
    symlink(outside.path().join("precious"), restored.join("file")).expect("room");
    fs::hard_link(outside.path().join("precious"), restored.join("hard")).expect("room");
    mkfifoat(CWD, restored.join("pipe"), Mode::RUSR).expect("room");
    fs::create_dir_all(restored.join(vec!["d"; 300].join("/"))).expect("room");
    for (name, mode) in [("read-only", 0o500), ("closed", 0)] {
        let path = restored.join(name);
        fs::create_dir(&path).expect("room");
        fs::write(path.join("a\nb"), "").expect("room");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("ours");
    }
    scratch.remove().expect("removed");
    assert!(root.path().read_dir().expect("a folder").next().is_none());
    assert!(outside.path().join("precious").exists());
}

#[test]
fn what_cannot_be_removed_is_named_and_its_marker_stays() {
    let root = folder();
    let scratch = make(root.path(), "one");
    let path = scratch.restored().join("fixed");
    let file = fs::File::create(&path).expect("room");
    fs::write(scratch.restored().join("other"), "").expect("room");
    if ioctl_setflags(&file, IFlags::IMMUTABLE).is_err() {
        eprintln!("not shown: no file can be made immutable here");
        return;
    }
    let (folder, other) = (scratch.path().to_owned(), scratch.restored().join("other"));
    let error = scratch.remove().expect_err("it is immutable").to_string();
    let outcome = |now| {
        janitor(root.path(), &now)
            .expect("it can be read")
            .remove(0)
            .outcome
    };
    let mut later = now();
    later.boot_id = "another".to_owned();
    let again = outcome(later.clone());
    ioctl_setflags(&file, IFlags::empty()).expect("ours");
    assert!(
        error.contains("1 entries are left: restored/fixed"),
        "{error}"
    );
    assert!(!other.exists() && folder.join("marker.json").exists());
    assert!(matches!(again, Outcome::Failed(_)), "{again:?}");
    assert_eq!(outcome(later), Outcome::Removed);
}

#[test]
fn what_a_living_process_has_is_left() {
    left(&swept(|_| {}, &now()), "may still use it");
}

#[test]
fn what_a_dead_process_had_is_removed() {
    // No process has a number as large as this.
    let dead = |marker: &mut Marker| marker.process.pid = u32::MAX >> 1;
    assert_eq!(swept(dead, &now()), Outcome::Removed);
    let another = |marker: &mut Marker| marker.process.started += 1;
    assert_eq!(swept(another, &now()), Outcome::Removed);
    let mut restarted = now();
    restarted.boot_id = "another".to_owned();
    assert_eq!(swept(|_| {}, &restarted), Outcome::Removed);
}

#[test]
fn what_is_of_somebody_else_or_another_folder_is_left() {
    left(&swept(|marker| marker.uid += 1, &now()), "another folder");
    let other = |marker: &mut Marker| marker.run = "two".to_owned();
    left(&swept(other, &now()), "another folder");
}

#[test]
fn what_is_locked_is_left_though_its_process_is_not_seen() {
    let root = folder();
    let scratch = make(root.path(), "one");
    let mut restarted = now();
    restarted.boot_id = "another".to_owned();
    let swept = janitor(root.path(), &restarted).expect("it can be read");
    left(&swept[0].outcome, "another process has it");
    scratch.remove().expect("removed");
}

#[test]
fn what_is_kept_is_removed_once_its_time_is_over() {
    let root = folder();
    let mut now = now();
    let expiry = now.wall + chrono::TimeDelta::days(1);
    let path = make(root.path(), "one").keep_until(expiry).expect("kept");
    left(
        &janitor(root.path(), &now).expect("it can be read")[0].outcome,
        "it is kept until",
    );
    assert!(path.join("restored").exists());
    now.wall = expiry;
    let outcome = janitor(root.path(), &now)
        .expect("it can be read")
        .remove(0);
    assert_eq!((outcome.path, outcome.outcome), (path, Outcome::Removed));
}

#[test]
fn what_has_no_valid_marker_is_left() {
    let root = folder();
    let outside = folder();
    let names = ["verify-a", "verify-b", "verify-c", "other"];
    for name in names {
        let path = root.path().join(name);
        fs::create_dir(&path).expect("room");
        fs::set_permissions(path, Permissions::from_mode(0o700)).expect("ours");
    }
    fs::write(root.path().join("verify-b/marker.json"), "{}").expect("room");
    symlink("/dev/null", root.path().join("verify-c/marker.json")).expect("room");
    symlink(outside.path(), root.path().join("verify-link")).expect("room");
    let swept = janitor(root.path(), &now()).expect("it can be read");
    assert_eq!(swept.len(), 3);
    for Swept { outcome, .. } in swept {
        left(&outcome, "no valid marker");
    }
    assert!(names.iter().all(|name| root.path().join(name).exists()));
    let none = janitor(&root.path().join("gone"), &now()).expect("it need not be there");
    assert!(none.is_empty());
}

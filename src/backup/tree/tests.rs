//! Trees that nobody would make in good faith, and what is said of them.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::sync::atomic::Ordering;

use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn seen(root: &Path) -> Tree {
    survey(root, &Look::default()).expect("it can be read")
}

/// What is said of a tree with one entry, by what is strange about it.
fn check(make: impl FnOnce(&Path), expect: &[(Oddity, &str)]) {
    let root = folder();
    make(root.path());
    let tree = seen(root.path());
    let found = Oddity::ALL.into_iter().flat_map(|oddity| {
        let names = &tree.strange(oddity).names;
        names.iter().map(move |name| (oddity, name.as_str()))
    });
    assert_eq!(found.collect::<Vec<_>>(), expect);
}

#[test]
fn an_empty_tree_has_a_hash_and_nothing_in_it() {
    let root = folder();
    let tree = seen(root.path());
    assert_eq!((tree.files, tree.folders, tree.bytes), (0, 0, 0));
    assert_eq!(tree.blake3, blake3::hash(b"mainstay tree 1\n"));
}

#[test]
fn the_hash_is_the_one_that_is_written_down() {
    let root = folder();
    fs::create_dir(root.path().join("a")).expect("room");
    fs::write(root.path().join("a/b"), "content").expect("room");
    fs::set_permissions(root.path().join("a/b"), Permissions::from_mode(0o755)).expect("ours");
    symlink("b", root.path().join("a/c")).expect("room");
    let content = blake3::hash(b"content");
    let records: [&[u8]; 8] = [
        b"mainstay tree 1\n",
        b"d\x01\0\0\0\0\0\0\0a",
        b"f\x03\0\0\0\0\0\0\0a/b",
        &0o111_u16.to_le_bytes(),
        b"\x07\0\0\0\0\0\0\0",
        content.as_bytes(),
        b"l\x03\0\0\0\0\0\0\0a/c",
        b"\x01\0\0\0\0\0\0\0b",
    ];
    assert_eq!(seen(root.path()).blake3, blake3::hash(&records.concat()));
}

#[test]
fn links_that_lead_out_are_strange_and_not_followed() {
    let outside = folder();
    fs::write(outside.path().join("secret"), "secret").expect("room");
    let make = |root: &Path| {
        symlink(outside.path(), root.join("a")).expect("room");
        symlink("../b", root.join("b")).expect("room");
        symlink("gone", root.join("c")).expect("room");
        symlink("c", root.join("d")).expect("room");
        symlink(".", root.join("e")).expect("room");
    };
    check(make, &[(Oddity::LeadsOut, "a"), (Oddity::LeadsOut, "b")]);
    let root = folder();
    make(root.path());
    let tree = seen(root.path());
    assert_eq!((tree.files, tree.links), (0, 5));
}

#[test]
fn pipes_and_sockets_are_strange_and_nobody_waits_for_them() {
    let make = |root: &Path| {
        mkfifoat(CWD, root.join("pipe"), Mode::RWXU).expect("room");
        UnixListener::bind(root.join("socket")).expect("room");
    };
    check(make, &[(Oddity::Fifo, "pipe"), (Oddity::Socket, "socket")]);
}

#[test]
fn a_file_that_is_executed_as_somebody_else_is_strange() {
    let make = |root: &Path| {
        for (name, mode) in [("a", 0o4755), ("b", 0o2755), ("c", 0o1755)] {
            fs::write(root.join(name), "").expect("room");
            fs::set_permissions(root.join(name), Permissions::from_mode(mode)).expect("ours");
        }
    };
    check(make, &[(Oddity::AsAnother, "a"), (Oddity::AsAnother, "b")]);
}

#[test]
fn a_name_that_is_not_plain_text_is_strange_and_shown_in_one_line() {
    let make = |root: &Path| {
        fs::create_dir(root.join("a\nb")).expect("room");
        fs::write(root.join("a\nb/plain"), "").expect("room");
        fs::write(root.join(OsStr::from_bytes(b"\xff")), "").expect("room");
    };
    check(make, &[(Oddity::Name, "a\\nb"), (Oddity::Name, "\\xff")]);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_read() {
    if rustix::process::geteuid().is_root() {
        eprintln!("not shown: root reads everything");
        return;
    }
    let root = folder();
    for name in ["a", "b", "c"] {
        fs::create_dir(root.path().join(name)).expect("room");
        fs::write(root.path().join(name).join("file"), "").expect("room");
    }
    let deny = |name: &str, mode| {
        let path = root.path().join(name);
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("ours");
    };
    deny("a", 0);
    deny("b/file", 0);
    let tree = seen(root.path());
    deny("a", 0o700);
    assert_eq!((tree.files, tree.folders, tree.unread), (1, 2, 2));
    let names = &tree.strange(Oddity::Unread).names;
    assert!(
        names[0].starts_with("a: ") && names[1].starts_with("b/file: "),
        "{names:?}"
    );
}

#[test]
fn a_file_with_two_names_counts_twice() {
    let root = folder();
    fs::write(root.path().join("a"), "12345").expect("room");
    fs::hard_link(root.path().join("a"), root.path().join("b")).expect("room");
    let tree = seen(root.path());
    assert_eq!((tree.files, tree.bytes), (2, 10));
}

#[test]
fn ten_thousand_files_are_all_counted_and_few_are_listed() {
    let root = folder();
    for number in 0..10_000 {
        let folder = root.path().join(format!("{}", number % 300));
        fs::create_dir_all(&folder).expect("room");
        fs::write(folder.join(format!("{number}\n")), "x").expect("room");
    }
    let tree = seen(root.path());
    assert_eq!(
        (tree.files, tree.folders, tree.bytes),
        (10_000, 300, 10_000)
    );
    let strange = tree.strange(Oddity::Name);
    assert_eq!((strange.count, strange.names.len()), (10_000, LISTED_MAX));
    assert_eq!(seen(root.path()), tree);
}

#[test]
fn a_tree_deeper_than_a_batch_is_gone_through_to_its_end() {
    let root = folder();
    let deep = root.path().join(vec!["x"; 500].join("/"));
    fs::create_dir_all(deep).expect("room");
    fs::write(root.path().join("z"), "last").expect("room");
    let tree = seen(root.path());
    assert_eq!((tree.files, tree.folders), (1, 500));
}

#[test]
fn an_encrypted_text_is_suspicious_when_that_is_asked() {
    let root = folder();
    let mut content = vec![0; 10_000];
    blake3::Hasher::new().finalize_xof().fill(&mut content);
    fs::write(root.path().join("a.txt"), &content).expect("room");
    fs::write(root.path().join("b.txt"), "words ".repeat(1000)).expect("room");
    fs::write(root.path().join("c.jpg"), &content).expect("room");
    let kinds = Kinds::default();
    let look = Look {
        entropy: Some(&kinds),
        ..Look::default()
    };
    let tree = survey(root.path(), &look).expect("it can be read");
    let entropy = tree.entropy.expect("it was asked for");
    assert_eq!((entropy.files, entropy.even, entropy.known), (3, 2, 2));
    assert_eq!(entropy.suspicious.names, ["a.txt"]);
    assert!((entropy.share() - 0.5).abs() < 1e-9);
    assert_eq!(seen(root.path()).blake3, tree.blake3);
}

#[test]
fn a_pass_that_is_told_to_stop_says_so() {
    let root = folder();
    fs::write(root.path().join("a"), "").expect("room");
    let stop = AtomicBool::new(false);
    stop.store(true, Ordering::Relaxed);
    let look = Look {
        stop: &stop,
        ..Look::default()
    };
    let error = survey(root.path(), &look).expect_err("it is told to stop");
    assert!(error.to_string().contains("stop"), "{error}");
}

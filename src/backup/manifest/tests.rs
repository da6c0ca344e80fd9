//! What is noticed when a tree, or its manifest, is not as it was.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::backup::tree::{Look, Tree, survey, walk};

fn as_of() -> DateTime<Utc> {
    "2026-11-28T04:00:00Z".parse().expect("a time")
}

/// A tree with some of everything, and its manifest in it.
fn saved() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().expect("a folder");
    let path = root.path();
    fs::create_dir_all(path.join("a/empty")).expect("room");
    fs::write(path.join("a/ä %25\n"), "one").expect("room");
    fs::write(path.join(OsStr::from_bytes(b"a/\xff\"")), "two").expect("room");
    fs::write(path.join("b"), "three").expect("room");
    symlink("b", path.join("c")).expect("room");
    let file = path.join(NAME);
    write(path, &file, as_of()).expect("written");
    (root, file)
}

fn compared(file: &Path, root: &Path) -> (Tree, Differences) {
    compare(file, root, &Look::default()).expect("both can be read")
}

/// What is said after a change: what is missing, extra and changed.
fn check(change: impl FnOnce(&Path), expect: [&[&str]; 3]) {
    let (root, file) = saved();
    change(root.path());
    let (_, differences) = compared(&file, root.path());
    let found = [
        &differences.missing,
        &differences.extra,
        &differences.changed,
    ];
    assert_eq!(found.map(|listed| listed.names.clone()), expect);
}

/// What is said of a manifest that is no good.
fn refused(content: &[u8], expect: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(NAME);
    fs::write(&file, content).expect("room");
    let error = compare(&file, folder.path(), &Look::default()).expect_err("it is no good");
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn a_tree_that_is_as_it_was_differs_in_nothing() {
    let (root, file) = saved();
    let (tree, differences) = compared(&file, root.path());
    assert!(differences.is_none(), "{differences:?}");
    assert_eq!((differences.files, differences.bytes), (3, 11));
    assert_eq!((tree.files, tree.folders, tree.links), (3, 2, 1));
    let header = header(&file).expect("it can be read");
    assert_eq!(header, differences.header);
    assert_eq!((header.as_of, header.counts.folders), (as_of(), 2));
}

#[test]
fn an_empty_tree_has_a_manifest_as_well() {
    let root = tempfile::tempdir().expect("a folder");
    let file = root.path().join(NAME);
    write(root.path(), &file, as_of()).expect("written");
    assert!(compared(&file, root.path()).1.is_none());
}

#[test]
fn a_manifest_is_written_again_over_the_last_one_and_over_what_was_left_half_done() {
    let (root, file) = saved();
    fs::write(root.path().join(format!(".{NAME}.part")), "half").expect("room");
    assert!(compared(&file, root.path()).1.is_none());
    let before = fs::read(&file).expect("it is there");
    write(root.path(), &file, as_of()).expect("written");
    assert_eq!(fs::read(&file).expect("it is there"), before);
    assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 4);
}

#[test]
fn a_manifest_may_lie_elsewhere() {
    let (root, _) = saved();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("list");
    let counts = write(root.path(), &file, as_of()).expect("written");
    assert_eq!(counts.files, 4);
    assert!(compared(&file, root.path()).1.is_none());
}

#[test]
fn what_is_missing_extra_or_changed_is_named() {
    let remove = |root: &Path| fs::remove_dir(root.join("a/empty")).expect("it is there");
    check(remove, [&["a/empty"], &[], &[]]);
    let add = |root: &Path| fs::write(root.join("z"), "").expect("room");
    check(add, [&[], &["z"], &[]]);
    let change = |root: &Path| fs::write(root.join("b"), "threE").expect("room");
    check(change, [&[], &[], &["b"]]);
    let rename = |root: &Path| fs::rename(root.join("a"), root.join("d")).expect("room");
    let (old, new) = (
        ["a", "a/empty", "a/ä %25\\n", "a/\\xff\""],
        ["d", "d/empty", "d/ä %25\\n", "d/\\xff\""],
    );
    check(rename, [&old, &new, &[]]);
    let replace = |root: &Path| {
        fs::remove_file(root.join("c")).expect("it is there");
        fs::write(root.join("c"), "three").expect("room");
    };
    check(replace, [&[], &[], &["c"]]);
    let execute = |root: &Path| {
        fs::set_permissions(root.join("b"), fs::Permissions::from_mode(0o744)).expect("ours");
    };
    check(execute, [&[], &[], &["b"]]);
}

#[test]
fn what_could_not_be_read_when_it_was_listed_is_not_judged() {
    let (root, file) = saved();
    let mut unread = Counts::default();
    let text = fs::read_to_string(&file).expect("it is text");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.retain(|line| !line.contains("\"a/"));
    lines[1] = r#"{"path":"a","kind":"unread"}"#.to_owned();
    (unread.files, unread.bytes, unread.links, unread.unread) = (1, 5, 1, 1);
    seal(&file, lines, unread);
    let (_, differences) = compared(&file, root.path());
    assert_eq!(differences.extra.count, 0, "{differences:?}");
    assert_eq!((differences.unknown, differences.files), (1, 1));
    assert!(!differences.is_none());
}

/// Writes lines with a first and a last one that fit.
fn seal(file: &Path, mut lines: Vec<String>, counts: Counts) {
    let (format, as_of) = (FORMAT, as_of());
    let header = Header {
        format,
        as_of,
        counts,
    };
    lines[0] = serde_json::to_string(&header).expect("text keys");
    lines.pop();
    let text = lines.join("\n") + "\n";
    let hash = blake3::hash(text.as_bytes());
    fs::write(file, format!("{text}{{\"blake3\":\"{hash}\"}}\n")).expect("room");
}

#[test]
fn a_manifest_that_was_cut_or_edited_is_refused() {
    let (root, file) = saved();
    let whole = fs::read(&file).expect("it is there");
    assert_eq!(whole[HEADER_BYTES - 1], b'\n');
    for length in [
        0,
        1,
        100,
        HEADER_BYTES,
        HEADER_BYTES + 40,
        whole.len() - 90,
        whole.len() - 1,
    ] {
        refused(&whole[..length], "is missing, or a part of it is");
    }
    for place in (0..whole.len()).step_by(5) {
        let mut edited = whole.clone();
        edited[place] ^= 1;
        fs::write(&file, edited).expect("room");
        compare(&file, root.path(), &Look::default()).expect_err("it was edited");
    }
    refused(&[whole.as_slice(), b"{}\n"].concat(), "is not the last one");
}

#[test]
fn what_is_no_manifest_is_refused_and_not_read_in_whole() {
    refused(b"", "line 1 is missing");
    refused(b"\0\xff\n", "line 1 is not how a manifest begins");
    refused(b"{}\n", "line 1 is not how a manifest begins");
    refused(b"{\"mainstay-manifest\":2,\"new\":[]}\n", "it has format 2");
    refused(
        b"{\"mainstay-manifest\":1}\n",
        "line 1 is not how a manifest begins",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(NAME);
    let huge = fs::File::create(&file).expect("room");
    huge.set_len(1 << 30).expect("room");
    let error = header(&file).expect_err("it is no manifest");
    assert!(error.to_string().contains("line 1 is too long"), "{error}");
    header(folder.path()).expect_err("a folder is no manifest");
}

/// One change to a tree with the files of [`saved`].
#[derive(Clone, Copy, Debug)]
enum Change {
    Add,
    AddFolder,
    Remove,
    Flip(u8),
    Extend,
    Execute,
    Link,
    Rename,
}

impl Change {
    fn apply(self, root: &Path, name: &str) {
        let file = root.join(name);
        let content = fs::read(&file).expect("it is there");
        match self {
            Change::Add => fs::write(root.join("new"), "").expect("room"),
            Change::AddFolder => fs::create_dir(root.join("new")).expect("room"),
            Change::Remove => fs::remove_file(file).expect("it is there"),
            Change::Flip(bit) => {
                let mut content = content;
                let place = usize::from(bit) % content.len();
                content[place] ^= 1 << (bit % 8);
                fs::write(file, content).expect("room");
            }
            Change::Extend => fs::write(file, [content, vec![0]].concat()).expect("room"),
            Change::Execute => {
                fs::set_permissions(file, fs::Permissions::from_mode(0o645)).expect("ours");
            }
            Change::Link => {
                fs::remove_file(&file).expect("it is there");
                symlink("b", file).expect("room");
            }
            Change::Rename => fs::rename(&file, root.join("renamed")).expect("room"),
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Add),
        Just(Change::AddFolder),
        Just(Change::Remove),
        any::<u8>().prop_map(Change::Flip),
        Just(Change::Extend),
        Just(Change::Execute),
        Just(Change::Link),
        Just(Change::Rename),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_single_change_changes_the_hash_and_is_named(
        names in prop::collection::btree_set("[a-e\u{e4} %]{1,3}(/[x-z]{1,2})?", 1..12),
        change in change(),
        pick in any::<prop::sample::Index>(),
    ) {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("tree");
        let mut files = Vec::new();
        for name in names {
            let file = path.join(&name);
            let folder = file.parent().expect("it is in the tree");
            if fs::create_dir_all(folder).is_ok() && fs::write(&file, &name).is_ok() {
                files.push(name);
            }
        }
        let manifest = path.join(NAME);
        write(&path, &manifest, as_of()).expect("written");
        let look = Look { without: &[NAME.as_bytes().to_vec()], ..Look::default() };
        let before = survey(&path, &look).expect("it can be read").blake3;
        prop_assert!(compared(&manifest, &path).1.is_none());
        change.apply(&path, &files[pick.index(files.len())]);
        let after = survey(&path, &look).expect("it can be read").blake3;
        let (tree, differences) = compared(&manifest, &path);
        prop_assert_ne!(before, after);
        prop_assert_eq!(tree.blake3, after);
        let Differences { missing, extra, changed, .. } = differences;
        let named = [missing, extra, changed].map(|listed| listed.names.len());
        let expect = match change {
            Change::Add | Change::AddFolder => [0, 1, 0],
            Change::Remove => [1, 0, 0],
            Change::Rename => [1, 1, 0],
            _ => [0, 0, 1],
        };
        prop_assert_eq!(named, expect);
    }
}

#[test]
fn where_contents_alone_are_kept_nothing_else_is_missed() {
    let (root, file) = saved();
    let path = root.path();
    let without = [NAME.as_bytes().to_vec()];
    let look = Look {
        without: &without,
        ..Look::default()
    };
    let compared = |kept| {
        let reader = Reader::open(&file).expect("a manifest");
        let mut comparison = Comparison::new(reader, &without, kept).expect("a manifest");
        walk::each(path, &look, |entry| comparison.meet(entry)).expect("it can be read");
        comparison.finish().expect("a manifest")
    };
    fs::remove_dir(path.join("a/empty")).expect("it is there");
    fs::remove_file(path.join("c")).expect("it is there");
    fs::set_permissions(path.join("b"), fs::Permissions::from_mode(0o755)).expect("it is ours");
    assert!(compared(Kept::Contents).is_none());
    let all = compared(Kept::All);
    assert_eq!(all.missing.names, ["a/empty", "c"]);
    assert_eq!(all.changed.names, ["b"]);
    fs::write(path.join("b"), "threw").expect("room");
    assert_eq!(compared(Kept::Contents).changed.names, ["b"]);
}

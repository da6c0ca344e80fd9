//! Repositories of Borg.

use super::*;

const WITH: &str = "borg: {repository: repo, passphrase: 'file:pw'}";

/// A repository with three archives, in segments of which none holds more than one file.
fn prepared() -> Prepared {
    let prepared = Prepared::new();
    prepared.tool(&["borg", "init", "-e", "repokey"]);
    prepared.tool(&["borg", "config", "::", "max_segment_size", "524288"]);
    for (number, name) in ["a", "deep/b", "c"].into_iter().enumerate() {
        prepared.add_file(name);
        fs::write(prepared.path().join("src/small"), name).expect("room");
        prepared.tool(&["borg", "create", &format!("::n-{number}"), "src"]);
    }
    prepared
}

/// The segments with something in them, in their order: one that only says that what is before it
/// counts is smaller.
fn segments(repository: &Path, least: u64) -> Vec<PathBuf> {
    let mut segments = files(&repository.join("data"));
    segments.retain(|file| fs::metadata(file).is_ok_and(|it| it.len() >= least));
    segments.sort_by_key(|file| number(file));
    segments
}

fn number(segment: &Path) -> u64 {
    let name = segment.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).expect("a number")
}

/// A segment with the first file.
fn data(repository: &Path) -> PathBuf {
    segments(repository, 100_000).swap_remove(0)
}

/// The segment with the newest manifest.
fn manifest(repository: &Path) -> PathBuf {
    segments(repository, 100).pop().expect("a segment")
}

fn index(repository: &Path) -> PathBuf {
    let mut files = files(repository);
    files.retain(|file| file.to_string_lossy().contains("/index."));
    files.swap_remove(0)
}

const FAULTS: &[Fault] = &[
    harmless("none", nothing),
    harmful("a bit in a segment with data", |it| flip(&data(it), None)),
    harmful("a segment with data is cut", |it| cut(&data(it), 100)),
    harmful("a segment with data is empty", |it| write(&data(it), b"")),
    harmful("a segment with data is gone", |it| remove(&data(it))),
    harmful("a bit in the manifest", |it| flip(&manifest(it), None)),
    harmful("all segments are gone", |it| {
        remove_folder(&it.join("data"));
    }),
    harmful("the configuration is gone", |it| remove(&it.join("config"))),
    harmful("the configuration is empty", |it| {
        write(&it.join("config"), b"");
    }),
    harmful("the key is damaged", key),
    harmful("all is gone", remove_folder),
    harmful("the source was wiped", wiped),
    harmful("the archives are deleted", deleted),
    harmless("the index is gone", |it| remove(&index(it))),
    harmless("a bit in the index", |it| flip(&index(it), None)),
    harmless("somebody holds the lock", locked),
];

/// Changes a letter of the key.
fn key(repository: &Path) {
    let config = fs::read_to_string(repository.join("config")).expect("it is there");
    let (before, key) = config.split_once("key = ").expect("a key");
    let (first, rest) = key.split_at(100);
    let changed = match rest.strip_prefix('A') {
        Some(rest) => format!("B{rest}"),
        None => format!("A{}", &rest[1..]),
    };
    let config = format!("{before}key = {first}{changed}");
    write(&repository.join("config"), config.as_bytes());
}

/// A backup of a source that was emptied.
fn wiped(repository: &Path) {
    let folder = repository.parent().expect("a workspace");
    fs::create_dir_all(folder.join("src")).expect("room");
    fs::write(folder.join("src/readme"), "pay").expect("room");
    tool(folder, &["borg", "create", "::n-3", "src"]);
}

fn deleted(repository: &Path) {
    let folder = repository.parent().expect("a workspace");
    tool(folder, &["borg", "delete", "--glob-archives", "*"]);
}

/// A lock as another host takes it.
fn locked(repository: &Path) {
    fs::create_dir(repository.join("lock.exclusive")).expect("room");
    fs::write(repository.join("lock.exclusive/other@1.1-0"), "").expect("room");
}

#[test]
fn every_fault_of_a_repository_is_seen() {
    assert_eq!(matrix(&prepared(), WITH, FAULTS), [""; 0]);
}

#[test]
fn a_backup_is_not_kept_from_being_made() {
    not_disturbed(&prepared(), WITH, &["borg", "create", "::later", "src"]);
}

#[test]
fn an_archive_that_was_there_is_missed() {
    let workspace = prepared().workspace(WITH);
    assert_eq!(verify(workspace.path()).0.status, PASS);
    tool(workspace.path(), &["borg", "delete", "::n-2"]);
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", complaints(&found));
}

#[test]
fn a_repository_that_was_rolled_back_is_noticed() {
    let workspace = prepared().workspace(WITH);
    assert_eq!(verify(workspace.path()).0.status, PASS);
    // The last that counts, and what it made count.
    for segment in segments(&workspace.path().join("repo"), 0)
        .iter()
        .rev()
        .take(2)
    {
        remove(segment);
    }
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", complaints(&found));
}

#[test]
fn only_archives_with_such_names_are_meant() {
    let with = "borg: {repository: repo, passphrase: 'file:pw', archives: 'n-[01]'}";
    let workspace = prepared().workspace(with);
    let (ran, found) = verify(workspace.path());
    let point = found.point.expect("an archive");
    assert!(point.id.starts_with("n-1@"), "{}", point.id);
    // The third file is in the third archive only.
    assert_eq!(ran.status, FAIL);
}

#[test]
fn a_repository_that_cannot_be_written_is_verified_as_any_other() {
    read_only(&prepared(), WITH);
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_is_not_told() {
    wrong_password(&prepared(), WITH);
}

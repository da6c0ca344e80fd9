//! Repositories of restic.

use super::*;

const WITH: &str = "restic: {repository: repo, password: 'file:pw'}";

/// A repository with three snapshots, each of which brought a pack with data and one with trees.
fn prepared() -> Prepared {
    let prepared = Prepared::new();
    prepared.tool(&["restic", "init"]);
    for name in ["a", "deep/b", "c"] {
        prepared.add_file(name);
        fs::write(prepared.path().join("src/small"), name).expect("room");
        prepared.tool(&["restic", "backup", "src"]);
    }
    prepared
}

/// The newest file in a folder of the repository; with 1 the one before, and so on.
fn newest(repository: &Path, folder: &str, before: usize) -> PathBuf {
    let mut files = files(&repository.join(folder));
    files.sort_by_key(|file| {
        fs::metadata(file)
            .and_then(|it| it.modified())
            .expect("it is")
    });
    files.swap_remove(files.len() - 1 - before)
}

/// A pack with data of the first snapshot, which the newest needs as well.
fn data(repository: &Path) -> PathBuf {
    let mut packs = files(&repository.join("data"));
    packs.retain(|pack| fs::metadata(pack).is_ok_and(|it| it.len() > 100_000));
    packs.swap_remove(0)
}

/// The pack with the trees of the newest snapshot.
fn trees(repository: &Path) -> PathBuf {
    let mut before = 0;
    loop {
        let pack = newest(repository, "data", before);
        if fs::metadata(&pack).expect("it is there").len() < 100_000 {
            return pack;
        }
        before += 1;
    }
}

fn only(repository: &Path, folder: &str) -> PathBuf {
    files(&repository.join(folder)).swap_remove(0)
}

const FAULTS: &[Fault] = &[
    harmless("none", nothing),
    harmful("a bit in a pack with data", |it| flip(&data(it), None)),
    harmful("a pack with data is cut", |it| cut(&data(it), 100)),
    // restic waits long in a restore for what is not there.
    harmful("a pack with data is empty", |it| write(&data(it), b"")).only_read(),
    // restic waits long in a restore for what is not there.
    harmful("a pack with data is gone", |it| remove(&data(it))).only_read(),
    harmful("a bit in the head of a pack", |it| {
        flip(&data(it), Some(20));
    }),
    harmful("a bit in a pack with trees", |it| flip(&trees(it), None)),
    harmful("an index is gone", |it| remove(&newest(it, "index", 0))),
    harmful("a bit in an index", |it| {
        flip(&newest(it, "index", 1), None);
    }),
    harmful("a bit in the newest snapshot", |it| {
        flip(&newest(it, "snapshots", 0), None);
    }),
    harmful("a bit in an old snapshot", |it| {
        flip(&newest(it, "snapshots", 2), None);
    }),
    harmful("all snapshots are gone", |it| {
        remove_folder(&it.join("snapshots"));
    }),
    harmful("a bit in the configuration", |it| {
        flip(&it.join("config"), None);
    }),
    harmful("the configuration is gone", |it| remove(&it.join("config"))),
    harmful("the key is damaged", |it| cut(&only(it, "keys"), 60)),
    harmful("the key is gone", |it| remove(&only(it, "keys"))),
    harmful("all is gone", remove_folder),
    harmful("the source was wiped", wiped),
    harmless("a pack that belongs to nobody", foreign),
];

/// A backup of a source that was emptied.
fn wiped(repository: &Path) {
    let folder = repository.parent().expect("a workspace");
    fs::create_dir_all(folder.join("src")).expect("room");
    fs::write(folder.join("src/readme"), "pay").expect("room");
    tool(folder, &["restic", "backup", "src"]);
}

/// A pack that no index names, as a backup leaves it that was ended before its time.
fn foreign(repository: &Path) {
    let (bytes, name) = ("nobody knows what this is", "ab".repeat(32));
    fs::create_dir_all(repository.join("data/ab")).expect("room");
    fs::write(repository.join("data/ab").join(name), bytes).expect("room");
}

#[test]
fn every_fault_of_a_repository_is_seen() {
    assert_eq!(matrix(&prepared(), WITH, FAULTS), [""; 0]);
}

#[test]
fn a_backup_is_not_kept_from_being_made() {
    not_disturbed(&prepared(), WITH, &["restic", "backup", "src"]);
}

#[test]
fn a_snapshot_that_was_there_is_missed() {
    let workspace = prepared().workspace(WITH);
    assert_eq!(verify(workspace.path()).0.status, PASS);
    remove(&newest(&workspace.path().join("repo"), "snapshots", 0));
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", complaints(&found));
}

#[test]
fn a_repository_that_cannot_be_written_is_verified_as_any_other() {
    read_only(&prepared(), WITH);
}

#[test]
fn a_wrong_password_opens_nothing_and_is_not_told() {
    wrong_password(&prepared(), WITH);
}

//! Repositories of restic.

use super::*;

const WITH: &str = "restic: {repository: repo, password: 'file:pw'}";

/// A repository with three snapshots. Each brought a pack with data and one with trees, whose names
/// stand in `packs` in the repository's folder.
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
    Fault {
        name: "none",
        status: PASS,
        inject: |_| {},
    },
    Fault {
        name: "a bit in a pack with data",
        status: FAIL,
        inject: |it| flip(&data(it), None),
    },
    Fault {
        name: "a pack with data is cut",
        status: FAIL,
        inject: |it| cut(&data(it), 100),
    },
    Fault {
        name: "a pack with data is empty",
        status: FAIL,
        inject: |it| write(&data(it), b""),
    },
    Fault {
        name: "a pack with data is gone",
        status: FAIL,
        inject: |it| remove(&data(it)),
    },
    Fault {
        name: "a bit in the head of a pack",
        status: FAIL,
        inject: |it| flip(&data(it), Some(20)),
    },
    Fault {
        name: "a bit in a pack with trees",
        status: FAIL,
        inject: |it| flip(&trees(it), None),
    },
    Fault {
        name: "a pack with trees is gone",
        status: FAIL,
        inject: |it| remove(&trees(it)),
    },
    Fault {
        name: "an index is gone",
        status: FAIL,
        inject: |it| remove(&newest(it, "index", 0)),
    },
    Fault {
        name: "a bit in an index",
        status: FAIL,
        inject: |it| flip(&newest(it, "index", 1), None),
    },
    Fault {
        name: "a bit in the newest snapshot",
        status: FAIL,
        inject: |it| flip(&newest(it, "snapshots", 0), None),
    },
    Fault {
        name: "a bit in an old snapshot",
        status: FAIL,
        inject: |it| flip(&newest(it, "snapshots", 2), None),
    },
    Fault {
        name: "all snapshots are gone",
        status: FAIL,
        inject: |it| {
            files(&it.join("snapshots"))
                .iter()
                .for_each(|file| remove(file))
        },
    },
    Fault {
        name: "a bit in the configuration",
        status: FAIL,
        inject: |it| flip(&it.join("config"), None),
    },
    Fault {
        name: "the configuration is gone",
        status: FAIL,
        inject: |it| remove(&it.join("config")),
    },
    Fault {
        name: "the key is damaged",
        status: FAIL,
        inject: |it| cut(&only(it, "keys"), 60),
    },
    Fault {
        name: "the key is gone",
        status: FAIL,
        inject: |it| remove(&only(it, "keys")),
    },
    Fault {
        name: "all is gone",
        status: FAIL,
        inject: |it| fs::remove_dir_all(it).expect("it is there"),
    },
    Fault {
        name: "the source was wiped",
        status: FAIL,
        inject: wiped,
    },
    Fault {
        name: "a pack that belongs to nobody",
        status: PASS,
        inject: foreign,
    },
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
#[ignore = "needs the ledger"]
fn a_snapshot_that_was_there_is_missed() {
    let workspace = prepared().workspace(WITH);
    assert_eq!(verify(workspace.path()).0.status, PASS);
    remove(&newest(&workspace.path().join("repo"), "snapshots", 0));
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", complaints(&found));
}

#[test]
fn a_wrong_password_opens_nothing_and_is_not_told() {
    wrong_password(&prepared(), WITH);
}

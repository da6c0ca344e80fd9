//! Repositories of restic.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::spoil::{add, cut, empty, files, flip, flip_before_end, remove, some};
use super::{After, Bench, Done, Fault, Fixture, PASSWORD, faults};
use crate::proof::Verdict::{Fail, Pass};

/// From how many bytes on a pack has data in it and not trees.
const DATA_MIN: u64 = 100_000;

pub struct Restic;

impl Fixture for Restic {
    fn key(&self) -> &'static str {
        "restic"
    }

    /// Three snapshots, each of which brings a pack with data and one with trees.
    fn make(&self, bench: &Bench) -> Done {
        add(&bench.folder.join("password"), PASSWORD.as_bytes())?;
        restic(bench, &["init"])?;
        for name in ["a", "deep/b", "c"] {
            bench.add_file(name)?;
            add(&bench.folder.join("data/small"), name.as_bytes())?;
            restic(bench, &["backup", "data"])?;
        }
        Ok(())
    }

    fn backup(&self) -> &'static str {
        r#"{"id": "self-test", "name": "Test", "every": "1d", "verify": {
            "with": {"restic": {"repository": "repository", "password": "file:password"}},
            "expect": [{"files": {"at-least": 4, "present": ["data/a"]}}]}}"#
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }
}

faults! {
    // restic looks for it again and again, so it is begun with.
    "a pack with trees is gone" Fail Nothing |it| remove(&trees(it)?);
    "nothing" Pass Nothing |_| Ok(());
    "nothing since the last time" Pass AGoodOne |_| Ok(());
    "a bit in a pack with data" Fail Nothing |it| flip(&data(it)?);
    "a pack with data is cut" Fail Nothing |it| cut(&data(it)?, 100);
    "a pack with data is empty" Fail Nothing |it| empty(&data(it)?);
    "a pack with data is gone" Fail Nothing |it| remove(&data(it)?);
    "a bit in the head of a pack" Fail Nothing |it| flip_before_end(&data(it)?, 20);
    "a bit in a pack with trees" Fail Nothing |it| flip(&trees(it)?);
    "an index is gone" Fail Nothing |it| remove(&newest(it, "index")?);
    "an old index is gone" Fail Nothing |it| remove(&oldest(it, "index")?);
    "a bit in an index" Fail Nothing |it| flip(&newest(it, "index")?);
    "a bit in the newest snapshot" Fail Nothing |it| flip(&newest(it, "snapshots")?);
    "a bit in an old snapshot" Fail Nothing |it| flip(&oldest(it, "snapshots")?);
    "all snapshots are gone" Fail Nothing |it| remove(&it.repository().join("snapshots"));
    "a bit in the configuration" Fail Nothing |it| flip(&it.repository().join("config"));
    "the configuration is gone" Fail Nothing |it| remove(&it.repository().join("config"));
    "the key is damaged" Fail Nothing |it| cut(&newest(it, "keys")?, 60);
    "the key is gone" Fail Nothing |it| remove(&newest(it, "keys")?);
    "all is gone" Fail Nothing |it| remove(&it.repository());
    // As when somebody sets the repository back: no command of restic notices.
    "the newest snapshot is gone" Fail AGoodOne |it| remove(&newest(it, "snapshots")?);
    "the source was wiped" Fail Nothing wiped;
    "a pack that belongs to nobody" Pass Nothing foreign;
}

fn restic(bench: &Bench, words: &[&str]) -> Done {
    let environment = [
        (
            "RESTIC_REPOSITORY",
            bench.repository().display().to_string(),
        ),
        ("RESTIC_PASSWORD", PASSWORD.to_owned()),
        (
            "RESTIC_CACHE_DIR",
            bench.folder.join("cache").display().to_string(),
        ),
    ];
    bench.run("restic", words, &environment)
}

/// The file in a folder of the repository that was written last.
fn newest(bench: &Bench, folder: &str) -> Result<PathBuf, String> {
    let files = files(&bench.repository().join(folder));
    some(files.into_iter().max_by_key(|file| written(file)))
}

/// The one that was written first.
fn oldest(bench: &Bench, folder: &str) -> Result<PathBuf, String> {
    let files = files(&bench.repository().join(folder));
    some(files.into_iter().min_by_key(|file| written(file)))
}

fn written(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|it| it.modified()).ok()
}

/// A pack with data, which the newest snapshot needs: all are.
fn data(bench: &Bench) -> Result<PathBuf, String> {
    some(
        packs(bench)
            .filter(|(_, bytes)| *bytes >= DATA_MIN)
            .map(|(pack, _)| pack),
    )
}

/// The pack with the trees of the newest snapshot.
fn trees(bench: &Bench) -> Result<PathBuf, String> {
    let trees = packs(bench).filter(|(_, bytes)| *bytes < DATA_MIN);
    some(
        trees
            .max_by_key(|(pack, _)| written(pack))
            .map(|(pack, _)| pack),
    )
}

fn packs(bench: &Bench) -> impl Iterator<Item = (PathBuf, u64)> {
    let packs = files(&bench.repository().join("data")).into_iter();
    packs.filter_map(|pack| {
        let bytes = fs::metadata(&pack).ok()?.len();
        Some((pack, bytes))
    })
}

/// A backup of a source that was emptied, as by somebody who asks for money.
fn wiped(bench: &Bench) -> Done {
    remove(&bench.folder.join("data"))?;
    add(&bench.folder.join("data/readme"), b"pay")?;
    restic(bench, &["backup", "data"])
}

/// A pack that no index names, as a backup leaves it that was ended before its time.
fn foreign(bench: &Bench) -> Done {
    let name = format!("data/ab/{}", "ab".repeat(32));
    add(&bench.repository().join(name), b"nobody knows what this is")
}

//! Repositories of restic.

use std::path::PathBuf;

use super::spoil::{add, cut, empty, files, flip, flip_before_end, remove, some};
use super::{After, Bench, Done, Fault, Fixture, faults};
use crate::proof::Verdict::{Fail, Pass};

/// From how many bytes on a pack has data in it and not trees.
const DATA_MIN: u64 = 100_000;
/// A password that protects nothing.
const PASSWORD: &str = "nothing-to-hide";

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
    "an index is gone" Fail Nothing |it| remove(&one(it, "index")?);
    "a bit in an index" Fail Nothing |it| flip(&one(it, "index")?);
    "a bit in a snapshot" Fail Nothing |it| flip(&one(it, "snapshots")?);
    "all snapshots are gone" Fail Nothing |it| remove(&it.repository().join("snapshots"));
    "a bit in the configuration" Fail Nothing |it| flip(&it.repository().join("config"));
    "the configuration is gone" Fail Nothing |it| remove(&it.repository().join("config"));
    "the key is damaged" Fail Nothing |it| cut(&one(it, "keys")?, 60);
    "the key is gone" Fail Nothing |it| remove(&one(it, "keys")?);
    "all is gone" Fail Nothing |it| remove(&it.repository());
    "the newest snapshot is gone" Fail AGoodOne newest_gone;
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

/// A file in a folder of the repository.
fn one(bench: &Bench, folder: &str) -> Result<PathBuf, String> {
    some(files(&bench.repository().join(folder)))
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
    let written = |(pack, _): &(PathBuf, u64)| {
        let metadata = std::fs::metadata(pack);
        metadata.and_then(|metadata| metadata.modified()).ok()
    };
    some(trees.max_by_key(written).map(|(pack, _)| pack))
}

fn packs(bench: &Bench) -> impl Iterator<Item = (PathBuf, u64)> {
    let packs = files(&bench.repository().join("data")).into_iter();
    packs.filter_map(|pack| {
        let bytes = std::fs::metadata(&pack).ok()?.len();
        Some((pack, bytes))
    })
}

/// As when somebody sets the repository back: no command of restic notices.
fn newest_gone(bench: &Bench) -> Done {
    let snapshots = files(&bench.repository().join("snapshots"));
    let written = |file: &PathBuf| std::fs::metadata(file).and_then(|it| it.modified()).ok();
    remove(&some(snapshots.into_iter().max_by_key(written))?)
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

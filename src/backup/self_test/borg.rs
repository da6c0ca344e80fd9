//! Repositories of Borg.

use std::fs;
use std::path::PathBuf;

use chrono::{TimeDelta, Utc};

use super::spoil::{add, change, cut, empty, files, flip, remove, some};
use super::{After, Bench, Done, Fault, Fixture, PASSWORD, faults};
use crate::proof::Verdict::{Fail, Pass};

/// From how many bytes on a segment has data in it.
const DATA_MIN: u64 = 100_000;
/// From how many bytes on a segment has something in it: one that only says that what is before it
/// counts is smaller.
const CONTENT_MIN: u64 = 100;
/// How large a segment grows, so that none holds more than one file.
const SEGMENT_MAX: &str = "524288";

pub struct Borg;

impl Fixture for Borg {
    fn key(&self) -> &'static str {
        "borg"
    }

    /// Three archives an hour apart, each of which brings a file.
    fn make(&self, bench: &Bench) -> Done {
        add(&bench.folder.join("passphrase"), PASSWORD.as_bytes())?;
        borg(bench, &["init", "--encryption=repokey"])?;
        borg(bench, &["config", "::", "max_segment_size", SEGMENT_MAX])?;
        for (number, name) in [(0, "a"), (1, "deep/b"), (2, "c")] {
            bench.add_file(name)?;
            add(&bench.folder.join("data/small"), name.as_bytes())?;
            // Borg tells whole seconds only, and in one of them there is no newest.
            let at = Utc::now() - TimeDelta::hours(3) + TimeDelta::hours(number);
            let at = format!("--timestamp={}", at.format("%Y-%m-%dT%H:%M:%S"));
            borg(bench, &["create", &at, &format!("::n-{number}"), "data"])?;
        }
        Ok(())
    }

    fn backup(&self) -> &'static str {
        r#"{"id": "self-test", "name": "Test", "every": "1d", "verify": {
            "with": {"borg": {"repository": "repository", "passphrase": "file:passphrase"}},
            "expect": [{"files": {"at-least": 2, "present": ["data/a"]}}]}}"#
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }
}

faults! {
    "nothing" Pass Nothing |_| Ok(());
    "nothing since the last time" Pass AGoodOne |_| Ok(());
    "a bit in a segment with data" Fail Nothing |it| flip(&data(it)?);
    "a segment with data is cut" Fail Nothing |it| cut(&data(it)?, 100);
    "a segment with data is empty" Fail Nothing |it| empty(&data(it)?);
    "a segment with data is gone" Fail Nothing |it| remove(&data(it)?);
    "a bit in the manifest" Fail Nothing |it| flip(&manifest(it)?);
    "all segments are gone" Fail Nothing |it| remove(&it.repository().join("data"));
    "the configuration is gone" Fail Nothing |it| remove(&it.repository().join("config"));
    "the configuration is empty" Fail Nothing |it| empty(&it.repository().join("config"));
    "the key is damaged" Fail Nothing key;
    "all is gone" Fail Nothing |it| remove(&it.repository());
    "the source was wiped" Fail Nothing wiped;
    "the archives are deleted" Fail Nothing |it| borg(it, &["delete", "--glob-archives", "*"]);
    "the newest archive is gone" Fail AGoodOne |it| borg(it, &["delete", "::n-2"]);
    "the repository is rolled back" Fail AGoodOne rolled_back;
    "the index is gone" Pass Nothing |it| remove(&index(it)?);
    "a bit in the index" Pass Nothing |it| flip(&index(it)?);
    "somebody holds the lock" Pass Nothing locked;
}

fn borg(bench: &Bench, words: &[&str]) -> Done {
    let environment = [
        ("BORG_REPO", bench.repository().display().to_string()),
        ("BORG_PASSPHRASE", PASSWORD.to_owned()),
        (
            "BORG_BASE_DIR",
            bench.folder.join("base").display().to_string(),
        ),
        ("BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes".to_owned()),
    ];
    bench.run("borg", words, &environment)
}

/// The segments of so many bytes at least, in their order.
fn segments(bench: &Bench, least: u64) -> Vec<PathBuf> {
    let mut segments = files(&bench.repository().join("data"));
    segments.retain(|file| fs::metadata(file).is_ok_and(|it| it.len() >= least));
    segments.sort_by_key(|file| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.and_then(|name| name.parse::<u64>().ok())
    });
    segments
}

/// The segment with the first file.
fn data(bench: &Bench) -> Result<PathBuf, String> {
    some(segments(bench, DATA_MIN))
}

/// The segment with the newest manifest.
fn manifest(bench: &Bench) -> Result<PathBuf, String> {
    some(segments(bench, CONTENT_MIN).into_iter().rev())
}

fn index(bench: &Bench) -> Result<PathBuf, String> {
    let name = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("index."))
    };
    some(files(&bench.repository()).into_iter().filter(name))
}

/// Changes a letter of the key.
fn key(bench: &Bench) -> Done {
    const BEFORE: &[u8] = b"key = ";
    change(&bench.repository().join("config"), |bytes| {
        let at = bytes.windows(BEFORE.len()).position(|it| it == BEFORE);
        if let Some(letter) = at.and_then(|at| bytes.get_mut(at + BEFORE.len() + 100)) {
            *letter = if *letter == b'A' { b'B' } else { b'A' };
        }
    })
}

/// A backup of a source that was emptied.
fn wiped(bench: &Bench) -> Done {
    remove(&bench.folder.join("data"))?;
    add(&bench.folder.join("data/readme"), b"pay")?;
    borg(bench, &["create", "::n-3", "data"])
}

/// Without the last segment that counts, and what it made count.
fn rolled_back(bench: &Bench) -> Done {
    let segments = segments(bench, 0);
    segments.iter().rev().take(2).try_for_each(|it| remove(it))
}

/// A lock as another host takes it.
fn locked(bench: &Bench) -> Done {
    add(&bench.repository().join("lock.exclusive/other@1.1-0"), b"")
}

//! A sign of life that is numbered and signed: only whoever holds the key writes the next one, and
//! one that is missing is missed.
//!
//! `{"ts":"2026-11-28T03:15:00Z","seq":42,"hmac":"…"}`. What is signed is the moment, a space and
//! the number as they stand there; HMAC with SHA-256 (RFC 2104, FIPS 180-4) in hexadecimal digits,
//! so that any script can write it:
//! `printf '%s %s' "$ts" "$seq" | openssl dgst -sha256 -hmac "$key" -r`.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::text::hex;

/// How many are kept in a file.
const KEPT: usize = 1_000;

/// One sign of life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// The moment, as RFC 3339 writes it.
    pub ts: String,
    /// Its number: one more than that of the one before.
    pub seq: u64,
    /// The signature, in hexadecimal digits.
    pub hmac: String,
}

impl Beat {
    /// The one of a moment, signed.
    pub fn new(at: DateTime<Utc>, seq: u64, key: &str) -> Self {
        let ts = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let hmac = hex(&mac(&ts, seq, key).finalize().into_bytes());
        Beat { ts, seq, hmac }
    }

    /// The one in a line; nothing where there is none.
    pub fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line.trim()).ok()
    }

    /// Whether it is signed with the key. How long that takes tells nothing about the key.
    pub fn is_signed(&self, key: &str) -> bool {
        let digits = self.hmac.as_bytes().chunks(2);
        let bytes = digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
        let bytes: Option<Vec<u8>> = bytes.collect();
        bytes.is_some_and(|bytes| mac(&self.ts, self.seq, key).verify_slice(&bytes).is_ok())
    }

    /// As a line of a file, or the value in a table.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("text and a number")
    }
}

fn mac(ts: &str, seq: u64, key: &str) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    mac.expect("a key of any length will do")
        .chain_update(format!("{ts} {seq}"))
}

/// What is wrong with signs of life that follow each other, oldest first: each has to be signed,
/// and to be the one after that before it.
pub fn wrong_in<'l>(lines: impl IntoIterator<Item = &'l str>, key: &str) -> Option<String> {
    let mut before: Option<Beat> = None;
    for line in lines {
        let Some(beat) = Beat::read(line).filter(|beat| beat.is_signed(key)) else {
            let after = before.map_or_else(String::new, |it| format!(" after number {}", it.seq));
            return Some(format!(
                "there is one{after} that is not signed with the key, or is none of these"
            ));
        };
        if let Some(before) = &before
            && before.seq.checked_add(1) != Some(beat.seq)
        {
            let (before, next) = (before.seq, beat.seq);
            return Some(format!("number {before} is followed by number {next}"));
        }
        before = Some(beat);
    }
    None
}

/// Writes the next sign of life at the end of a file, of which a reader always sees a whole one.
/// Where it is a link, what it leads to is written. Of two who write at once one waits.
///
/// # Errors
/// `Invalid` when what is there is no file, or not signed with the key; `Io` when it cannot be
/// written.
pub fn write_next(file: &Path, at: DateTime<Utc>, key: &str) -> Result<Beat> {
    let failed = |error| Error::io(format!("write `{}`", file.display()), error);
    let real = match file.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => file.to_owned(),
        real => real.map_err(failed)?,
    };
    let folder = real.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = File::open(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    folder.lock().map_err(failed)?;
    let text = match fs::metadata(&real) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Ok(metadata) if !metadata.is_file() => {
            let what = format!("write `{}`: it is no file", file.display());
            return Err(Error::invalid(what).hint("Name a file, or one that is not there yet."));
        }
        _ => fs::read_to_string(&real).map_err(failed)?,
    };
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines.drain(..lines.len().saturating_sub(KEPT - 1));
    if let Some(why) = wrong_in(lines.iter().copied(), key) {
        let what = format!("go on with `{}`: {why}", file.display());
        return Err(Error::invalid(what)
            .hint("Find out who wrote it; then remove the file, and begin a new one."));
    }
    let last = lines.last().and_then(|line| Beat::read(line));
    let beat = Beat::new(at, last.map_or(1, |last| last.seq.saturating_add(1)), key);
    let line = beat.line();
    lines.push(&line);
    let mut beside = real.as_os_str().to_owned();
    beside.push(".new");
    let mode = fs::metadata(&real).map(|metadata| metadata.permissions());
    let written = fs::write(&beside, lines.join("\n") + "\n")
        .and_then(|()| mode.map_or(Ok(()), |mode| fs::set_permissions(&beside, mode)))
        .and_then(|()| File::open(&beside)?.sync_all())
        .and_then(|()| fs::rename(&beside, &real));
    written.map_err(failed)?;
    Ok(beat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute)
    }

    #[test]
    fn one_is_signed_as_openssl_does() {
        // printf '%s %s' 1970-01-01T00:00:00Z 42 | openssl dgst -sha256 -hmac canary -r
        let beat = Beat::new(at(0), 42, "canary");
        let expected = "5367cff64758b6105181d63c6a50d038ceafc72fc5451718c97f897c7990c22b";
        assert_eq!(beat.hmac, expected);
        assert_eq!(Beat::read(&beat.line()), Some(beat.clone()));
        assert!(beat.is_signed("canary") && !beat.is_signed("Canary"));
        for hmac in ["", "zz", &expected[1..], "é"] {
            let hmac = hmac.to_owned();
            assert!(
                !Beat {
                    hmac,
                    ..beat.clone()
                }
                .is_signed("canary")
            );
        }
        assert!(
            !Beat {
                seq: 43,
                ..beat.clone()
            }
            .is_signed("canary")
        );
    }

    #[test]
    fn one_that_is_missing_or_of_somebody_else_is_noticed() {
        let lines: Vec<String> = (1..=4)
            .map(|n| Beat::new(at(n as i64), n, "k").line())
            .collect();
        let wrong = |of: &[usize], key| wrong_in(of.iter().map(|at| lines[*at].as_str()), key);
        assert_eq!(wrong(&[0, 1, 2, 3], "k"), None);
        assert_eq!(wrong(&[2, 3], "k"), None);
        let gap = wrong(&[0, 1, 3], "k").expect("a gap");
        assert_eq!(gap, "number 2 is followed by number 4");
        assert!(wrong(&[0], "other").is_some_and(|why| why.contains("not signed")));
    }

    #[test]
    fn a_file_is_gone_on_with_and_grows_no_further() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("heartbeat");
        assert_eq!(write_next(&file, at(1), "k").expect("room").seq, 1);
        let kept = 2..=KEPT as u64;
        let lines = kept.map(|n| Beat::new(at(1), n, "k").line() + "\n");
        let first = fs::read_to_string(&file).expect("it is there");
        fs::write(&file, first + &lines.collect::<String>()).expect("room");
        for n in [1_001, 1_002] {
            assert_eq!(write_next(&file, at(2), "k").expect("room").seq, n);
        }
        let text = fs::read_to_string(&file).expect("it is there");
        assert_eq!(text.lines().count(), KEPT);
        assert_eq!(wrong_in(text.lines(), "k"), None);
        let refused = write_next(&file, at(0), "other").expect_err("another key");
        assert!(refused.to_string().contains("not signed"), "{refused}");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), text);
    }

    #[test]
    fn nothing_but_a_file_is_replaced_and_a_link_stays_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("real"), folder.path().join("link"));
        std::os::unix::fs::symlink("real", &link).expect("a link");
        fs::write(&file, "").expect("room");
        assert_eq!(write_next(&link, at(1), "k").expect("room").seq, 1);
        assert_eq!(write_next(&file, at(2), "k").expect("room").seq, 2);
        assert!(link.is_symlink());
        for no_file in [folder.path(), Path::new("/dev/null")] {
            let refused = write_next(no_file, at(3), "k").expect_err("no file");
            assert!(refused.to_string().contains("no file"), "{refused}");
        }
    }

    #[test]
    fn of_two_who_write_at_once_each_gets_a_number() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("heartbeat");
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| (0..10).for_each(|_| drop(write_next(&file, at(1), "k"))));
            }
        });
        let text = fs::read_to_string(&file).expect("it is there");
        assert_eq!(
            (text.lines().count(), wrong_in(text.lines(), "k")),
            (40, None)
        );
    }
}

//! How old the newest sign of life in what was restored is: how much data would be lost.
//!
//! In an older recovery point it is held against that: what is lost today it does not show.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde_json::Value;

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

use super::{Looked, Recovered, ask, database, inside, trouble};
use crate::backup::{Outcome, Trouble, beat};
use crate::model::Heartbeat;
use crate::proof::{Level, Trial};
use crate::secret;
use crate::time::Duration;

const WHAT: &str = "age of the newest sign of life";
/// How much of the end of a file is read, in bytes: all that are kept there.
const TAIL: u64 = 256 * 1024;
/// How far in the future a sign of life may be, as clocks differ, in seconds.
const SKEW: i64 = 300;

pub fn look(stated: &Heartbeat, recovered: &Recovered) -> Looked {
    let at = match newest(stated, recovered) {
        Ok(at) => at,
        Err(why) => return trouble(WHAT, why).into(),
    };
    let now = recovered.session.now;
    // What is written while a backup is being made may be in it.
    let last = recovered.older.and_then(|point| point.finished);
    if micros_until(at, last.unwrap_or(now)) < -SKEW * 1_000_000 {
        let than = match last {
            Some(_) => "which is later than its recovery point",
            None => "which is in the future",
        };
        let why = format!("it is of {at}, {than}");
        return Trial::fail(Level::Validated, WHAT, why).into();
    }
    let age = micros_until(at, recovered.older.map_or(now, |point| point.as_of));
    let micros = u64::try_from(age).unwrap_or(0);
    let words = Duration::seconds(micros.div_ceil(1_000_000)).words();
    let before = match recovered.older {
        Some(_) => " when its recovery point was begun",
        None => "",
    };
    let at = at.format("%Y-%m-%d %H:%M:%S UTC");
    let found = format!("{words}{before}: it is of {at}");
    let trial = match stated.lag_at_most.or(recovered.age_max) {
        None => Trial::inconclusive(
            Level::Validated,
            WHAT,
            format!("{found}; nothing says how old it may be: write `lag-at-most`"),
        ),
        Some(most) if Duration::seconds(micros.div_ceil(1_000_000)) <= most => {
            Trial::pass(Level::Validated, WHAT, found).expecting(format!("{most} at most"))
        }
        Some(most) => {
            Trial::fail(Level::Validated, WHAT, found).expecting(format!("{most} at most"))
        }
    };
    Looked {
        trial,
        lost_micros: recovered.older.is_none().then_some(micros),
    }
}

/// How long it is from one moment to another, in microseconds.
fn micros_until(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    let micros = (to.trunc_subsecs(6) - from).num_microseconds();
    micros.unwrap_or(i64::MAX)
}

/// The moment of the newest sign of life.
fn newest(stated: &Heartbeat, recovered: &Recovered) -> Outcome<DateTime<Utc>> {
    let lines = lines(stated, recovered)?;
    if let Some(key) = &stated.key {
        let key = secret::referred(key, recovered.session.workspace);
        let key = key.map_err(Trouble::Unclear)?;
        if let Some(why) = beat::wrong_in(lines.iter().map(String::as_str), &key) {
            return Err(Trouble::Fault(why));
        }
    }
    let last = lines.last().map_or("", |line| line.trim());
    moment(last).ok_or_else(|| {
        let text: String = last.chars().take(60).collect();
        Trouble::Fault(format!(
            "`{}` is no moment such as `2026-11-28T03:15:00Z`",
            text.escape_debug()
        ))
    })
}

/// The last signs of life, oldest first: those at the end of a file, or the one that a database
/// answers with.
fn lines(stated: &Heartbeat, recovered: &Recovered) -> Outcome<Vec<String>> {
    match (&stated.file, &stated.query) {
        (Some(file), None) => inside(&recovered.back.root, file)
            .and_then(|path| {
                last_lines(&path).map_err(|error| format!("`{file}` cannot be read: {error}"))
            })
            .map_err(Trouble::Fault),
        (None, Some(query)) => {
            let database = database(recovered, stated.sqlite.as_deref())?;
            let name = stated.database.as_deref();
            let answer = ask(recovered.session, (&database, name), query)?;
            let answer = answer.ok_or_else(|| Trouble::Fault("there is no row".to_owned()))?;
            Ok(vec![answer])
        }
        _ => {
            let why = "state either `file` or `query`";
            Err(Trouble::Unclear(why.to_owned()))
        }
    }
}

/// A moment as programs and databases write it. Without a zone it is in UTC; a number counts the
/// seconds since 1970.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(Value::Object(beat)) = serde_json::from_str(text) {
        return moment(beat.get("ts")?.as_str()?);
    }
    let zoned = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"].iter();
    let mut zoned = zoned.filter_map(|format| DateTime::parse_from_str(text, format).ok());
    let plain = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"].iter();
    let mut plain = plain.filter_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let rfc = DateTime::parse_from_rfc3339(text).ok();
    rfc.or_else(|| zoned.next())
        .map(|at| at.to_utc())
        .or_else(|| plain.next().map(|at| at.and_utc()))
        .or_else(|| DateTime::from_timestamp(text.parse().ok()?, 0))
}

/// The last whole lines of a file.
fn last_lines(file: &Path) -> std::io::Result<Vec<String>> {
    let mut file = File::open(file)?;
    let start = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let tail = String::from_utf8_lossy(&tail);
    let lines = tail.lines().skip(usize::from(start > 0));
    let lines = lines.filter(|line| !line.trim().is_empty());
    Ok(lines.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_programs_and_databases_write_them() {
        let expected = "2026-11-28T03:15:00+00:00";
        for text in [
            "2026-11-28T03:15:00Z",
            "2026-11-28T04:15:00+01:00",
            "2026-11-28 03:15:00",
            "2026-11-28 03:15:00.000+00",
            "2026-11-28T03:15:00",
            "1795835700",
            r#"{"ts":"2026-11-28T03:15:00Z","seq":7}"#,
        ] {
            let read = moment(text).map(|at| at.to_rfc3339());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        for text in ["", "yesterday", "2026-11-28", "03:15"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}

//! Backups that a program of one's own reads: the plan names it, and it is told three verbs.
//!
//! | verb                | prints                                                             |
//! |---------------------|--------------------------------------------------------------------|
//! | `list`              | `{"points": [POINT], "trials": [TRIAL]}`                           |
//! | `read ID`           | `{"trials": [TRIAL]}`                                              |
//! | `restore ID FOLDER` | `{"files": NUMBER, "bytes": NUMBER, "trials": [TRIAL]}`            |
//!
//! It is an answer only with exit status 0, and if it is nothing but that JSON. Anything else shows
//! nothing: that a backup is not as it has to be is told by a trial whose verdict is `fail`.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::tool::Order;
use super::{A_FOLDER, Back, Catalogue, Outcome, Provider, Reader, Reading, Session, Trouble};
use crate::model::Exec;
use crate::proof::{Level, PointKind, RecoveryPoint, Tool, Trial, Verdict};
use crate::text::visible;
use crate::{artifacts, program, secret};

/// How many trials are taken of one answer.
const TRIALS_MAX: usize = 100;
/// How much of each text in it, in characters.
const CHARS_MAX: usize = 500;

/// The answer to `list`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Listed {
    points: Vec<Point>,
    #[serde(default)]
    trials: Vec<Told>,
}

/// A recovery point. What must be there is its id, and when it was begun.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Point {
    id: String,
    as_of: DateTime<Utc>,
    finished: Option<DateTime<Utc>>,
    #[serde(default)]
    kind: PointKind,
    #[serde(default)]
    needs: Vec<String>,
    bytes: Option<u64>,
    stored_bytes: Option<u64>,
    files: Option<u64>,
    files_unmodified: Option<u64>,
    added_bytes: Option<u64>,
    added_packed_bytes: Option<u64>,
    #[serde(default)]
    faults: Vec<String>,
}

/// Something that was looked at.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Told {
    what: String,
    verdict: Verdict,
    #[serde(default)]
    expected: String,
    found: String,
}

/// The answer to `read`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Looked {
    trials: Vec<Told>,
}

/// The answer to `restore`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Restored {
    files: Option<u64>,
    bytes: Option<u64>,
    #[serde(default)]
    trials: Vec<Told>,
}

impl Provider for Exec {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        let places = self.places.iter();
        places.map(|place| workspace.join(place)).collect()
    }

    fn secrets(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(secret::values(self.environment.iter().map(String::as_str)))
    }

    fn reader(&self, session: &Session) -> Outcome<Reader> {
        let path = self.program(session)?;
        let (sha256, _) = artifacts::digest(&path).map_err(|error| {
            Trouble::Unclear(format!("`{}` cannot be read: {error}", path.display()))
        })?;
        let tool = Tool {
            path: path.display().to_string(),
            version: self.argv.first().cloned().unwrap_or_default(),
            sha256,
        };
        Ok(Reader {
            tool: Some(tool),
            ..Reader::default()
        })
    }

    fn list(&self, session: &Session) -> Outcome<Catalogue> {
        let listed: Listed = self.ask(session, &["list"])?;
        Ok(Catalogue {
            points: listed.points.into_iter().map(Point::point).collect(),
            trials: trials(listed.trials, Level::Exists),
        })
    }

    fn read(&self, session: &Session, Reading { point, .. }: Reading) -> Outcome<Vec<Trial>> {
        let looked: Looked = self.ask(session, &["read", &point.id])?;
        Ok(trials(looked.trials, Level::Intact))
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let into_text = into.to_str().ok_or_else(|| {
            Trouble::Unclear(format!("`{}` is no path for a program", into.display()))
        })?;
        let restored: Restored = self.ask(session, &["restore", &point.id, into_text])?;
        Ok(Back {
            root: into.to_owned(),
            files: restored.files.or(point.files),
            bytes: restored.bytes.or(point.bytes),
            trials: trials(restored.trials, Level::Restored),
            database: None,
            isolation: A_FOLDER.to_owned(),
            durable: true,
        })
    }
}

impl Exec {
    /// Asks the program, whose answer has to be one.
    fn ask<T: DeserializeOwned>(&self, session: &Session, words: &[&str]) -> Outcome<T> {
        let path = self.program(session)?;
        let name = path.to_str().ok_or_else(|| {
            Trouble::Unclear(format!("`{}` is no name of a program", path.display()))
        })?;
        let mut environment = vec![("TMPDIR".to_owned(), session.folder.display().to_string())];
        for name in &self.environment {
            let value = secret::value(name).map_err(Trouble::Unclear)?;
            environment.push((name.clone(), value));
        }
        let stated = self.argv.iter().skip(1).map(String::as_str);
        let said = session.tools.run(&Order {
            program: name,
            arguments: stated
                .chain(words.iter().copied())
                .map(str::to_owned)
                .collect(),
            folder: session.workspace,
            environment,
        })?;
        if said.status != Some(0) {
            return Err(Trouble::Unclear(said.complaint()));
        }
        serde_json::from_str(&said.stdout).map_err(|error| {
            let verb = words.first().unwrap_or(&"");
            Trouble::Unclear(format!("its answer to `{verb}` is none: {error}"))
        })
    }

    /// The path of the program. With `/` in it, it is known as the plan's.
    fn program(&self, session: &Session) -> Outcome<PathBuf> {
        let unclear = |why: &str| Trouble::Unclear(why.to_owned());
        let name = self
            .argv
            .first()
            .ok_or_else(|| unclear("`argv` is empty"))?;
        let found = program::find(name, session.workspace);
        let found = found.ok_or_else(|| unclear(&format!("`{name}` cannot be run")))?;
        let path = session.workspace.join(found);
        std::path::absolute(&path).map_err(|error| unclear(&error.to_string()))
    }
}

impl Point {
    fn point(self) -> RecoveryPoint {
        RecoveryPoint {
            id: self.id,
            as_of: self.as_of,
            finished: self.finished,
            kind: self.kind,
            needs: self.needs,
            bytes: self.bytes,
            stored_bytes: self.stored_bytes,
            files: self.files,
            files_unmodified: self.files_unmodified,
            added_bytes: self.added_bytes,
            added_packed_bytes: self.added_packed_bytes,
            faults: self.faults.iter().map(|fault| text(fault)).collect(),
        }
    }
}

fn trials(told: Vec<Told>, level: Level) -> Vec<Trial> {
    let more = told.len().saturating_sub(TRIALS_MAX);
    let trial = |told: Told| {
        let (what, found) = (text(&told.what), text(&told.found));
        let trial = match told.verdict {
            Verdict::Pass => Trial::pass(level, what, found),
            Verdict::Fail => Trial::fail(level, what, found),
            Verdict::Inconclusive => Trial::inconclusive(level, what, found),
        };
        trial.expecting(text(&told.expected))
    };
    let mut trials: Vec<Trial> = told.into_iter().take(TRIALS_MAX).map(trial).collect();
    if more > 0 {
        // One of them may be a fault.
        let why = format!("there are {more} more than {TRIALS_MAX}");
        trials.push(Trial::inconclusive(level, "all trials are seen", why));
    }
    trials
}

fn text(text: &str) -> String {
    visible(text.trim()).chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_needs_an_id_and_a_moment_and_no_more() {
        let listed = |json: &str| serde_json::from_str::<Listed>(json).map_err(|e| e.to_string());
        let one = r#"{"points": [{"id": "a", "as-of": "2026-11-28T03:15:00Z"}]}"#;
        assert_eq!(listed(one).map(|listed| listed.points.len()), Ok(1));
        for bad in [
            "{}",
            r#"{"points": [{"id": "a"}]}"#,
            r#"{"points": [{"id": "a", "as_of": "2026-11-28T03:15:00Z"}]}"#,
            r#"{"points": [{"id": "a", "as-of": "yesterday"}]}"#,
        ] {
            assert!(listed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fault_is_not_hidden_behind_many_passes() {
        let told = |verdict| Told {
            what: "w".to_owned(),
            verdict,
            expected: String::new(),
            found: "f".to_owned(),
        };
        let mut many: Vec<Told> = (0..TRIALS_MAX).map(|_| told(Verdict::Pass)).collect();
        many.push(told(Verdict::Fail));
        let trials = trials(many, Level::Intact);
        assert!(trials.iter().any(|trial| trial.verdict != Verdict::Pass));
    }
}

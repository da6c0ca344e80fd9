//! What the report of one verification says: all of it, in words.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{grouped, kept_words, words};
use crate::proof::{Call, Level, Picked, PointKind, RecoveryPoint, Restored};
use crate::proof::{Tool, Trial, Verdict, Verification};
use crate::render::view::{Mood, MoodView};

/// Where a verification stands in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Place {
    /// The number of the entry that holds it.
    pub entry: u64,
    /// Its hash.
    pub hash: String,
    /// The hash of the entry before; empty where there is none.
    pub before: String,
}

/// What the report of one verification says.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report<'v> {
    id: &'v str,
    backup: &'v str,
    provider: Option<&'v str>,
    level: String,
    asked: String,
    verdict: Said,
    began: String,
    ended: String,
    took: String,
    plans: Option<&'v str>,
    stated: Option<&'v str>,
    tool: Option<&'v Tool>,
    repository: Option<&'v str>,
    picked: String,
    point: Option<Point<'v>>,
    seen: String,
    gone: &'v [String],
    rungs: Vec<Rung<'v>>,
    stages: Vec<Part<'v>>,
    restored: Option<Back<'v>>,
    kept: Option<String>,
    lost: Option<String>,
    source: &'static str,
    calls: Vec<Ran<'v>>,
    notes: &'v [String],
    entry: u64,
    hash: &'v str,
    before: Option<&'v str>,
    made_by: String,
}

/// What came of something, in a word and with what sets it off.
#[derive(Serialize)]
struct Said {
    mood: MoodView,
    word: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Point<'v> {
    id: &'v str,
    as_of: String,
    finished: Option<String>,
    kind: &'static str,
    needs: &'v [String],
    files: Option<String>,
    bytes: Option<String>,
    stored: Option<String>,
}

/// A rung of the ladder, and all that was looked at on it.
#[derive(Serialize)]
struct Rung<'v> {
    level: String,
    said: Said,
    trials: Vec<Looked<'v>>,
}

#[derive(Serialize)]
struct Looked<'v> {
    what: &'v str,
    expected: Option<&'v str>,
    found: Option<&'v str>,
    said: Said,
}

#[derive(Serialize)]
struct Part<'v> {
    name: &'v str,
    took: String,
    /// How much of the longest one it took, in thousandths.
    share: u64,
}

#[derive(Serialize)]
struct Back<'v> {
    took: String,
    files: String,
    bytes: String,
    blake3: Option<&'v str>,
    isolation: &'v str,
    durable: &'static str,
    removed: &'static str,
}

#[derive(Serialize)]
struct Ran<'v> {
    line: String,
    status: String,
    took: String,
    stdout: &'v str,
    stderr: &'v str,
    excerpt: Option<&'v str>,
}

impl<'v> Report<'v> {
    /// The report of a verification.
    pub fn new(found: &'v Verification, place: &'v Place) -> Self {
        let Verification { seen, .. } = found;
        Report {
            id: &found.id,
            backup: found.backup.as_str(),
            provider: stated(&found.provider),
            level: found.level().to_string(),
            asked: found.asked.to_string(),
            verdict: verdict(found.verdict()),
            began: time(found.began.wall),
            ended: time(found.ended.wall),
            took: words(found.ended.since(&found.began).micros),
            plans: stated(&found.plans),
            stated: found.stated.as_deref(),
            tool: found.tool.as_ref(),
            repository: found.repository.as_deref(),
            picked: picked(found),
            point: found.point.as_ref().map(Point::new),
            seen: format!("{} in all, {} not seen before", seen.count, seen.new.len()),
            gone: &seen.gone,
            rungs: rungs(found),
            stages: stages(found),
            restored: found.restored.as_ref().map(Back::new),
            kept: found.kept.as_ref().map(kept_words),
            lost: found.lost_micros.map(words),
            source: match found.source_unchanged {
                Some(true) => "the same before and after",
                Some(false) => "not the same before and after: was a backup being made?",
                None => "not compared: it is neither on this machine nor listed twice",
            },
            calls: found.calls.iter().map(Ran::new).collect(),
            notes: &found.notes,
            entry: place.entry,
            hash: &place.hash,
            before: stated(&place.before),
            made_by: format!("Mainstay {}", env!("CARGO_PKG_VERSION")),
        }
    }
}

impl<'v> Point<'v> {
    fn new(point: &'v RecoveryPoint) -> Self {
        let bytes = |bytes: u64| format!("{} bytes", grouped(bytes));
        Point {
            id: &point.id,
            as_of: time(point.as_of),
            finished: point.finished.map(time),
            kind: match point.kind {
                PointKind::Full => "full: it holds all by itself",
                PointKind::Differential => "differential: what changed since a full one",
                PointKind::Incremental => "incremental: what changed since the one before",
            },
            needs: &point.needs,
            files: point.files.map(grouped),
            bytes: point.bytes.map(bytes),
            stored: point.stored_bytes.map(bytes),
        }
    }
}

impl<'v> Back<'v> {
    fn new(restored: &'v Restored) -> Self {
        Back {
            took: words(restored.took_micros),
            files: grouped(restored.files),
            bytes: grouped(restored.bytes),
            blake3: restored.blake3.as_deref(),
            isolation: &restored.isolation,
            durable: match restored.durable {
                true => "forced to the disk, as it would be after a disaster",
                false => "not forced to the disk: after a disaster it takes longer",
            },
            removed: match restored.removed {
                true => "removed again, nothing is left",
                false => "not removed: some of it is still on the disk",
            },
        }
    }
}

impl<'v> Ran<'v> {
    fn new(call: &'v Call) -> Self {
        let quoted = |word: &String| match word.is_empty() || word.contains(char::is_whitespace) {
            true => format!("'{word}'"),
            false => word.clone(),
        };
        let line: Vec<String> = call.argv.iter().map(quoted).collect();
        let ended = || "it was ended".to_owned();
        Ran {
            line: line.join(" "),
            status: call.status.map_or_else(ended, |status| status.to_string()),
            took: words(call.micros),
            stdout: &call.stdout_sha256,
            stderr: &call.stderr_sha256,
            excerpt: stated(call.excerpt.trim()),
        }
    }
}

impl<'v> Looked<'v> {
    fn new(trial: &'v Trial) -> Self {
        Looked {
            what: &trial.what,
            expected: stated(&trial.expected),
            found: stated(&trial.found),
            said: verdict(trial.verdict),
        }
    }
}

/// Every rung that was asked for, from the lowest.
fn rungs(found: &Verification) -> Vec<Rung<'_>> {
    let rungs = Level::RUNGS.into_iter().map(|level| {
        let own = found.trials.iter().filter(|trial| trial.level == level);
        let trials: Vec<Looked> = own.clone().map(Looked::new).collect();
        let failed = own.clone().any(|trial| trial.verdict == Verdict::Fail);
        let (mood, word) = match (found.level() >= level, failed) {
            (_, true) => (Mood::Gap, "fault"),
            (true, _) => (Mood::Fine, "shown"),
            (false, _) if level > found.asked => (Mood::Attention, "not asked"),
            (false, _) => (Mood::Attention, "not shown"),
        };
        Rung {
            level: level.to_string(),
            said: Said {
                mood: mood.into(),
                word,
            },
            trials,
        }
    });
    rungs.collect()
}

fn stages(found: &Verification) -> Vec<Part<'_>> {
    let longest = found.stages.iter().map(|stage| stage.micros).max();
    let longest = longest.unwrap_or_default().max(1);
    let parts = found.stages.iter().map(|stage| Part {
        name: &stage.name,
        took: words(stage.micros),
        share: stage.micros.saturating_mul(1000) / longest,
    });
    parts.collect()
}

fn verdict(verdict: Verdict) -> Said {
    let (mood, word) = match verdict {
        Verdict::Pass => (Mood::Fine, "pass"),
        Verdict::Fail => (Mood::Gap, "fault"),
        Verdict::Inconclusive => (Mood::Attention, "not shown"),
    };
    Said {
        mood: mood.into(),
        word,
    }
}

fn picked(found: &Verification) -> String {
    let how = match &found.picked {
        Picked::Latest => "the newest".to_owned(),
        Picked::Oldest => "the oldest".to_owned(),
        Picked::Random(seed) => format!("at random, by the seed {seed}"),
        Picked::Named => "by name".to_owned(),
    };
    let within = found.pick.split_once(" within ");
    let within = within.map(|(_, within)| format!(", within {within}"));
    let turn = found
        .turn
        .map(|turn| format!(", pick {} of {} of the plan", turn.number, turn.of));
    let rest: String = [within, turn].into_iter().flatten().collect();
    format!("{how}{rest}")
}

fn stated(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%F %T UTC").to_string()
}

//! What of the inventory a drill restored, and what held the rest up.

use serde::Serialize;

use super::value::{millis, some, words};
use crate::drill::{Restored, RowRestored, Run, restored};
use crate::render::view::{Mood, counted};
use crate::time::Duration;

/// What was restored of all systems that hold data.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RestoresLine {
    /// How many systems were restored.
    pub restored: usize,
    /// How many systems hold data.
    pub of: usize,
    /// How many of a hundred that is, rounded down.
    pub percent: usize,
    /// The same, as a sentence.
    pub told: String,
    /// How that stands.
    pub mood: Mood,
    /// One for each system.
    pub rows: Vec<RowLine>,
    /// From the beginning of the first restore to the end of the last one, in milliseconds.
    pub took_ms: Option<u64>,
    /// The same, as people read it.
    pub took: Option<String>,
    /// The steps that held up the last one, each after the one before.
    pub path: Vec<LegLine>,
    /// How long they took together, in milliseconds.
    pub path_ms: u64,
    /// The same, as people read it. It says so where more is not known.
    pub path_took: String,
}

/// What was restored of a system.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RowLine {
    /// The system.
    pub system: String,
    /// Its name.
    pub name: String,
    /// How long its slowest copy took, in milliseconds.
    pub took_ms: Option<u64>,
    /// The same, as people read it.
    pub took: Option<String>,
    /// When it is back if everything begins as soon as what it needs is back, in milliseconds.
    pub back_ms: Option<u64>,
    /// The same, as people read it.
    pub back: Option<String>,
    /// How long it may be down when its data must come from a copy, in milliseconds.
    pub rto_ms: Option<u64>,
    /// The same, as people read it.
    pub rto: Option<String>,
    /// What came of it.
    pub outcome: &'static str,
    /// How that stands.
    pub mood: Mood,
    /// What of it was not restored, each with the reason.
    pub left_out: Vec<String>,
}

/// One step of the critical path.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LegLine {
    /// The step.
    pub step: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The same, as people read it.
    pub took: String,
}

/// What a run restored of all systems that hold data; nothing where it is not there for that.
pub fn restores(run: &Run) -> Option<RestoresLine> {
    Some(RestoresLine::new(run, &restored(run)?))
}

impl RestoresLine {
    fn new(run: &Run, restored: &Restored) -> Self {
        let (count, of) = (restored.count(), restored.rows.len());
        let percent = count * 100 / of.max(1);
        let leg = |leg: &crate::drill::Leg| LegLine {
            step: run.task(leg.place).name.clone(),
            took_ms: leg.micros / 1_000,
            took: words(leg.micros / 1_000),
        };
        let path_ms = restored.path_micros() / 1_000;
        let at_least = match restored.is_whole() {
            true => "",
            false => "at least ",
        };
        let took = restored.took.map(|took| took.micros / 1_000);
        RestoresLine {
            restored: count,
            of,
            percent,
            told: format!(
                "{count} of {} restored ({percent} %)",
                counted(of, "system with data was", "systems with data were")
            ),
            mood: match restored.is_complete() {
                true => Mood::Fine,
                false => Mood::Gap,
            },
            rows: restored
                .rows
                .iter()
                .map(|row| RowLine::new(run, row))
                .collect(),
            took_ms: took,
            took: took.map(words),
            path: restored.path.iter().map(leg).collect(),
            path_ms,
            path_took: format!("{at_least}{}", words(path_ms)),
        }
    }

    /// All of it, line by line.
    pub fn lines(&self) -> Vec<String> {
        let took = self.took.as_deref().unwrap_or("-");
        let mut lines = vec![format!("\n{}, in {took}", self.told)];
        lines.extend(self.rows.iter().map(RowLine::told));
        lines.push(format!("Critical path: {}", self.path_told()));
        lines
    }

    /// The critical path on one line.
    fn path_told(&self) -> String {
        let legs = self.path.iter();
        let legs: Vec<String> = legs
            .map(|leg| format!("{} {}", leg.step, leg.took))
            .collect();
        match legs.as_slice() {
            [] => "nothing was restored".to_owned(),
            legs => format!("{}: {}", self.path_took, legs.join(", then ")),
        }
    }

    /// What was not restored, and what is back too late only because of what it needs, each as the
    /// rest of a sentence.
    pub fn complaints(&self) -> Vec<String> {
        let held_up = self.rows.iter().filter_map(RowLine::held_up);
        self.missing().into_iter().chain(held_up).collect()
    }

    fn missing(&self) -> Option<String> {
        let missing = self.rows.iter().filter(|row| row.took_ms.is_none());
        let missing: Vec<&str> = missing.map(|row| row.system.as_str()).collect();
        let were = counted(
            missing.len(),
            "system with data was",
            "systems with data were",
        );
        (!missing.is_empty()).then(|| format!("{were} not restored: {}", some(&missing)))
    }
}

impl RowLine {
    fn new(run: &Run, it: &RowRestored) -> Self {
        let ms = |micros: Option<u64>| micros.map(|micros| micros / 1_000);
        let (took_ms, back_ms) = (ms(it.took_micros), ms(it.back_micros));
        let rto_ms = it.row.rto.map(millis);
        let (outcome, mood) = match (it.is_restored(), run.is_over()) {
            (false, false) if !it.row.tasks.is_empty() => ("not yet", Mood::Attention),
            (false, _) => ("NOT RESTORED", Mood::Gap),
            (true, _) if it.is_late() => ("NOT IN TIME", Mood::Gap),
            (true, _) if !it.is_whole() => ("not every copy", Mood::Attention),
            (true, _) => ("restored", Mood::Fine),
        };
        let not_done = it.not_done.iter();
        let not_done = not_done.map(|place| format!("`{}` did not succeed", run.task(*place).name));
        RowLine {
            system: it.row.system.to_string(),
            name: it.row.name.clone(),
            took: took_ms.map(words),
            took_ms,
            back: back_ms.map(words),
            back_ms,
            rto: it.row.rto.map(Duration::words),
            rto_ms,
            outcome,
            mood,
            left_out: it.row.left_out.iter().cloned().chain(not_done).collect(),
        }
    }

    /// That it is back too late only because of what it needs; what took too long by itself is
    /// measured, and told there.
    pub fn held_up(&self) -> Option<String> {
        let (rto_ms, rto) = self.rto_ms.zip(self.rto.as_ref())?;
        let (back_ms, back) = self.back_ms.zip(self.back.as_ref())?;
        let is_held_up = back_ms > rto_ms && self.took_ms <= Some(rto_ms);
        let system = &self.system;
        let told = || format!("{system} is back after {back} with all it needs and may take {rto}");
        is_held_up.then(told)
    }

    /// The system on one line.
    pub fn told(&self) -> String {
        let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "-".to_owned());
        let (took, back, rto) = (time(&self.took), time(&self.back), time(&self.rto));
        let why = match self.left_out.as_slice() {
            [] => String::new(),
            all => format!(" ({})", all.join("; ")),
        };
        let (system, outcome) = (&self.system, self.outcome);
        format!("{system}: took {took}, back after {back} of {rto}: {outcome}{why}")
    }
}

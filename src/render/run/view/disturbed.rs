//! What disturbed a drill, and what should hold all the same.

use serde::Serialize;

use super::value::words;
use crate::drill::{Run, Steady};
use crate::journal::Holds;
use crate::render::view::Mood;

/// Something that should hold, and when it did.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SteadyLine {
    /// What should hold.
    pub name: String,
    /// What was seen before anything was begun.
    pub before: &'static str,
    /// How often it ceased to hold.
    pub broke: u32,
    /// How long it did not hold, in milliseconds, as far as that is over.
    pub away_ms: u64,
    /// The same, as people read it.
    pub away: String,
    /// What was seen at the end.
    pub after: &'static str,
    /// How that stands.
    pub mood: Mood,
}

/// A card that was put on the table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CardLine {
    /// What was on it.
    pub card: String,
    /// The step after which it came.
    pub after: String,
    /// What people should have answered or done.
    pub expected: Option<String>,
    /// What they did, line by line.
    pub answered: Vec<String>,
    /// What came of it.
    pub state: &'static str,
}

/// Everything that should hold, as the drill states it.
pub fn steady(run: &Run) -> Vec<SteadyLine> {
    let stated = run.script.steady_state.iter().zip(&run.steady);
    let line = |(stated, seen): (&crate::journal::SteadyState, &Steady)| SteadyLine {
        name: stated.name.clone(),
        before: told(seen.before),
        broke: seen.broke,
        away_ms: seen.away_micros / 1_000,
        away: words(seen.away_micros / 1_000),
        after: told(seen.after),
        mood: match (seen.before, seen.after) {
            (Some(Holds::Yes), Some(Holds::Yes)) => Mood::Fine,
            (Some(Holds::No), _) | (_, Some(Holds::No)) => Mood::Gap,
            _ => Mood::Attention,
        },
    };
    stated.map(line).collect()
}

fn told(seen: Option<Holds>) -> &'static str {
    match seen {
        Some(Holds::Yes) => "held",
        Some(Holds::No) => "did NOT hold",
        None => "was not looked at",
    }
}

/// Every card, in the order of the drill.
pub fn cards(run: &Run) -> Vec<CardLine> {
    let tasks = run.script.tasks.iter().zip(&run.steps);
    let cards = tasks.filter(|(task, _)| task.is_card);
    let line = |(task, step): (&crate::journal::Task, &crate::drill::Step)| CardLine {
        card: task.text.clone(),
        after: task
            .before
            .first()
            .map_or_else(String::new, |place| run.task(*place).name.clone()),
        expected: task.expected_answer.clone(),
        answered: step.facts.clone(),
        state: step.state.words(),
    };
    cards.map(line).collect()
}

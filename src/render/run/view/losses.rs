//! How much data a drill lost, against what may be.

use serde::Serialize;

use super::value::{millis, wall_words};
use crate::drill::{Lost, Run, lost};
use crate::record::Loss;
use crate::render::view::Mood;
use crate::time::Duration;

/// How much of something was lost.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LossLine {
    /// What may be lost.
    pub name: String,
    /// The function or system whose recovery point it is.
    pub of: Option<String>,
    /// The step with whose beginning the fault begins.
    pub fault: String,
    /// The step that looked for the newest mark.
    pub found: String,
    /// How much may be lost, in milliseconds.
    pub within_ms: u64,
    /// The same, as people read it.
    pub within: String,
    /// The newest mark that was recovered.
    pub mark: Option<String>,
    /// The same, as people read it.
    pub mark_words: Option<String>,
    /// How much was lost, in milliseconds; `null` where nothing tells.
    pub lost_ms: Option<u64>,
    /// The same, as people read it: in whole seconds, rounded up, as limits are stated.
    pub lost: Option<String>,
    /// What came of it.
    pub outcome: &'static str,
    /// How that stands.
    pub mood: Mood,
    #[serde(skip)]
    loss: Loss,
}

/// Everything that a run may lose.
pub fn losses(run: &Run) -> Vec<LossLine> {
    lost(run).iter().map(LossLine::new).collect()
}

impl LossLine {
    fn new(it: &Lost) -> Self {
        let loss = Loss::new(it);
        let (outcome, mood) = outcome(&loss);
        let lost_ms = lost_ms(&loss);
        LossLine {
            name: it.loss.name.clone(),
            of: it.loss.of.as_ref().map(ToString::to_string),
            fault: it.loss.fault.clone(),
            found: it.loss.found.clone(),
            within_ms: millis(it.loss.within),
            within: it.loss.within.words(),
            mark: it.mark.map(|mark| mark.to_rfc3339()),
            mark_words: it.mark.map(wall_words),
            lost_ms,
            lost: loss.lost().map(Duration::words),
            outcome,
            mood,
            loss,
        }
    }

    /// The loss on one line.
    pub fn told(&self) -> String {
        loss_told(&self.loss)
    }
}

/// What was lost, on one line.
pub fn loss_told(loss: &Loss) -> String {
    let (name, within, (outcome, _)) = (&loss.name, loss.within.words(), outcome(loss));
    match loss.lost().map(Duration::words) {
        None => format!("{name}: {outcome}; at most {within} may be lost"),
        Some(lost) => format!("{name}: {lost} lost, at most {within} may be: {outcome}"),
    }
}

fn outcome(loss: &Loss) -> (&'static str, Mood) {
    match (loss.lost_micros, loss.in_bounds) {
        (None, _) => ("NOT FOUND OUT", Mood::Gap),
        (_, true) => ("no more than may be", Mood::Fine),
        (_, false) => ("MORE THAN MAY BE", Mood::Gap),
    }
}

fn lost_ms(loss: &Loss) -> Option<u64> {
    loss.lost_micros.map(|micros| micros.div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use super::loss_told;
    use crate::record::Loss;
    use crate::time::Duration;

    #[test]
    fn what_was_lost_is_rounded_up_as_where_it_is_explained() {
        let loss = Loss {
            name: "Orders".to_owned(),
            of: None,
            lost_micros: Some(102_000_001),
            within: Duration::seconds(102),
            in_bounds: false,
        };
        assert_eq!(
            loss_told(&loss),
            "Orders: 1 min 43 s lost, at most 1 min 42 s may be: MORE THAN MAY BE"
        );
    }
}

//! The ladder of proof: how far it is shown that a backup can be restored.

use serde::{Deserialize, Serialize};

/// How far it is shown. Each rung includes those below it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing is shown.
    #[default]
    Unknown,
    /// There is a recovery point, with all its parts.
    Exists,
    /// It is as new as it has to be.
    Fresh,
    /// All of it was read, and is as it was written.
    Intact,
    /// All of it was restored, from cold, and what is a service was started.
    Restored,
    /// What was restored is the right data, and was there in time.
    Validated,
}

/// One thing that was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Trial {
    /// The rung it is part of.
    pub level: Level,
    /// What was looked at, such as `age of the newest recovery point`.
    pub what: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What had to be found; empty where that is plain.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The answer itself, where later ones are held against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// What came of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was seen to be as it has to be.
    Pass,
    /// It was seen not to be so.
    Fail,
    /// It could not be seen.
    Inconclusive,
}

impl Level {
    /// Every rung above the ground, from the lowest.
    pub const RUNGS: [Level; 5] = [
        Level::Exists,
        Level::Fresh,
        Level::Intact,
        Level::Restored,
        Level::Validated,
    ];

    /// Its number, from 0 to 5.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The level with a number.
    pub fn from_number(number: u8) -> Option<Self> {
        let mut all = std::iter::once(Level::Unknown).chain(Level::RUNGS);
        all.find(|level| level.number() == number)
    }

    /// The one below; on the ground there is none.
    pub fn below(self) -> Self {
        Level::from_number(self.number().saturating_sub(1)).unwrap_or_default()
    }

    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Level::Unknown => "unknown",
            Level::Exists => "exists",
            Level::Fresh => "fresh",
            Level::Intact => "intact",
            Level::Restored => "restored",
            Level::Validated => "restored and validated",
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.number(), self.word())
    }
}

impl Verdict {
    /// As people read it in a column; what they must see stands out.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "FAIL",
            Verdict::Inconclusive => "?",
        }
    }
}

impl Trial {
    /// It was seen to be as it has to be.
    pub fn pass(level: Level, what: impl Into<String>, found: impl Into<String>) -> Self {
        Trial::new(level, what, Verdict::Pass, found)
    }

    /// It was seen not to be so.
    pub fn fail(level: Level, what: impl Into<String>, found: impl Into<String>) -> Self {
        Trial::new(level, what, Verdict::Fail, found)
    }

    /// It could not be seen.
    pub fn inconclusive(level: Level, what: impl Into<String>, why: impl Into<String>) -> Self {
        Trial::new(level, what, Verdict::Inconclusive, why)
    }

    fn new(
        level: Level,
        what: impl Into<String>,
        verdict: Verdict,
        found: impl Into<String>,
    ) -> Self {
        Trial {
            level,
            what: what.into(),
            verdict,
            expected: String::new(),
            found: found.into(),
            answer: None,
        }
    }

    /// What came of it, as a sentence without its end.
    pub fn sentence(&self) -> String {
        let Trial {
            what,
            found,
            expected,
            ..
        } = self;
        match (self.verdict, expected.is_empty()) {
            (Verdict::Pass | Verdict::Fail, true) => format!("{what}: {found}"),
            (Verdict::Pass | Verdict::Fail, false) => {
                format!("{what}: {found} (expected: {expected})")
            }
            (Verdict::Inconclusive, _) => format!("{what}: could not be seen, {found}"),
        }
    }

    /// The same, with the answer itself, for later ones to be held against it.
    #[must_use]
    pub fn answering(self, answer: impl Into<String>) -> Self {
        let answer = Some(answer.into());
        Trial { answer, ..self }
    }

    /// The same, with what had to be found.
    #[must_use]
    pub fn expecting(self, expected: impl Into<String>) -> Self {
        let expected = expected.into();
        Trial { expected, ..self }
    }
}

/// The rung that trials show: the highest for which each rung up to it has a trial that passed, and
/// none that did not.
pub fn reached<'t>(trials: impl IntoIterator<Item = &'t Trial> + Clone) -> Level {
    let stands = |rung: &Level| {
        let mut own = trials
            .clone()
            .into_iter()
            .filter(|trial| trial.level == *rung)
            .peekable();
        own.peek().is_some() && own.all(|trial| trial.verdict == Verdict::Pass)
    };
    let rungs = Level::RUNGS.into_iter().take_while(stands);
    rungs.last().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(trials: &[(Level, Verdict)], expected: Level) {
        let trial = |&(level, verdict): &(Level, Verdict)| Trial::new(level, "it", verdict, "");
        let trials: Vec<Trial> = trials.iter().map(trial).collect();
        assert_eq!(reached(&trials), expected);
    }

    #[test]
    fn nothing_is_reached_without_a_pass_on_every_rung_below() {
        use Level::*;
        use Verdict::*;
        check(&[], Unknown);
        check(&[(Exists, Inconclusive)], Unknown);
        check(&[(Fresh, Pass), (Restored, Pass)], Unknown);
        check(&[(Exists, Pass), (Intact, Pass)], Exists);
        check(&[(Exists, Pass), (Fresh, Fail), (Intact, Pass)], Exists);
        check(
            &[(Exists, Pass), (Fresh, Pass), (Fresh, Inconclusive)],
            Exists,
        );
        let all: Vec<_> = RUNGS_PASS.to_vec();
        check(&all, Validated);
    }

    const RUNGS_PASS: [(Level, Verdict); 5] = [
        (Level::Exists, Verdict::Pass),
        (Level::Fresh, Verdict::Pass),
        (Level::Intact, Verdict::Pass),
        (Level::Restored, Verdict::Pass),
        (Level::Validated, Verdict::Pass),
    ];
}

//! How long a run still needs, and whether what it measures can still be in time.
//!
//! What is left is the longest chain of steps that are not settled, by what each is expected to
//! take. It is the least time: that steps wait for room, are tried again or take longer than
//! expected is not foreseen. Where a step says nothing of how long it takes, or is overdue already,
//! that is part of the answer.

use super::score::{Excluded, only_excluded};
use super::{Phase, Run, StepState, next};
use crate::model::Measure;
use crate::time::{Duration, Moment};

const SECOND: u64 = 1_000_000;

/// How long a run still needs, as far as can be told at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// How many steps are settled, whatever came of them.
    pub settled: usize,
    /// How long until every step is; `None` where the run does not go on to its steps any more.
    pub left: Option<Left>,
    /// What runs now, in the order of the script.
    pub under_way: Vec<UnderWay>,
    /// How each measure stands, as in the script.
    pub budgets: Vec<Budget>,
}

/// How long something still needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// At least so long, in microseconds.
    pub micros: u64,
    /// Whether all that is in it says how long it takes, and is not overdue.
    pub known: Known,
}

/// Whether a length of time is all there is to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// Everything in it says how long it takes.
    #[default]
    Whole,
    /// It may be longer: something does not say how long it takes, or is overdue.
    AtLeast,
}

/// A step that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// Which.
    pub place: u32,
    /// For how long, in microseconds.
    pub elapsed: u64,
    /// How long it should take, in microseconds, where that is said.
    pub expected: Option<u64>,
}

/// How a measure stands against what it may take; all lengths are in microseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// What is measured.
    pub measure: Measure,
    /// Whether its time runs.
    pub stand: Stand,
    /// How long it has taken so far, without what is not counted.
    pub elapsed: u64,
    /// How long it may take.
    pub within: u64,
    /// How long it still needs to its end, without what is not counted.
    pub left: Left,
}

/// Whether the time of a measure runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// The step with which it begins has not begun.
    Ahead,
    /// It does.
    Runs,
    /// It came to its end.
    Over,
    /// It cannot come to its end any more.
    Lost,
}

impl UnderWay {
    /// How much longer than expected it has taken already.
    pub fn overdue(&self) -> Option<u64> {
        let over = self.elapsed.checked_sub(self.expected?)?;
        (over > 0).then_some(over)
    }
}

impl Budget {
    /// How much of what it may take is left.
    pub fn unspent(&self) -> u64 {
        self.within.saturating_sub(self.elapsed)
    }

    /// By how much it will be late at the least, where what is left does not fit any more.
    ///
    /// People state whole seconds, so what is less than one is not late.
    pub fn late_by(&self) -> Option<u64> {
        let open = matches!(self.stand, Stand::Ahead | Stand::Runs);
        let whole = self.elapsed.saturating_add(self.left.micros);
        let late = whole.checked_sub(self.within)?;
        (open && late >= SECOND).then_some(late)
    }
}

/// How long a run still needs. Every step and every dependency is looked at once.
pub fn forecast(run: &Run, now: &Moment) -> Forecast {
    let goes_on = matches!(run.phase, Phase::Planned | Phase::Running | Phase::Paused);
    let all = Chains::new(run, now, &Excluded::default());
    let excluded = Excluded::new(run);
    let counted = (!excluded.is_empty()).then(|| Chains::new(run, now, &excluded));
    let counted = counted.as_ref().unwrap_or(&all);
    let budget = |measure| budget(run, now, measure, (counted, &excluded));
    Forecast {
        settled: run
            .steps
            .iter()
            .filter(|step| step.state.is_settled())
            .count(),
        left: goes_on.then(|| all.ends.iter().copied().fold(Left::default(), Left::or)),
        under_way: run
            .in_state(StepState::Running)
            .map(|place| under_way(run, now, place))
            .collect(),
        budgets: run.script.measures.iter().map(budget).collect(),
    }
}

/// How long it is until each step can begin at the earliest, and until it is settled.
struct Chains {
    starts: Vec<Left>,
    ends: Vec<Left>,
}

impl Chains {
    fn new(run: &Run, now: &Moment, excluded: &Excluded) -> Self {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for (place, task) in (0u32..).zip(&run.script.tasks) {
            let before = task.before.iter().map(|before| ends[*before as usize]);
            // Whatever it waited for, it is settled, or has begun.
            let state = run.step(place).state;
            let begun = state.is_settled() || state == StepState::Running;
            let start = match begun {
                true => Left::default(),
                false => before.fold(Left::default(), Left::or),
            };
            let own = match excluded.has(place) {
                true => Left::default(),
                false => own(run, now, place),
            };
            starts.push(start);
            ends.push(start.and(own));
        }
        Chains { starts, ends }
    }
}

impl Left {
    /// The longer of two.
    fn or(self, other: Left) -> Left {
        Left {
            micros: self.micros.max(other.micros),
            known: self.known.and(other.known),
        }
    }

    /// One after the other.
    fn and(self, other: Left) -> Left {
        Left {
            micros: self.micros.saturating_add(other.micros),
            known: self.known.and(other.known),
        }
    }
}

impl Known {
    fn and(self, other: Known) -> Known {
        match (self, other) {
            (Known::Whole, Known::Whole) => Known::Whole,
            _ => Known::AtLeast,
        }
    }
}

/// Whether it is known already that a step will not be needed.
fn is_needless(run: &Run, place: u32) -> bool {
    let mut when = run.task(place).when.iter();
    when.any(|when| {
        let asked = run.step(when.task);
        asked.state.is_settled() && asked.answer.as_ref() != Some(&when.is)
    })
}

/// How long a step itself still needs.
fn own(run: &Run, now: &Moment, place: u32) -> Left {
    let (step, expected) = (run.step(place), run.task(place).expected);
    if step.state.is_settled() || is_needless(run, place) {
        return Left::default();
    }
    let at_least = |micros| Left {
        micros,
        known: Known::AtLeast,
    };
    let whole = |micros| Left {
        micros,
        known: Known::Whole,
    };
    match (step.state, expected.map(next::micros)) {
        // Somebody decides, whenever they do.
        (StepState::InDoubt, _) => at_least(0),
        (StepState::Running, Some(expected)) => {
            let elapsed = under_way(run, now, place).elapsed;
            match expected.checked_sub(elapsed) {
                Some(left) => whole(left),
                None => at_least(0),
            }
        }
        (StepState::Running, None) => at_least(0),
        (StepState::Retrying, Some(expected)) => {
            whole(next::left(run, place, now).saturating_add(expected))
        }
        (StepState::Retrying, None) => at_least(next::left(run, place, now)),
        (_, Some(expected)) => whole(expected),
        (_, None) => at_least(0),
    }
}

fn under_way(run: &Run, now: &Moment, place: u32) -> UnderWay {
    let began = run.step(place).started_at.as_ref();
    UnderWay {
        place,
        elapsed: began.map_or(0, |began| now.since(began).micros),
        expected: run.task(place).expected.map(next::micros),
    }
}

fn budget(
    run: &Run,
    now: &Moment,
    measure: &Measure,
    (chains, excluded): (&Chains, &Excluded),
) -> Budget {
    let within = next::micros(measure.within);
    let mut budget = Budget {
        measure: measure.clone(),
        stand: Stand::Lost,
        elapsed: 0,
        within,
        left: Left::default(),
    };
    let (Some(from), Some(until)) = (run.place(&measure.from), run.place(&measure.until)) else {
        return budget;
    };
    let began = run.step(from).first_started_at.as_ref();
    let end = run.step(until);
    let goes_on = matches!(run.phase, Phase::Planned | Phase::Running | Phase::Paused);
    budget.stand = match began {
        Some(_) if end.state == StepState::Done => Stand::Over,
        _ if end.state.is_settled() || is_needless(run, until) || !goes_on => Stand::Lost,
        Some(_) => Stand::Runs,
        None if run.step(from).state.is_settled() || is_needless(run, from) => Stand::Lost,
        None => Stand::Ahead,
    };
    let ended = end.finished_at.as_ref();
    let until_now = ended.filter(|_| budget.stand == Stand::Over).unwrap_or(now);
    budget.elapsed = began.map_or(0, |began| {
        let whole = until_now.since(began).micros;
        whole.saturating_sub(only_excluded(run, excluded, (began, until_now)))
    });
    let left = chains.ends[until as usize];
    budget.left = match budget.stand {
        Stand::Runs => left,
        // Until it begins, its time does not run.
        Stand::Ahead => Left {
            micros: left
                .micros
                .saturating_sub(chains.starts[from as usize].micros),
            known: left.known,
        },
        Stand::Over | Stand::Lost => Left::default(),
    };
    budget
}

/// A length of time in whole seconds, as it is shown.
pub fn seconds(micros: u64) -> Duration {
    Duration::seconds(micros / SECOND)
}

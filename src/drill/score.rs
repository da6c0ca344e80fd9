//! How long what a drill measures took, against what it may.
//!
//! The time that people see runs from the beginning of one step to the end of another (*business*).
//! Out of it the time is told in which only people were at work, so that what the machines need is
//! known, too (*technical*). What the drill excludes, for the reason it states, is not counted; the
//! whole time is told beside it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{Hold, Phase, Run, StepState, restored};
use crate::journal::{Outcome, Part};
use crate::model::{DataLoss, Measure};
use crate::time::{Elapsed, Moment};

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// What was to be measured.
    pub measure: Measure,
    /// How long it took; `None` where it did not come to its end.
    pub took: Option<Elapsed>,
    /// How long of that only people were at work, in microseconds.
    pub people_micros: u64,
    /// How long of that only steps were at work whose time is not counted, in microseconds.
    pub excluded_micros: u64,
    /// How long of that an incident held the run, in microseconds. As that of any pause it counts:
    /// whoever waited for the recovery waited then, too.
    pub held_micros: u64,
}

impl Measured {
    /// How long it took without what is excluded, in microseconds.
    pub fn counted_micros(&self) -> Option<u64> {
        Some(self.took?.micros.saturating_sub(self.excluded_micros))
    }

    /// Whether it came to its end in time, without what is excluded.
    pub fn in_time(&self) -> bool {
        let within = super::next::micros(self.measure.within);
        self.counted_micros().is_some_and(|took| took <= within)
    }
}

/// How much data a run lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// What was to be found out.
    pub loss: DataLoss,
    /// The newest mark that was recovered.
    pub mark: Option<DateTime<Utc>>,
    /// How old it was at the fault, in microseconds, by the clock on the wall; `None` where nothing
    /// was found, or the fault never was.
    pub micros: Option<u64>,
}

impl Lost {
    /// Whether no more was lost than may be.
    pub fn within(&self) -> bool {
        let within = super::next::micros(self.loss.within);
        self.micros.is_some_and(|lost| lost <= within)
    }
}

/// How much data was lost, wherever the drill looks for that. A mark that is newer than the fault
/// proves nothing: something else has written it.
pub fn lost(run: &Run) -> Vec<Lost> {
    let losses = run.script.data_loss.iter();
    let one = |loss: &DataLoss| {
        let step = |name: &str| run.place(name).map(|place| run.step(place));
        let fault = step(&loss.fault).and_then(|step| step.first_started_at.as_ref());
        let found = step(&loss.found).filter(|step| step.state == StepState::Done);
        let mark = found.and_then(|step| step.mark);
        let age = fault
            .zip(mark)
            .map(|(fault, mark)| fault.wall.signed_duration_since(mark));
        Lost {
            loss: loss.clone(),
            mark,
            micros: age.and_then(|age| age.num_microseconds()?.try_into().ok()),
        }
    };
    losses.map(one).collect()
}

/// Whether a run did what it should, in time; `None` while it is not over.
pub fn succeeded(run: &Run) -> Option<bool> {
    let Phase::Finished(outcome) = run.phase else {
        return None;
    };
    let in_time = measured(run).iter().all(Measured::in_time);
    let kept = lost(run).iter().all(Lost::within);
    let restored = restored(run).is_none_or(|restored| restored.is_in_time());
    Some(outcome == Outcome::Succeeded && in_time && kept && restored)
}

/// Everything that a run measures.
pub fn measured(run: &Run) -> Vec<Measured> {
    let measures = run.script.measures.iter();
    measures.map(|measure| measure_in(run, measure)).collect()
}

fn measure_in(run: &Run, measure: &Measure) -> Measured {
    let step = |name: &str| run.place(name).map(|place| run.step(place));
    let from = step(&measure.from).and_then(|step| step.first_started_at.as_ref());
    let until = step(&measure.until).filter(|step| step.state == StepState::Done);
    let until = until.and_then(|step| step.finished_at.as_ref());
    // What ended before the other began was not measured.
    let both = from
        .zip(until)
        .filter(|(from, until)| !until.is_before(from));
    Measured {
        measure: measure.clone(),
        took: both.map(|(from, until)| until.since(from)),
        people_micros: both.map_or(0, |(from, until)| only_people(run, from, until)),
        excluded_micros: both.map_or(0, |both| only_excluded(run, &Excluded::new(run), both)),
        held_micros: both.map_or(0, |(from, until)| held(run, from, until)),
    }
}

/// How long between two moments people were at work and no machine was.
fn only_people(run: &Run, from: &Moment, until: &Moment) -> u64 {
    within(run, (from, until), |place| {
        match run.task(place).action(Part::Step) {
            None => Counts::In,
            Some(_) => Counts::Out,
        }
    })
}

/// How long between two moments an incident held the run, also where several did at once.
fn held(run: &Run, from: &Moment, until: &Moment) -> u64 {
    let length = until.since(from).micros;
    let (mut total, mut seen) = (0, 0);
    // In the order in which they were opened.
    for opened in &run.incidents {
        let end = match &opened.hold {
            Hold::Never => continue,
            Hold::Now => length,
            Hold::Until(end) => end.since(from).micros.min(length),
        };
        let begin = opened.at.since(from).micros.max(seen);
        total += end.saturating_sub(begin);
        seen = seen.max(end);
    }
    total
}

/// The steps whose time is not counted.
#[derive(Debug, Default)]
pub(super) struct Excluded(HashSet<u32>);

impl Excluded {
    pub(super) fn new(run: &Run) -> Self {
        let excluded = run.script.exclusions.iter();
        Excluded(excluded.filter_map(|one| run.place(&one.step)).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, place: u32) -> bool {
        self.0.contains(&place)
    }
}

/// How long between two moments only steps were at work whose time is not counted.
pub(super) fn only_excluded(
    run: &Run,
    excluded: &Excluded,
    (from, until): (&Moment, &Moment),
) -> u64 {
    if excluded.is_empty() {
        return 0;
    }
    within(run, (from, until), |place| match excluded.has(place) {
        true => Counts::In,
        false => Counts::Out,
    })
}

/// Whether the time of a step is looked for, or keeps that of others from being so.
enum Counts {
    In,
    Out,
}

/// How long between two moments only steps were at work that are looked for.
fn within(run: &Run, (from, until): (&Moment, &Moment), counts: impl Fn(u32) -> Counts) -> u64 {
    let length = until.since(from).micros;
    // What begins and ends at each moment: what is looked for, and all else.
    let mut changes: Vec<(u64, i32, i32)> = Vec::new();
    for (place, step) in (0u32..).zip(&run.steps) {
        // What still runs is at work up to the end of the time that is looked at.
        let runs = step.state == StepState::Running;
        let ended = step.finished_at.as_ref().or(runs.then_some(until));
        let (Some(began), Some(ended)) = (&step.first_started_at, ended) else {
            continue;
        };
        let inside = |at: &Moment| at.since(from).micros.min(length);
        let (began, ended) = (inside(began), inside(ended));
        let (wanted, other) = match counts(place) {
            Counts::In => (1, 0),
            Counts::Out => (0, 1),
        };
        changes.extend([(began, wanted, other), (ended, -wanted, -other)]);
    }
    changes.sort_unstable();
    let (mut wanted, mut others, mut last, mut alone) = (0, 0, 0, 0);
    for (at, more_wanted, more_others) in changes {
        if wanted > 0 && others == 0 {
            alone += at - last;
        }
        last = at;
        wanted += more_wanted;
        others += more_others;
    }
    alone
}

#[cfg(test)]
mod tests {
    use crate::drill::{Attempt, Engine, Exercise, Given, Message, Values, compile};
    use crate::journal::{Part, Settled, What};
    use crate::load::testing;
    use crate::time::Moment;

    use super::measured;

    const PLAN: &str = "
drills:
  - id: d
    name: D
    kind: functional
    procedures: [p]
    measures:
      - {name: All, from: p/a, until: p/c, within: 10s}
      - {name: Never, from: p/a, until: p/d, within: 10s}
    exclusions: [{step: p/c, why: It waits for the night}]
procedures:
  - id: p
    name: P
    steps:
      - {id: a, do: A, run: {wait: {lasting: 1s}}}
      - {id: b, do: B}
      - {id: c, do: C, run: {wait: {lasting: 1s}}}
      - {id: d, do: D}
";

    #[test]
    fn what_only_people_took_is_told_apart() {
        let loaded = testing::plan(PLAN);
        let drill = loaded.programme.drills.get("d").expect("declared");
        let given = Given {
            plans: "",
            values: &Values::new(),
            program: "mainstay",
            today: "2026-11-22".parse().expect("a day"),
            seed: 0,
        };
        let prepared = compile::<Exercise>(&loaded.programme, drill, &given).expect("a script");
        let (mut engine, _) =
            Engine::start(prepared.into_script(), &Moment::after(0)).expect("a start");
        let ended = |place, at| Message::Ended {
            attempt: Attempt {
                place,
                part: Part::Step,
                number: 1,
            },
            settled: Settled::Succeeded,
            facts: Vec::new(),
            at,
            mark: None,
            evidence: Vec::new(),
        };
        engine
            .turn(vec![ended(0, None)], &Moment::after(2))
            .expect("a turn");
        let done = What::StepFinished {
            step: "p/b".to_owned(),
            attempt: 1,
            settled: Settled::Succeeded,
            facts: Vec::new(),
            at: None,
            mark: None,
            evidence: Vec::new(),
        };
        let request = crate::drill::Request {
            by: "ada".to_owned(),
            what: done,
        };
        engine
            .turn(vec![Message::Asked(request)], &Moment::after(7))
            .expect("a turn");
        engine
            .turn(vec![ended(2, None)], &Moment::after(8))
            .expect("a turn");
        let [all, never] = &measured(&engine.run)[..] else {
            panic!("two are measured");
        };
        assert_eq!(all.took.map(|took| took.micros), Some(8_000_000));
        assert_eq!(all.people_micros, 5_000_000);
        assert_eq!(all.excluded_micros, 1_000_000);
        assert_eq!(all.counted_micros(), Some(7_000_000));
        assert!(all.in_time());
        assert_eq!(never.took, None);
        assert!(
            !never.in_time(),
            "what did not come to its end was not in time"
        );
    }
}

//! What of the inventory a drill restored, how long that took, and what held the rest up.
//!
//! A system is as good as its best copy: it is restored when one of its copies was. Its time is
//! that of the slowest copy that was restored, as nobody knows which one is left after a disaster.
//! The critical path is made of the times that were measured, along the dependencies between the
//! steps: what machines with room for all of them at once would still need. Where something was not
//! restored the path is longer than anybody knows.

use super::{Run, StepState};
use crate::journal::Row;
use crate::time::{Elapsed, Moment};

/// What was restored of all systems that hold data.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored<'r> {
    /// One for each system.
    pub rows: Vec<RowRestored<'r>>,
    /// From the beginning of the first restore to the end of the last one.
    pub took: Option<Elapsed>,
    /// The steps that held up the last one, each after the one before.
    pub path: Vec<Leg>,
}

/// What was restored of a system.
#[derive(Clone, Debug, PartialEq)]
pub struct RowRestored<'r> {
    /// The system, as it was planned.
    pub row: &'r Row,
    /// The steps that restored a copy of it.
    pub done: Vec<u32>,
    /// The steps that did not, or not yet.
    pub not_done: Vec<u32>,
    /// How long its slowest copy took, in microseconds.
    pub took_micros: Option<u64>,
    /// When it is back if everything begins as soon as what it needs is back, in microseconds.
    pub back_micros: Option<u64>,
}

/// One step of the critical path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The step.
    pub place: u32,
    /// How long it took, in microseconds.
    pub micros: u64,
}

impl Restored<'_> {
    /// How many systems were restored.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| row.is_restored()).count()
    }

    /// Whether all of them were.
    pub fn is_complete(&self) -> bool {
        self.count() == self.rows.len()
    }

    /// Whether all of them were, in time.
    pub fn is_in_time(&self) -> bool {
        self.is_complete() && !self.rows.iter().any(RowRestored::is_late)
    }

    /// Whether every copy of all of them was: only then the critical path is all there is.
    pub fn is_whole(&self) -> bool {
        self.rows.iter().all(RowRestored::is_whole)
    }

    /// How long the critical path is, in microseconds.
    pub fn path_micros(&self) -> u64 {
        self.path.iter().map(|leg| leg.micros).sum()
    }
}

impl RowRestored<'_> {
    /// Whether at least one copy of it was restored.
    pub fn is_restored(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether it is back later than it may be, with all that it needs.
    pub fn is_late(&self) -> bool {
        let rto = self.row.rto.map(super::next::micros);
        let both = rto.zip(self.back_micros);
        both.is_some_and(|(rto, back)| back > rto)
    }

    /// Whether every copy of it was.
    pub fn is_whole(&self) -> bool {
        self.is_restored() && self.not_done.is_empty() && self.row.left_out.is_empty()
    }
}

/// What a run restored of all systems that hold data; nothing where it is not there for that.
pub fn restored(run: &Run) -> Option<Restored<'_>> {
    if run.script.rows.is_empty() {
        return None;
    }
    let times = Times::new(run);
    Some(Restored {
        rows: run.script.rows.iter().map(|row| times.row(row)).collect(),
        took: took(run),
        path: times.path(),
    })
}

/// What each step took that restores something, and when it was over along the dependencies.
struct Times<'r> {
    run: &'r Run,
    /// By the places of all steps; nothing where it did not restore anything.
    took: Vec<Option<u64>>,
    /// When it was over, and the step that held it up most.
    over: Vec<(u64, Option<u32>)>,
}

impl<'r> Times<'r> {
    fn new(run: &'r Run) -> Self {
        let mut took = vec![None; run.steps.len()];
        let mut over = vec![(0, None); run.steps.len()];
        for place in restores(run) {
            let index = place as usize;
            took[index] = micros(run, place);
            // What must be done before a step stands above it.
            let before = run.task(place).before.iter().copied();
            let last = before.max_by_key(|it| over[*it as usize].0);
            let last = last.filter(|it| over[*it as usize].0 > 0);
            let begun = last.map_or(0, |it| over[it as usize].0);
            over[index] = (begun + took[index].unwrap_or(0), last);
        }
        Times { run, took, over }
    }

    fn row(&self, row: &'r Row) -> RowRestored<'r> {
        let is_done = |place: &u32| self.took[*place as usize].is_some();
        let (done, not_done): (Vec<u32>, _) = row.tasks.iter().copied().partition(is_done);
        RowRestored {
            row,
            took_micros: done.iter().filter_map(|it| self.took[*it as usize]).max(),
            back_micros: done.iter().map(|it| self.over[*it as usize].0).max(),
            done,
            not_done,
        }
    }

    /// The longest chain of steps, the first one first.
    fn path(&self) -> Vec<Leg> {
        let mut next = restores(self.run)
            .into_iter()
            .rev()
            .max_by_key(|place| self.over[*place as usize].0);
        let mut path = Vec::new();
        while let Some(place) = next {
            let micros = self.took[place as usize];
            path.extend(micros.map(|micros| Leg { place, micros }));
            next = self.over[place as usize].1;
        }
        path.reverse();
        path
    }
}

/// The steps that restore what the inventory holds, in the order of the script.
fn restores(run: &Run) -> Vec<u32> {
    let rows = run.script.rows.iter();
    let mut places: Vec<u32> = rows.flat_map(|row| row.tasks.iter().copied()).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// How long a step took that is done, in microseconds.
fn micros(run: &Run, place: u32) -> Option<u64> {
    let step = run.step(place);
    let began = step.first_started_at.as_ref()?;
    let ended = step.finished_at.as_ref()?;
    (step.state == StepState::Done).then(|| ended.since(began).micros)
}

/// From the beginning of the first restore to the end of the last one that has ended.
fn took(run: &Run) -> Option<Elapsed> {
    let steps = restores(run).into_iter().map(|place| run.step(place));
    let steps: Vec<_> = steps.collect();
    let earlier = |a: &&Moment, b: &&Moment| match a.is_before(b) {
        true => std::cmp::Ordering::Less,
        false => std::cmp::Ordering::Greater,
    };
    let began = steps.iter().filter_map(|it| it.first_started_at.as_ref());
    let ended = steps.iter().filter_map(|it| it.finished_at.as_ref());
    Some(ended.max_by(earlier)?.since(began.min_by(earlier)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::{Attempt, Engine, Exercise, Given, Message, Values, compile, succeeded};
    use crate::journal::{Part, Settled};
    use crate::load::testing;

    const PLAN: &str = "
drills: [{id: d, name: D, kind: functional, restores: all}]
systems:
  - {id: a, name: A, holds-data: true, rto: 5s}
  - {id: b, name: B, holds-data: true, rto: 5s, depends-on: [{on: a}]}
  - {id: c, name: C, holds-data: true, rto: 5s}
backups:
  - {id: a, name: A, of: [a], verify: {with: {directory: {path: a}}}}
  - {id: a-full, name: A, of: [a], verify: {with: {directory: {path: a-full}}}}
  - {id: b, name: B, of: [b], verify: {with: {directory: {path: b}}}}
  - {id: c, name: C, of: [c], verify: {with: {directory: {path: c}}}}
";

    /// Ends each step at a second, in this order, and gives what was restored: how long the
    /// critical path is, its steps, those that are late and those that are not whole.
    #[track_caller]
    fn check(ended: &[(&str, u64, Settled)], expected: (u64, &[&str], &[&str], &[&str])) {
        let programme = testing::plan(PLAN).programme;
        let drill = programme.drills.get("d").expect("declared");
        let given = Given {
            plans: "",
            values: &Values::new(),
            program: "mainstay",
            today: "2026-11-22".parse().expect("a day"),
            seed: 0,
        };
        let prepared = compile::<Exercise>(&programme, drill, &given).expect("a script");
        let (mut engine, _) =
            Engine::start(prepared.into_script(), &Moment::after(0)).expect("a start");
        for (step, second, settled) in ended {
            let place = engine.run.place(&format!("restore/{step}"));
            let ended = Message::Ended {
                attempt: Attempt {
                    place: place.expect("a step"),
                    part: Part::Step,
                    number: 1,
                },
                settled: *settled,
                facts: Vec::new(),
                at: None,
                mark: None,
                evidence: Vec::new(),
            };
            engine
                .turn(vec![ended], &Moment::after(*second))
                .expect("a turn");
        }
        let restored = restored(&engine.run).expect("it is there for that");
        let name = |place: u32| &engine.run.task(place).name["restore/".len()..];
        let path: Vec<&str> = restored.path.iter().map(|leg| name(leg.place)).collect();
        let rows = restored.rows.iter();
        let system = |row: &'_ RowRestored<'_>| row.row.system.to_string();
        let late: Vec<String> = rows
            .clone()
            .filter(|row| row.is_late())
            .map(system)
            .collect();
        let part: Vec<String> = rows.filter(|row| !row.is_whole()).map(system).collect();
        let path_seconds = restored.path_micros() / 1_000_000;
        assert_eq!((path_seconds, &path[..]), (expected.0, expected.1));
        assert_eq!(late, expected.2);
        assert_eq!(part, expected.3);
        let is_fine = late.is_empty() && part.is_empty();
        assert_eq!(succeeded(&engine.run), Some(is_fine));
    }

    #[test]
    fn the_path_follows_the_slowest_copy_and_what_it_holds_up_may_be_late() {
        use Settled::{Failed, Succeeded};
        let all = |a_full, b, c| {
            [
                ("a", 1, Succeeded),
                ("a-full", a_full, Succeeded),
                ("c", c, Succeeded),
                ("b", b, Succeeded),
            ]
        };
        check(&all(2, 5, 3), (5, &["a-full", "b"], &[], &[]));
        check(&all(2, 7, 3), (7, &["a-full", "b"], &["b"], &[]));
        let lost = [
            ("a", 1, Succeeded),
            ("a-full", 2, Failed),
            ("c", 3, Failed),
            ("b", 5, Succeeded),
        ];
        check(&lost, (4, &["a", "b"], &[], &["a", "c"]));
    }
}

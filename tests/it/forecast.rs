//! What a run still needs, and whether what it measures can still be in time: cases made by hand.

use mainstay::drill::{
    Attempt, Engine, Forecast, Known, Message, Phase, Request, Run, Stand, forecast,
};
use mainstay::journal::{Part, Settled, What};
use mainstay::time::Moment;

use crate::support;

/// A run that goes on as it is told, on paper.
struct Case(Engine);

fn at(seconds: u64) -> Moment {
    let wall: chrono::DateTime<chrono::Utc> = "2026-11-22T09:00:00Z".parse().expect("a time");
    Moment {
        wall: wall + chrono::TimeDelta::seconds(i64::try_from(seconds).expect("soon")),
        boot_micros: seconds * 1_000_000,
        boot_id: "one".to_owned(),
    }
}

/// A step by the machine that should take so long; where it says nothing of that, by nothing.
fn step(id: &str, more: &str, expected: &str) -> String {
    let expected = match expected {
        "" => String::new(),
        _ => format!(", expected: {expected}"),
    };
    format!("      - {{id: {id}, do: Do, run: {{wait: {{lasting: 1s}}}}{expected}{more}}}\n")
}

impl Case {
    /// What is measured runs from `p/a` to `p/z`.
    fn new(within: &str, more: &str, steps: &[String]) -> Self {
        let plan = format!(
            "drills:\n  - id: d\n    name: D\n    kind: functional\n    procedures: [p]\n{more}    \
             measures: [{{name: M, from: p/a, until: p/z, within: {within}}}]\n\
             procedures:\n  - id: p\n    name: P\n    steps:\n{}",
            steps.concat()
        );
        let (engine, _) = Engine::start(support::script(&plan), &at(0)).expect("a start");
        Case(engine)
    }

    fn ended(&mut self, step: &str, settled: Settled, seconds: u64) {
        let place = self.0.run.place(&format!("p/{step}")).expect("it is there");
        let message = Message::Ended {
            attempt: Attempt {
                place,
                part: Part::Step,
                number: self.0.run.step(place).attempts,
            },
            settled,
            facts: Vec::new(),
            at: None,
        };
        self.0.turn(vec![message], &at(seconds)).expect("a turn");
    }

    fn done(&mut self, step: &str, seconds: u64) {
        self.ended(step, Settled::Succeeded, seconds);
    }

    fn asked(&mut self, what: What, seconds: u64) {
        let by = "ada".to_owned();
        let message = Message::Asked(Request { by, what });
        let turn = self.0.turn(vec![message], &at(seconds)).expect("a turn");
        assert!(turn.refused.iter().all(String::is_empty));
    }

    fn run(&self) -> &Run {
        &self.0.run
    }

    fn at(&self, seconds: u64) -> Forecast {
        forecast(self.run(), &at(seconds))
    }

    /// What is left of the run in seconds, and by how many the measure will be late.
    #[track_caller]
    fn check(&self, seconds: u64, left: u64, known: Known, late_by: Option<u64>) {
        let forecast = self.at(seconds);
        let told = forecast.left.map(|left| (left.micros, left.known));
        assert_eq!(told, Some((left * 1_000_000, known)));
        let late_by = late_by.map(|seconds| seconds * 1_000_000);
        assert_eq!(forecast.budgets[0].late_by(), late_by);
    }
}

/// `a` of 10 s, then `b` of 20 s and `c` of 50 s side by side, then `z` of 5 s.
fn branches(within: &str) -> Case {
    let steps = [
        step("a", "", "10s"),
        step("b", ", after: [a]", "20s"),
        step("c", ", after: [a]", "50s"),
        step("z", ", after: [b, c]", "5s"),
    ];
    Case::new(within, "", &steps)
}

#[test]
fn the_longest_branch_is_what_is_left_and_time_takes_from_it() {
    let mut case = branches("65s");
    case.check(0, 65, Known::Whole, None);
    case.check(4, 61, Known::Whole, None);
    case.done("a", 8);
    case.check(8, 55, Known::Whole, None);
    case.done("c", 20);
    case.check(20, 13, Known::Whole, None);
    case.done("b", 21);
    case.done("z", 25);
    let budget = &case.at(99).budgets[0];
    assert_eq!((budget.stand, budget.elapsed), (Stand::Over, 25_000_000));
}

#[test]
fn what_does_not_fit_any_more_is_said_before_the_time_is_over() {
    let mut case = branches("65s");
    case.check(10, 55, Known::Whole, None);
    // `a` should be over: all that comes after it is put off, at the least to now.
    case.check(13, 55, Known::AtLeast, Some(3));
    assert_eq!(case.at(13).under_way[0].overdue(), Some(3_000_000));
    case.done("a", 14);
    case.check(14, 55, Known::Whole, Some(4));
    assert_eq!(case.at(14).budgets[0].unspent(), 51_000_000);
}

#[test]
fn a_step_that_does_not_say_how_long_it_takes_makes_it_a_lower_bound() {
    let steps = [step("a", "", ""), step("z", "", "5s")];
    let mut case = Case::new("1m", "", &steps);
    case.check(3, 5, Known::AtLeast, None);
    case.done("a", 4);
    case.check(4, 5, Known::Whole, None);
}

#[test]
fn what_is_tried_again_needs_its_time_again() {
    let retry = ", retry: {times: 2, wait: 30s}";
    let steps = [step("a", retry, "10s"), step("z", "", "5s")];
    let mut case = Case::new("40s", "", &steps);
    case.ended("a", Settled::Failed, 4);
    case.check(4, 45, Known::Whole, Some(9));
    case.check(14, 35, Known::Whole, Some(9));
}

#[test]
fn what_is_not_needed_left_out_or_failed_takes_no_time() {
    let steps = [
        step("a", ", on-failure: continue", "10s"),
        "      - {id: go, do: Go, after: [a], decide: {answers: [b, c]}, expected: 1s}\n"
            .to_owned(),
        step("b", ", after: [go], when: {step: go, is: b}", "100s"),
        step("c", ", after: [go], when: {step: go, is: c}", "20s"),
        step("d", ", after: [c]", "30s"),
        step("z", ", after: [b, d]", "5s"),
    ];
    let mut case = Case::new("10m", "", &steps);
    // As long as nobody has answered, both may be needed.
    case.check(0, 116, Known::Whole, None);
    case.ended("a", Settled::Failed, 2);
    case.check(2, 106, Known::Whole, None);
    let what = What::StepAnswered {
        step: "p/go".to_owned(),
        answer: "c".to_owned(),
        why: String::new(),
    };
    case.asked(what, 3);
    case.check(3, 55, Known::Whole, None);
    let what = What::StepSkipped {
        step: "p/d".to_owned(),
        why: "there is another".to_owned(),
    };
    case.asked(what, 3);
    // Nothing waits for what comes before a step that is left out.
    case.check(3, 20, Known::Whole, None);
    assert_eq!(case.at(3).settled, 4);
}

#[test]
fn while_a_run_is_paused_the_time_of_its_measures_goes_on() {
    let mut case = branches("70s");
    case.asked(What::RunPaused, 1);
    case.done("a", 10);
    case.check(10, 55, Known::Whole, None);
    case.check(20, 55, Known::Whole, Some(5));
    case.asked(What::RunResumed, 20);
    case.check(20, 55, Known::Whole, Some(5));
}

#[test]
fn the_time_of_a_measure_that_has_not_begun_does_not_run() {
    let steps = [
        step("y", "", "100s"),
        step("a", "", "10s"),
        step("z", "", "5s"),
    ];
    let mut case = Case::new("15s", "", &steps);
    case.check(50, 65, Known::Whole, None);
    assert_eq!(case.at(50).budgets[0].stand, Stand::Ahead);
    assert_eq!(case.at(50).budgets[0].left.micros, 15_000_000);
    case.done("y", 60);
    case.check(61, 14, Known::Whole, None);
    assert_eq!(case.at(61).budgets[0].elapsed, 1_000_000);
}

#[test]
fn what_is_not_counted_takes_nothing_of_the_budget() {
    let more = "    exclusions: [{step: p/b, why: It waits for the night}]\n";
    let steps = [
        step("a", "", "10s"),
        step("b", "", "1000s"),
        step("z", "", "5s"),
    ];
    let mut case = Case::new("20s", more, &steps);
    case.check(0, 1015, Known::Whole, None);
    case.done("a", 12);
    case.check(500, 517, Known::Whole, None);
    assert_eq!(case.at(500).budgets[0].elapsed, 12_000_000);
    case.done("b", 700);
    case.check(705, 0, Known::Whole, None);
    assert_eq!(case.at(705).budgets[0].elapsed, 17_000_000);
    case.check(709, 0, Known::AtLeast, Some(1));
}

#[test]
fn a_run_that_stops_needs_nothing_more_for_its_steps() {
    let mut case = branches("1s");
    let what = What::StopRequested {
        why: "enough".to_owned(),
        undo: true,
    };
    case.asked(what, 2);
    assert!(matches!(case.run().phase, Phase::Stopping(_)));
    let forecast = case.at(3);
    assert_eq!(forecast.left, None);
    assert_eq!(forecast.budgets[0].stand, Stand::Lost);
    assert_eq!(forecast.budgets[0].late_by(), None);
}

#[test]
fn a_run_of_many_steps_is_looked_at_once_each() {
    let mut steps = vec![step("a", "", "1s")];
    steps.extend((0..15_000).map(|i| step(&format!("s{i}"), "", "1s")));
    steps.push(step("z", "", "1s"));
    let case = Case::new("1h", "", &steps);
    case.check(0, 15_002, Known::Whole, Some(15_002 - 3_600));
}

//! What a run still needs, and whether what it measures can still be in time: cases made by hand.

use mainstay::drill::{Forecast, Known, Phase, Stand, forecast};
use mainstay::journal::{Settled, What};

use crate::paper::{Paper, at};
use crate::support;

/// A step by the machine that should take so long; where it says nothing of that, by nothing.
fn step(id: &str, more: &str, expected: &str) -> String {
    let expected = match expected {
        "" => String::new(),
        _ => format!(", expected: {expected}"),
    };
    format!("      - {{id: {id}, do: Do, run: {{wait: {{lasting: 1s}}}}{expected}{more}}}\n")
}

/// A run whose measure runs from `p/a` to `p/z`.
fn case(within: &str, more: &str, steps: &[String]) -> Paper {
    Paper::new(support::script(&format!(
        "drills:\n  - id: d\n    name: D\n    kind: functional\n    procedures: [p]\n{more}    \
         measures: [{{name: M, from: p/a, until: p/z, within: {within}}}]\n\
         procedures:\n  - id: p\n    name: P\n    steps:\n{}",
        steps.concat()
    )))
}

fn told(case: &Paper, seconds: u64) -> Forecast {
    forecast(case.run(), &at(seconds))
}

/// What is left of the run in seconds, and by how many the measure will be late.
#[track_caller]
fn check(case: &Paper, seconds: u64, left: u64, known: Known, late_by: Option<u64>) {
    let forecast = told(case, seconds);
    let told = forecast.left.map(|left| (left.micros, left.known));
    assert_eq!(told, Some((left * 1_000_000, known)));
    let late_by = late_by.map(|seconds| seconds * 1_000_000);
    assert_eq!(forecast.budgets[0].late_by(), late_by);
}

/// `a` of 10 s, then `b` of 20 s and `c` of 50 s side by side, then `z` of 5 s.
fn branches(within: &str) -> Paper {
    let steps = [
        step("a", "", "10s"),
        step("b", ", after: [a]", "20s"),
        step("c", ", after: [a]", "50s"),
        step("z", ", after: [b, c]", "5s"),
    ];
    case(within, "", &steps)
}

#[test]
fn the_longest_branch_is_what_is_left_and_time_takes_from_it() {
    let mut case = branches("65s");
    check(&case, 0, 65, Known::Whole, None);
    check(&case, 4, 61, Known::Whole, None);
    case.done("a", 8);
    check(&case, 8, 55, Known::Whole, None);
    case.done("c", 20);
    check(&case, 20, 13, Known::Whole, None);
    case.done("b", 21);
    case.done("z", 25);
    let budget = &told(&case, 99).budgets[0];
    assert_eq!((budget.stand, budget.elapsed), (Stand::Over, 25_000_000));
}

#[test]
fn what_does_not_fit_any_more_is_said_before_the_time_is_over() {
    let mut case = branches("65s");
    check(&case, 10, 55, Known::Whole, None);
    // `a` should be over: all that comes after it is put off, at the least to now.
    check(&case, 13, 55, Known::AtLeast, Some(3));
    assert_eq!(told(&case, 13).under_way[0].overdue(), Some(3_000_000));
    case.done("a", 14);
    check(&case, 14, 55, Known::Whole, Some(4));
    assert_eq!(told(&case, 14).budgets[0].unspent(), 51_000_000);
}

#[test]
fn a_step_that_does_not_say_how_long_it_takes_makes_it_a_lower_bound() {
    let steps = [step("a", "", ""), step("z", "", "5s")];
    let mut case = case("1m", "", &steps);
    check(&case, 3, 5, Known::AtLeast, None);
    case.done("a", 4);
    check(&case, 4, 5, Known::Whole, None);
}

#[test]
fn what_is_tried_again_needs_its_time_again() {
    let retry = ", retry: {times: 2, wait: 30s}";
    let steps = [step("a", retry, "10s"), step("z", "", "5s")];
    let mut case = case("40s", "", &steps);
    case.ended("a", Settled::Failed, 4);
    check(&case, 4, 45, Known::Whole, Some(9));
    check(&case, 14, 35, Known::Whole, Some(9));
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
    let mut case = case("10m", "", &steps);
    // As long as nobody has answered, both may be needed.
    check(&case, 0, 116, Known::Whole, None);
    case.ended("a", Settled::Failed, 2);
    check(&case, 2, 106, Known::Whole, None);
    let what = What::StepAnswered {
        step: "p/go".to_owned(),
        answer: "c".to_owned(),
        why: String::new(),
    };
    case.asked(what, 3);
    check(&case, 3, 55, Known::Whole, None);
    let what = What::StepSkipped {
        step: "p/d".to_owned(),
        why: "there is another".to_owned(),
    };
    case.asked(what, 3);
    // Nothing waits for what comes before a step that is left out.
    check(&case, 3, 20, Known::Whole, None);
    assert_eq!(told(&case, 3).settled, 4);
}

#[test]
fn while_a_run_is_paused_the_time_of_its_measures_goes_on() {
    let mut case = branches("70s");
    case.asked(What::RunPaused, 1);
    case.done("a", 10);
    check(&case, 10, 55, Known::Whole, None);
    check(&case, 20, 55, Known::Whole, Some(5));
    case.asked(What::RunResumed, 20);
    check(&case, 20, 55, Known::Whole, Some(5));
}

#[test]
fn the_time_of_a_measure_that_has_not_begun_does_not_run() {
    let steps = [
        step("y", "", "100s"),
        step("a", "", "10s"),
        step("z", "", "5s"),
    ];
    let mut case = case("15s", "", &steps);
    check(&case, 50, 65, Known::Whole, None);
    assert_eq!(told(&case, 50).budgets[0].stand, Stand::Ahead);
    assert_eq!(told(&case, 50).budgets[0].left.micros, 15_000_000);
    case.done("y", 60);
    check(&case, 61, 14, Known::Whole, None);
    assert_eq!(told(&case, 61).budgets[0].elapsed, 1_000_000);
}

#[test]
fn what_is_not_counted_takes_nothing_of_the_budget() {
    let more = "    exclusions: [{step: p/b, why: It waits for the night}]\n";
    let steps = [
        step("a", "", "10s"),
        step("b", "", "1000s"),
        step("z", "", "5s"),
    ];
    let mut case = case("20s", more, &steps);
    check(&case, 0, 1015, Known::Whole, None);
    case.done("a", 12);
    check(&case, 500, 517, Known::Whole, None);
    assert_eq!(told(&case, 500).budgets[0].elapsed, 12_000_000);
    case.done("b", 700);
    check(&case, 705, 0, Known::Whole, None);
    assert_eq!(told(&case, 705).budgets[0].elapsed, 17_000_000);
    check(&case, 709, 0, Known::AtLeast, Some(1));
}

#[test]
fn a_run_that_stops_needs_nothing_more_for_its_steps() {
    let mut case = branches("1s");
    let what = What::StopRequested {
        why: "enough".to_owned(),
        undo: true,
        incident: None,
    };
    case.asked(what, 2);
    assert!(matches!(case.run().phase, Phase::Stopping(_)));
    let forecast = told(&case, 3);
    assert_eq!(forecast.left, None);
    assert_eq!(forecast.budgets[0].stand, Stand::Lost);
    assert_eq!(forecast.budgets[0].late_by(), None);
}

#[test]
fn a_run_of_many_steps_is_looked_at_once_each() {
    let mut steps = vec![step("a", "", "1s")];
    steps.extend((0..15_000).map(|i| step(&format!("s{i}"), "", "1s")));
    steps.push(step("z", "", "1s"));
    let case = case("1h", "", &steps);
    check(&case, 0, 15_002, Known::Whole, Some(15_002 - 3_600));
}

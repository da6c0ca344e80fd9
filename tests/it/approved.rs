//! A drill that somebody approved begins only as it was approved.

use std::fs;

use crate::held::Held;

const PLAN: &str = "\
people: [{id: ada, name: Ada}]
drills:
  - id: d
    name: D
    kind: functional
    procedures: [p]
    success-criteria: [It is in the log.]
    with: [{name: word, value: a}]
procedures:
  - id: p
    name: P
    steps:
      - {id: a, do: A, run: {command: {argv: [sh, -c, 'echo {{word}} >> log']}}, undo: {none: x}}
";

/// Has the drill approved on a day by the lines that `drill show` prints.
fn approve(held: &Held, on: &str) {
    let shown = held.told(&["drill", "show", "d", "--by", "ada", "--now", on]);
    let (_, lines) = shown.split_once("write in the drill:\n").expect("lines");
    let plan = fs::read_to_string(held.path("plans/t.yaml")).expect("a plan");
    let (before, after) = plan.split_once("procedures:\n  - id").expect("a place");
    let plan = format!("{before}{lines}procedures:\n  - id{after}");
    fs::write(held.path("plans/t.yaml"), plan).expect("room");
}

/// A drill that was approved today.
fn approved() -> Held {
    let held = Held::of(PLAN);
    approve(
        &held,
        &mainstay::clock::now()
            .expect("a clock")
            .wall
            .format("%F")
            .to_string(),
    );
    held
}

fn change(held: &Held, from: &str, to: &str) {
    let plan = fs::read_to_string(held.path("plans/t.yaml")).expect("a plan");
    assert!(plan.contains(from));
    fs::write(held.path("plans/t.yaml"), plan.replace(from, to)).expect("room");
}

/// That the drill can neither begin nor could, for a reason.
#[track_caller]
fn refused(held: &Held, more: &[&str], why: &str) {
    let said = |command: &[&str], status| {
        let output = held.say(&[command, more].concat());
        assert_eq!(output.status.code(), Some(status), "{command:?}");
        String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8")
    };
    for said in [
        said(&["drill", "run", "d"], 6),
        said(&["drill", "preflight", "d"], 1),
    ] {
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(held.log(), Vec::<String>::new(), "nothing was begun");
}

#[test]
fn what_drill_show_prints_approves_the_drill_as_it_is() {
    let held = approved();
    let shown = held.told(&["drill", "show", "d"]);
    assert!(shown.contains("Approved as it is by ada"), "{shown}");
    held.told(&["drill", "preflight", "d"]);
    held.told(&["drill", "run", "d"]);
    assert_eq!(held.log(), ["a"]);
    let report = held.report(&held.run());
    assert_eq!(report["approval"], "approved");
    assert_eq!(report["approved"]["by"], "ada");
    let text = held.told(&["drill", "report", &held.run()]);
    assert!(text.contains("approved as it is by ada on"), "{text}");
}

#[test]
fn a_drill_that_nobody_approved_says_that_its_criteria_are_proposed() {
    let held = Held::of(PLAN);
    held.told(&["drill", "run", "d"]);
    let report = held.report(&held.run());
    assert_eq!(report["approval"], "proposed");
    let text = held.told(&["drill", "report", &held.run()]);
    assert!(text.contains("its criteria are proposed"), "{text}");
}

#[test]
fn whatever_is_changed_voids_an_approval() {
    for (from, to) in [
        ("echo {{word}}", "echo -n {{word}}"),
        ("value: a", "value: b"),
        ("It is in the log.", "It is somewhere."),
        ("kind: functional", "kind: functional\n    lead: ada"),
        (
            "kind: functional",
            "kind: functional\n    primary-contact: ada",
        ),
    ] {
        let held = approved();
        change(&held, from, to);
        refused(&held, &[], "has changed since");
        let shown = held.told(&["drill", "show", "d"]);
        assert!(shown.contains("Not approved: "), "{shown}");
        let found = held.say(&["check"]);
        let found = String::from_utf8(found.stdout).expect("UTF-8");
        assert!(found.contains("drill-changed-since-approval"), "{found}");
    }
}

#[test]
fn a_value_that_is_given_voids_an_approval_where_it_is_another() {
    let held = approved();
    refused(&held, &["--with", "word=b"], "other values than are given");
    refused(&held, &["--with", "word=b"], "`word`");
    held.told(&["drill", "run", "d", "--with", "word=a"]);
    assert_eq!(held.log(), ["a"]);
}

#[test]
fn an_approval_lapses_and_counts_only_of_people_who_are_there() {
    let held = Held::of(PLAN);
    approve(&held, "2024-02-01");
    refused(&held, &[], "lapsed on 2025-02-01");
    let then = held.say(&["drill", "run", "d", "--now", "2024-02-02"]);
    assert_eq!(then.status.code(), Some(2), "what is done is done now");
    let held = approved();
    change(
        &held,
        "{id: ada, name: Ada}",
        "{id: ada, name: Ada, until: 2025-01-31}",
    );
    refused(&held, &[], "who left on 2025-01-31");
    change(
        &held,
        "{id: ada, name: Ada, until: 2025-01-31}",
        "{id: ben, name: Ben}",
    );
    let unknown = held.say(&["drill", "run", "d"]);
    let why = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(why.contains("there is no person `ada`"), "{why}");
}

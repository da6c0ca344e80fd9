//! How much a recovery lost, by marks in a real database.

use std::fs;

use crate::held::Held;

/// What is said of a run that did all its steps, and measured more than might be.
const BEYOND: &str = "went to its end, but not all that was measured was within its limits";

/// A store with marks, a copy made after the first one, a fault, and the copy put back.
fn held(between: &str, within: &str) -> Held {
    let step = |id: &str, run: &str| {
        format!("      - {{id: {id}, do: Do {id}, run: {run}, undo: {{none: a copy}}}}\n")
    };
    let program = |argv: &str| format!("{{command: {{argv: {argv}}}}}");
    let mark = "{mark: {argv: [sh, mark.sh, '[mark]']}}";
    let steps = [
        step("mark", mark),
        step("copy", &program("[cp, store, copy]")),
        step("later", between),
        step("break", &program("[rm, store]")),
        step("restore", &program("[cp, copy, store]")),
        step(
            "look",
            "{find-mark: {command: {argv: [tail, -n, '1', store]}}}",
        ),
    ];
    let held = Held::of(&format!(
        "drills:\n  - id: d\n    name: D\n    kind: functional\n    procedures: [p]\n    \
         data-loss: [{{name: Orders, fault: p/break, found: p/look, within: {within}, of: s}}]\n\
         systems: [{{id: s, name: Store, holds-data: true, rpo: 1h}}]\n\
         backups: [{{id: b, name: Copy, of: [s], every: 12h}}]\n\
         procedures:\n  - id: p\n    name: P\n    steps:\n{}",
        steps.concat()
    ));
    fs::write(held.path("mark.sh"), "echo \"$1\" >> store\n").expect("room");
    held
}

/// What the report says of the loss.
fn lost(held: &Held) -> serde_json::Value {
    let run = held.run();
    held.report(&run)["lost"][0].clone()
}

#[test]
fn what_was_written_after_the_copy_is_lost_and_measured() {
    let held = held("{wait: {lasting: 1s}}", "10s");
    held.told(&["drill", "run", "d"]);
    let lost = lost(&held);
    let micros = lost["lost-ms"].as_u64().expect("it was found out");
    assert!((1_000..10_000).contains(&micros), "{lost}");
    assert_eq!(lost["outcome"], "no more than may be");
    let store = fs::read_to_string(held.path("store")).expect("it is back");
    let mark = chrono::DateTime::parse_from_rfc3339(store.trim()).expect("a mark");
    assert_eq!(lost["mark"], mark.to_utc().to_rfc3339());
    let words = mark.to_utc().format("%Y-%m-%d %H:%M:%S UTC");
    assert_eq!(lost["mark-words"], words.to_string());
}

#[test]
fn what_may_be_lost_is_shown_before_the_drill_begins() {
    let shown = held("{wait: {lasting: 1s}}", "10s").told(&["drill", "show", "d"]);
    let limit = "May lose 10 s: Orders, up to the beginning of p/break, found by p/look\n";
    assert!(shown.contains(limit), "{shown}");
}

#[test]
fn what_was_lost_explains_a_recovery_point_beside_what_is_promised() {
    let held = held("{wait: {lasting: 1s}}", "10s");
    held.told(&["drill", "run", "d"]);
    let run = held.run();
    let explained = held.told(&["explain", "rpo", "s"]);
    let measured = format!(" of data lost, measured in run {run} on ");
    assert!(explained.contains(&measured), "{explained}");
    assert!(
        explained.contains("Expected: up to 12 h of data lost."),
        "{explained}"
    );
    assert!(
        explained.contains("the interval of the backup b; "),
        "{explained}"
    );
    let json = held.told(&["explain", "rpo", "s", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["lost"]["run"], run);
    assert_eq!(json["stores"][0]["lost"], json["lost"]);
}

#[test]
fn more_than_may_be_lost_is_no_success() {
    let held = held("{wait: {lasting: 2s}}", "1s");
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("MORE THAN MAY BE"), "{said}");
    assert!(said.contains(&format!("the run {BEYOND}")), "{said}");
    assert!(!said.contains("the run succeeded"), "{said}");
    let run = held.run();
    let status = held.told(&["drill", "status", &run]);
    assert!(status.contains(&format!("{run}: {BEYOND}")), "{status}");
    let listed = held.told(&["drill", "list"]);
    assert!(listed.contains(BEYOND), "{listed}");
    let listed = held.told(&["drill", "list", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed["runs"][0]["verdict"], "late");
    assert_eq!(listed["runs"][0]["phase"], "succeeded");
}

#[test]
fn a_mark_of_the_future_proves_nothing_and_no_line_says_otherwise() {
    let held = held(
        "{command: {argv: [sh, -c, 'echo 2999-01-01T00:00:00Z > copy']}}",
        "10s",
    );
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains(&format!("the run {BEYOND}")), "{said}");
    assert!(said.contains("Orders: NOT FOUND OUT"), "{said}");
    assert!(held.told(&["drill", "list"]).contains(BEYOND));
    let verdict = held.report(&held.run())["verdict"].clone();
    assert_eq!(verdict["word"], "Failed");
}

#[test]
fn a_store_without_a_mark_fails_the_step_that_looks_for_one() {
    let held = held("{command: {argv: [sh, -c, 'echo no mark > copy']}}", "10s");
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("`no mark` is no mark"), "{said}");
    assert_eq!(lost(&held)["outcome"], "NOT FOUND OUT");
}

#[test]
fn a_mark_that_goes_nowhere_is_refused() {
    let held = Held::new(&["{id: a, do: A, run: {mark: {argv: [true]}}, undo: {none: x}}"]);
    let output = held.say(&["drill", "run", "d"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("where `[mark]` goes"), "{said}");
}

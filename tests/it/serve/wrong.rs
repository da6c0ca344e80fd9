//! What is wrong with the plans is told once, to whoever has a notice for it.

use std::fs;

use rustix::process::Signal;
use serde_json::Value;

use super::Serving;
use crate::held::{Held, until};

const ORGANIZATION: &str = "organization:
  name: Example
  notices: [{audience: desk, channel: board, kinds: [finding]}]
channels: [{id: board, name: Board, with: {script: {argv: [sh, -c, 'cat >> told; echo >> told']}}}]
people: [{id: ada, name: Ada}]
roles: [{id: desk, name: Desk, primary: ada}]
";
const SOUND: &str = "systems: [{id: db, name: DB}, {id: app, name: App}]\n";
const WRONG: &str =
    "systems: [{id: db, name: DB}, {id: app, name: App, depends-on: [{on: nowhere}]}]\n";

/// The titles of all that was told which has a part.
pub(super) fn told(held: &Held, part: &str) -> Vec<String> {
    let told = fs::read_to_string(held.path("told")).unwrap_or_default();
    let lines = told.lines().filter(|line| !line.is_empty());
    let titles = lines.map(|line| {
        let json: Value = serde_json::from_str(line).expect("JSON");
        json["title"].as_str().expect("text").to_owned()
    });
    titles.filter(|title| title.contains(part)).collect()
}

/// How often something stands in the log.
fn count(serving: &Serving, message: &str) -> usize {
    let log = serving.log.lock().expect("whole");
    log.iter().filter(|line| line["message"] == message).count()
}

/// Has other plans read, and waits until they were looked at.
fn write(held: &Held, serving: &Serving, plan: &str) {
    let before = count(serving, "has looked at what is wrong");
    fs::write(held.path("plans/t.yaml"), plan).expect("room");
    until("it is looked at", || {
        (count(serving, "has looked at what is wrong") > before).then_some(())
    });
}

fn held() -> Held {
    let held = Held::of(SOUND);
    fs::write(held.path("mainstay.yaml"), ORGANIZATION).expect("room");
    held
}

/// Waits until so much with a part was told.
#[track_caller]
pub(super) fn is_told(held: &Held, part: &str, times: usize) -> Vec<String> {
    until(part, || {
        let told = told(held, part);
        (told.len() >= times).then_some(told)
    })
}

#[test]
fn an_error_is_told_once_while_it_stands_and_again_when_it_comes_back() {
    let held = held();
    let serving = Serving::begin(&held);
    serving.said("has looked at what is wrong");
    assert_eq!(told(&held, "nowhere"), [""; 0]);
    write(&held, &serving, WRONG);
    let first = is_told(&held, "nowhere", 1);
    assert!(first[0].starts_with("The plans: "), "{first:?}");
    // It stands, whatever else changes, and whoever looks at it.
    write(&held, &serving, &format!("# again\n{WRONG}"));
    serving.end(Signal::TERM);
    let serving = Serving::begin(&held);
    serving.said("has looked at what is wrong");
    write(&held, &serving, SOUND);
    write(&held, &serving, WRONG);
    is_told(&held, "nowhere", 2);
    let outbox = held.told(&["notify", "outbox", "--format", "json"]);
    assert_eq!(
        outbox
            .matches("\"key\": \"finding:dangling-reference@system:app/")
            .count(),
        2,
        "{outbox}"
    );
    assert_eq!(told(&held, "nowhere").len(), 2);
}

#[test]
fn plans_that_cannot_be_read_are_told_once_and_nothing_else_is_gone() {
    let held = held();
    fs::write(held.path("plans/t.yaml"), WRONG).expect("room");
    let serving = Serving::begin(&held);
    is_told(&held, "nowhere", 1);
    write(&held, &serving, "systems: [{id: db");
    let first = told(&held, "");
    let broken = until("it is told", || {
        let told = told(&held, "");
        (told.len() > first.len()).then_some(told)
    });
    write(&held, &serving, "systems: [{id: db ");
    write(&held, &serving, WRONG);
    assert_eq!(told(&held, "nowhere").len(), 1, "it was never gone");
    let outbox = held.told(&["notify", "outbox", "--format", "json"]);
    assert_eq!(
        outbox
            .matches("\"key\": \"finding:yaml-syntax@plans/t.yaml/")
            .count(),
        1,
        "{outbox}"
    );
    assert_eq!(told(&held, ""), broken);
}

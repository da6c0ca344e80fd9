//! A time of which people were reminded is another one by now: they are told, and once.

use std::fs;

use chrono::{Datelike, NaiveDate, TimeDelta, Utc};
use rustix::process::Signal;
use serde_json::Value;

use super::Serving;
use super::wrong::{is_told, told};
use crate::held::Held;

const ORGANIZATION: &str = "organization:
  name: Example
  notices: [{audience: responsible, channel: board, kinds: [reminder]}]
channels: [{id: board, name: Board, with: {script: {argv: [sh, -c, 'cat >> told; echo >> told']}}}]
people: [{id: ada, name: Ada}]
";

/// A drill that comes once a year on a day, or has no schedule.
fn plan(day: Option<NaiveDate>) -> String {
    let schedule = day.map_or_else(String::new, |day| {
        let cron = format!("0 2 {} {} *", day.day(), day.month());
        format!(", schedule: {{zone: Europe/London, from: 2020-01-01, cron: '{cron}'}}")
    });
    format!("drills: [{{id: d, name: Fail over, kind: tabletop, lead: ada{schedule}}}]\n")
}

#[test]
fn people_are_told_once_that_a_time_of_which_they_were_reminded_is_another() {
    let soon = Utc::now().date_naive() + TimeDelta::days(20);
    let (later, name) = (soon + TimeDelta::days(3), soon.format("%Y-%m-%d 02:00"));
    let held = Held::of(&plan(Some(soon)));
    fs::write(held.path("mainstay.yaml"), ORGANIZATION).expect("room");
    let write = |day| fs::write(held.path("plans/t.yaml"), plan(day)).expect("room");
    let serving = Serving::begin(&held);
    // The years before were missed.
    assert_eq!(is_told(&held, "In 30 days", 1), ["In 30 days: Fail over"]);
    write(Some(later));
    assert_eq!(is_told(&held, "Moved", 1), ["Moved: Fail over"]);
    let texts = fs::read_to_string(held.path("told")).expect("it is there");
    let moved = texts.lines().find(|line| line.contains("Moved"));
    let moved: Value = serde_json::from_str(moved.expect("it is told")).expect("JSON");
    let text = moved["text"].as_str().expect("text");
    let new = later.format("%Y-%m-%d 02:00");
    let says = format!("It does not come on {name} in Europe/London");
    assert!(text.contains(&says), "{text}");
    assert!(text.contains(&format!("its next time is {new}")), "{text}");
    assert!(text.contains("Why: the plans have changed."), "{text}");
    // Whoever comes after it has nothing more to tell.
    serving.end(Signal::TERM);
    let serving = Serving::begin(&held);
    serving.answers("/readyz", 200);
    write(None);
    assert_eq!(is_told(&held, "Withdrawn", 1), ["Withdrawn: Fail over"]);
    assert_eq!(told(&held, "Moved").len(), 1);
    // Of the time to which it was moved they had heard by that.
    assert_eq!(told(&held, "In 30 days").len(), 1);
    let history = held.told(&["schedule", "history", "--format", "json"]);
    let history: Value = serde_json::from_str(&history).expect("JSON");
    let all = history.as_array().expect("a list").iter();
    let words = all.filter_map(|it| it["disposition"].as_str());
    let words: Vec<&str> = words
        .filter(|it| ["moved", "withdrawn"].contains(it))
        .collect();
    assert_eq!(words, ["moved", "withdrawn"]);
    let explained = held.told(&["schedule", "explain", "d"]);
    let line = format!(
        "  {} withdrawn the plans have changed",
        later.format("%Y-%m-%dT02:00")
    );
    assert!(explained.contains(&line), "{explained}");
}

//! What is due is held once, whatever day it is where it is meant, and nothing is made up of what
//! could not be read.

use std::fs;
use std::process::Output;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Serving, until};
use crate::drill_faults::faketime;
use crate::held::Held;

/// A drill that writes to `log`, with a schedule.
fn plan(schedule: &str) -> String {
    format!(
        "drills: [{{id: d, name: D, kind: functional, unattended: true, procedures: [p], \
         schedule: {{{schedule}}}}}]\n\
         procedures: [{{id: p, name: P, steps: [{{id: a, do: A, run: {{command: {{argv: \
         [sh, -c, echo done >> log]}}}}, undo: {{run: {{command: {{argv: ['true']}}}}}}}}]}}]\n"
    )
}

/// A command at a time.
fn at(held: &Held, time: &str, words: &[&str]) -> Output {
    let mut command = held.command(words);
    command.env("LD_PRELOAD", faketime()).env("TZ", "UTC");
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    command.env("FAKETIME", format!("@{}", time.replace('T', " ")));
    command.output().expect("the command runs")
}

#[track_caller]
fn told(held: &Held, time: &str, words: &[&str]) -> String {
    let output = at(held, time, words);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn a_drill_is_held_for_each_time_whatever_day_it_is_elsewhere() {
    for (schedule, times) in [
        (
            "zone: America/New_York, from: 2027-01-10, every: P1D, at: '21:00'",
            [
                "2027-01-11T02:05:00",
                "2027-01-12T02:05:00",
                "2027-01-13T02:05:00",
            ],
        ),
        (
            "zone: Asia/Tokyo, from: 2027-01-10, every: P1D, at: '06:00'",
            [
                "2027-01-09T21:05:00",
                "2027-01-10T21:05:00",
                "2027-01-11T21:05:00",
            ],
        ),
        (
            "zone: Europe/Berlin, from: 2027-01-10, cron: '30 0,12 * * *', missed: coalesce",
            [
                "2027-01-09T23:35:00",
                "2027-01-10T11:35:00",
                "2027-01-10T23:35:00",
            ],
        ),
    ] {
        let held = Held::of(&plan(schedule));
        let mut last = String::new();
        for (count, time) in times.iter().enumerate() {
            told(&held, time, &["run", "--format", "md"]);
            assert_eq!(held.log().len(), count + 1, "{schedule}: {time}");
            let later = DateTime::parse_from_rfc3339(&format!("{time}Z")).expect("a moment");
            let later = later + TimeDelta::hours(9);
            last = later.format("%Y-%m-%dT%H:%M:%S").to_string();
            told(&held, &last, &["run", "--format", "md"]);
            assert_eq!(held.log().len(), count + 1, "{schedule}: {last}");
            let due = told(&held, &last, &["schedule", "due"]);
            assert_eq!(due, "Nothing is due.\n");
        }
        assert_eq!(history(&held, &last), ["done"; 3], "{schedule}");
    }
}

/// What became of everything that came until a time.
fn history(held: &Held, time: &str) -> Vec<String> {
    let history = told(held, time, &["schedule", "history", "--format", "json"]);
    let history: Value = serde_json::from_str(&history).expect("JSON");
    let all = history.as_array().expect("a list").iter();
    let words = all.map(|it| it["disposition"].as_str().expect("a word").to_owned());
    words.collect()
}

#[test]
fn the_daemon_holds_what_comes_each_hour_each_hour() {
    let held = Held::of(&plan(
        "zone: America/New_York, from: 2027-03-14, cron: '0 * * * *'",
    ));
    let first: DateTime<Utc> = "2027-03-14T05:00:30Z".parse().expect("a moment");
    let clock = held.path("clock");
    let set = |to: DateTime<Utc>| {
        let ahead = (to - Utc::now()).num_seconds() + 1;
        let new = held.path("clock.new");
        fs::write(&new, format!("{ahead:+}")).expect("room");
        fs::rename(new, &clock).expect("room");
    };
    let (library, clock_path) = (faketime(), clock.to_string_lossy().into_owned());
    set(first);
    let serving = Serving::with(
        &held,
        &[
            ("LD_PRELOAD", library.to_str().expect("UTF-8")),
            ("FAKETIME_TIMESTAMP_FILE", &clock_path),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ],
    );
    // Clocks are put forward over two o'clock.
    for hours in 0..4 {
        set(first + TimeDelta::hours(hours));
        let count = usize::try_from(hours + 1).expect("few");
        until("it is held", || (held.log().len() == count).then_some(()));
        until("it is over", || {
            let metrics = serving.ask("/metrics", "").1;
            metrics
                .contains("\nmainstay_work_running 0\n")
                .then_some(())
        });
    }
    assert_eq!(history(&held, "2027-03-14T08:30:00"), ["done"; 4]);
    assert_eq!(held.log().len(), 4);
}

/// Everything that is written down of what is to be done.
fn register(held: &Held) -> String {
    held.told(&["schedule", "history", "--format", "json"])
}

#[test]
fn of_what_cannot_be_read_nothing_follows() {
    let held = Held::of(
        "drills: [{id: d, name: D, kind: functional, unattended: true, procedures: [p], \
         every: P1M}]\n\
         procedures: [{id: p, name: P, steps: [{id: a, do: A, run: {command: {argv: [sh, -c, \
         echo done >> log]}}, undo: {run: {command: {argv: ['true']}}}}]}]\n",
    );
    held.told(&["run", "--format", "md"]);
    assert_eq!(held.log(), ["done"]);
    let before = register(&held);
    // The list of runs is there, the register is, and no journal can be read.
    held.tamper("ALTER TABLE event RENAME TO away");
    let refused = held.say(&["run", "--format", "md"]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    for command in ["due", "history"] {
        let refused = held.say(&["schedule", command]);
        assert_eq!(refused.status.code(), Some(3), "{command}: {refused:?}");
    }
    held.tamper("ALTER TABLE away RENAME TO event");
    assert_eq!(register(&held), before);
    assert_eq!(held.log(), ["done"]);
}

#[test]
fn of_a_run_that_was_changed_nothing_follows_and_it_is_said() {
    let held = Held::of(
        "drills: [{id: d, name: D, kind: functional, unattended: true, procedures: [p], \
         every: P1D}]\n\
         procedures: [{id: p, name: P, steps: [{id: a, do: A, run: {command: {argv: [sh, -c, \
         echo done >> log]}}, undo: {run: {command: {argv: ['true']}}}}]}]\n",
    );
    held.told(&["run", "--format", "md"]);
    let before = register(&held);
    held.tamper("UPDATE event SET text = replace(text, 'exit status 0', 'exit status 1')");
    let output = held.say(&["schedule", "history", "--format", "json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("counts for nothing"), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), before);
}

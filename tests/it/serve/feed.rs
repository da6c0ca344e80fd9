//! Calendars subscribe to what is planned.

use std::fs;

use super::Serving;
use crate::calendar_files::{held, javascript, planned, python, read};
use crate::held::{Held, until};

const PATH: &str = "/calendar.ics";

/// The value of a head.
fn value<'h>(head: &'h str, name: &str) -> &'h str {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut named = lines.filter(|(own, _)| own.eq_ignore_ascii_case(name));
    named.next().map_or("", |(_, value)| value)
}

/// The whole next year.
fn next_year() -> String {
    let now = mainstay::clock::now().expect("a clock").wall;
    (chrono::Datelike::year(&now) + 1).to_string()
}

/// The lines of a calendar but for the one that says when it was made.
fn said(calendar: &str) -> Vec<&str> {
    let lines = calendar.split("\r\n");
    lines.filter(|it| !it.starts_with("DTSTAMP:")).collect()
}

/// A workspace whose plans were committed.
fn committed() -> Held {
    let held = held();
    for words in [
        &["init", "--quiet"][..],
        &["add", "mainstay.yaml", "plans"],
        &[
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@a.example",
            "commit",
            "--quiet",
            "-m",
            "P",
        ],
    ] {
        let mut git = std::process::Command::new("git");
        let done = git.current_dir(held.path(".")).args(words).status();
        assert!(done.expect("`git` starts").success());
    }
    held
}

#[test]
fn others_read_the_feed_and_it_is_what_the_export_has() {
    let held = committed();
    let serving = Serving::begin(&held);
    let (status, head, calendar) = serving.asked(PATH, "");
    assert_eq!(status, 200);
    assert_eq!(value(&head, "content-type"), "text/calendar; charset=utf-8");
    assert_eq!(value(&head, "cache-control"), "no-cache");
    assert!(
        calendar.contains("REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"),
        "{calendar}"
    );
    assert!(calendar.contains("X-PUBLISHED-TTL:PT1H\r\n"), "{calendar}");
    // The same with its `SEQUENCE`s, which say when the plans were committed.
    let exported = held.told(&["schedule", "ics"]);
    assert_eq!(said(&calendar), said(&exported));
    let (file, year) = (held.path("feed.ics"), next_year());
    fs::write(&file, &calendar).expect("room");
    let planned = planned(&held, &year);
    assert!(planned.len() > 5, "{planned:?}");
    assert_eq!(read(python(), &file, &year), planned);
    assert_eq!(read(javascript(), &file, &year), planned);
}

#[test]
fn whoever_has_the_feed_gets_it_again_only_when_it_says_something_else() {
    let held = held();
    let serving = Serving::begin(&held);
    let (_, head, before) = serving.asked(PATH, "");
    let tag = value(&head, "etag").to_owned();
    let strong = tag.trim_start_matches("W/");
    assert!(strong.starts_with('"') && strong.len() > 20, "{head}");
    let has = |stated: &str| serving.asked(PATH, &format!("if-none-match: {stated}\r\n"));
    for stated in [&tag, strong, &format!("\"x\", {tag}"), "*"] {
        let (status, head, body) = has(stated);
        assert_eq!((status, body.as_str()), (304, ""), "{stated}");
        assert_eq!(value(&head, "etag"), tag, "{stated}");
    }
    assert_eq!(has("\"x\"").0, 200);
    // The plan says that another hour is meant.
    let plan = held.path("plans/t.yaml");
    let later = fs::read_to_string(&plan).expect("it is there");
    let later = later.replace("30 2 * 3 SUN#2", "45 2 * 3 SUN#2");
    fs::write(&plan, &later).expect("room");
    let after = until("it follows the plans", || {
        let (status, head, body) = has(&tag);
        (status == 200).then(|| {
            assert_ne!(value(&head, "etag"), tag);
            body
        })
    });
    assert!(
        before.contains("T023000Z\r\n") && !before.contains("T024500Z\r\n"),
        "{before}"
    );
    assert!(
        after.contains("T024500Z\r\n") && !after.contains("T023000Z\r\n"),
        "{after}"
    );
    // Of a broken plan nothing is taken for what is not planned any more.
    fs::write(&plan, "drills: [{id: d").expect("room");
    serving.answers("/readyz", 503);
    assert_eq!(serving.ask(PATH, ""), (200, after));
}

#[test]
fn there_is_no_feed_before_all_plans_could_be_read_once() {
    let held = held();
    let plan = held.path("plans/t.yaml");
    let good = fs::read(&plan).expect("it is there");
    fs::write(&plan, "drills: [{id: d").expect("room");
    let serving = Serving::begin(&held);
    let (status, body) = serving.ask(PATH, "");
    assert_eq!(
        (status, body.as_str()),
        (503, "not all plans could be read yet\n")
    );
    fs::write(&plan, good).expect("room");
    let calendar = serving.answers(PATH, 200);
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n"), "{calendar}");
}

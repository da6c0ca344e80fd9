//! When drills are held, as `mainstay schedule` shows it and `mainstay run` goes by it.

use serde_json::Value;

use crate::held::Held;

const PLAN: &str = "
drills:
  - id: fail-over
    name: Fail over
    kind: functional
    schedule:
      zone: Europe/London
      from: 2027-01-01
      on: {nth: first, weekday: saturday, months: [march, september]}
      at: '02:00'
  - id: tabletop
    name: Talk
    kind: tabletop
    next: 2027-05-08
  - id: clocks
    name: Clocks
    kind: functional
    schedule: {zone: America/New_York, from: 2027-01-01, cron: '30 2 * 3 SUN#2'}
  - {id: unclear, name: Unclear, kind: tabletop, schedule: {zone: UTC, from: 2027-01-01}}
";

#[test]
fn the_next_times_are_shown_where_they_are_meant() {
    let held = Held::of(PLAN);
    let now = ["--now", "2027-03-06T01:00:00Z"];
    let told = held.told(&[&["schedule", "next", "--count", "1"], &now[..]].concat());
    let expected = "\
2027-03-06 Sat 02:00 GMT   fail-over  the first Saturday of March, September at 02:00, Europe/London
2027-03-14 Sun 03:30 EDT   clocks     cron `30 2 * 3 SUN#2`, America/New_York; that hour does not \
exist on this day, so it is put off
2027-05-08 Sat             tabletop   planned as `next`
";
    assert_eq!(told, expected);
    // What is past is not next.
    let later = ["schedule", "next", "fail-over", "--format", "json", "--now"];
    let told = held.told(&[&later[..], &["2027-03-06T02:00:00Z"]].concat());
    let lines: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(lines[0]["at"], "2027-09-04T01:00:00Z");
    assert_eq!(lines[0]["nominal"], "2027-09-04T02:00:00");
    // The document says it, too.
    held.told(&["render", "--format", "md", "--now", "2027-03-06T02:00:00Z"]);
    let rendered = std::fs::read_to_string(held.path("out/plan.md")).expect("it is there");
    let planned = "planned for 6 March 2027: the first Saturday of March, September at 02:00, \
                   Europe/London";
    assert!(rendered.contains(planned), "{rendered}");
    let missing = held.say(&["schedule", "next", "none"]);
    assert_ne!(missing.status.code(), Some(0));
}

#[test]
fn a_year_is_shown_month_by_month() {
    let held = Held::of(PLAN);
    let told = held.told(&["schedule", "show", "--year", "2027"]);
    let months: Vec<&str> = told.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(months, ["March 2027", "May 2027", "September 2027"]);
    let none = held.told(&["schedule", "show", "--year", "2026"]);
    assert!(none.starts_with("Nothing is planned in 2026"), "{none}");
}

#[test]
fn a_drill_runs_when_its_schedule_has_come_and_once() {
    let day = |days: i64| {
        let now = mainstay::clock::now().expect("a clock").wall;
        (now + chrono::TimeDelta::days(days))
            .format("%Y-%m-%d")
            .to_string()
    };
    let plan = |from: &str| {
        format!(
            "drills: [{{id: d, name: D, kind: functional, unattended: true, procedures: [p], \
             schedule: {{zone: UTC, from: {from}, every: P1Y, at: '00:00'}}}}]\n\
             procedures: [{{id: p, name: P, steps: [{{id: a, do: A, run: {{command: {{argv: \
             [sh, -c, echo done >> log]}}}}, undo: {{run: {{command: {{argv: ['true']}}}}}}}}]}}]\n"
        )
    };
    let later = Held::of(&plan(&day(2)));
    later.told(&["run", "--format", "md"]);
    assert_eq!(later.log(), [""; 0]);
    let due = Held::of(&plan(&day(-1)));
    for _ in 0..2 {
        due.told(&["run", "--format", "md"]);
        assert_eq!(due.log(), ["done"]);
    }
}

/// A drill that is to be held on the first of each month since 2026.
const MONTHLY: &str = "
people: [{id: ada, name: Ada}]
drills:
  - id: d
    name: D
    kind: functional
    procedures: [p]
    schedule: {zone: UTC, from: 2026-01-01, every: P1M, at: '06:00'}
procedures:
  - id: p
    name: P
    steps:
      - id: a
        do: A
        run: {command: {argv: ['true']}}
        undo: {run: {command: {argv: ['true']}}}
";

#[track_caller]
fn history(held: &Held, words: &[&str]) -> (Option<i32>, String) {
    let output = held.say(&[&["schedule", "history"], words].concat());
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code(), told)
}

const WAIVED: [&str; 4] = ["--by", "ada", "--why", "The office was closed"];

#[test]
fn only_a_time_that_came_is_waived_once_by_somebody_with_a_reason() {
    let held = Held::of(MONTHLY);
    let waive = |words: &[&str]| {
        let output = held.say(&[&["schedule", "waive", "d"], words].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), told)
    };
    let (status, told) = waive(&[&["2026-01-01"], &WAIVED[..]].concat());
    assert_eq!(status, Some(0), "{told}");
    for (words, why) in [
        (
            ["2026-01-01", "--by", "ada", "--why", "again"],
            "it was before",
        ),
        (
            ["2026-01-02", "--by", "ada", "--why", "none"],
            "find the time",
        ),
        (
            ["2026-01", "--by", "ada", "--why", "which"],
            "find the time",
        ),
        (
            ["2026-02-01", "--by", "bob", "--why", "who"],
            "find the person",
        ),
        (
            ["2026-02-01", "--by", "ada", "--why", " "],
            "without a reason",
        ),
    ] {
        let (status, told) = waive(&words);
        assert!(status != Some(0) && told.contains(why), "{why}: {told}");
    }
}

#[test]
fn the_second_of_two_times_with_one_civil_time_is_waived_by_its_offset() {
    let held = Held::of(
        "drills: [{id: d, name: D, kind: tabletop, schedule: {zone: America/New_York, \
         from: 2025-11-02, fold: both, every: P20Y, at: '01:30'}}]\n\
         people: [{id: ada, name: Ada}]\n",
    );
    let waive = |time| held.say(&[&["schedule", "waive", "d", time], &WAIVED[..]].concat());
    let both = waive("2025-11-02");
    let told = String::from_utf8_lossy(&both.stderr).into_owned();
    assert!(
        !both.status.success() && told.contains("there are 2"),
        "{told}"
    );
    let second = waive("2025-11-02T01:30-05:00");
    let told = String::from_utf8_lossy(&second.stdout).into_owned();
    assert_eq!(
        told, "waived 2025-11-02T01:30-05:00 of drill:d, by ada\n",
        "{second:?}"
    );
    let (_, told) = history(&held, &[]);
    let words: Vec<&str> = told
        .lines()
        .filter_map(|it| it.split_whitespace().nth(2))
        .collect();
    assert_eq!(words, ["MISSED", "waived"], "{told}");
    // The first is meant by the name that it always had.
    assert!(waive("2025-11-02T01:30").status.success());
    assert!(
        !waive("2025-11-02T01:30-04:00").status.success(),
        "it was before"
    );
}

#[test]
fn a_time_is_waived_also_where_thousands_came_before_it() {
    let held = Held::of(
        "drills: [{id: d, name: D, kind: tabletop, schedule: {zone: UTC, from: 2026-01-01, \
         cron: '0 * * * *'}}]\npeople: [{id: ada, name: Ada}]\n",
    );
    // The 5,000th of one that comes each hour.
    let time = "2026-07-28T07:00";
    let told = held.told(&[&["schedule", "waive", "d", time], &WAIVED[..]].concat());
    assert_eq!(told, format!("waived {time} of drill:d, by ada\n"));
}

#[test]
fn something_becomes_of_every_time_that_came() {
    let held = Held::of(MONTHLY);
    let march = ["--now", "2026-03-10"];
    let (status, told) = history(&held, &march);
    let expected = "\
2026-01-01T06:00  drill:d  MISSED     every 1 month from 2026-01-01 at 06:00, UTC
2026-02-01T06:00  drill:d  MISSED     every 1 month from 2026-01-01 at 06:00, UTC
2026-03-01T06:00  drill:d  DUE        every 1 month from 2026-01-01 at 06:00, UTC
";
    assert_eq!((status, told.as_str()), (Some(0), expected));
    assert_eq!(
        history(&held, &["--open", "--now", "2026-03-10"]).0,
        Some(1)
    );
    held.told(&[&["schedule", "waive", "d", "2026-01-01"], &WAIVED[..]].concat());
    held.told(&["drill", "run", "d", "--by", "ada"]);
    let lines = held.told(&["schedule", "history", "--format", "json"]);
    let lines: Value = serde_json::from_str(&lines).expect("JSON");
    let lines = lines.as_array().expect("a list");
    assert_eq!(lines[0]["disposition"], "waived");
    assert_eq!(lines[0]["why"], "The office was closed");
    assert_eq!(lines[1]["disposition"], "missed");
    let last = &lines[lines.len() - 1];
    let done = ["done", "late"].map(Value::from);
    assert!(done.contains(&last["disposition"]), "{last}");
    assert_eq!(last["known"], held.run());
    // Whoever changes the schedule moves nothing that came.
    let plan = held.path("plans/t.yaml");
    let stated = std::fs::read_to_string(&plan).expect("it is there");
    std::fs::write(&plan, stated.replace("06:00", "22:00")).expect("room");
    let (_, told) = history(&held, &[]);
    assert!(
        told.starts_with("2026-01-01T06:00  drill:d  waived     by ada: The office"),
        "{told}"
    );
    held.tamper(
        "DROP TRIGGER duty_is_never_changed; UPDATE duty SET text = replace(text, 'was', 'is')",
    );
    let refused = held.say(&["schedule", "history"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_ne!(refused.status.code(), Some(0));
    assert!(told.contains("rely on what was to be done"), "{told}");
}

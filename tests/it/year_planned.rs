//! What is due, why a drill is held when it is, and a year that is planned.

use serde_json::Value;

use crate::held::Held;

const PLAN: &str = "
sites:
  - {id: budapest, name: Budapest, kind: office, calendar: hungary}
calendars:
  - {id: hungary, name: Hungary, days: [{date: 2027-03-15, name: National Day}]}
people:
  - {id: ada, name: Ada, site: budapest}
drills:
  - id: quarter
    name: Quarterly restore
    kind: functional
    every: P3M
    lead: ada
    schedule:
      zone: Europe/Budapest
      from: 2027-01-01
      on: {day: 15, months: [march, june, september, december]}
      at: '06:00'
      business-day: following
      calendar: hungary
  - id: talk
    name: Talk
    kind: tabletop
    lead: ada
    every: P12M
    held: [{on: 2026-03-16, result: passed}]
  - {id: fire, name: Fire, kind: tabletop, next: 2027-03-10}
";

#[test]
fn what_is_due_is_shown_with_since_when() {
    let held = Held::of(PLAN);
    let told = held.told(&["schedule", "due", "--now", "2027-03-17T00:00:00Z"]);
    let expected = "\
since 2027-03-10        drill:fire     Fire
since 2027-03-16        drill:talk     Talk; last on 2026-03-16; ada sees to it
since 2027-03-16 06:00  drill:quarter  day 15 of March, June, September, December at 06:00, \
Europe/Budapest; \
on a day off moved to the next working day (Hungary); ada sees to it
";
    assert_eq!(told, expected);
    let none = held.told(&["schedule", "due", "--now", "2027-01-01"]);
    assert_eq!(none, "Nothing is due.\n");
    let json = held.told(&[
        "schedule",
        "due",
        "--format",
        "json",
        "--now",
        "2027-03-17T00:00:00Z",
    ]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[2]["at"], "2027-03-16T05:00:00Z");
}

#[test]
fn what_has_a_part_in_when_a_drill_is_held_is_explained() {
    let held = Held::of(PLAN);
    let now = ["--count", "2", "--now", "2027-01-01"];
    let told = held.told(&[&["schedule", "explain", "quarter"], &now[..]].concat());
    let expected = format!(
        "\
Quarterly restore (quarter)
  Rule:       day 15 of March, June, September, December at 06:00, Europe/Budapest; on a day off \
moved to the next working day (Hungary)
  From:       2027-01-01
  Zone:       Europe/Budapest (table of zones {tzdb})
  Days off:   Hungary, known until 2027-12-31: moved to the next working day
  Late:       held late by somebody, until the next time comes
  Clocks:     an hour that is left out is moved by as much as the clocks are; one that comes twice \
is done the first time
  Cadence:    at least every 3 months
  Lasts:      no step says it; 1 h is assumed
  Takes part: ada
Next times:
  2027-03-16 Tue 06:00 in Europe/Budapest
    is 2027-03-16T05:00:00Z (2027-03-16 06:00 CET)
    moved from 2027-03-15 Mon, which is `National Day` (Hungary)
  2027-06-15 Tue 06:00 in Europe/Budapest
    is 2027-06-15T04:00:00Z (2027-06-15 06:00 CEST)
",
        tzdb = mainstay::schedule::tzdb()
    );
    assert!(told.starts_with(&expected), "{told}");
    let missing = held.say(&["schedule", "explain", "none"]);
    assert_ne!(missing.status.code(), Some(0));
}

#[test]
fn a_year_is_planned_with_reasons_and_can_be_pasted() {
    let held = Held::of(PLAN);
    let told = held.told(&["schedule", "plan", "--year", "2027", "--now", "2026-11-28"]);
    let expected = "\
2027-03-10 Wed  fire     planned already
2027-03-16 Tue  quarter  planned already
2027-06-15 Tue  quarter  planned already
2027-09-15 Wed  quarter  planned already
2027-12-15 Wed  quarter  planned already
2027-03-12 Fri  talk     ";
    // In the order of days, whatever was planned before.
    let mut lines: Vec<&str> = told.lines().take(6).collect();
    lines.sort_by_key(|line| line.contains("talk"));
    assert!(lines.join("\n").starts_with(expected), "{told}");
    let why = "every 12 months; at the latest on 2027-03-16; on 2027-03-16 there is `quarter`; \
               2027-03-15 is `National Day` (Hungary)";
    assert!(told.contains(why), "{told}");
    assert!(
        told.ends_with("drills:\n  - id: talk\n    next: 2027-03-12\n"),
        "{told}"
    );
    let again = held.told(&["schedule", "plan", "--year", "2027", "--now", "2026-11-28"]);
    assert_eq!(told, again);
}

#[test]
fn a_year_that_no_calendar_has_is_refused() {
    let held = Held::of(PLAN);
    for command in ["plan", "show", "year"] {
        for year in ["0", "-1", "262142", "262143", "999999", "99999999999"] {
            let output = held.say(&["schedule", command, "--year", year]);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{command} {year}: {errors}");
        }
        for year in ["1900", "2199"] {
            let output = held.say(&["schedule", command, "--year", year, "--now", "2026-11-28"]);
            assert!(
                matches!(output.status.code(), Some(0 | 1)),
                "{command} {year}"
            );
        }
    }
}

#[test]
fn what_comes_every_two_years_and_what_a_team_may_is_heeded() {
    let held = Held::of(
        "drills:\n\
         - {id: one, name: One, kind: tabletop, every: P24M, next: 2027-04-01, lead: t}\n\
         - {id: two, name: Two, kind: tabletop, every: P24M, lead: t, \
            schedule: {zone: UTC, from: 2027-05-01, every: P24M, at: '06:00'}}\n",
    );
    let days = |year: &str| {
        let words = ["schedule", "plan", "--year", year, "--now", "2026-11-28"];
        let told = held.told(&words);
        let days = told.lines().filter(|line| line.starts_with("20"));
        days.map(|line| line[..10].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(days("2027"), ["2027-04-01", "2027-05-01"]);
    assert_eq!(days("2028"), [""; 0]);
    assert_eq!(days("2029"), ["2029-03-30", "2029-05-01"]);
    let team = std::fs::read_to_string(held.path("plans/t.yaml")).expect("it is there");
    let limited = team.replace("name: T}", "name: T, drills-per-month-max: 1}");
    let several = (0..3).map(|count| {
        format!(
            "- {{id: d{count}, name: D, kind: tabletop, lead: t, held: [{{on: 2026-03-20, \
                 result: passed}}]}}\n"
        )
    });
    let limited = limited + &several.collect::<String>();
    std::fs::write(held.path("plans/t.yaml"), limited).expect("room");
    let mut months: Vec<String> = days("2027").iter().map(|day| day[..7].to_owned()).collect();
    let all = months.len();
    months.dedup();
    assert_eq!((all, months.len()), (5, 5), "{months:?}");
}

#[test]
fn a_year_is_drawn() {
    let held = Held::of(PLAN);
    let told = held.told(&["schedule", "year", "--year", "2027"]);
    assert!(
        told.contains("2027-03-16 > quarter moved from 2027-03-15"),
        "{told}"
    );
    held.told(&[
        "schedule", "year", "--year", "2027", "--format", "svg", "--out", "year.svg",
    ]);
    let drawn = std::fs::read_to_string(held.path("year.svg")).expect("it is there");
    assert!(drawn.contains("Quarterly restore: Tuesday, 16 March 2027, moved from 2027-03-15"));
}

//! Calendar files: those of others are read, and others read ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::held::Held;
use crate::support;

const PLAN: &str = "
calendars:
  - {id: gb, name: England, file: gb.ics}
drills:
  - id: fail-over
    name: \"Fail over, and back; whose name is so long that it is folded \u{1f6df}\"
    kind: functional
    schedule:
      zone: Europe/London
      from: 2027-01-01
      on: {nth: last, weekday: sunday, months: [march, june, october]}
      at: '01:30'
      fold: both
  - id: restores
    name: Restores
    kind: functional
    schedule:
      zone: America/New_York
      from: 2027-01-01
      on: {day: 1, months: [january, may, july]}
      at: '02:30'
      business-day: following
      calendar: gb
  - id: in-utc
    name: In UTC
    kind: tabletop
    schedule: {zone: UTC, from: 2027-01-01, cron: '30 2 * 3 SUN#2'}
  - {id: fire, name: Fire, kind: tabletop, next: 2027-05-08}
";

const HOLIDAYS: &str = "BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//gov.uk//bank-holidays//EN\r
BEGIN:VEVENT\r
UID:new-year\r
DTSTART;VALUE=DATE:20200101\r
RRULE:FREQ=YEARLY\r
SUMMARY:New Year's Day\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:may\r
DTSTART;VALUE=DATE:20270503\r
DTEND;VALUE=DATE:20270504\r
SUMMARY:Early May bank holiday\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:odd\r
DTSTART:20270701T090000Z\r
SUMMARY:A meeting\r
END:VEVENT\r
END:VCALENDAR\r
";

/// The plan, with a calendar of holidays beside it.
pub fn held() -> Held {
    let held = Held::of(PLAN);
    let organization =
        "organization: {name: 'Example, Ltd; \u{201c}\u{e9}l\u{e8}ve\u{201d} \\ n'}\n";
    std::fs::write(held.path("mainstay.yaml"), organization).expect("room");
    std::fs::write(held.path("plans/gb.ics"), HOLIDAYS).expect("room");
    held
}

#[test]
fn holidays_of_a_file_move_what_falls_on_them() {
    let held = held();
    let now = ["--now", "2026-11-28", "--count", "3"];
    let told = held.told(&[&["schedule", "next", "restores"], &now[..]].concat());
    let lines: Vec<&str> = told.lines().collect();
    let starts = [
        "2027-01-04 Mon 02:30 EST",
        "2027-05-04 Tue 02:30 EDT",
        "2027-07-01 Thu 02:30 EDT",
    ];
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{told}");
    }
    let rule = "day 1 of January, May, July at 02:30, America/New_York; on a day off moved to the \
                next working day (England)";
    assert!(lines[0].ends_with(&format!(
        "{rule}; moved from 2027-01-01, which is `New Year's Day`"
    )));
    assert!(
        lines[1].ends_with("; moved from 2027-05-01, which is a Saturday"),
        "{told}"
    );
    assert!(lines[2].ends_with(rule), "{told}");
    // What is no holiday is said at its line, and nothing else is lost.
    let said = held.say(&["check", "--now", "2026-11-28"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("calendar-unreadable"), "{said}");
    assert!(said.contains("plans/gb.ics:16:1"), "{said}");
}

/// All that is planned in a year as another program understands our calendar, in order.
pub fn planned(held: &Held, year: &str) -> Vec<String> {
    let shown = held.told(&["schedule", "show", "--year", year, "--format", "json"]);
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let mut all: Vec<String> = shown
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| {
            let at = line["at"]
                .as_str()
                .unwrap_or_else(|| line["day"].as_str().expect("a day"));
            format!("{at} Drill: {}", line["name"].as_str().expect("a name"))
        })
        .collect();
    all.sort();
    all
}

/// What a program reads in a calendar of a year, in order.
#[track_caller]
pub fn read(mut program: Command, calendar: &Path, year: &str) -> Vec<String> {
    let output = program.arg(calendar).arg(year).output();
    let output = output.expect("it starts");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let mut read: Vec<String> = serde_json::from_slice(&output.stdout).expect("JSON");
    read.sort();
    read
}

#[track_caller]
fn check(program: Command) {
    let held = held();
    held.told(&["schedule", "ics", "--now", "2026-11-28", "--out", "out.ics"]);
    let planned = planned(&held, "2027");
    assert_eq!(planned.len(), 9);
    assert_eq!(read(program, &held.path("out.ics"), "2027"), planned);
}

const PYTHON: &str = "
import json, sys
from datetime import datetime, timezone
from icalendar import Calendar
import recurring_ical_events
calendar = Calendar.from_ical(open(sys.argv[1], 'rb').read())
def broken(part):
    return part.errors + [one for child in part.subcomponents for one in broken(child)]
assert broken(calendar) == [], broken(calendar)
def told(event):
    start = event['DTSTART'].dt
    if isinstance(start, datetime):
        start = start.astimezone(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    return f\"{start} {event['SUMMARY']}\"
year = int(sys.argv[2])
events = recurring_ical_events.of(calendar).between((year, 1, 1), (year + 1, 1, 1))
print(json.dumps([told(event) for event in events]))
";

/// The `icalendar` of Python.
pub fn python() -> Command {
    crate::python::python(PYTHON)
}

#[test]
fn python_reads_our_calendar() {
    check(python());
}

const NODE: &str = "
const [modules, file, year] = process.argv.slice(1);
const ICAL = require(modules + '/ical.js/dist/ical.es5.cjs');
const root = new ICAL.Component(ICAL.parse(require('fs').readFileSync(file, 'utf8')));
// Its own table of zones is not asked: what we say of the clocks must be enough.
for (const zone of root.getAllSubcomponents('vtimezone')) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone), zone.getFirstPropertyValue('tzid'));
}
const told = root.getAllSubcomponents('vevent').map((part) => {
    const event = new ICAL.Event(part);
    const start = event.startDate;
    const moment = () => start.toJSDate().toISOString().replace('.000Z', 'Z');
    const at = start.isDate ? start.toString() : moment();
    return `${at} ${event.summary}`;
});
console.log(JSON.stringify(told.filter((line) => line.startsWith(year))));
";

/// The `ical.js` of Node.
pub fn javascript() -> Command {
    let modules = std::env::var_os("MAINSTAY_TEST_NODE_MODULES").map(PathBuf::from);
    let modules = modules.unwrap_or_else(|| support::root().join("target/npm/node_modules"));
    assert!(
        modules.join("ical.js").is_dir(),
        "ical.js is not there; run `./test`"
    );
    let mut program = Command::new("node");
    program.args(["-e", NODE]).arg(modules);
    program
}

#[test]
fn javascript_reads_our_calendar_and_its_zones() {
    check(javascript());
}

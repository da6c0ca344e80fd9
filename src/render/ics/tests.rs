//! Every rule of RFC 5545 about octets, over plans with nasty names.

use proptest::prelude::*;

use super::*;
use crate::load::testing::understood;
use crate::schedule::planned;
use crate::time::Date;

const ASKED: &str = "2026-11-28T12:00:00Z";

/// The calendar of a plan with a drill of this name.
fn calendar(name: &str, schedule: &str) -> String {
    let name = serde_json::to_string(name).expect("text");
    let text = format!(
        "organization: {{name: {name}}}\nsystems: [{{id: db, name: {name}}}]\n\
         drills: [{{id: 'one', name: {name}, kind: full-scale, scope: [db], {schedule}}}]"
    );
    let programme = &understood(&text);
    let asked: DateTime<Utc> = ASKED.parse().expect("a moment");
    let today = Date(asked.date_naive());
    let last = today.0 + chrono::Days::new(800);
    ics(&Input {
        programme,
        graph: &Graph::build(programme),
        planned: &planned(programme, (asked, today), last),
        asked,
        changed: asked - chrono::TimeDelta::days(1),
    })
}

/// The lines of a calendar, unfolded; every rule about octets is held on the way.
fn lines(text: &str) -> Vec<String> {
    assert!(text.ends_with("\r\n"), "the last line has an end");
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' => assert_eq!(bytes.get(at + 1), Some(&b'\n'), "CR without LF at {at}"),
            b'\n' => assert_eq!(bytes[at - 1], b'\r', "LF without CR at {at}"),
            byte => assert!(*byte >= 0x20 && *byte != 0x7f, "control {byte:#x} at {at}"),
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for line in text.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.is_empty(), "a line is empty");
        match line.strip_prefix(' ') {
            Some(rest) => lines.last_mut().expect("a line goes on").push_str(rest),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A text as it was before it was escaped; every escape must be one that is known.
fn unescaped(value: &str) -> String {
    let (mut text, mut letters) = (String::new(), value.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => text.push('\n'),
                Some(known @ ('\\' | ',' | ';')) => text.push(known),
                other => panic!("`\\{other:?}` in {value}"),
            },
            ',' | ';' => panic!("`{letter}` is not escaped in {value}"),
            letter => text.push(letter),
        }
    }
    text
}

fn values<'l>(lines: &'l [String], name: &str) -> Vec<&'l str> {
    let of = |line: &'l String| {
        let (key, value) = line.split_once(':')?;
        (key.split(';').next() == Some(name)).then_some(value)
    };
    lines.iter().filter_map(of).collect()
}

const YEARLY: &str = "schedule: {zone: Europe/London, from: 2026-01-01, \
                      on: {nth: last, weekday: sunday, months: [march, october]}, at: '01:30', \
                      fold: both}";

#[test]
fn civil_times_survive_and_what_comes_twice_is_told_apart() {
    let all = lines(&calendar("Fail over", YEARLY));
    assert!(
        all.contains(&"DTSTART;TZID=Europe/London:20270328T023000".to_owned()),
        "{all:?}"
    );
    assert!(
        all.contains(&"DTSTART:20271031T003000Z".to_owned()),
        "{all:?}"
    );
    assert!(
        all.contains(&"DTSTART:20271031T013000Z".to_owned()),
        "{all:?}"
    );
    assert_eq!(values(&all, "TZID"), ["Europe/London"]);
    // In March 2027 clocks are put forward at one in the morning.
    let at = all
        .iter()
        .position(|line| line == "DTSTART:20270328T010000")
        .expect("it is told");
    let told = [
        "BEGIN:DAYLIGHT",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "TZNAME:BST",
    ];
    assert_eq!(
        [&all[at - 1], &all[at + 1], &all[at + 2], &all[at + 3]],
        told
    );
    let uids = values(&all, "UID");
    assert!(uids[0].starts_with("one-20270328T013000@"), "{uids:?}");
    assert!(
        uids[2].starts_with("one-20271031T013000-second@"),
        "{uids:?}"
    );
}

#[test]
fn a_day_without_a_time_is_a_whole_day() {
    let all = lines(&calendar("Fire", "next: 2027-03-05"));
    assert_eq!(values(&all, "DTSTART"), ["20270305"]);
    assert!(all.contains(&"DTSTART;VALUE=DATE:20270305".to_owned()));
    assert_eq!(values(&all, "DTSTAMP"), ["20261128T120000Z"]);
    assert_eq!(values(&all, "LAST-MODIFIED"), ["20261127T120000Z"]);
    assert_eq!(values(&all, "SEQUENCE"), ["3632400"]);
    assert_eq!(values(&all, "TZID"), [""; 0]);
}

#[test]
fn what_is_moved_keeps_its_name() {
    let moved = "schedule: {zone: UTC, from: 2026-01-01, every: P12M, at: '06:00', \
                 business-day: following}";
    let all = lines(&calendar(
        "New year",
        &moved.replace("2026-01-01", "2022-01-02"),
    ));
    // The second of January 2027 is a Saturday.
    assert_eq!(values(&all, "DTSTART")[0], "20270104T060000Z");
    assert!(values(&all, "UID")[0].starts_with("one-20270102T060000@"));
    let said = unescaped(values(&all, "DESCRIPTION")[0]);
    assert!(
        said.contains("It is moved from 2027-01-02, which is a Saturday."),
        "{said}"
    );
}

#[test]
fn spaces_behind_letters_of_several_octets_are_folded_as_any_other() {
    let name = format!("x{}\\{}", "\u{1f6df}".repeat(30), " ".repeat(80));
    let all = lines(&calendar(&name, YEARLY));
    let said = values(&all, "SUMMARY")[0];
    assert_eq!(unescaped(said), format!("Drill: {name}"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever people write: lines end, fold and escape as they must, and the text comes back.
    #[test]
    fn every_octet_is_as_it_must_be(
        pieces in prop::collection::vec(prop_oneof![
            Just("\r\n".to_owned()), Just("\n".to_owned()), Just("\\".to_owned()),
            Just("END:VEVENT".to_owned()), Just("\\n;,:\"".to_owned()), Just(" ".repeat(40)),
            Just("\u{1f6df}".repeat(30)), Just("\u{e9}".repeat(41)), Just("a\u{301}".repeat(20)),
            "[ -~]{0,90}", "\\PC{0,40}",
        ], 1..6),
    ) {
        let name = format!("x{}", pieces.concat());
        let all = lines(&calendar(&name, YEARLY));
        let meant: String = name
            .replace("\r\n", "\n")
            .chars()
            .map(|letter| match letter {
                '\n' | '\r' => '\n',
                letter if letter.is_control() => ' ',
                letter => letter,
            })
            .collect();
        for said in values(&all, "SUMMARY") {
            prop_assert_eq!(unescaped(said), format!("Drill: {meant}"));
        }
        prop_assert_eq!(values(&all, "BEGIN").iter().filter(|it| **it == "VEVENT").count(), 6);
        let uids = values(&all, "UID");
        let different: std::collections::BTreeSet<&str> = uids.iter().copied().collect();
        prop_assert_eq!(different.len(), 6);
        for required in ["VERSION", "PRODID"] {
            prop_assert_eq!(values(&all, required).len(), 1);
        }
    }
}

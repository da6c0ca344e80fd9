//! A calendar file becomes holidays: events that last whole days, also those that come back.
//!
//! The file is taken apart into events here, each with the bytes at which it stands, and each is
//! read by itself: what is wrong with one is said at its place and hides nothing beside it. The
//! events themselves are read by `icalendar`, and what comes back every year is found by `rrule`.
//! Parts inside an event, such as alarms, are left alone.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate};
use icalendar::parser::{Component, read_components};

use super::problem::{Complaint, Problems};
use super::recurrence::{self, Recurring};
use crate::model::YEAR_MAX;

/// The most holidays that are read from one file.
const DAYS_MAX: usize = 100_000;
/// The most events of a file that may come back every year: to find out that one never does takes
/// a while.
const RULES_MAX: usize = 500;
/// The most days that one holiday lasts.
const LASTS_MAX: u64 = 366;
/// How many letters of a value are shown.
const SHOWN_MAX: usize = 60;

/// One day on which nobody works.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// What it is called.
    pub name: String,
    /// Whether it comes back every year without an end.
    pub is_endless: bool,
}

/// Something from one byte of the file to another.
type Span = (u32, u32);

/// One event: the lines that belong to it, put together where they were folded.
struct Block {
    span: Span,
    text: String,
}

/// One event, understood.
struct Event {
    id: String,
    name: String,
    starts: Vec<NaiveDate>,
    is_endless: bool,
    lasts: u64,
    /// The day of a repeated event that this one stands for.
    instead: Option<NaiveDate>,
}

/// Every holiday of a calendar file; what cannot be understood goes to the problems.
pub fn days(text: &str, problems: &mut Problems) -> Vec<Day> {
    let blocks = blocks(text, problems);
    let (mut events, mut rules) = (Vec::new(), 0);
    for block in &blocks {
        rules += usize::from(block.text.to_ascii_uppercase().contains("RRULE"));
        if rules > RULES_MAX {
            let why = format!("more than {RULES_MAX} events come back; the rest is left out");
            complain(problems, block.span, why);
            break;
        }
        match event(&block.text) {
            Ok(event) => events.extend(event),
            Err(why) => complain(problems, block.span, why),
        }
    }
    let mut replaced: HashMap<&str, BTreeSet<NaiveDate>> = HashMap::new();
    for event in &events {
        replaced.entry(&event.id).or_default().extend(event.instead);
    }
    let mut days = Vec::new();
    for event in &events {
        let is_replaced = |day: &NaiveDate| {
            event.instead.is_none() && replaced.get(&*event.id).is_some_and(|it| it.contains(day))
        };
        for start in event.starts.iter().filter(|day| !is_replaced(day)) {
            days.extend(start.iter_days().take(event.lasts as usize).map(|day| Day {
                day,
                name: event.name.clone(),
                is_endless: event.is_endless,
            }));
        }
        if days.len() > DAYS_MAX {
            let why =
                format!("this calendar has more than {DAYS_MAX} holidays; the rest is left out");
            complain(problems, (0, 0), why);
            days.truncate(DAYS_MAX);
            break;
        }
    }
    days.sort();
    days
}

fn complain(problems: &mut Problems, span: Span, why: String) {
    problems.add(span, |_| {
        Complaint::CalendarUnreadable.finding(why).help(
            "Mend this event, or state the day under `days` of the calendar; all others count.",
        )
    });
}

/// Takes a text apart into events.
fn blocks(text: &str, problems: &mut Problems) -> Vec<Block> {
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    // How many parts are open inside the event.
    let (mut inside, mut is_calendar) = (0_usize, false);
    let unended = "this event has no end: `END:VEVENT` is missing";
    for (span, line) in lines(text) {
        let word = line.trim_end().to_ascii_uppercase();
        match (word.as_str(), &mut open) {
            ("BEGIN:VCALENDAR", _) => is_calendar = true,
            ("BEGIN:VEVENT", _) => {
                if let Some(block) = open.take() {
                    complain(problems, block.span, unended.to_owned());
                }
                inside = 0;
                open = Some(Block {
                    span,
                    text: String::new(),
                });
            }
            ("END:VEVENT", Some(_)) => blocks.extend(open.take()),
            (word, Some(_)) if word.starts_with("BEGIN:") => inside += 1,
            (word, Some(_)) if word.starts_with("END:") => inside = inside.saturating_sub(1),
            (_, Some(block)) if inside == 0 => {
                block.text.push_str(&line);
                block.text.push_str("\r\n");
            }
            _ => {}
        }
    }
    if let Some(block) = open {
        complain(problems, block.span, unended.to_owned());
    }
    if !is_calendar {
        let why = "this is no calendar file: it has no line `BEGIN:VCALENDAR`";
        complain(problems, (0, 0), why.to_owned());
    }
    blocks
}

/// The lines of a text, each with where it begins and ends; a line that begins with a space goes on
/// with the one before.
fn lines(text: &str) -> Vec<(Span, String)> {
    let mut lines: Vec<(Span, String)> = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive('\n') {
        let line = piece.trim_end_matches(['\r', '\n']);
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = (place(start), place(start + line.len()));
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((span, line.to_owned())),
        }
        start += piece.len();
    }
    lines
}

/// Reads one event; nothing where it was called off.
///
/// # Errors
/// What is wrong with it.
fn event(text: &str) -> Result<Option<Event>, String> {
    let whole = format!("BEGIN:VEVENT\r\n{text}END:VEVENT\r\n");
    let unread = "this event cannot be read: a line of it is no name, colon and value";
    let components = read_components(&whole).map_err(|_| unread.to_owned())?;
    let [component] = components.as_slice() else {
        return Err(unread.to_owned());
    };
    let value = |name: &str| value(component, name);
    if value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(None);
    }
    let start = value("DTSTART").ok_or("this event has no day: `DTSTART` is missing")?;
    let start = date(start)?;
    let rule = value("RRULE").map(|rule| recurrence::starts(start, rule));
    let rule = rule.transpose()?.unwrap_or(Recurring {
        days: vec![start],
        is_endless: false,
    });
    let mut starts: BTreeSet<NaiveDate> = rule.days.into_iter().collect();
    starts.extend(dates(component, "RDATE")?);
    for left_out in dates(component, "EXDATE")? {
        starts.remove(&left_out);
    }
    let name = component.find_prop("SUMMARY");
    let name = name.map(|it| it.val.clone().unescape_text().to_string());
    let name = name.filter(|name| !name.trim().is_empty());
    Ok(Some(Event {
        id: value("UID").unwrap_or_default().to_owned(),
        name: shown(&name.unwrap_or_else(|| "a holiday".to_owned())),
        starts: starts.into_iter().collect(),
        is_endless: rule.is_endless,
        lasts: lasts(start, (value("DTEND"), value("DURATION")))?,
        instead: value("RECURRENCE-ID").map(date).transpose()?,
    }))
}

fn value<'c>(component: &'c Component, name: &str) -> Option<&'c str> {
    let mut all = component.properties.iter();
    let property = all.find(|it| it.name.as_str().eq_ignore_ascii_case(name))?;
    Some(property.val.as_str().trim())
}

/// The days of all properties of a name.
fn dates(component: &Component, name: &str) -> Result<Vec<NaiveDate>, String> {
    let all = component.properties.iter();
    let all = all.filter(|it| it.name.as_str().eq_ignore_ascii_case(name));
    all.flat_map(|it| it.val.as_str().split(','))
        .map(|text| date(text.trim()))
        .collect()
}

/// A whole day, such as `20271225`.
fn date(text: &str) -> Result<NaiveDate, String> {
    let is_date = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let day = is_date
        .then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok())
        .flatten();
    let day = day.filter(|day| day.year() <= YEAR_MAX);
    day.ok_or_else(|| {
        format!(
            "`{}` is no whole day, such as `20271225`, as a holiday is",
            shown(text)
        )
    })
}

/// How many days an event lasts.
fn lasts(start: NaiveDate, (end, duration): (Option<&str>, Option<&str>)) -> Result<u64, String> {
    let days = match (end, duration) {
        (Some(end), _) => (date(end)? - start).num_days(),
        (None, Some(duration)) => {
            let unread = || format!("`{}` is no number of days, such as `P2D`", shown(duration));
            let (count, scale) = match duration.strip_prefix('P').ok_or_else(unread)? {
                text if text.ends_with('D') => (text.trim_end_matches('D'), 1),
                text => (text.strip_suffix('W').ok_or_else(unread)?, 7),
            };
            count
                .parse::<u16>()
                .map_err(|_| unread())
                .map(|count| i64::from(count) * scale)?
        }
        (None, None) => 1,
    };
    let days = u64::try_from(days.max(1)).unwrap_or(1);
    match start.checked_add_days(Days::new(days)) {
        Some(_) if days <= LASTS_MAX => Ok(days),
        _ => Err(format!(
            "this event lasts {days} days; no holiday lasts more than {LASTS_MAX}"
        )),
    }
}

/// As much of a text as is shown, in one line.
fn shown(text: &str) -> String {
    let one_line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    one_line
        .take(SHOWN_MAX)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The days of a calendar of these lines, and what is said of the rest, with the bytes.
    fn read(lines: &str) -> (Vec<String>, Vec<String>) {
        let text = format!("BEGIN:VCALENDAR\r\n{lines}\r\nEND:VCALENDAR\r\n");
        let mut problems = Problems::new(0);
        let days = days(&text, &mut problems);
        let days = days
            .iter()
            .map(|it| format!("{} {}", it.day, it.name))
            .collect();
        let said = problems.finish().into_iter().map(|finding| finding.message);
        (days, said.collect())
    }

    #[track_caller]
    fn check(lines: &str, expected: &[&str], complaint: &str) {
        let (days, said) = read(lines);
        assert_eq!(days, expected, "{said:?}");
        match complaint {
            "" => assert_eq!(said, [""; 0]),
            why => assert!(said.iter().any(|said| said.contains(why)), "{said:?}"),
        }
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT")
    }

    #[test]
    fn a_holiday_lasts_until_the_day_before_its_end() {
        let one = "UID:1\r\nDTSTART;VALUE=DATE:20271225\r\nDTEND;VALUE=DATE:20271227\r\n\
                   SUMMARY:Christmas\\, both\r\n  days";
        let both = [
            "2027-12-25 Christmas, both days",
            "2027-12-26 Christmas, both days",
        ];
        check(&event(one), &both, "");
        let weeks = "DTSTART:20270104\nDURATION:P2D\nBEGIN:VALARM\nTRIGGER:-PT1H\nEND:VALARM";
        check(
            &event(weeks),
            &["2027-01-04 a holiday", "2027-01-05 a holiday"],
            "",
        );
    }

    #[test]
    fn one_that_comes_back_every_year_is_found_in_each() {
        let until =
            "DTSTART:20261226\nRRULE:FREQ=YEARLY;UNTIL=20281231\nEXDATE;VALUE=DATE:20271226";
        check(
            &event(until),
            &["2026-12-26 a holiday", "2028-12-26 a holiday"],
            "",
        );
        let monday =
            "DTSTART:20270531\nSUMMARY:May\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3";
        check(
            &event(monday),
            &["2027-05-31 May", "2028-05-29 May", "2029-05-28 May"],
            "",
        );
        let (endless, said) = read(&event("DTSTART:20270101\nRRULE:FREQ=YEARLY"));
        assert_eq!((endless.len(), said.len()), (174, 0));
        let moved = "UID:m\nDTSTART:20260101\nRRULE:FREQ=YEARLY;COUNT=2";
        let instead = "UID:m\nRECURRENCE-ID;VALUE=DATE:20270101\nDTSTART:20270104";
        let both = format!("{}\r\n{}", event(moved), event(instead));
        check(&both, &["2026-01-01 a holiday", "2027-01-04 a holiday"], "");
    }

    #[test]
    fn what_is_wrong_with_one_hides_nothing_beside_it() {
        let good = event("DTSTART:20270101\nSUMMARY:New Year");
        for (bad, why) in [
            ("SUMMARY:None", "`DTSTART` is missing"),
            ("DTSTART:20270230", "no whole day"),
            ("DTSTART:20270101T090000Z", "no whole day"),
            ("DTSTART:20270101\nDTEND:20290101", "no holiday lasts"),
            ("DTSTART:20270101\nDURATION:PT9H", "no number of days"),
            (
                "DTSTART:20270101\nRRULE:FREQ=WEEKLY",
                "not come once a year",
            ),
            (
                "DTSTART:20270101\nRRULE:FREQ=YEARLY;BYHOUR=3",
                "times of day",
            ),
            (
                "DTSTART:20270101\nRRULE:FREQ=YEARLY;BYMONTH=13",
                "repeats in a way",
            ),
            (
                "DTSTART:20270101\nRRULE:FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2",
                "never comes",
            ),
            (
                "DTSTART:20270101\nRRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6;BYDAY=MO",
                "too often",
            ),
            ("DTSTART:20270101\nno colon here", "cannot be read"),
        ] {
            for lines in [
                format!("{}\r\n{good}", event(bad)),
                format!("{good}\r\n{}", event(bad)),
            ] {
                check(&lines, &["2027-01-01 New Year"], why);
            }
        }
        let open = format!("BEGIN:VEVENT\nDTSTART:20270202\n{good}");
        check(&open, &["2027-01-01 New Year"], "has no end");
        check(&event("DTSTART:20270101\nSTATUS:CANCELLED"), &[], "");
    }

    #[test]
    fn what_is_no_calendar_is_said_to_be_none() {
        let mut problems = Problems::new(0);
        assert_eq!(days("<html>Not found</html>", &mut problems), []);
        assert!(problems.finish()[0].message.contains("no calendar file"));
    }

    #[test]
    fn a_complaint_stands_at_its_event() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n";
        let mut problems = Problems::new(7);
        days(text, &mut problems);
        let place = problems.finish()[0].place.clone();
        assert_eq!(place, Some(crate::finding::Place::span(7, 16, 28)));
    }

    #[test]
    fn alarms_in_alarms_do_not_exhaust_the_stack() {
        let deep = "BEGIN:VALARM\n".repeat(200_000);
        check(
            &event(&format!("{deep}DTSTART:20270101")),
            &[],
            "`DTSTART` is missing",
        );
    }

    /// Pieces of which calendars are made, whole and broken.
    const PIECES: [&str; 26] = [
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VALARM",
        "END:VALARM",
        "DTSTART",
        "DTEND",
        "RRULE",
        ":",
        ";",
        "=",
        ",",
        "VALUE=DATE",
        "20270101",
        "20280229",
        "FREQ=YEARLY",
        "BYMONTH=",
        "BYDAY=",
        "-1MO",
        "BYSETPOS=",
        "COUNT=",
        "UNTIL=",
        "INTERVAL=",
        "0",
        "\r\n",
        "\n ",
        "\u{e9}\"\\",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        /// Whatever stands in a file, reading it ends and gives days in order.
        #[test]
        fn nothing_makes_it_panic_or_hang(
            pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60),
            any in ".{0,40}",
        ) {
            let (made, any) = (pieces.concat(), any.replace('|', "\r\n"));
            for lines in [&made, &any, &event(&made), &event(&any)] {
                let _ = read(lines);
            }
            let _ = read(&event(&format!("DTSTART:20270101\r\nRRULE:{made}")));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        /// Every rule for a year comes to an end, however its numbers are chosen.
        #[test]
        fn every_rule_is_read_or_refused(
            numbers in prop::collection::vec(-400_i32..400, 1..6),
            part in prop::sample::select(vec![
                "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "INTERVAL", "COUNT",
            ]),
            other in prop::sample::select(vec!["BYDAY=MO,TU", "BYDAY=5FR", "BYMONTH=2", "WKST=SU"]),
        ) {
            let numbers: Vec<String> = numbers.iter().map(i32::to_string).collect();
            let rule = format!("FREQ=YEARLY;{part}={};{other}", numbers.join(","));
            let (days, said) = read(&event(&format!("DTSTART:20270101\r\nRRULE:{rule}")));
            prop_assert!(!days.is_empty() || !said.is_empty(), "{rule}");
        }
    }
}

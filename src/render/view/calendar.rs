//! Days as people read them, and how far away they are.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::context::Context;
use super::value::{Mood, counted};
use crate::model::{Cadences, HistoryEntry, HistoryKind, Organization};
use crate::record::Verdict;
use crate::time::{Date, Period};

/// Something that is due again and again.
#[derive(Clone, Debug, Serialize)]
pub struct Due {
    /// What is due.
    pub what: &'static str,
    /// How often, in words.
    pub every: Option<String>,
    /// When it was last done.
    pub last: Option<String>,
    /// The day it is due next.
    pub next: Option<String>,
    /// How far away that is, as a sentence.
    pub words: String,
    /// How things stand.
    pub mood: Mood,
}

/// How close a due day must be to be worth saying so.
const SOON_DAYS: i64 = 30;

/// What a cadence is about, how often it is due, and the kind of history that shows it was done.
type Rhythm = (&'static str, fn(&Cadences) -> Option<Period>, HistoryKind);

/// What is due again and again.
const RHYTHMS: [Rhythm; 5] = [
    ("Review", |c| c.review, HistoryKind::Review),
    (
        "Approval by management",
        |c| c.approval,
        HistoryKind::Approval,
    ),
    (
        "Communication",
        |c| c.communication,
        HistoryKind::Communication,
    ),
    ("Drill", |c| c.drill, HistoryKind::Drill),
    (
        "Test of the full local backup",
        |c| c.full_backup_test,
        HistoryKind::FullBackupTest,
    ),
];

/// Every cadence of the organization: last done, due next.
pub fn dues(context: &Context, organization: &Organization) -> Vec<Due> {
    let today = context.today;
    let one = |(what, every, kind): &Rhythm| {
        let every = organization.cadences.as_ref().and_then(every);
        let stated = last(&organization.history, *kind, today);
        let done = match kind {
            HistoryKind::Drill => stated.max(last_test(context)),
            _ => stated,
        };
        let due = due(what, every, done, today);
        match kind {
            HistoryKind::Drill => after_last_run(context, due),
            _ => due,
        }
    };
    RHYTHMS.iter().map(one).collect()
}

/// A drill is not in order as long as the last run of one did not do what it should.
fn after_last_run(context: &Context, due: Due) -> Due {
    let run = context.input.record.last_test(context.programme);
    let run = run.filter(|run| !context.public() && due.last == Some(day(run.day)));
    match run.filter(|run| run.verdict != Verdict::Succeeded) {
        None => due,
        Some(run) => Due {
            words: format!(
                "{}; the last one, run {}, {}",
                due.words,
                run.id,
                run.verdict.words()
            ),
            mood: Mood::Gap,
            ..due
        },
    }
}

/// The latest day on which a drill tested the plan; not in public, where no drill is told of.
fn last_test(context: &Context) -> Option<Date> {
    if context.public() {
        return None;
    }
    let drills = context.programme.drills.iter();
    let held = drills.flat_map(|drill| drill.held.iter().filter(|held| drill.tested(held)));
    let held = held
        .map(|held| held.on)
        .filter(|on| *on <= context.today)
        .max();
    held.max(
        context
            .input
            .record
            .last_test(context.programme)
            .map(|run| run.day),
    )
}

/// The latest day on which something of this kind was done.
pub fn last(history: &[HistoryEntry], kind: HistoryKind, today: Date) -> Option<Date> {
    let done = history
        .iter()
        .filter(|entry| entry.what == kind && entry.on <= today);
    done.map(|entry| entry.on).max()
}

/// When something is due, seen from today.
pub fn due(what: &'static str, every: Option<Period>, last: Option<Date>, today: Date) -> Due {
    let next = every.zip(last).map(|(every, last)| every.after(last));
    let (words, mood) = match (every, next) {
        (None, _) => ("no cadence stated".to_owned(), Mood::Gap),
        (Some(_), None) => ("never done".to_owned(), Mood::Gap),
        (Some(_), Some(next)) => standing(next, today),
    };
    Due {
        what,
        every: every.map(Period::words),
        last: last.map(day),
        next: next.map(day),
        words,
        mood,
    }
}

/// How a day on which something is due stands, seen from today: in words, and how good that is.
pub fn standing(due: Date, today: Date) -> (String, Mood) {
    let days = (due.0 - today.0).num_days();
    (away(days), mood(days))
}

fn mood(days: i64) -> Mood {
    match days {
        ..0 => Mood::Gap,
        0..=SOON_DAYS => Mood::Attention,
        _ => Mood::Fine,
    }
}

/// `due in 12 days`, `due today`, `overdue by 3 days`.
fn away(days: i64) -> String {
    let number = usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
    let words = counted(number, "day", "days");
    match days {
        0 => "due today".to_owned(),
        1.. => format!("due in {words}"),
        _ => format!("overdue by {words}"),
    }
}

/// How long ago a day was: `today`, `12 days ago`, `5 months ago`.
pub fn ago(date: Date, today: Date) -> String {
    let days = (today.0 - date.0).num_days().max(0);
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    let words = match days {
        0 => return "today".to_owned(),
        1..60 => counted(number(days), "day", "days"),
        60..730 => counted(number(days * 12 / 365), "month", "months"),
        _ => counted(number(days / 365), "year", "years"),
    };
    format!("{words} ago")
}

/// A day as people read it: `22 November 2026`.
pub fn day(date: Date) -> String {
    date.0.format("%-d %B %Y").to_string()
}

/// A time as people read it, in UTC and in the zone of the organization.
pub fn time(now: DateTime<Utc>, organization: Option<&Organization>) -> String {
    let utc = now.format("%-d %B %Y, %H:%M UTC").to_string();
    let zone = organization.and_then(|o| o.time_zone).map(|zone| zone.0);
    match zone.filter(|zone| *zone != chrono_tz::UTC) {
        Some(zone) => {
            let local = now.with_timezone(&zone).format("%-d %B, %H:%M");
            format!("{utc} ({local} {zone})")
        }
        None => utc,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(last: &str, words: &str, expected: Mood) {
        let today = "2026-11-22".parse().expect("a day");
        let due = due("Review", Some(Period::months(6)), last.parse().ok(), today);
        assert_eq!((due.words.as_str(), due.mood), (words, expected));
    }

    #[test]
    fn an_age_is_told_in_the_unit_that_people_would_use() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let ago = |from| ago(day(from), day("2026-11-22"));
        assert_eq!(ago("2026-11-22"), "today");
        assert_eq!(ago("2026-11-21"), "1 day ago");
        assert_eq!(ago("2026-09-24"), "59 days ago");
        assert_eq!(ago("2026-05-22"), "6 months ago");
        assert_eq!(ago("2023-12-01"), "2 years ago");
    }

    #[test]
    fn a_due_day_is_told_from_both_sides() {
        check("2026-10-12", "due in 141 days", Mood::Fine);
        check("2026-05-23", "due in 1 day", Mood::Attention);
        check("2026-05-22", "due today", Mood::Attention);
        check("2026-05-21", "overdue by 1 day", Mood::Gap);
        check("never", "never done", Mood::Gap);
    }
}

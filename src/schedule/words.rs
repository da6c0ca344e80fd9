//! A schedule as people read it.

use super::Occurrence;
use crate::model::{Days, Month, Nth, Schedule};

/// When something is done: `the first Saturday of March at 02:00, Europe/London`.
pub fn words(schedule: &Schedule) -> String {
    let when = match (&schedule.on, schedule.every, &schedule.cron) {
        (Some(on), ..) => days(on),
        (_, Some(every), _) => format!("every {} from {}", every.words(), schedule.from),
        (_, _, Some(cron)) => format!("cron `{cron}`"),
        (None, None, None) => "never".to_owned(),
    };
    let at = schedule
        .at
        .map(|at| format!(" at {at}"))
        .unwrap_or_default();
    let moved = moved(schedule)
        .map(|moved| format!("; {moved}"))
        .unwrap_or_default();
    format!("{when}{at}, {}{moved}", schedule.zone)
}

/// What becomes of a time that falls on a day on which nobody works.
fn moved(schedule: &Schedule) -> Option<String> {
    let how = schedule.business_day?;
    let calendar = schedule.days_off.as_deref().map_or("", |days| &days.name);
    Some(format!("on a day off {} ({calendar})", how.word()))
}

/// From which day an occurrence was moved, and why; nothing where it was not.
pub fn why_moved(schedule: &Schedule, occurrence: &Occurrence) -> Option<String> {
    let (from, days_off) = occurrence.moved_from.zip(schedule.days_off.as_deref())?;
    let why = days_off.why(from.date())?;
    Some(format!(
        "moved from {}, which is {why}",
        from.format("%Y-%m-%d")
    ))
}

fn days(days: &Days) -> String {
    let day = match (days.nth, days.weekday, days.day) {
        (Some(nth), Some(weekday), _) => format!("the {nth} {weekday}"),
        (Some(Nth::Last), None, None) => "the last day".to_owned(),
        (_, _, Some(day)) => format!("day {day}"),
        _ => "no day".to_owned(),
    };
    let months: Vec<&str> = days
        .months
        .iter()
        .map(|month: &Month| month.word())
        .collect();
    match months.is_empty() {
        true => format!("{day} of every month"),
        false => format!("{day} of {}", months.join(", ")),
    }
}

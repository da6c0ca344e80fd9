//! Which days a holiday falls on that comes back every year.

use chrono::{Datelike, NaiveDate, NaiveTime};
use rrule::{Frequency, RRule, Tz, Unvalidated};

use crate::model::YEAR_MAX;

/// The most days that one rule gives: one for each month until the last year.
const DAYS_MAX: u16 = 3_000;
/// What a rule for whole days is made of.
const PARTS: [&str; 11] = [
    "FREQ",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYMONTH",
    "BYMONTHDAY",
    "BYDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYSETPOS",
    "WKST",
];

/// The days of a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Recurring {
    /// The days, in order.
    pub days: Vec<NaiveDate>,
    /// Whether they come back without an end.
    pub is_endless: bool,
}

/// The days of a yearly rule that begins on a day.
///
/// # Errors
/// Why it cannot be understood.
pub fn starts(first: NaiveDate, rule: &str) -> Result<Recurring, String> {
    let refused = |why: &str| format!("this event repeats in a way that is not understood: {why}");
    let mut parts = Vec::new();
    for part in rule
        .to_ascii_uppercase()
        .split(';')
        .filter(|part| !part.is_empty())
    {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if !PARTS.contains(&name) {
            return Err(refused(
                "it has a part that is about times of day, or unknown",
            ));
        }
        // `rrule` wants an end in the zone of the beginning, and whole days have none.
        let day = value.get(..8).filter(|_| name == "UNTIL");
        parts.push(day.map_or_else(|| part.to_owned(), |day| format!("UNTIL={day}T000000Z")));
    }
    let rule: RRule<Unvalidated> = parts
        .join(";")
        .parse()
        .map_err(|_| refused("its `RRULE` is malformed"))?;
    if rule.get_freq() != Frequency::Yearly {
        return Err(refused("it does not come once a year"));
    }
    let is_endless = rule.get_count().is_none() && rule.get_until().is_none();
    let start = first
        .and_time(NaiveTime::MIN)
        .and_utc()
        .with_timezone(&Tz::UTC);
    let set = rule
        .build(start)
        .map_err(|_| refused("its `RRULE` contradicts itself"))?;
    let end = NaiveDate::from_ymd_opt(YEAR_MAX, 12, 31).expect("a year ends on a day");
    let end = end
        .and_time(NaiveTime::MIN)
        .and_utc()
        .with_timezone(&Tz::UTC);
    let found = set.before(end).all(DAYS_MAX);
    let days: Vec<NaiveDate> = found
        .dates
        .iter()
        .map(chrono::DateTime::date_naive)
        .collect();
    match days.last() {
        None => Err(refused("it never comes")),
        Some(last) if found.limited && last.year() < YEAR_MAX => Err(refused("it comes too often")),
        Some(_) => Ok(Recurring { days, is_endless }),
    }
}

//! Which civil times a schedule names.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use super::days::DaysOfMonths;
use crate::model::Schedule;
use crate::time::{Date, Period};

/// A period is counted this often at most.
const COUNT_MAX: u32 = 1 << 24;
/// Looking for a next time ends in this year, as the calendar of time zones is not known so far.
const YEAR_MAX: i32 = 2200;

/// What a schedule says, understood.
#[derive(Clone, Debug)]
pub struct Rule {
    first: NaiveDate,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    Days(DaysOfMonths, NaiveTime),
    Every(Period, NaiveTime),
    Cron(Box<Cron>),
}

impl Rule {
    /// What a schedule says.
    ///
    /// # Errors
    /// What is wrong with it, as the rest of a sentence.
    pub fn new(stated: &Schedule) -> Result<Self, String> {
        let at = || {
            stated
                .at
                .map(|at| at.0)
                .ok_or("says no time of day: write `at: \"02:00\"`")
        };
        let how = match (&stated.on, stated.every, &stated.cron) {
            (Some(days), None, None) => How::Days(DaysOfMonths::new(days)?, at()?),
            (None, Some(every), None) => How::Every(every, at()?),
            (None, None, Some(_)) if stated.at.is_some() => {
                return Err("says the time twice: `cron` says it itself, so leave out `at`".into());
            }
            (None, None, Some(text)) => How::Cron(Box::new(cron(text)?)),
            (None, None, None) => {
                return Err("says no time: write `on`, `every` or `cron`".into());
            }
            _ => return Err("says the time twice: keep one of `on`, `every` and `cron`".into()),
        };
        Ok(Rule {
            first: stated.from.0,
            how,
        })
    }

    /// Every civil time from one on, in order.
    pub fn from(self, start: NaiveDateTime) -> Names {
        // A rule names whole minutes, and what reads cron forgets a part of a second.
        let whole = start.with_nanosecond(0).filter(|whole| *whole < start);
        let next = whole.and_then(|whole| whole.checked_add_signed(TimeDelta::seconds(1)));
        let start = next.unwrap_or(start);
        let start = start.max(self.first.and_time(NaiveTime::MIN));
        let next = match &self.how {
            How::Every(every, _) => times(*every, (self.first, start.date())),
            How::Days(..) | How::Cron(_) => 0,
        };
        Names {
            month: (start.year(), start.month()),
            start,
            next,
            rule: self,
            last: None,
        }
    }
}

/// How often a period has to be counted from a day so that it comes near another, and not past it.
fn times(every: Period, (first, to): (NaiveDate, NaiveDate)) -> u32 {
    let is_before = |count: u32| every.times(count).after(Date(first)).0 < to;
    let mut step = 1_u32;
    while is_before(step) && step < COUNT_MAX {
        step *= 2;
    }
    let mut count = 0;
    while step > 0 {
        if is_before(count + step) {
            count += step;
        }
        step /= 2;
    }
    count
}

/// Reads the five fields of cron.
fn cron(text: &str) -> Result<Cron, String> {
    let parser = CronParser::builder();
    let parser = parser
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build();
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != 5 {
        return Err(format!(
            "has `{text}`, which is not the five fields of cron: minute, hour, day, month, weekday"
        ));
    }
    let is_free = |field: &str| field == "*" || field == "?";
    if !is_free(fields[2])
        && !is_free(fields[4].trim_start_matches('+'))
        && !fields[4].starts_with('+')
    {
        return Err(format!(
            "has `{text}`, which means the day of the month or the weekday: write `+{}` for both \
             at once, or `SAT#1` for the first Saturday",
            fields[4]
        ));
    }
    parser
        .parse(text)
        .map_err(|error| format!("has `{text}`, which is no cron text: {error}"))
}

/// Civil times, in order.
pub struct Names {
    rule: Rule,
    /// None is earlier.
    start: NaiveDateTime,
    /// The month that is looked at next.
    month: (i32, u32),
    /// How often the period is counted next.
    next: u32,
    last: Option<NaiveDateTime>,
}

impl Iterator for Names {
    type Item = NaiveDateTime;

    fn next(&mut self) -> Option<NaiveDateTime> {
        loop {
            let found = match &self.rule.how {
                How::Cron(cron) => {
                    let from: DateTime<Utc> = self.last.unwrap_or(self.start).and_utc();
                    let next = cron.find_next_occurrence(&from, self.last.is_none()).ok()?;
                    next.naive_utc()
                }
                How::Every(every, at) => {
                    let day = every.times(self.next).after(Date(self.rule.first)).0;
                    self.next = self.next.checked_add(1)?;
                    day.and_time(*at)
                }
                How::Days(days, at) => {
                    let (year, month) = self.month;
                    self.month = if month == 12 {
                        (year + 1, 1)
                    } else {
                        (year, month + 1)
                    };
                    match days.of(year, month) {
                        Some(day) => day.and_time(*at),
                        None if year > YEAR_MAX => return None,
                        None => continue,
                    }
                }
            };
            if found.year() > YEAR_MAX {
                return None;
            }
            if found >= self.start {
                self.last = Some(found);
                return Some(found);
            }
        }
    }
}

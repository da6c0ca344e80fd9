//! The days of a calendar, looked up by day.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday as Day};

use super::{Calendar, Holiday, Weekday};
use crate::time::Date;

/// The days on which nobody works, from the plans and the calendar files they name.
#[derive(Clone, Debug, PartialEq)]
pub struct DaysOff {
    /// What the calendar is called.
    pub name: String,
    weekend: Vec<Weekday>,
    days: BTreeMap<NaiveDate, String>,
    /// The last year of which single days are known; nothing where all come back every year.
    last: Option<i32>,
}

/// The days of a calendar, once all files are read. They follow from what is written elsewhere, so
/// they make no difference between two things that are written alike.
#[derive(Clone, Debug, Default)]
pub struct Resolved(pub Option<Arc<DaysOff>>);

impl PartialEq for Resolved {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Deref for Resolved {
    type Target = Option<Arc<DaysOff>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Why nobody works on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off<'d> {
    /// It is part of every weekend.
    Weekend(Day),
    /// It is a holiday.
    Holiday(&'d str),
}

/// A holiday that comes back every year was looked for up to this one.
pub const YEAR_MAX: i32 = 2200;

impl DaysOff {
    /// Those that a calendar states itself, before its file is looked at.
    pub fn of(calendar: &Calendar) -> Self {
        let weekend = calendar.weekend.as_deref().unwrap_or(&WEEKEND);
        DaysOff::stated(&calendar.name, weekend, &calendar.days)
    }

    /// Those of an organization.
    pub fn of_organization(holidays: &[Holiday]) -> Self {
        DaysOff::stated("the organization's holidays", &WEEKEND, holidays)
    }

    fn stated(name: &str, weekend: &[Weekday], holidays: &[Holiday]) -> Self {
        let mut all = DaysOff {
            name: name.to_owned(),
            weekend: weekend.to_vec(),
            days: BTreeMap::new(),
            last: None,
        };
        for holiday in holidays {
            all.add(holiday.date.0, &holiday.name);
            all.lasts_until(holiday.date.0);
        }
        all
    }

    /// One more holiday. The first name that is said counts.
    pub fn add(&mut self, day: NaiveDate, name: &str) {
        self.days.entry(day).or_insert_with(|| name.to_owned());
    }

    /// That a holiday was stated for the year of this day alone.
    pub fn lasts_until(&mut self, day: NaiveDate) {
        self.last = self.last.max(Some(day.year()));
    }

    /// Why nobody works on a day; nothing where people do.
    pub fn why(&self, day: NaiveDate) -> Option<Off<'_>> {
        let holiday = self.days.get(&day).map(|name| Off::Holiday(name));
        let weekday = day.weekday();
        let weekend = self.weekend.iter().any(|stated| stated.includes(weekday));
        holiday.or_else(|| weekend.then_some(Off::Weekend(weekday)))
    }

    /// The last day of which it is known whether it is a holiday: the end of the last year of which
    /// one is stated. Nothing where that has no end.
    pub fn known_until(&self) -> Option<Date> {
        let end = self
            .last
            .and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
        end.map(Date)
    }
}

impl std::fmt::Display for Off<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Off::Weekend(day) => {
                let named = Weekday::ALL.iter().find(|weekday| weekday.includes(*day));
                write!(f, "a {}", named.map_or("weekend", |weekday| weekday.word()))
            }
            Off::Holiday(name) => write!(f, "`{name}`"),
        }
    }
}

const WEEKEND: [Weekday; 2] = [Weekday::Saturday, Weekday::Sunday];

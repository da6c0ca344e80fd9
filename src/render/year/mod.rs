//! A year of drills: one row for each, month by month, with days off and times in which nothing may
//! be tested. As a table for a terminal, and as a picture that shows the same.

mod svg;
mod text;

pub use svg::svg;
pub use text::text;

use chrono::{Datelike, NaiveDate};

use crate::model::{Blackout, DaysOff, Off, Programme};
use crate::schedule::Planned;
use crate::text::visible;

/// What to show.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The first day of the year.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
    /// The drills that are planned, in the order in which they come first.
    pub rows: Vec<Row>,
    /// Times in which nothing may be tested.
    pub blackouts: Vec<Blackout>,
    /// The holidays of the organization.
    pub holidays: Vec<(NaiveDate, String)>,
}

/// A drill.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its name, as people see it.
    pub name: String,
    /// The days on which it is held.
    pub days: Vec<Held>,
}

/// A day on which a drill is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The day.
    pub day: NaiveDate,
    /// Why it should not be: a holiday, or a time in which nothing may be tested.
    pub blocked: Option<String>,
    /// Whether it was moved to this day.
    pub moved_from: Option<NaiveDate>,
}

impl Chart {
    /// The year between two days.
    pub fn new(
        programme: &Programme,
        (first, last): (NaiveDate, NaiveDate),
        planned: &[Planned],
    ) -> Self {
        let organization = programme.organization.as_ref();
        let blackouts = organization.map_or(Vec::new(), |it| it.blackouts.clone());
        let holidays = organization.map_or(&[][..], |it| &it.holidays);
        let general = DaysOff::of_organization(holidays);
        let mut rows: Vec<Row> = Vec::new();
        for it in planned
            .iter()
            .filter(|it| (first..=last).contains(&it.day.0))
        {
            let place = rows.iter().position(|row| row.id == it.drill.id.as_str());
            let place = place.unwrap_or_else(|| {
                let (id, name) = (it.drill.id.as_str().to_owned(), visible(&it.drill.name));
                rows.push(Row {
                    id,
                    name: name.into_owned(),
                    days: Vec::new(),
                });
                rows.len() - 1
            });
            let within = blackouts
                .iter()
                .find(|at| (at.from..=at.to).contains(&it.day));
            let schedule = it
                .drill
                .schedule
                .as_ref()
                .filter(|_| it.occurrence.is_some());
            let own = schedule.and_then(|schedule| schedule.days_off.as_deref());
            let off = own.unwrap_or(&general).why(it.day.0);
            let holiday = off.filter(|off| matches!(off, Off::Holiday(_)));
            let blocked = within.map(|at| format!("in `{}`", at.name));
            rows[place].days.push(Held {
                day: it.day.0,
                blocked: blocked.or_else(|| holiday.map(|off| format!("on {off}"))),
                moved_from: it
                    .occurrence
                    .and_then(|it| it.moved_from)
                    .map(|from| from.date()),
            });
        }
        let holidays = holidays.iter().map(|it| (it.date.0, it.name.clone()));
        let holidays = holidays
            .filter(|(day, _)| (first..=last).contains(day))
            .collect();
        Chart {
            first,
            last,
            rows,
            blackouts,
            holidays,
        }
    }

    /// The year, as people name it.
    pub fn year(&self) -> i32 {
        self.first.year()
    }
}

#[cfg(test)]
mod tests;

//! Which days certain days are: the first Saturday of March, the last working day of a quarter.

use chrono::{Datelike, NaiveDate};

use crate::model::{Days, Month, Nth, Weekday};

/// Certain days of certain months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaysOfMonths {
    months: Vec<u32>,
    which: Which,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Number(u32),
    Nth(Nth, Weekday),
    LastDay,
}

impl DaysOfMonths {
    /// As a plan states them.
    ///
    /// # Errors
    /// What is wrong with that, as the rest of a sentence.
    pub fn new(stated: &Days) -> Result<Self, String> {
        let which = match (stated.nth, stated.weekday, stated.day) {
            (Some(nth), Some(weekday), None) => Which::Nth(nth, weekday),
            (Some(Nth::Last), None, None) => Which::LastDay,
            (None, None, Some(day)) if (1..=28).contains(&day) => Which::Number(day.into()),
            (None, None, Some(day)) => {
                return Err(format!(
                    "has `day: {day}`, and not every month has that: write 1 to 28, or `nth: last`"
                ));
            }
            _ => {
                let why = "names no day: write `nth` and `weekday`, `nth: last`, or `day`";
                return Err(why.to_owned());
            }
        };
        let months: Vec<u32> = match stated.months.as_slice() {
            [] => (1..=12).collect(),
            months => months.iter().map(|month| number(*month)).collect(),
        };
        Ok(DaysOfMonths { months, which })
    }

    /// The day in a month, if it is one of these months.
    pub fn of(&self, year: i32, month: u32) -> Option<NaiveDate> {
        self.months
            .contains(&month)
            .then(|| self.which.of(year, month))?
    }
}

impl Which {
    fn of(self, year: i32, month: u32) -> Option<NaiveDate> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let own = || first.iter_days().take_while(|day| day.month() == month);
        match self {
            Which::Number(day) => NaiveDate::from_ymd_opt(year, month, day),
            Which::LastDay => own().last(),
            Which::Nth(nth, weekday) => {
                let mut meant = own().filter(|day| weekday.includes(day.weekday()));
                match nth {
                    Nth::First => meant.next(),
                    Nth::Second => meant.nth(1),
                    Nth::Third => meant.nth(2),
                    Nth::Fourth => meant.nth(3),
                    Nth::Last => meant.last(),
                }
            }
        }
    }
}

fn number(month: Month) -> u32 {
    let before = Month::ALL.iter().take_while(|it| **it != month).count();
    u32::try_from(before).expect("there are twelve") + 1
}

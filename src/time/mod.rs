//! Time as people write it in plans: durations, periods, dates and time zones.
//!
//! A [`Duration`] is exact, in seconds; a [`Period`] is counted on the calendar. Nothing here
//! reads a clock: `now` is always an argument.

mod duration;
mod moment;
mod period;
mod slip;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

pub use duration::Duration;
pub use moment::{Elapsed, Moment};
pub use period::Period;

use crate::text::text_value;

/// A day on the calendar, such as `2026-05-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub NaiveDate);

text_value!(Date, "a day, such as `2026-05-01`",
    pattern: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples: ["2026-05-01"]);

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        // chrono also reads `2026-5-1`; one spelling keeps plans comparable.
        date.filter(|_| text.len() == 10).map(Date).ok_or_else(|| {
            format!(
                "`{text}` is not a day on the calendar; write it as year-month-day, `2026-05-01`"
            )
        })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

/// A time zone by its IANA name, such as `Europe/Budapest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(pub chrono_tz::Tz);

text_value!(TimeZone, "a time zone by its IANA name, such as `Europe/Budapest`",
    pattern: r"^[A-Za-z0-9_+/-]+$", examples: ["Europe/Budapest", "America/New_York", "UTC"]);

impl FromStr for TimeZone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(TimeZone).map_err(|_| {
            format!("`{text}` is not a time zone; write its IANA name, such as `Europe/Budapest`")
        })
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_day_is_a_date() {
        assert_eq!(
            "2028-02-29".parse::<Date>().expect("leap day").to_string(),
            "2028-02-29"
        );
        for text in ["2027-02-29", "2026-5-1", "1 May 2026", ""] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_zone_needs_its_iana_name() {
        assert!("Europe/Budapest".parse::<TimeZone>().is_ok());
        assert!("Budapest".parse::<TimeZone>().is_err());
    }
}

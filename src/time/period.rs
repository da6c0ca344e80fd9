//! A length of time counted on the calendar: how often something is due.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months};

use super::{Date, slip};
use crate::text::text_value;

/// A cadence such as `P6M` (every six months) or `P30D`, counted on the calendar.
///
/// "Biannually" can mean twice a year or every two years, so cadences are never words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    months: u32,
    days: u32,
}

text_value!(Period, "a cadence, such as `P6M` (six months), `P1Y` or `P30D`",
    pattern: r"^P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?$",
    examples: ["P6M", "P12M", "P30D"]);

impl Period {
    /// This many months.
    pub const fn months(months: u32) -> Self {
        Period { months, days: 0 }
    }

    /// This many days.
    pub const fn days(days: u32) -> Self {
        Period { months: 0, days }
    }

    /// The day this long after `start`; the last day of a shorter month where it must.
    pub fn after(self, start: Date) -> Date {
        let date = start.0.checked_add_months(Months::new(self.months));
        let date = date.and_then(|d| d.checked_add_days(Days::new(self.days.into())));
        Date(date.unwrap_or(chrono::NaiveDate::MAX))
    }

    /// The day this long before `end`.
    pub fn before(self, end: Date) -> Date {
        let date = end.0.checked_sub_months(Months::new(self.months));
        let date = date.and_then(|d| d.checked_sub_days(Days::new(self.days.into())));
        Date(date.unwrap_or(chrono::NaiveDate::MIN))
    }

    /// So many times this long.
    #[must_use]
    pub const fn times(self, count: u32) -> Self {
        Period {
            months: self.months.saturating_mul(count),
            days: self.days.saturating_mul(count),
        }
    }

    /// How many days it is, where that is the same everywhere on the calendar.
    pub fn in_days(self) -> Option<u32> {
        (self.months == 0).then_some(self.days)
    }

    /// As people read it: `6 months`, `1 year`, `30 days`.
    pub fn words(self) -> String {
        let count = |n: u32, unit: &str| {
            (n > 0).then(|| format!("{n} {unit}{}", if n == 1 { "" } else { "s" }))
        };
        let months = count(self.months, "month");
        [months, count(self.days, "day")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months > 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days > 0 {
            write!(f, "{}D", self.days)?;
        }
        Ok(())
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).ok_or_else(|| complaint(text))
    }
}

fn complaint(text: &str) -> String {
    if matches!(text.to_lowercase().as_str(), "biannually" | "biannual") {
        return format!("`{text}` can mean twice a year or every two years; write `P6M` or `P24M`");
    }
    match slip::cadence(text).filter(|meant| parse(meant).is_some()) {
        Some(meant) => format!("`{text}` is not how a cadence is written here; write `{meant}`"),
        None => format!("`{text}` is not a cadence; write one such as `P6M`, `P1Y` or `P30D`"),
    }
}

fn parse(text: &str) -> Option<Period> {
    /// 100 years: a later day on the calendar is a slip of the pen.
    const DAYS_MAX: u32 = 36_525;
    let (mut rest, mut units) = (text.strip_prefix('P')?, ["Y", "M", "W", "D"].iter());
    let mut period = Period { months: 0, days: 0 };
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = rest[..digits].parse().ok()?;
        let unit = units.find(|unit| rest[digits..].starts_with(**unit))?;
        match *unit {
            "Y" => period.months = period.months.checked_add(number.checked_mul(12)?)?,
            "M" => period.months = period.months.checked_add(number)?,
            "W" => period.days = period.days.checked_add(number.checked_mul(7)?)?,
            _ => period.days = period.days.checked_add(number)?,
        }
        rest = &rest[digits + 1..];
    }
    let some = period.months > 0 || period.days > 0;
    (some && period.months <= 1_200 && period.days <= DAYS_MAX).then_some(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, canonical: &str, after: &str) {
        let period: Period = text.parse().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(period.to_string(), canonical);
        let start: Date = "2026-08-31".parse().expect("a day");
        assert_eq!(period.after(start).to_string(), after, "{text}");
    }

    #[test]
    fn a_period_is_counted_on_the_calendar() {
        check("P6M", "P6M", "2027-02-28");
        check("P1Y", "P12M", "2027-08-31");
        check("P2W", "P14D", "2026-09-14");
        check("P1M1D", "P1M1D", "2026-10-01");
    }

    #[test]
    fn a_period_of_nothing_or_in_words_is_refused() {
        for text in [
            "P",
            "P0D",
            "biannually",
            "6M",
            "PT6H",
            "P6X",
            "PY",
            "P99999Y",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
        let complaint = |text: &str| text.parse::<Period>().expect_err(text);
        assert!(complaint("6M").contains("write `P6M`"));
        assert!(complaint("biannually").contains("`P6M` or `P24M`"));
    }
}

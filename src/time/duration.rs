//! An exact length of time, in whole seconds.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;

use chrono::TimeDelta;

use super::slip;
use crate::text::text_value;

/// A length of time in whole seconds, written `4h`, `90s`, `1d12h` or `PT4H`.
///
/// Zero is a value like any other; what is not stated is `None`, never zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

text_value!(Duration, "a length of time, such as `4h`, `90s`, `30m`, `2d` or `1d12h`",
    pattern:
        r"^([0-9]+ ?(w|d|h|min|m|s) ?)+$|^0$|^P(?=.)(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$",
    examples: ["4h", "90s", "30m", "2d", "1d12h"]);

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

/// The longest duration accepted, 100 years: sums of many can then never overflow.
const MAX: u64 = 36_525 * DAY;

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);

    /// This many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Duration(seconds)
    }

    /// This many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Duration(minutes * MINUTE)
    }

    /// This many hours.
    pub const fn hours(hours: u64) -> Self {
        Duration(hours * HOUR)
    }

    /// This many days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Duration(days * DAY)
    }

    /// The length in whole seconds.
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// The same to be counted with moments; nothing where it is longer than time is counted.
    pub fn as_delta(self) -> Option<TimeDelta> {
        TimeDelta::try_seconds(i64::try_from(self.0).ok()?)
    }

    /// What is left after taking `other` away, or `None` when it does not fit.
    pub fn less(self, other: Duration) -> Option<Duration> {
        self.0.checked_sub(other.0).map(Duration)
    }

    /// What is left after taking `other` away, nothing when it does not fit.
    pub fn saturating_sub(self, other: Duration) -> Duration {
        Duration(self.0.saturating_sub(other.0))
    }

    /// So many times this, as long as can be counted.
    #[must_use]
    pub fn times(self, count: u64) -> Duration {
        Duration(self.0.saturating_mul(count).min(MAX))
    }

    /// As people read it: `4 h`, `1 d 12 h`, `0 s`.
    pub fn words(self) -> String {
        self.units()
            .map(|(n, unit)| format!("{n} {unit}"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn units(self) -> impl Iterator<Item = (u64, &'static str)> {
        let parts = [
            (self.0 / DAY, "d"),
            (self.0 % DAY / HOUR, "h"),
            (self.0 % HOUR / MINUTE, "min"),
            (self.0 % MINUTE, "s"),
        ];
        let zero = self.0 == 0;
        parts
            .into_iter()
            .filter(move |(n, unit)| *n > 0 || (zero && *unit == "s"))
    }
}

impl Add for Duration {
    type Output = Duration;

    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Duration {
    fn sum<I: Iterator<Item = Duration>>(durations: I) -> Duration {
        durations.fold(Duration::ZERO, Add::add)
    }
}

/// The canonical text in a plan: `4h`, `1d12h`, `0s`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.units()
            .try_for_each(|(n, unit)| write!(f, "{n}{}", unit.trim_end_matches("in")))
    }
}

impl FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = match text.strip_prefix('P') {
            Some(iso) => iso_seconds(iso),
            None => plain_seconds(text),
        };
        match parsed {
            Some(seconds) if seconds <= MAX => Ok(Duration(seconds)),
            Some(_) => Err(format!("`{text}` is more than 100 years")),
            None => Err(complaint(text)),
        }
    }
}

fn complaint(text: &str) -> String {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return format!("`{text}` has no unit; write `{text}m`, `{text}h` or `{text}d`");
    }
    if text.starts_with('P') && text.contains(['M', 'Y']) && !text.contains('T') {
        return format!("`{text}` counts months or years, which have no exact length; write days");
    }
    match slip::seconds(text) {
        Some(meant) if meant <= MAX => format!(
            "`{text}` is not how a length of time is written here; write `{}`",
            Duration(meant)
        ),
        _ => format!("`{text}` is not a length of time; write one such as `4h`, `30m` or `2d`"),
    }
}

/// `4h`, `1d12h`, `90 s`: numbers with units, largest first or not, no unit twice.
fn plain_seconds(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(0);
    }
    let (mut total, mut seen) = (0u64, Vec::new());
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let scale = match &rest[..letters] {
            "w" => WEEK,
            "d" => DAY,
            "h" => HOUR,
            "m" | "min" => MINUTE,
            "s" => 1,
            _ => return None,
        };
        if seen.contains(&scale) {
            return None;
        }
        seen.push(scale);
        total = total.checked_add(number.checked_mul(scale)?)?;
        rest = rest[letters..].trim_start();
    }
    (!seen.is_empty()).then_some(total)
}

/// The exact part of ISO 8601: weeks, days and the time units.
fn iso_seconds(iso: &str) -> Option<u64> {
    let (date, time) = iso
        .split_once('T')
        .map_or((iso, None), |(d, t)| (d, Some(t)));
    let sum = |part: &str, units: &[(char, u64)]| -> Option<u64> {
        let (mut rest, mut total, mut units) = (part, 0u64, units.iter());
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u64 = rest[..digits].parse().ok()?;
            let letter = rest[digits..].chars().next()?;
            let (_, scale) = units.find(|(unit, _)| *unit == letter)?;
            total = total.checked_add(number.checked_mul(*scale)?)?;
            rest = &rest[digits + 1..];
        }
        Some(total)
    };
    if date.is_empty() && time.is_none_or(str::is_empty) || time == Some("") {
        return None;
    }
    let days = sum(date, &[('W', WEEK), ('D', DAY)])?;
    days.checked_add(sum(
        time.unwrap_or(""),
        &[('H', HOUR), ('M', MINUTE), ('S', 1)],
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seconds: u64) {
        let duration: Duration = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(duration.as_seconds(), seconds, "{text}");
        assert_eq!(
            duration.to_string().parse(),
            Ok(duration),
            "{text} round trip"
        );
    }

    #[test]
    fn a_duration_is_read_as_people_write_it() {
        check("4h", 14_400);
        check("90s", 90);
        check("1d12h", 129_600);
        check("1d 12h", 129_600);
        check("30 min", 1_800);
        check("2w", 1_209_600);
        check("PT4H", 14_400);
        check("P1DT12H", 129_600);
        check("P30D", 2_592_000);
        check("0", 0);
        check("0s", 0);
    }

    #[test]
    fn what_is_not_exact_is_refused_with_what_to_write() {
        let complaint = |text: &str| text.parse::<Duration>().expect_err(text);
        assert!(complaint("4").contains("`4h`"));
        assert!(complaint("P6M").contains("months"));
        assert!(complaint("1.5h").contains("write `1h30m`"));
        assert!(complaint("4 hous").contains("write `4h`"));
        for text in [
            "4 hous",
            "",
            "h",
            "4h4h",
            "-1h",
            "P",
            "PT",
            "1.5h",
            "101000000000d",
            "PD",
        ] {
            complaint(text);
        }
    }

    #[test]
    fn words_name_every_unit_once() {
        assert_eq!(Duration::seconds(93_784).words(), "1 d 2 h 3 min 4 s");
        assert_eq!(Duration::ZERO.words(), "0 s");
    }

    #[test]
    fn a_length_is_counted_with_moments_as_far_as_those_go() {
        let delta = |seconds| Duration::seconds(seconds).as_delta();
        assert_eq!(delta(90), Some(TimeDelta::seconds(90)));
        assert_eq!(delta(u64::MAX), None);
        assert_eq!(delta(i64::MAX.unsigned_abs()), None);
    }
}

//! Which moments a civil time is, as clocks are put forward and back.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::{Fold, Gap};

/// Whether a civil time exists once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dst {
    /// It does.
    None,
    /// It does not exist: clocks are put forward over it.
    Gap,
    /// It comes twice, and this is the first.
    First,
    /// It comes twice, and this is the second.
    Second,
}

impl Dst {
    /// Whether its civil time comes twice, so that only its name says which of the two it is.
    pub fn is_twice(self) -> bool {
        matches!(self, Dst::First | Dst::Second)
    }

    /// What the clocks have to do with a time; nothing where that is nothing.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Dst::None => None,
            Dst::Gap => Some("that hour does not exist on this day, so it is put off"),
            Dst::First => Some("that hour comes twice on this day, and this is the first"),
            Dst::Second => Some("that hour comes twice on this day, and this is the second"),
        }
    }
}

/// No gap is longer than this; it is looked back so far for what the clocks said before.
const HOURS_BACK: i64 = 26;

/// The version of the table of all time zones.
pub fn tzdb() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

/// The moments that a civil time is in a zone.
pub fn instants(
    nominal: NaiveDateTime,
    zone: Tz,
    policy: (Gap, Fold),
) -> Vec<(DateTime<Utc>, Dst)> {
    match (zone.from_local_datetime(&nominal), policy) {
        (MappedLocalTime::Single(at), _) => vec![(at.to_utc(), Dst::None)],
        (MappedLocalTime::Ambiguous(first, _), (_, Fold::First)) => {
            vec![(first.to_utc(), Dst::First)]
        }
        (MappedLocalTime::Ambiguous(_, second), (_, Fold::Second)) => {
            vec![(second.to_utc(), Dst::Second)]
        }
        (MappedLocalTime::Ambiguous(first, second), (_, Fold::Both)) => {
            vec![(first.to_utc(), Dst::First), (second.to_utc(), Dst::Second)]
        }
        (MappedLocalTime::None, (Gap::Skip, _)) => Vec::new(),
        (MappedLocalTime::None, (Gap::Shift, _)) => {
            vec![(shifted(nominal, zone), Dst::Gap)]
        }
    }
}

/// The moment of a time that does not exist, by what the clocks said before: as if they had not
/// been put forward yet.
fn shifted(nominal: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let before = (1..=HOURS_BACK).find_map(|hours| {
        let earlier = nominal.checked_sub_signed(TimeDelta::hours(hours))?;
        zone.from_local_datetime(&earlier).latest()
    });
    let before = before.expect("clocks are never put forward by more than a day");
    let offset = before.offset().fix();
    (nominal - offset).and_utc()
}

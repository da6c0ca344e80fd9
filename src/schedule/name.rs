//! What a time is called, on the command line and in the register.
//!
//! Where a civil time comes twice, as clocks are put back, it names the first. The second has its
//! offset behind it, as ISO 8601 writes it, so that people and the register tell them apart.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::Dst;
use crate::time::TimeZone;

/// A civil time: `2027-03-06T02:00`.
pub fn civil(nominal: NaiveDateTime) -> String {
    nominal.format("%Y-%m-%dT%H:%M").to_string()
}

/// A civil time and how far it is from UTC at a moment: `2027-11-07T01:30-05:00`.
pub fn with_offset(nominal: NaiveDateTime, (at, zone): (DateTime<Utc>, TimeZone)) -> String {
    civil(nominal) + &at.with_timezone(&zone.0).format("%:z").to_string()
}

/// The name of a time.
pub fn name(nominal: NaiveDateTime, clocks: Dst, moment: (DateTime<Utc>, TimeZone)) -> String {
    match clocks {
        Dst::Second => with_offset(nominal, moment),
        Dst::None | Dst::Gap | Dst::First => civil(nominal),
    }
}

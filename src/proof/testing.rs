//! Recovery points for the tests of this module.

use chrono::{DateTime, TimeDelta, Utc};

use super::{PointKind, RecoveryPoint, Verification};
use crate::time::Moment;

/// A moment as people write it: `2026-03-14T02:00:00Z`.
#[track_caller]
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// So many seconds after the beginning of 2026.
pub fn second(seconds: i64) -> DateTime<Utc> {
    at("2026-01-01T00:00:00Z") + TimeDelta::seconds(seconds)
}

/// A verification that has begun and shown nothing yet.
pub fn verification(began: DateTime<Utc>) -> Verification {
    let began = Moment {
        wall: began,
        boot_micros: 0,
        boot_id: "b".to_owned(),
    };
    Verification::begun("v", &"orders".parse().expect("an id"), began)
}

/// A recovery point of which nothing is known but its id and its time.
pub fn point(id: impl Into<String>, as_of: DateTime<Utc>) -> RecoveryPoint {
    RecoveryPoint {
        id: id.into(),
        as_of,
        finished: None,
        kind: PointKind::Full,
        needs: Vec::new(),
        bytes: None,
        stored_bytes: None,
        files: None,
        files_unmodified: None,
        added_bytes: None,
        added_packed_bytes: None,
        faults: Vec::new(),
    }
}

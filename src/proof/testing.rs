//! Recovery points for the tests of this module.

use chrono::{DateTime, TimeDelta, Utc};

use super::{PointKind, RecoveryPoint};

/// A moment as people write it: `2026-03-14T02:00:00Z`.
#[track_caller]
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// So many seconds after the beginning of 2026.
pub fn second(seconds: i64) -> DateTime<Utc> {
    at("2026-01-01T00:00:00Z") + TimeDelta::seconds(seconds)
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

//! `/schedule`: what comes, as JSON.

use hyper::StatusCode;
use hyper::header::HeaderMap;
use serde::Serialize;

use crate::daemon::{Coming, Health};
use crate::serve::{Answer, typed};
use crate::text;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Schedule<'s> {
    /// When it was looked.
    looked: Option<chrono::DateTime<chrono::Utc>>,
    /// The next time of each drill, the first one first.
    next: &'s [Coming],
    /// Of how many drills more there is a next time.
    left_out: usize,
}

/// The next time of each drill, as far as there is room.
pub fn page(health: &Health, _: &HeaderMap) -> Answer {
    let schedule = Schedule {
        looked: health.looked,
        next: &health.seen.coming,
        left_out: health.seen.coming_left_out,
    };
    typed(StatusCode::OK, "application/json", text::json(&schedule))
}

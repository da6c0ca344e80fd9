//! `/healthz`: whether the loop goes round.

use hyper::header::HeaderMap;

use crate::daemon::Health;
use crate::serve::{Answer, judged};

/// Says so, or since when it does not.
pub fn page(health: &Health, _: &HeaderMap) -> Answer {
    judged(health.hangs())
}

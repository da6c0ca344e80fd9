//! `/readyz`: whether all is done that the plans say, as they are now.

use hyper::header::HeaderMap;

use crate::daemon::Health;
use crate::serve::{Answer, judged};

/// Says so, or why it is not: plans that cannot be read, or a store that cannot be written.
pub fn page(health: &Health, _: &HeaderMap) -> Answer {
    judged(health.not_ready())
}

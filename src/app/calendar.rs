//! What is planned, as a calendar for other programs: for a file, and for those who subscribe.

use chrono::{DateTime, Utc};

use super::Plans;
use crate::graph::Graph;
use crate::render::ics::{Input, ics};
use crate::schedule::{AHEAD, planned};

impl Plans {
    /// What is planned from now on, as far as it is looked ahead; `changed` is when the plans last
    /// were.
    pub fn calendar(&self, changed: DateTime<Utc>) -> String {
        let programme = &self.loaded.programme;
        let (asked, today) = (self.now.instant(), self.today());
        let last = today.0.checked_add_days(AHEAD).unwrap_or(today.0);
        ics(&Input {
            programme,
            graph: &Graph::build(programme),
            planned: &planned(programme, (asked, today), last),
            asked,
            changed,
        })
    }
}

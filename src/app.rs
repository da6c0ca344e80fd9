//! What the commands share: the plans are read and the clock is asked, here and nowhere else.

use std::path::Path;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::checks;
use crate::error::Result;
use crate::finding::Finding;
use crate::graph::Analysis;
use crate::load::{self, Loaded};
use crate::time::{Date, TimeZone};
use crate::workspace::Workspace;

/// The moment for which the plans are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    /// An instant; which day it is depends on the organization's time zone.
    Instant(DateTime<Utc>),
    /// A day, wherever one is.
    Day(Date),
}

impl Now {
    /// What the clock says.
    pub fn from_clock() -> Self {
        Now::Instant(Utc::now())
    }

    /// The day it is in a time zone.
    pub fn day(self, zone: TimeZone) -> Date {
        match self {
            Now::Instant(instant) => Date(instant.with_timezone(&zone.0).date_naive()),
            Now::Day(day) => day,
        }
    }
}

impl FromStr for Now {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(day) = text.parse() {
            return Ok(Now::Day(day));
        }
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| {
            "write a day such as `2026-11-22`, or a time such as `2026-11-22T08:00:00Z`".to_owned()
        })?;
        Ok(Now::Instant(instant.to_utc()))
    }
}

/// The plans of a workspace, read.
#[derive(Debug)]
pub struct Plans {
    /// Where they are.
    pub workspace: Workspace,
    /// What they say.
    pub loaded: Loaded,
    /// The moment for which they are looked at.
    pub now: Now,
}

impl Plans {
    /// Reads the plans of the workspace that a path is or lies in; without a `now`, the clock's.
    ///
    /// What is wrong with the plans is a finding; only a path that cannot be opened is an error.
    pub fn open(path: &Path, now: Option<Now>) -> Result<Self> {
        let workspace = Workspace::find(path)?;
        let loaded = load::load(workspace.files());
        Ok(Plans {
            workspace,
            loaded,
            now: now.unwrap_or_else(Now::from_clock),
        })
    }

    /// The day for which they are looked at, where the organization is.
    pub fn today(&self) -> Date {
        let organization = self.loaded.programme.organization.as_ref();
        let zone = organization.and_then(|organization| organization.time_zone);
        self.now.day(zone.unwrap_or(TimeZone(chrono_tz::UTC)))
    }

    /// Everything that is computed on the dependency graph.
    pub fn analyse(&self) -> Analysis<'_> {
        Analysis::new(&self.loaded.programme)
    }

    /// What is wrong with them.
    pub fn findings(&self, analysis: &Analysis) -> Vec<Finding> {
        checks::run(&self.loaded, analysis, self.today())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(now: &str, zone: &str) -> String {
        let now: Now = now.parse().expect("a moment");
        now.day(zone.parse().expect("a zone")).to_string()
    }

    #[test]
    fn the_day_is_that_of_the_organization() {
        assert_eq!(day("2026-11-22T23:30:00Z", "Europe/Budapest"), "2026-11-23");
        assert_eq!(day("2026-11-22T23:30:00Z", "America/Denver"), "2026-11-22");
        assert_eq!(day("2026-11-23T00:30:00+01:00", "UTC"), "2026-11-22");
    }

    #[test]
    fn a_day_stays_that_day_in_every_zone() {
        assert_eq!(day("2026-11-22", "Pacific/Kiritimati"), "2026-11-22");
    }

    #[test]
    fn a_moment_that_is_neither_is_refused() {
        for text in [
            "",
            "now",
            "22.11.2026",
            "2026-11-22 08:00",
            "2026-11-22T08:00:00",
        ] {
            assert!(text.parse::<Now>().is_err(), "{text}");
        }
    }
}

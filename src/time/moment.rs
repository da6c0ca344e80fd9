//! A moment as two clocks tell it, and how long it is from one to another.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A moment as two clocks tell it.
///
/// People set the clock on the wall; the other runs evenly from the start of the machine, also
/// while it sleeps. Lengths of time are measured with the second as long as it is the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Moment {
    /// What the clock on the wall says.
    pub wall: DateTime<Utc>,
    /// Since the machine was started, in microseconds.
    pub boot_micros: u64,
    /// Which start of which machine that was.
    pub boot_id: String,
}

/// How long it was from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed {
    /// In microseconds; nothing where the clock on the wall went back.
    pub micros: u64,
    /// Whether only the clock on the wall could tell, which may have been set in between.
    pub by_wall: bool,
}

impl Moment {
    /// One for tests: so many seconds after a machine was started at nine o'clock.
    #[cfg(test)]
    pub(crate) fn after(seconds: u64) -> Self {
        Moment {
            wall: "2026-11-22T09:00:00Z".parse().expect("a time"),
            boot_micros: seconds * 1_000_000,
            boot_id: "one".to_owned(),
        }
    }

    /// How long it was since an earlier moment.
    pub fn since(&self, earlier: &Moment) -> Elapsed {
        if self.boot_id == earlier.boot_id {
            return Elapsed {
                micros: self.boot_micros.saturating_sub(earlier.boot_micros),
                by_wall: false,
            };
        }
        let by_wall = self.wall.signed_duration_since(earlier.wall);
        Elapsed {
            micros: by_wall
                .num_microseconds()
                .unwrap_or(0)
                .try_into()
                .unwrap_or(0),
            by_wall: true,
        }
    }

    /// Whether it was before another one.
    pub fn is_before(&self, other: &Moment) -> bool {
        match self.boot_id == other.boot_id {
            true => self.boot_micros < other.boot_micros,
            false => self.wall < other.wall,
        }
    }

    /// By how much the clock on the wall was set since an earlier moment, in microseconds.
    ///
    /// `None` where the machine was started in between, so that nothing can tell.
    pub fn wall_set_by(&self, earlier: &Moment) -> Option<i64> {
        let elapsed = Some(self.since(earlier)).filter(|elapsed| !elapsed.by_wall)?;
        let by_wall = self.wall.signed_duration_since(earlier.wall);
        let evenly = i64::try_from(elapsed.micros).ok()?;
        Some(by_wall.num_microseconds()?.saturating_sub(evenly))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(wall: &str, boot_micros: u64, boot_id: &str) -> Moment {
        Moment {
            wall: wall.parse().expect("a time"),
            boot_micros,
            boot_id: boot_id.to_owned(),
        }
    }

    #[test]
    fn a_clock_that_is_set_back_changes_no_length() {
        let start = moment("2026-03-14T10:00:00Z", 5_000_000, "a");
        let end = moment("2026-03-14T09:00:10Z", 15_000_000, "a");
        let elapsed = end.since(&start);
        assert_eq!((elapsed.micros, elapsed.by_wall), (10_000_000, false));
        assert_eq!(end.wall_set_by(&start), Some(-3_600_000_000));
    }

    #[test]
    fn after_a_restart_only_the_wall_can_tell() {
        let start = moment("2026-03-14T10:00:00Z", 5_000_000, "a");
        let end = moment("2026-03-14T10:00:10Z", 1_000_000, "b");
        let elapsed = end.since(&start);
        assert_eq!((elapsed.micros, elapsed.by_wall), (10_000_000, true));
        assert_eq!(end.wall_set_by(&start), None);
        assert_eq!(start.since(&end).micros, 0);
    }
}

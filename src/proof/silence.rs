//! Whether a job that makes a backup is not heard of any more.
//!
//! A job that does not run complains of nothing. So it is counted how long ago it last ended well.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};

use super::{Fact, JobEnd};
use crate::id::BackupId;
use crate::time::{Date, Duration, TimeZone};

/// That a job ended, and how; of each day the last time of either kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Pinged {
    /// The backup it makes.
    pub backup: BackupId,
    /// When that was heard.
    pub at: DateTime<Utc>,
    /// The day that was, where the organization is.
    pub day: Date,
    /// How it ended.
    pub end: JobEnd,
}

impl Pinged {
    /// What is remembered of what jobs told, the last one first.
    pub fn all(facts: &[Fact], zone: TimeZone) -> Vec<Self> {
        let mut known = BTreeSet::new();
        let last_first = facts.iter().rev().filter_map(|fact| match fact {
            Fact::Pinged(ping) => Some((ping, ping.kind.end()?)),
            _ => None,
        });
        let pinged = last_first.filter_map(|(ping, end)| {
            let at = ping.at.wall;
            let day = Date(at.with_timezone(&zone.0).date_naive());
            let is_new = known.insert((ping.backup.as_str(), day, end == JobEnd::Well));
            is_new.then(|| Pinged {
                backup: ping.backup.clone(),
                at,
                day,
                end,
            })
        });
        pinged.collect()
    }
}

/// That a job has not ended well for longer than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence<'p> {
    /// When it last ended well, if ever.
    pub well: Option<&'p Pinged>,
    /// When it last ended badly after that, if it did.
    pub badly: Option<&'p Pinged>,
}

/// Whether a job has not ended well for longer than it may, when a day begins. `pinged` is what is
/// known of this job alone.
pub fn silence<'p>(
    pinged: impl IntoIterator<Item = &'p Pinged>,
    longest: Duration,
    (today, zone): (Date, TimeZone),
) -> Option<Silence<'p>> {
    let (well, badly): (Vec<_>, Vec<_>) = pinged
        .into_iter()
        .partition(|pinged| pinged.end == JobEnd::Well);
    let well = well.into_iter().max_by_key(|pinged| pinged.at);
    let longest = longest.as_delta()?;
    let begins = today.0.and_time(NaiveTime::MIN);
    let begins = zone.0.from_local_datetime(&begins).earliest();
    // Where the clocks are put forward at midnight the day begins an hour later.
    let begins = begins.map_or_else(
        || today.0.and_time(NaiveTime::MIN).and_utc(),
        |it| it.to_utc(),
    );
    if well.is_some_and(|last| begins - last.at <= longest) {
        return None;
    }
    let later = badly
        .into_iter()
        .filter(|it| well.is_none_or(|well| it.at > well.at));
    Some(Silence {
        well,
        badly: later.max_by_key(|pinged| pinged.at),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::at;
    use super::*;

    /// Whether a good end was heard of lately.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Heard {
        Lately,
        NotLately,
    }
    use Heard::*;

    fn pinged(when: &str, end: JobEnd) -> Pinged {
        Pinged {
            backup: "orders".parse().expect("an id"),
            at: at(when),
            day: Date(at(when).date_naive()),
            end,
        }
    }

    /// Whether a job that ended so is silent at the beginning of 2026-03-10 with 26 hours allowed.
    #[track_caller]
    fn check(zone: &str, ends: &[(&str, JobEnd)], expected: Heard) {
        let ends: Vec<Pinged> = ends.iter().map(|(when, end)| pinged(when, *end)).collect();
        let (zone, today) = (zone.parse().expect("a zone"), "2026-03-10".parse());
        let today = (today.expect("a day"), zone);
        let silence = silence(&ends, Duration::hours(26), today);
        let heard = silence.map_or(Lately, |_| NotLately);
        assert_eq!(heard, expected, "{silence:?}");
    }

    #[test]
    fn only_a_good_end_breaks_the_silence() {
        use JobEnd::*;
        check("UTC", &[], NotLately);
        check("UTC", &[("2026-03-08T22:00:00Z", Well)], Lately);
        check("UTC", &[("2026-03-08T21:59:59Z", Well)], NotLately);
        check(
            "UTC",
            &[
                ("2026-03-08T02:00:00Z", Well),
                ("2026-03-09T02:00:00Z", Badly),
            ],
            NotLately,
        );
        check(
            "UTC",
            &[
                ("2026-03-09T02:00:00Z", Well),
                ("2026-03-09T04:00:00Z", Badly),
            ],
            Lately,
        );
        check(
            "America/Denver",
            &[("2026-03-09T03:59:59Z", Well)],
            NotLately,
        );
        check("America/Denver", &[("2026-03-09T04:00:00Z", Well)], Lately);
    }
}

//! How long a restore of a backup takes as large as it is now.
//!
//! What was measured counts as long as it was of all there is. Where the newest recovery point is
//! larger than what was restored, by what the tool itself says of both, an estimate counts in its
//! place, and of that the longer end: in time is only what is known to be.

use super::{Basis, Estimate, Foreseen, LastRestore, SampleRun, Verified};
use crate::time::{Date, Duration};

/// How long a restore of a backup takes, and where that comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestoreTime<'v> {
    /// How long it takes: measured, or the longer end of the estimate.
    pub time: Duration,
    /// The day of the last restore, or of the last parts where none of all counts.
    pub on: Date,
    /// The verification that shows that restore; nothing where only the plan says so.
    pub by: Option<&'v Verified>,
    /// The estimate, where more is to be restored than ever was, or nothing but parts.
    pub estimate: Option<Estimate>,
}

impl<'v> RestoreTime<'v> {
    /// From the last restore of a backup, all of its verifications, and the parts that were
    /// restored.
    pub fn new(
        last: &LastRestore<'v>,
        verified: impl IntoIterator<Item = &'v Verified>,
        sampled: impl IntoIterator<Item = &'v SampleRun>,
    ) -> RestoreTime<'v> {
        let foreseen = last
            .by
            .and_then(|by| Some((by, Foreseen::new(verified, sampled)?)));
        let estimate = foreseen.and_then(|(by, foreseen)| {
            let estimate = foreseen.estimate;
            let has_grown = by.bytes.is_some_and(|bytes| estimate.bytes > bytes);
            (has_grown && estimate.basis != Basis::FullRun).then_some(estimate)
        });
        RestoreTime {
            time: estimate.map_or(last.took, |estimate| most(&estimate).max(last.took)),
            on: last.on,
            by: last.by,
            estimate,
        }
    }

    /// From parts alone, the last of which were restored on a day: that all of it can be restored
    /// they do not show.
    pub fn foretold(estimate: Estimate, on: Date) -> RestoreTime<'static> {
        RestoreTime {
            time: most(&estimate),
            on,
            by: None,
            estimate: Some(estimate),
        }
    }

    /// Where it comes from, as people read it after a length of time.
    pub fn words(&self) -> String {
        let on = self.on;
        match (self.estimate, self.by) {
            (Some(estimate), Some(_)) => {
                let span = estimate.words();
                format!("{span}, as it has grown since it was restored on {on}")
            }
            (Some(estimate), None) => {
                let span = estimate.words();
                format!("{span} on {on}; all of it was never restored")
            }
            (None, Some(by)) => format!("measured on {on} in verification {}", by.id),
            (None, None) => format!("measured on {on}, as the plan says"),
        }
    }
}

/// The longer end of an estimate.
fn most(estimate: &Estimate) -> Duration {
    Duration::seconds(estimate.span.most.div_ceil(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Level;

    const GB: u64 = 1_000_000_000;

    /// A look at a recovery point of so many gigabytes on a day of March 2026, and for how many
    /// seconds it was restored.
    fn look(day: u32, gigabytes: u64, took: Option<u64>) -> Verified {
        let day = format!("2026-03-{day:02}");
        let at = format!("{day}T06:00:00Z").parse().expect("a time");
        let example = Verified::example();
        Verified {
            id: day.clone(),
            at,
            day: day.parse().expect("a day"),
            as_of: Some(at),
            holds: Some(gigabytes * GB),
            // What is counted on the disk need not be what the tool says.
            bytes: took.map(|_| gigabytes * GB * 3),
            took: took.map(Duration::seconds),
            level: took.map_or(Level::Fresh, |_| Level::Validated),
            ..example
        }
    }

    #[track_caller]
    fn check(looks: &[Verified], expected: &str) {
        let last = looks.iter().filter(|it| it.took.is_some());
        let last = last.max_by_key(|it| it.at).expect("a restore");
        let last = LastRestore {
            on: last.day,
            took: last.took.expect("it was restored"),
            by: Some(last),
            until: last.day,
        };
        let time = RestoreTime::new(&last, looks, []);
        assert_eq!(format!("{}, {}", time.time.words(), time.words()), expected);
    }

    #[test]
    fn what_was_measured_counts_until_there_is_more_to_restore() {
        let measured = "1 min 40 s, measured on 2026-03-02 in verification 2026-03-02";
        check(&[look(2, 10, Some(100))], measured);
        check(&[look(2, 10, Some(100)), look(5, 10, None)], measured);
        // A little more is as good as all.
        check(&[look(2, 100, Some(100)), look(5, 105, None)], measured);
        check(&[look(2, 10, Some(100)), look(5, 2, None)], measured);
        // An old one that is larger is not what has to be restored.
        check(&[look(2, 10, Some(100)), look(1, 30, None)], measured);
        let one = "5 min, 1 min 40 s to 5 min, estimated from one part alone, as it has grown \
                   since it was restored on 2026-03-02";
        check(&[look(2, 10, Some(100)), look(5, 20, None)], one);
        let two = "4 min 10 s, 2 min 30 s to 4 min 10 s, estimated from parts, as it has grown \
                   since it was restored on 2026-03-02";
        let looks = [
            look(1, 5, Some(50)),
            look(2, 10, Some(100)),
            look(5, 20, None),
        ];
        check(&looks, two);
    }
}

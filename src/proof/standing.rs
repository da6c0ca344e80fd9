//! How far a backup is proven on a day.

use super::{Level, Trial, Verdict, Verification};
use crate::time::{Date, Period, TimeZone};

/// How far a backup is proven on a day, by all verifications until then.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<'v> {
    /// The rung.
    pub level: Level,
    /// The verification that shows it; the last one where nothing is shown.
    pub by: &'v Verification,
    /// Until when it counts.
    pub until: Date,
    /// The last verification at all.
    pub last: &'v Verification,
}

/// How far a backup is proven on a day. Nothing where nobody has ever verified it.
///
/// Of each rung the last trials that say anything count, as long as they are not too old: who could
/// not look has shown nothing, and takes nothing back. A fault that was seen takes all back that
/// was shown from its rung on.
pub fn standing<'v>(
    verifications: &'v [Verification],
    good_for: Period,
    (today, zone): (Date, TimeZone),
) -> Option<Standing<'v>> {
    let until = |it: &Verification| {
        let day = it.began.wall.with_timezone(&zone.0).date_naive();
        good_for.after(Date(day))
    };
    let last = verifications.iter().max_by_key(|it| it.began.wall)?;
    let mut last_first: Vec<&Verification> = verifications.iter().collect();
    last_first.sort_by_key(|it| std::cmp::Reverse(it.began.wall));
    let fresh = last_first.into_iter().filter(|it| until(it) >= today);
    let mut shown: Option<(Level, &Verification)> = None;
    let mut ceiling = Level::Validated;
    for it in fresh {
        let level = it.level().min(ceiling);
        if shown.is_none_or(|(best, _)| level > best) {
            shown = Some((level, it));
        }
        ceiling = ceiling.min(below(&it.trials));
    }
    let (level, by) = shown.unwrap_or((Level::Unknown, last));
    Some(Standing {
        level,
        by,
        until: until(by),
        last,
    })
}

/// The highest rung that is not called in question by a fault.
fn below(trials: &[Trial]) -> Level {
    let failed = trials.iter().filter(|trial| trial.verdict == Verdict::Fail);
    let lowest = failed.map(|trial| trial.level).min();
    lowest.map_or(Level::Validated, |level| {
        Level::from_number(level.number().saturating_sub(1)).unwrap_or_default()
    })
}

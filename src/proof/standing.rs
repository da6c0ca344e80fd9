//! How far a backup is proven on a day.

use super::{Level, Verified};
use crate::time::{Date, Period};

/// How far a backup is proven on a day, by all verifications until then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'v> {
    /// The rung.
    pub level: Level,
    /// The verification that shows it; the last one where nothing is shown.
    pub by: &'v Verified,
    /// The last day on which that counts.
    pub until: Date,
    /// The last verification at all.
    pub last: &'v Verified,
}

/// How far a backup is proven on a day, from its verifications. Nothing where there are none.
///
/// The best one counts that is not too old: who could not look, or looked less far, takes nothing
/// back. A fault does: from its rung on nothing counts that was shown before, nor what is shown
/// later of an older recovery point.
pub fn standing<'v>(
    verified: impl IntoIterator<Item = &'v Verified>,
    good_for: Period,
    today: Date,
) -> Option<Standing<'v>> {
    let last_first = last_first(verified);
    let last = *last_first.first()?;
    let until = |it: &Verified| good_for.after(it.day);
    let mut shown: Option<(Level, &Verified)> = None;
    let open = last_first.iter().enumerate();
    let open = open.filter(|(at, it)| is_open(it, &last_first[..*at]));
    let open = open.map(|(_, it)| it.ceiling).min();
    let mut ceiling = open.unwrap_or(Level::Validated);
    for it in last_first {
        let level = it.level.min(ceiling);
        if until(it) >= today && shown.is_none_or(|(best, _)| level > best) {
            shown = Some((level, it));
        }
        // Also a fault that was seen long ago stands until somebody saw it mended.
        ceiling = ceiling.min(it.ceiling);
    }
    let (level, by) = shown.unwrap_or((Level::Unknown, last));
    Some(Standing {
        level,
        by,
        until: until(by),
        last,
    })
}

/// The last fault that nobody has seen mended.
pub fn open_fault<'v>(verified: impl IntoIterator<Item = &'v Verified>) -> Option<&'v Verified> {
    let last_first = last_first(verified);
    let mut all = last_first.iter().enumerate();
    let open = all.find(|(at, it)| is_open(it, &last_first[..*at]));
    open.map(|(_, it)| *it)
}

fn last_first<'v>(verified: impl IntoIterator<Item = &'v Verified>) -> Vec<&'v Verified> {
    let mut last_first: Vec<&Verified> = verified.into_iter().collect();
    last_first.sort_by_key(|it| std::cmp::Reverse(it.at));
    last_first
}

/// Whether a verification saw a fault that none of the later ones saw mended: none went beyond its
/// rung. What is damaged in a recovery point is not mended by looking at an older one.
fn is_open(it: &Verified, later: &[&Verified]) -> bool {
    let in_the_point = it.ceiling >= Level::Fresh;
    let is_mended =
        |later: &&Verified| later.level > it.ceiling && (!in_the_point || later.as_of >= it.as_of);
    it.ceiling < Level::Validated && !later.iter().any(is_mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Verifications by the day of March 2026, the level and the ceiling of each.
    #[track_caller]
    fn check(verified: &[(u32, Level, Level)], expected: Level) {
        let verified = verified.iter().map(|&(day, level, ceiling)| {
            let day = format!("2026-03-{day:02}");
            Verified {
                id: day.clone(),
                at: format!("{day}T06:00:00Z").parse().expect("a time"),
                day: day.parse().expect("a day"),
                level,
                ceiling,
                ..Verified::example()
            }
        });
        let verified: Vec<Verified> = verified.collect();
        let today = "2026-03-20".parse().expect("a day");
        let standing = standing(&verified, "P10D".parse().expect("a period"), today);
        assert_eq!(standing.expect("some").level, expected);
    }

    #[test]
    fn the_best_counts_until_it_is_too_old_or_a_fault_is_seen() {
        use Level::*;
        check(
            &[(15, Validated, Validated), (18, Exists, Validated)],
            Validated,
        );
        check(&[(5, Validated, Validated), (18, Fresh, Validated)], Fresh);
        check(&[(15, Validated, Validated), (18, Exists, Exists)], Exists);
        check(
            &[(15, Exists, Exists), (18, Validated, Validated)],
            Validated,
        );
        check(&[(5, Validated, Validated)], Unknown);
    }

    #[test]
    fn a_fault_is_open_until_somebody_saw_what_is_beyond_it() {
        use Level::*;
        let open = |verified: &[(Level, Level)]| {
            let verified = (0i64..)
                .zip(verified)
                .map(|(hour, &(level, ceiling))| Verified {
                    id: hour.to_string(),
                    at: chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour),
                    level,
                    ceiling,
                    ..Verified::example()
                });
            let verified: Vec<Verified> = verified.collect();
            open_fault(&verified).map(|it| it.id.clone())
        };
        assert_eq!(open(&[(Validated, Validated)]), None);
        assert_eq!(open(&[(Fresh, Fresh)]).as_deref(), Some("0"));
        assert_eq!(
            open(&[(Fresh, Fresh), (Fresh, Validated)]).as_deref(),
            Some("0")
        );
        assert_eq!(open(&[(Fresh, Fresh), (Intact, Validated)]), None);
        let two = [(Unknown, Unknown), (Intact, Intact)];
        assert_eq!(open(&two).as_deref(), Some("1"));
    }

    #[test]
    fn a_fault_is_not_mended_by_what_is_older() {
        let at = |day: u32| {
            format!("2026-03-{day:02}T02:00:00Z")
                .parse()
                .expect("a time")
        };
        let looked = |day: u32, of: u32, level, ceiling| Verified {
            id: day.to_string(),
            at: at(day),
            day: crate::time::Date(at(day).date_naive()),
            as_of: Some(at(of)),
            level,
            ceiling,
            ..Verified::example()
        };
        let damaged = looked(10, 9, Level::Fresh, Level::Fresh);
        let older = looked(11, 1, Level::Validated, Level::Validated);
        let newer = looked(12, 11, Level::Validated, Level::Validated);
        let today = "2026-03-20".parse().expect("a day");
        let check = |verified: &[&Verified], open: Option<&str>, level| {
            let verified = verified.iter().copied();
            assert_eq!(open_fault(verified.clone()).map(|it| it.id.as_str()), open);
            let standing = standing(verified, Period::months(12), today).expect("some");
            assert_eq!(standing.level, level);
        };
        check(&[&damaged, &older], Some("10"), Level::Fresh);
        check(&[&damaged, &older, &newer], None, Level::Validated);
    }

    #[test]
    fn a_backup_that_nobody_verified_stands_nowhere() {
        let today = "2026-03-20".parse().expect("a day");
        assert_eq!(standing([], Period::months(12), today), None);
    }
}

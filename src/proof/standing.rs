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
/// back. A fault does: from its rung on nothing counts that was shown before. While one of the
/// newest recovery point is open, older ones do not show more than it leaves either.
pub fn standing<'v>(
    verified: impl IntoIterator<Item = &'v Verified>,
    good_for: Period,
    today: Date,
) -> Option<Standing<'v>> {
    let mut last_first: Vec<&Verified> = verified.into_iter().collect();
    last_first.sort_by_key(|it| std::cmp::Reverse(it.at));
    let last = *last_first.first()?;
    let open = open_of_newest(&last_first);
    let until = |it: &Verified| good_for.after(it.day);
    let (mut shown, mut ceiling): (Option<(Level, &Verified)>, _) = (None, Level::Validated);
    for it in last_first {
        let hidden = open.iter().filter(|fault| it.older && fault.at < it.at);
        let hidden = hidden.map(|fault| fault.ceiling).min();
        let level = it
            .level
            .min(ceiling)
            .min(hidden.unwrap_or(Level::Validated));
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

/// The last fault that nobody has seen mended: no later verification went beyond its rung and
/// looked at what it was in.
pub fn open_fault<'v>(verified: impl IntoIterator<Item = &'v Verified>) -> Option<&'v Verified> {
    let mut last_first: Vec<&Verified> = verified.into_iter().collect();
    last_first.sort_by_key(|it| std::cmp::Reverse(it.at));
    let open = last_first.iter().find(|it| is_open(it, &last_first));
    open.copied()
}

/// The faults of what was the newest recovery point then that nobody has seen mended.
pub(super) fn open_of_newest<'v>(verified: &[&'v Verified]) -> Vec<&'v Verified> {
    let open = verified.iter().filter(|it| it.of_point && !it.older);
    open.filter(|it| is_open(it, verified)).copied().collect()
}

fn is_open(it: &Verified, verified: &[&Verified]) -> bool {
    it.ceiling < Level::Validated && !verified.iter().any(|later| later.mends(it))
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

    /// What the last of verifications leaves standing, and which fault is open. Each is of the
    /// newest or an older recovery point, by its name, and goes up to a level; with a fault there.
    #[track_caller]
    fn points(verified: &[(&str, Level, Level)], expected: (Level, Option<&str>)) {
        let one = |(hour, &(point, level, ceiling)): (i64, &(&str, Level, Level))| Verified {
            id: hour.to_string(),
            at: chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour),
            point: Some(point.to_owned()),
            older: point != "new",
            of_point: ceiling < Level::Validated && ceiling != Level::Exists,
            level,
            ceiling,
            gone: Vec::new(),
            ..Verified::example()
        };
        let verified: Vec<Verified> = (0..).zip(verified).map(one).collect();
        let today = Verified::example().day;
        let level = standing(&verified, Period::months(1), today).map(|it| it.level);
        let open = open_fault(&verified).map(|it| it.id.clone());
        assert_eq!((level, open.as_deref()), (Some(expected.0), expected.1));
    }

    #[test]
    fn one_recovery_point_does_not_mend_another() {
        use Level::*;
        let well = |point| (point, Validated, Validated);
        let broken = |point| (point, Intact, Intact);
        points(&[well("old")], (Validated, None));
        // The newest cannot be restored, and an older one can.
        points(&[broken("new"), well("old")], (Intact, Some("0")));
        points(
            &[broken("new"), well("old"), well("new")],
            (Validated, None),
        );
        // An older one cannot be restored, and the newest can.
        points(&[broken("old"), well("new")], (Validated, Some("0")));
        points(
            &[broken("old"), well("new"), well("older")],
            (Validated, Some("0")),
        );
        points(
            &[broken("old"), well("new"), well("old")],
            (Validated, None),
        );
        points(&[well("new"), broken("old")], (Intact, Some("1")));
        // How new the list is every verification shows.
        points(&[("new", Exists, Exists), well("old")], (Validated, None));
        points(&[("old", Exists, Exists), well("new")], (Validated, None));
    }

    #[test]
    fn what_is_gone_is_no_open_fault() {
        let fault = Verified {
            point: Some("old".to_owned()),
            older: true,
            of_point: true,
            ceiling: Level::Fresh,
            ..Verified::example()
        };
        let later = Verified {
            at: fault.at + chrono::TimeDelta::hours(1),
            gone: vec!["old".to_owned()],
            ..Verified::example()
        };
        assert!(later.mends(&fault) && !fault.mends(&fault));
        let other = Verified {
            gone: vec!["other".to_owned()],
            ..later.clone()
        };
        assert!(!other.mends(&fault));
    }

    #[test]
    fn a_backup_that_nobody_verified_stands_nowhere() {
        let today = "2026-03-20".parse().expect("a day");
        assert_eq!(standing([], Period::months(12), today), None);
    }
}

//! When a backup was last restored: by what was shown, or by what somebody wrote.

use super::standing::open_of_newest;
use super::{Level, Verified};
use crate::model::Backup;
use crate::time::{Date, Duration, Period};

/// The last restore of a backup that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRestore<'v> {
    /// The day.
    pub on: Date,
    /// How long it took.
    pub took: Duration,
    /// The verification that shows it; nothing where the plan says so and nothing shows it.
    pub by: Option<&'v Verified>,
    /// The last day on which it counts.
    pub until: Date,
}

/// The last restore of a backup, from its verifications and from what its plan says.
///
/// The newer of both counts; of the same day, what was shown. A fault that leaves no restore
/// standing takes back whatever was shown or written until then.
pub fn last_restore<'v>(
    backup: &Backup,
    verified: impl IntoIterator<Item = &'v Verified>,
    good_for: Period,
    today: Date,
) -> Option<LastRestore<'v>> {
    let verified: Vec<&Verified> = verified.into_iter().collect();
    let voided = verified.iter().filter(|it| it.ceiling < Level::Restored);
    let voided = voided.map(|it| (it.at, it.day)).max();
    let shown = verified.iter().filter(|it| it.level >= Level::Restored);
    let shown = shown.filter(|it| voided.is_none_or(|(at, _)| it.at > at));
    // What is good of an older recovery point does not show that the newest can be restored.
    let open = open_of_newest(&verified);
    let is_hidden = open.iter().any(|fault| fault.ceiling < Level::Restored);
    let shown = shown.filter(|it| !(it.older && is_hidden));
    let shown = shown.max_by_key(|it| it.at).and_then(|it| {
        Some(LastRestore {
            on: it.day,
            took: it.took?,
            by: Some(it),
            until: good_for.after(it.day),
        })
    });
    let said = backup.restored.as_ref().filter(|said| said.on <= today);
    let said = said.filter(|said| voided.is_none_or(|(_, day)| said.on > day));
    let said = said.map(|said| LastRestore {
        on: said.on,
        took: said.took,
        by: None,
        until: good_for.after(said.on),
    });
    match (shown, said) {
        (Some(shown), Some(said)) if said.on > shown.on => Some(said),
        (shown, said) => shown.or(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last restore after a claim of a day of March 2026, and verifications by day, level and
    /// ceiling.
    #[track_caller]
    fn check(said: &str, verified: &[(u32, Level, Level)], expected: Option<(&str, &str)>) {
        let backup = format!("{{id: orders, name: O, restored: {{took: 5h, on: {said}}}}}");
        let backup: Backup = serde_yaml::from_str(&backup).expect("a backup");
        let verified = verified.iter().map(|&(day, level, ceiling)| {
            let day = format!("2026-03-{day:02}");
            Verified {
                at: format!("{day}T06:00:00Z").parse().expect("a time"),
                day: day.parse().expect("a day"),
                took: Some(Duration::hours(1)),
                level,
                ceiling,
                ..Verified::example()
            }
        });
        let verified: Vec<Verified> = verified.collect();
        let today = "2026-03-20".parse().expect("a day");
        let last = last_restore(&backup, &verified, Period::months(12), today);
        let last = last.map(|last| (last.on.to_string(), last.took.words()));
        let expected = expected.map(|(on, took)| (on.to_owned(), took.to_owned()));
        assert_eq!(last, expected);
    }

    #[test]
    fn the_newer_counts_and_of_one_day_what_was_shown() {
        use Level::*;
        let (said, shown) = (Some(("2026-03-10", "5 h")), "1 h");
        check("2026-03-10", &[], said);
        check("2026-03-10", &[(9, Validated, Validated)], said);
        let same = Some(("2026-03-10", shown));
        check("2026-03-10", &[(10, Restored, Validated)], same);
        check("2026-03-10", &[(12, Intact, Validated)], said);
        check("2026-03-21", &[], None);
    }

    #[test]
    fn an_older_one_that_was_restored_does_not_stand_for_the_newest() {
        let backup: Backup = serde_yaml::from_str("{id: orders, name: O}").expect("a backup");
        let fault = Verified {
            ceiling: Level::Intact,
            of_point: true,
            ..Verified::example()
        };
        let good = Verified {
            at: fault.at + chrono::TimeDelta::hours(1),
            level: Level::Restored,
            took: Some(Duration::hours(1)),
            ..Verified::example()
        };
        let old = Verified {
            older: true,
            ..good.clone()
        };
        let shown = |all: &[&Verified]| {
            let all = all.iter().copied();
            last_restore(&backup, all, Period::months(12), fault.day).is_some()
        };
        assert!(shown(&[&old]) && shown(&[&fault, &good]));
        assert!(!shown(&[&fault, &old]));
    }

    #[test]
    fn a_fault_takes_back_what_was_shown_or_written_before() {
        use Level::*;
        let all = [(9, Validated, Validated), (12, Fresh, Fresh)];
        check("2026-03-10", &all, None);
        check("2026-03-13", &all, Some(("2026-03-13", "5 h")));
        check(
            "2026-03-10",
            &[(12, Fresh, Fresh), (14, Restored, Restored)],
            Some(("2026-03-14", "1 h")),
        );
    }
}

//! Whether a backup is due to be verified, or to be made.

use chrono::{DateTime, Utc};

use super::{Level, Verdict, Verified};
use crate::model::{Backup, Programme};
use crate::time::{Date, Duration, Period};

/// Whether a backup is due to be verified on a day: its rhythm has passed since it was last looked
/// at up to the highest rung, or it never was. What could not be looked at is due again.
pub fn is_due<'v>(
    programme: &Programme,
    backup: &Backup,
    verified: impl IntoIterator<Item = &'v Verified>,
    today: Date,
) -> bool {
    let Some(every) = rhythm(programme, backup) else {
        return false;
    };
    looked(backup, verified).is_none_or(|last| every.after(last) <= today)
}

/// How often a backup is verified; nothing where its plan does not say how.
pub fn rhythm(programme: &Programme, backup: &Backup) -> Option<Period> {
    let verify = backup.verify.as_ref()?;
    let usual = || programme.restores_tested_every();
    Some(verify.every.unwrap_or_else(usual))
}

/// The day on which a backup was last looked at up to the highest rung.
pub fn looked<'v>(
    backup: &Backup,
    verified: impl IntoIterator<Item = &'v Verified>,
) -> Option<Date> {
    let own = verified.into_iter().filter(|it| it.backup == backup.id);
    let looked =
        own.filter(|it| it.asked == Level::Validated && it.verdict != Verdict::Inconclusive);
    looked.map(|it| it.day).max()
}

/// Whether a backup that Mainstay makes is due: as much time has passed since it was last made as
/// `every` says. One that does not say it is never due.
pub fn is_due_to_be_taken(
    backup: &Backup,
    last: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    let every = backup.every.and_then(Duration::as_delta);
    let is_due = |every| last.is_none_or(|last| now - last >= every);
    backup.take.is_some() && every.is_some_and(is_due)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup() -> Backup {
        let text = "{id: orders, name: O, every: 24h,
            verify: {with: {}, every: P7D},
            take: {with: {}, write-under: out}}";
        serde_yaml::from_str(text).expect("a backup")
    }

    #[track_caller]
    fn check(day: &str, asked: Level, verdict: Verdict, expected: &str) {
        let verified = Verified {
            day: day.parse().expect("a day"),
            asked,
            verdict,
            ..Verified::example()
        };
        let today = "2026-03-20".parse().expect("a day");
        let due = is_due(&Programme::default(), &backup(), [&verified], today);
        assert_eq!(if due { "due" } else { "not due" }, expected);
    }

    #[test]
    fn a_backup_is_due_when_it_was_not_looked_at_in_whole_for_too_long() {
        check("2026-03-14", Level::Validated, Verdict::Pass, "not due");
        check("2026-03-14", Level::Validated, Verdict::Fail, "not due");
        check("2026-03-13", Level::Validated, Verdict::Pass, "due");
        check("2026-03-19", Level::Validated, Verdict::Inconclusive, "due");
        check("2026-03-19", Level::Fresh, Verdict::Pass, "due");
    }

    #[test]
    fn a_backup_is_made_again_when_its_time_has_passed() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let now = at("2026-03-20T06:00:00Z");
        assert!(is_due_to_be_taken(&backup(), None, now));
        assert!(is_due_to_be_taken(
            &backup(),
            Some(at("2026-03-19T06:00:00Z")),
            now
        ));
        assert!(!is_due_to_be_taken(
            &backup(),
            Some(at("2026-03-19T06:00:01Z")),
            now
        ));
    }
}

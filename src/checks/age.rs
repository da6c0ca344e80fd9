//! Whether what was confirmed or tested some time ago still counts.
//!
//! The organization states how often; where it does not, what the plan itself asks for holds:
//! facts are reviewed twice a year and things are tested once a year.

use crate::model::{Cadences, Programme};
use crate::time::{Date, Period};

/// How often facts are read through and confirmed.
pub fn review(programme: &Programme) -> Period {
    stated(programme, |cadences| cadences.review).unwrap_or(Period::months(6))
}

/// How often it is shown that somebody can be reached: as often as facts are reviewed, or as the
/// organization says.
pub fn contact_verification(programme: &Programme) -> Period {
    let own = stated(programme, |cadences| cadences.contact_verification);
    own.unwrap_or_else(|| review(programme))
}

/// How often the plan is tested by a drill.
pub fn drill(programme: &Programme) -> Period {
    stated(programme, |cadences| cadences.drill).unwrap_or(Period::months(12))
}

/// How often the additional full local backup is tested.
pub fn full_backup_test(programme: &Programme) -> Period {
    let own = stated(programme, |cadences| cadences.full_backup_test);
    own.unwrap_or(Period::months(12))
}

/// Whether something done on that day is due again: a day after `now` is as good as today.
pub fn is_due(done: Date, cadence: Period, now: Date) -> bool {
    cadence.after(done) <= now
}

/// Why something that has to be done again and again is due, as the rest of a sentence:
/// `was never tested`, or when it was last. Nothing where it is not due.
pub fn complaint(was: &str, done: Option<Date>, cadence: Period, now: Date) -> Option<String> {
    let Some(done) = done else {
        return Some(format!("was never {was}"));
    };
    let since = cadence.words();
    is_due(done, cadence, now).then(|| format!("was last {was} on {done}, {since} or more ago"))
}

fn stated(programme: &Programme, which: fn(&Cadences) -> Option<Period>) -> Option<Period> {
    let organization = programme.organization.as_ref()?;
    which(organization.cadences.as_ref()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_year_is_over_on_the_same_day_of_the_next() {
        let (year, now) = (Period::months(12), date("2026-11-22"));
        assert!(is_due(date("2025-11-22"), year, now));
        assert!(!is_due(date("2025-11-23"), year, now));
        assert!(!is_due(date("2027-01-01"), year, now));
    }

    #[test]
    fn what_was_never_done_does_not_count() {
        let (half, now) = (Period::months(6), date("2026-11-22"));
        assert_eq!(
            complaint("read", None, half, now).as_deref(),
            Some("was never read")
        );
        assert_eq!(complaint("read", Some(now), half, now), None);
    }
}

//! Whether what was confirmed or tested some time ago still counts.
//!
//! The organization states how often. Where it does not, the usual holds: facts are reviewed twice
//! a year, contacts verified and things tested once a year.

use super::overdue::{Standing, standing};
use crate::model::{Cadences, Programme};
use crate::time::{Date, Period};

/// How often facts are read through and confirmed.
pub fn review(programme: &Programme) -> Period {
    stated(programme, |cadences| cadences.review).unwrap_or(Period::months(6))
}

/// How often it is verified that somebody can be reached.
pub fn contact_verification(programme: &Programme) -> Period {
    let own = stated(programme, |cadences| cadences.contact_verification);
    own.unwrap_or(Period::months(12))
}

/// How often the plan is tested by a drill.
pub fn drill(programme: &Programme) -> Period {
    stated(programme, |cadences| cadences.drill).unwrap_or(Period::months(12))
}

/// Why something that has to be done again and again is due, as the rest of a sentence:
/// `was never tested`, or when it was last. Nothing where it is not due.
pub fn complaint(was: &str, last: Option<Date>, every: Period, now: Date) -> Option<String> {
    match standing(last, every, now) {
        Standing::InTime => None,
        Standing::Never => Some(format!("was never {was}")),
        Standing::Overdue { last, due } => Some(format!(
            "was last {was} on {last} and was due again on {due}"
        )),
    }
}

fn stated(programme: &Programme, which: fn(&Cadences) -> Option<Period>) -> Option<Period> {
    let organization = programme.organization.as_ref()?;
    which(organization.cadences.as_ref()?)
}

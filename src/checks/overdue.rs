//! Whether what is to be done again and again was done in time.

use super::{Check, Context};
use crate::finding::{Finding, Place};
use crate::model::{Cadences, HistoryKind, Kind};
use crate::time::{Date, Period};

/// How something that is to be done again and again stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was done, and is not due again yet.
    InTime,
    /// It was done last on a day that is too long ago, and was due again on another.
    Overdue {
        /// When it was done last.
        last: Date,
        /// When it was due again.
        due: Date,
    },
    /// It was never done.
    Never,
}

/// How something stands that was done last on a day; on the day it is due it is overdue.
pub fn standing(last: Option<Date>, every: Period, now: Date) -> Standing {
    let Some(last) = last else {
        return Standing::Never;
    };
    let due = every.after(last);
    if due > now {
        Standing::InTime
    } else {
        Standing::Overdue { last, due }
    }
}

/// Something that the organization does to its plan again and again.
pub struct Rhythm {
    /// What its history calls it.
    pub what: HistoryKind,
    /// The key of its cadence.
    pub key: &'static str,
    /// Its cadence.
    pub every: fn(&Cadences) -> Option<Period>,
    /// What the plan is once it was done, such as `reviewed`.
    pub done: &'static str,
}

/// When something was done last, and where that is written.
pub type Last = Option<(Date, Place)>;

/// When the organization's history says that something was done last. The future does not count.
pub fn last(context: &Context, rhythm: &Rhythm) -> Last {
    let organization = context.programme.organization.as_ref()?;
    let entries = organization.history.iter().enumerate();
    let done = entries.filter(|(_, entry)| entry.what == rhythm.what && entry.on <= context.now);
    let (index, entry) = done.max_by_key(|(_, entry)| entry.on)?;
    let place = organization.at.key("history").index(index).key("on");
    Some((entry.on, place))
}

/// That the organization does not keep the rhythm it set itself, by its history; the caller adds
/// what to do.
pub fn by_history(context: &Context, check: &Check, rhythm: &Rhythm) -> Option<Finding> {
    finding(context, check, rhythm, last(context, rhythm))
}

/// That the organization does not keep the rhythm it set itself; the caller adds what to do.
///
/// No rhythm at all is `cadence-missing`'s business.
pub fn finding(context: &Context, check: &Check, rhythm: &Rhythm, last: Last) -> Option<Finding> {
    let organization = context.programme.organization.as_ref()?;
    let every = organization.cadences.as_ref().and_then(rhythm.every)?;
    let cadence = organization.at.key("cadences").key(rhythm.key);
    let (words, done) = (every.words(), rhythm.done);
    let finding = match (
        standing(last.as_ref().map(|(on, _)| *on), every, context.now),
        last,
    ) {
        (Standing::Overdue { last, due }, Some((_, place))) => check
            .finding(format!(
                "the plan was last {done} on {last} and was due again on {due}"
            ))
            .at(place)
            .also(cadence, format!("it has to be every {words}")),
        (Standing::Never, _) => check
            .finding(format!("nothing says that the plan was ever {done}"))
            .at(cadence),
        _ => return None,
    };
    Some(finding.about(Kind::Organization, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_the_day_it_is_due_it_is_overdue() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let (last, due) = (day("2026-05-22"), day("2026-11-22"));
        let stands = |now| standing(Some(last), Period::months(6), now);
        assert_eq!(stands(day("2026-11-21")), Standing::InTime);
        assert_eq!(stands(due), Standing::Overdue { last, due });
        assert_eq!(standing(None, Period::months(6), due), Standing::Never);
    }
}

//! When something is due: every time at which a schedule has it done, and no other.
//!
//! A schedule is meant in the civil time of its zone. `rule` says which civil times those are, and
//! knows nothing of zones; `zone` says which moments they are, as clocks are put forward and back.
//! Nothing else knows cron. A time that the rule names is one occurrence, whatever the clocks do:
//! none is lost without a word, and none comes twice unless the plan says so. Before a time becomes
//! a moment, `business` moves it off weekends and holidays where the schedule says so; two that are
//! moved onto one time are one.

mod announced;
mod begins;
mod business;
mod came;
mod days;
mod deadline;
mod found;
mod kept;
mod moves;
mod name;
mod obligation;
mod over;
mod planned;
mod proposal;
mod register;
mod reminder;
mod rule;
mod subject;
mod unanswered;
mod words;
mod zone;

pub use announced::Announced;
pub use begins::begins;
pub use business::means_weekdays;
pub use came::{Came, came};
pub use deadline::{Act, Deadline, How, Known, Opened, Settled, Stands, Today, changes, opens};
pub use found::{FindingKey, Found, Gone, found};
pub use moves::{Move, moves, told_by};
pub use obligation::{Disposition, Held, IN_TIME, Obligation, Term, ends, obligations};
pub use over::{Closing, Over, over};
pub use planned::{AHEAD, LOOKED_AT_MAX, Planned, coming, occurrences, planned, start_of};
pub use proposal::{Proposal, Rules, Wanted, Who, propose};
pub use register::{Duty, Waived};
pub use reminder::{Reminded, Reminder, Told, Which, reminders};
pub use rule::Rule;
pub use subject::Subject;
pub use unanswered::unanswered;
pub use words::{why_moved, words};
pub use zone::{Dst, tzdb};

use std::collections::BTreeMap;
use std::iter::Peekable;

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, Utc};

use crate::model::{Fold, Gap, Schedule};
use business::{Moved, Name, moved};
use zone::instants;

/// One time at which something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The civil time at which it is due.
    pub nominal: NaiveDateTime,
    /// The civil time that the rule names, where it was moved to a day on which people work.
    pub moved_from: Option<NaiveDateTime>,
    /// The moment that is.
    pub at: DateTime<Utc>,
    /// Whether the clocks had a part in that.
    pub dst: Dst,
}

/// No clock was ever put forward or back by as much: the most was a day, where a place changed its
/// side of the date line.
const SHIFT_MAX: TimeDelta = TimeDelta::days(2);

/// Every occurrence of a schedule after a moment, in the order in which they come.
///
/// # Errors
/// What is wrong with the schedule, as the rest of a sentence.
pub fn after(schedule: &Schedule, moment: DateTime<Utc>) -> Result<Occurrences, String> {
    let rule = Rule::new(schedule)?;
    let zone = schedule.zone.0;
    let local = moment.with_timezone(&zone);
    // One that is earlier by its name may come later, by as much as the clocks were put.
    let before = moment.checked_sub_signed(SHIFT_MAX).unwrap_or(moment);
    let before = before.with_timezone(&zone);
    let put = local.offset().fix().local_minus_utc() - before.offset().fix().local_minus_utc();
    let local = local.naive_local();
    let back = TimeDelta::seconds(put.unsigned_abs().into());
    let from = local.checked_sub_signed(back).unwrap_or(local);
    Ok(Occurrences {
        names: moved(rule, schedule, from).peekable(),
        zone,
        gap: schedule.gap.unwrap_or_default(),
        fold: schedule.fold.unwrap_or_default(),
        after: moment,
        ready: BTreeMap::new(),
    })
}

/// How far it is looked back for the last occurrence, in days: one after the other, so that little
/// is looked at of what comes every minute.
const BACK: [i64; 4] = [1, 32, 400, 8_000];

/// The last occurrence of a schedule up to a moment.
///
/// # Errors
/// What is wrong with the schedule, as the rest of a sentence.
pub fn last(schedule: &Schedule, moment: DateTime<Utc>) -> Result<Option<Occurrence>, String> {
    for days in BACK {
        let start = moment
            .checked_sub_signed(TimeDelta::days(days))
            .unwrap_or(moment);
        let until = after(schedule, start)?.take_while(|it| it.at <= moment);
        if let Some(last) = until.last() {
            return Ok(Some(last));
        }
    }
    Ok(None)
}

/// Occurrences, in the order in which they come.
pub struct Occurrences {
    names: Peekable<Moved>,
    zone: chrono_tz::Tz,
    gap: Gap,
    fold: Fold,
    after: DateTime<Utc>,
    /// Those of which no earlier one can come any more, and some of which one can.
    ready: BTreeMap<DateTime<Utc>, Occurrence>,
}

impl Iterator for Occurrences {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        while !self.is_sure() {
            let Some(name) = self.names.next() else {
                break;
            };
            self.add(name);
        }
        let (at, occurrence) = self.ready.pop_first()?;
        self.after = at;
        Some(occurrence)
    }
}

impl Occurrences {
    /// Whether the first that is ready is the next: no later name can come before it. Only one that
    /// the clocks have put off can be overtaken.
    fn is_sure(&mut self) -> bool {
        let Some((first, occurrence)) = self.ready.first_key_value() else {
            return false;
        };
        if matches!(occurrence.dst, Dst::None | Dst::First) {
            return true;
        }
        let local = first.with_timezone(&self.zone).naive_local();
        let sure = local.checked_add_signed(SHIFT_MAX);
        let next = self.names.peek();
        next.is_none_or(|next| sure.is_some_and(|sure| next.nominal > sure))
    }

    fn add(&mut self, name: Name) {
        let Name {
            nominal,
            moved_from,
        } = name;
        for (at, dst) in instants(nominal, self.zone, (self.gap, self.fold)) {
            if at <= self.after {
                continue;
            }
            let occurrence = Occurrence {
                nominal,
                moved_from,
                at,
                dst,
            };
            // Of two that come at one moment, the one counts that is named so.
            let known = self.ready.entry(at).or_insert(occurrence);
            if dst == Dst::None {
                *known = occurrence;
            }
        }
    }
}

#[cfg(test)]
mod tests;

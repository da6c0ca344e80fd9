//! What has to be done by a day, beside what schedules say: opened, done, moved or withdrawn.
//!
//! A schedule names times; a deadline follows from when something was last done and how often that
//! has to be, or from a day that the plans state. It is opened some time before its day, and what
//! becomes of it is written down once, as it shows.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};

use super::{Duty, LOOKED_AT_MAX, Subject};
use crate::id::PartyId;
use crate::time::{Date, Period, TimeZone};

/// How long before its day something is opened, in days, where it is done seldom or once.
const OPENED_BEFORE: u64 = 30;

/// Something that has to be done by a day, as the plans and the record have it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// What it is about.
    pub of: Subject,
    /// What is to be done, as a sentence without its end.
    pub what: String,
    /// Who sees to it, where that is stated.
    pub who: Option<PartyId>,
    /// How often it has to be done; once, where that is not stated.
    pub every: Option<Period>,
    /// Whether it is done with nobody at hand.
    pub unattended: bool,
    /// How it stands.
    pub stands: Stands,
}

/// How something stands that has to be done by a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is to be done by a day.
    Due {
        /// The last day on which it is in time.
        by: Date,
        /// When it was done last, and how that is known.
        last: Option<Act>,
    },
    /// It was never done, and has to be.
    Never,
    /// It was done, and need not be again.
    Over(Act),
}

/// That something was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Act {
    /// On which day.
    pub on: Date,
    /// How that is known, such as the id of a run or `history`.
    pub known: String,
}

/// That something is to be done by a day: what the register keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Opened {
    /// What it is about.
    pub of: Subject,
    /// The last day on which it is in time.
    pub by: Date,
    /// What is to be done.
    pub what: String,
    /// Who sees to it.
    pub who: Option<PartyId>,
    /// How often it has to be done.
    pub every: Option<Period>,
    /// Whether it is done with nobody at hand.
    pub unattended: bool,
    /// The time zone in which the day is meant.
    pub zone: TimeZone,
    /// When it had been done last.
    pub last: Option<Date>,
    /// When that was seen.
    pub seen: DateTime<Utc>,
}

/// What became of something that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settled {
    /// What it is about.
    pub of: Subject,
    /// The day by which it was to be done.
    pub by: Date,
    /// What became of it.
    pub how: How,
    /// When that was seen.
    pub seen: DateTime<Utc>,
}

/// What became of something that was to be done by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It was done.
    Done(Act),
    /// Nobody did it, and the plans ask for it by another day now.
    Moved(Date),
    /// The plans do not ask for it any more.
    Withdrawn,
}

/// The moment at which it is looked at what is to be done, and the zone in which days are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// The moment.
    pub now: DateTime<Utc>,
    /// The zone of the organization.
    pub zone: TimeZone,
}

impl Today {
    /// The day it is there.
    pub fn day(&self) -> Date {
        Date(self.now.with_timezone(&self.zone.0).date_naive())
    }
}

/// Whether all that the plans say is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// All of it.
    All,
    /// A part could not be read: what is not there may be asked for all the same.
    Part,
}

/// What is to be written into the register, so that it has every deadline as it is on a day.
pub fn changes(
    deadlines: &[Deadline],
    known: Known,
    register: &[Duty],
    today: &Today,
) -> Vec<Duty> {
    let open = open(register);
    let mut new = Vec::new();
    for deadline in deadlines {
        new.extend(deadline.changes(open.get(&deadline.of).copied(), today));
    }
    let asked: BTreeMap<&Subject, &Deadline> = deadlines.iter().map(|it| (&it.of, it)).collect();
    let gone = open
        .values()
        .filter(|opened| !asked.contains_key(&opened.of));
    if known == Known::All {
        new.extend(gone.map(|opened| opened.settled(How::Withdrawn, today.now)));
    }
    new
}

/// The last of each subject that was opened and is not settled.
fn open(register: &[Duty]) -> BTreeMap<&Subject, &Opened> {
    let mut open: BTreeMap<&Subject, &Opened> = BTreeMap::new();
    for duty in register {
        match duty {
            Duty::Opened(opened) => {
                open.insert(&opened.of, opened);
            }
            Duty::Settled(it) if open.get(&it.of).is_some_and(|opened| opened.by == it.by) => {
                open.remove(&it.of);
            }
            _ => {}
        }
    }
    open
}

impl Deadline {
    /// What is new about it, where `open` is what was opened before.
    fn changes(&self, open: Option<&Opened>, today: &Today) -> Vec<Duty> {
        let due = match &self.stands {
            Stands::Due { by, .. } => Some(*by),
            Stands::Never => None,
            Stands::Over(act) => {
                let done = open.map(|opened| opened.settled(How::Done(act.clone()), today.now));
                return done.into_iter().collect();
            }
        };
        let Some(open) = open else {
            let mut first = self.opened_by(due.unwrap_or(today.day()), today);
            first.truncate(1);
            return first;
        };
        if due.is_none_or(|by| by == open.by) {
            // Nobody has done it for as long as it takes to be due again: that one was missed.
            return self.opened_again(open, today);
        }
        let by = due.unwrap_or(today.day());
        let done = self
            .last()
            .filter(|act| open.last.is_none_or(|last| last < act.on));
        // By what was opened for want of an act, one may be open after the day that follows from
        // the last act there was.
        if done.is_none() && self.last().map(|act| act.on) == open.last && by < open.by {
            return self.opened_again(open, today);
        }
        let how = done.map_or(How::Moved(by), |act| How::Done(act.clone()));
        let mut new = vec![open.settled(how, today.now)];
        new.extend(self.opened_by(by, today));
        new
    }

    /// When it was done last.
    fn last(&self) -> Option<&Act> {
        match &self.stands {
            Stands::Due { last, .. } => last.as_ref(),
            Stands::Never => None,
            Stands::Over(act) => Some(act),
        }
    }

    /// That it is to be done by a day, once that is near; where nobody looked for long, also by
    /// each day that came since.
    fn opened_by(&self, by: Date, today: &Today) -> Vec<Duty> {
        let days = std::iter::successors(Some(by), |by| Some(self.every?.after(*by)));
        let days = days.take_while(|by| opens(*by, self.every) <= today.day());
        let opened = |by| Opened {
            of: self.of.clone(),
            by,
            what: self.what.clone(),
            who: self.who.clone(),
            every: self.every,
            last: self.last().map(|act| act.on),
            unattended: self.unattended,
            zone: today.zone,
            seen: today.now,
        };
        let opened = days.take(LOOKED_AT_MAX).map(opened);
        opened.map(Duty::Opened).collect()
    }

    /// That it is to be done again, as nobody did it by the day until which it was open. What lay
    /// before anybody knew of it is no day of its own.
    fn opened_again(&self, open: &Opened, today: &Today) -> Vec<Duty> {
        let Some(every) = self.every else {
            return Vec::new();
        };
        let known = Date(open.seen.with_timezone(&open.zone.0).date_naive());
        let days = std::iter::successors(Some(every.after(open.by)), |by| Some(every.after(*by)));
        let mut days = days.take(LOOKED_AT_MAX).skip_while(|by| *by < known);
        let again = days.next();
        again.map_or(Vec::new(), |again| self.opened_by(again, today))
    }
}

impl Opened {
    fn settled(&self, how: How, now: DateTime<Utc>) -> Duty {
        Duty::Settled(Settled {
            of: self.of.clone(),
            by: self.by,
            how,
            seen: now,
        })
    }
}

/// The day on which something is opened that is to be done by another: a month before, or a third
/// of its rhythm where that is less.
pub fn opens(by: Date, every: Option<Period>) -> Date {
    let rhythm = every.map(|every| {
        let next = every.after(by).0;
        u64::try_from((next - by.0).num_days()).unwrap_or_default()
    });
    let before = rhythm.map_or(OPENED_BEFORE, |days| OPENED_BEFORE.min(days / 3));
    by.0.checked_sub_days(Days::new(before)).map_or(by, Date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::obligations;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn act(on: &str) -> Act {
        Act {
            on: day(on),
            known: "history".to_owned(),
        }
    }

    fn review(stands: Stands) -> Deadline {
        Deadline {
            of: Subject::only("review"),
            what: "the plan is reviewed".to_owned(),
            who: None,
            every: Some(Period::months(6)),
            unattended: false,
            stands,
        }
    }

    fn due(by: &str, last: Option<&str>) -> Stands {
        Stands::Due {
            by: day(by),
            last: last.map(act),
        }
    }

    fn at_noon(day: &str) -> Today {
        Today {
            now: format!("{day}T12:00:00Z").parse().expect("a moment"),
            zone: TimeZone(chrono_tz::UTC),
        }
    }

    /// What the register says in the end, where on each of these days this was how it stood.
    #[track_caller]
    fn check(days: &[(&str, Option<Stands>)], expected: &[&str]) {
        let (mut register, mut at) = (Vec::new(), DateTime::UNIX_EPOCH);
        for (today, stands) in days {
            let all: Vec<Deadline> = stands.iter().cloned().map(review).collect();
            let today = at_noon(today);
            at = today.now;
            register.extend(changes(&all, Known::All, &register, &today));
            // Whoever looks again finds nothing new.
            assert_eq!(changes(&all, Known::All, &register, &today), []);
        }
        let all = obligations(&register, [], at);
        let told = all
            .iter()
            .map(|it| format!("{} {}", it.name(), it.disposition.word()));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_done_by_its_day_is_done_and_after_it_late() {
        let first = || due("2027-03-01", Some("2026-09-01"));
        check(&[("2027-01-29", Some(first()))], &[]);
        check(&[("2027-01-30", Some(first()))], &["2027-03-01 DUE"]);
        check(&[("2027-03-01", Some(first()))], &["2027-03-01 DUE"]);
        check(&[("2027-03-02", Some(first()))], &["2027-03-01 OVERDUE"]);
        let done = |on| due("2027-09-01", Some(on));
        check(
            &[
                ("2027-02-01", Some(first())),
                ("2027-03-05", Some(done("2027-03-01"))),
            ],
            &["2027-03-01 done"],
        );
        check(
            &[
                ("2027-02-01", Some(first())),
                ("2027-03-05", Some(done("2027-03-02"))),
            ],
            &["2027-03-01 late"],
        );
        let over = Stands::Over(act("2027-02-03"));
        check(
            &[("2027-02-01", Some(first())), ("2027-03-05", Some(over))],
            &["2027-03-01 done"],
        );
    }

    #[test]
    fn what_nobody_does_is_missed_when_it_is_due_again() {
        let first = || Some(due("2027-03-01", Some("2026-09-01")));
        let late = Some(due("2028-03-03", Some("2027-09-03")));
        check(
            &[
                ("2027-02-01", first()),
                ("2027-07-31", first()),
                ("2027-08-15", first()),
                ("2027-09-04", late),
            ],
            &["2027-03-01 MISSED", "2027-09-01 late"],
        );
        // What was never done has to be at once, and then again and again.
        check(
            &[
                ("2027-02-01", Some(Stands::Never)),
                ("2027-03-01", Some(Stands::Never)),
                ("2027-07-05", Some(Stands::Never)),
            ],
            &["2027-02-01 MISSED", "2027-08-01 DUE"],
        );
    }

    #[test]
    fn a_day_that_the_plans_move_is_told_and_so_is_one_that_they_drop() {
        let first = || Some(due("2027-03-01", Some("2026-09-01")));
        let moved = due("2027-03-15", Some("2026-09-01"));
        check(
            &[("2027-02-01", first()), ("2027-02-20", Some(moved))],
            &["2027-03-01 moved", "2027-03-15 DUE"],
        );
        check(
            &[("2027-02-01", first()), ("2027-02-20", None)],
            &["2027-03-01 withdrawn"],
        );
        // What cannot be read may be asked for all the same.
        let all = [review(first().expect("one"))];
        let register = changes(&all, Known::All, &[], &at_noon("2027-02-01"));
        assert_eq!(register.len(), 1);
        let later = at_noon("2027-02-20");
        assert_eq!(changes(&[], Known::Part, &register, &later), []);
    }
}

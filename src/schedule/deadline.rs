//! What has to be done by a day, beside what schedules say: opened, done, moved or withdrawn.
//!
//! A schedule names times; a deadline follows from when something was last done and how often that
//! has to be, or from a day that the plans state. It is opened some time before its day, and what
//! becomes of it is written down once, as it shows.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kept::{Days, Kept};
use super::{Duty, LOOKED_AT_MAX, Subject};
use crate::id::PartyId;
use crate::time::{Date, Period, TimeZone};

/// How long before its day something is opened, in days, where it is done seldom or once.
const OPENED_BEFORE: u64 = 30;
/// So many days after each other are looked at for those that have come.
const STEPS_MAX: usize = 100_000;

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

/// Whether all is known that a deadline follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// All of it.
    All,
    /// A part could not be read: what is not there may be there all the same. So nothing is written
    /// down that follows from what is missing: that a day was moved, withdrawn or missed.
    Part,
}

/// What is to be written into the register, so that it has every deadline as it is on a day: of
/// each that stands and is near, exactly one day is open then, whatever was moved, withdrawn or
/// done before, and changed back.
pub fn changes(
    deadlines: &[Deadline],
    known: impl Fn(&Subject) -> Known,
    register: &[Duty],
    today: &Today,
) -> Vec<Duty> {
    let kept = Kept::new(register, today.now);
    let mut new = Vec::new();
    for deadline in deadlines {
        new.extend(deadline.changes(kept.of(&deadline.of), known(&deadline.of), today));
    }
    let asked: BTreeSet<&Subject> = deadlines.iter().map(|it| &it.of).collect();
    let gone = kept.all().filter_map(Days::opened);
    let gone = gone.filter(|opened| !asked.contains(&opened.of) && known(&opened.of) == Known::All);
    new.extend(gone.map(|opened| opened.settled(How::Withdrawn, today.now)));
    new
}

impl Deadline {
    /// What is new about it, by the days of it that are kept.
    fn changes(&self, kept: Option<&Days>, known: Known, today: &Today) -> Vec<Duty> {
        let open = kept.and_then(Days::opened);
        let by = match &self.stands {
            Stands::Due { by, .. } => *by,
            Stands::Never => open.map_or(today.day(), |open| open.by),
            Stands::Over(act) => {
                let done = open.map(|opened| opened.settled(How::Done(act.clone()), today.now));
                return done.into_iter().collect();
            }
        };
        let Some((open, kept)) = open.zip(kept) else {
            // A day that lies before one that is known stands only where an act is missing.
            let is_new = kept.and_then(Days::latest).is_none_or(|latest| latest < by);
            return match known == Known::All || is_new {
                true => self.opened_by(by, today.day(), today),
                false => Vec::new(),
            };
        };
        let done = self
            .last()
            .filter(|act| open.last.is_none_or(|last| last < act.on));
        match (done, known) {
            _ if by == open.by || self.has_missed(by, open, kept) => match known {
                // Nobody has done it for as long as it takes to be due again.
                Known::All => self.opened_again(open, today),
                Known::Part => Vec::new(),
            },
            (Some(act), _) => {
                let done = open.settled(How::Done(act.clone()), today.now);
                let next = self.opened_by(by, open.known(), today);
                [vec![done], next].concat()
            }
            (None, Known::All) => {
                let moved = open.settled(How::Moved(by), today.now);
                let next = self.opened_by(by, today.day(), today);
                [vec![moved], next].concat()
            }
            (None, Known::Part) => Vec::new(),
        }
    }

    /// When it was done last.
    fn last(&self) -> Option<&Act> {
        match &self.stands {
            Stands::Due { last, .. } => last.as_ref(),
            Stands::Never => None,
            Stands::Over(act) => Some(act),
        }
    }

    /// Whether the day that follows from the last act was missed, and what is open is one of those
    /// that come after it.
    fn has_missed(&self, by: Date, open: &Opened, kept: &Days) -> bool {
        let mut after = self.after(by).take_while(|it| *it <= open.by);
        kept.is_missed(by) && after.any(|it| it == open.by)
    }

    /// The days by which it is to be done after another, where nobody does it.
    fn after(&self, by: Date) -> impl Iterator<Item = Date> {
        let first = self.every.map(|every| every.after(by));
        let days = std::iter::successors(first, |by| Some(self.every?.after(*by)));
        days.take(STEPS_MAX)
    }

    /// That it is to be done by a day, once that is near, and by each that came after it since it
    /// was known. What lay before anybody knew of it is no day of its own.
    fn opened_by(&self, by: Date, known: Date, today: &Today) -> Vec<Duty> {
        let after = self.after(by).skip_while(|by| *by < known);
        self.opened(std::iter::once(by).chain(after), today)
    }

    /// That it is to be done again, as nobody did it by the day until which it was open.
    fn opened_again(&self, open: &Opened, today: &Today) -> Vec<Duty> {
        let known = open.known();
        self.opened(self.after(open.by).skip_while(|by| *by < known), today)
    }

    /// That it is to be done by each of these days that is near.
    fn opened(&self, days: impl Iterator<Item = Date>, today: &Today) -> Vec<Duty> {
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
}

impl Opened {
    /// The day on which it was seen.
    pub fn known(&self) -> Date {
        Date(self.seen.with_timezone(&self.zone.0).date_naive())
    }

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
    by.0.checked_sub_days(chrono::Days::new(before))
        .map_or(by, Date)
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
            register.extend(changes(&all, |_| Known::All, &register, &today));
            // Whoever looks again finds nothing new.
            assert_eq!(changes(&all, |_| Known::All, &register, &today), []);
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
    }

    #[test]
    fn of_what_is_not_known_only_what_was_done_is_written() {
        let look = |register: &[Duty], on: &str, stands: Option<Stands>| {
            let all: Vec<Deadline> = stands.into_iter().map(review).collect();
            changes(&all, |_| Known::Part, register, &at_noon(on))
        };
        let first = || due("2027-03-01", Some("2026-09-01"));
        let mut register = look(&[], "2027-02-01", Some(first()));
        assert_eq!(register.len(), 1, "what nobody knew of is opened");
        // An act is missing, so it seems to be due by an earlier day, to be missed, or to be gone.
        let earlier = due("2026-09-01", Some("2026-03-01"));
        for (on, stands) in [
            ("2027-02-02", Some(earlier.clone())),
            ("2027-02-02", Some(Stands::Never)),
            ("2027-09-02", Some(first())),
            ("2027-02-02", None),
        ] {
            assert_eq!(look(&register, on, stands), []);
        }
        let done = due("2027-08-20", Some("2027-02-20"));
        let new = look(&register, "2027-02-21", Some(done));
        assert!(matches!(&new[..], [Duty::Settled(it)] if it.how == How::Done(act("2027-02-20"))));
        register.extend(new);
        for stands in [first(), earlier, Stands::Never] {
            assert_eq!(look(&register, "2027-02-22", Some(stands)), []);
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_withdrawn() {
        let first = || Some(due("2027-03-01", Some("2026-09-01")));
        let all = [review(first().expect("one"))];
        let register = changes(&all, |_| Known::All, &[], &at_noon("2027-02-01"));
        assert_eq!(register.len(), 1);
        let later = at_noon("2027-02-20");
        assert_eq!(changes(&[], |_| Known::Part, &register, &later), []);
    }
}

//! What becomes of a time that falls on a day on which nobody works.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};

use super::rule::{Names, Rule};
use crate::model::{BusinessDay, DaysOff, Schedule};
use crate::time::Period;

/// A time is moved by this many days at most; where nobody works for longer, it stays.
const MOVED_MAX: u64 = 62;

/// A civil time at which something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The time.
    pub nominal: NaiveDateTime,
    /// The time that the rule names, where this is another.
    pub moved_from: Option<NaiveDateTime>,
}

/// Civil times in order, each moved to a day on which people work where the schedule says so.
pub struct Moved {
    names: Peekable<Names>,
    how: Option<(BusinessDay, Arc<DaysOff>)>,
    /// None is earlier.
    start: NaiveDateTime,
    last: Option<NaiveDateTime>,
    /// Those of one day.
    ready: VecDeque<Name>,
}

/// Every civil time of a schedule from one on, in order.
pub fn moved(rule: Rule, schedule: &Schedule, start: NaiveDateTime) -> Moved {
    let how = schedule
        .business_day
        .filter(|how| *how != BusinessDay::None);
    let how = how.zip(schedule.days_off.0.clone());
    // One that is named earlier may be moved here.
    let before = how
        .as_ref()
        .and_then(|_| start.checked_sub_days(Days::new(MOVED_MAX + 1)));
    Moved {
        names: rule.from(before.unwrap_or(start)).peekable(),
        how,
        start,
        last: None,
        ready: VecDeque::new(),
    }
}

impl Iterator for Moved {
    type Item = Name;

    fn next(&mut self) -> Option<Name> {
        loop {
            let name = match self.ready.pop_front() {
                Some(name) => name,
                None => self.more()?,
            };
            let is_later = self.last.is_none_or(|last| name.nominal > last);
            if is_later && name.nominal >= self.start {
                self.last = Some(name.nominal);
                return Some(name);
            }
        }
    }
}

impl Moved {
    /// The next, with all others of its day: those that come from several days may cross.
    fn more(&mut self) -> Option<Name> {
        let first = self.names.next()?;
        let Some((how, days_off)) = &self.how else {
            return Some(Name {
                nominal: first,
                moved_from: None,
            });
        };
        let put = |named: NaiveDateTime| day(named.date(), *how, days_off);
        let day = put(first);
        let mut all = vec![first];
        while let Some(named) = self.names.next_if(|named| put(*named) == day) {
            all.push(named);
        }
        let name = |named: NaiveDateTime| Name {
            nominal: day.and_time(named.time()),
            moved_from: (named.date() != day).then_some(named),
        };
        let mut all: Vec<Name> = all.into_iter().map(name).collect();
        // Of two at one time, the one counts that is named so.
        all.sort_by_key(|name| (name.nominal, name.moved_from));
        all.dedup_by_key(|name| name.nominal);
        self.ready.extend(all);
        self.ready.pop_front()
    }
}

/// The day to which another is moved.
fn day(named: NaiveDate, how: BusinessDay, days_off: &DaysOff) -> NaiveDate {
    if days_off.why(named).is_none() {
        return named;
    }
    let works = |day: &NaiveDate| days_off.why(*day).is_none();
    let far = || (1..=MOVED_MAX).map(Days::new);
    let after = || {
        far()
            .filter_map(|by| named.checked_add_days(by))
            .find(works)
    };
    let before = || {
        far()
            .filter_map(|by| named.checked_sub_days(by))
            .find(works)
    };
    let found = match how {
        BusinessDay::Following => after(),
        BusinessDay::Preceding => before(),
        BusinessDay::ModifiedFollowing => {
            let is_same_month = |day: &NaiveDate| day.month() == named.month();
            after().filter(is_same_month).or_else(before)
        }
        BusinessDay::None => None,
    };
    found.unwrap_or(named)
}

/// Whether a schedule says itself which days of the week are meant, or that all are.
pub fn means_weekdays(schedule: &Schedule) -> bool {
    let is_weekly = |days: u32| days < 7 || days.is_multiple_of(7);
    let says = |text: &String| {
        let mut fields = text.split_whitespace().skip(2);
        let (day, weekday) = (fields.next(), fields.nth(1));
        let is_free = |field: Option<&str>| field.is_some_and(|it| it == "*" || it == "?");
        is_free(day) || !is_free(weekday)
    };
    let every = schedule.every.and_then(Period::in_days);
    schedule.on.as_ref().is_some_and(|on| on.weekday.is_some())
        || every.is_some_and(is_weekly)
        || schedule.cron.as_ref().is_some_and(says)
}

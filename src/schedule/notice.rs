//! Who is reminded of what, and when: before it is to be done, on the day, and after.
//!
//! Each reminder is written into the register once it came: told, or why it was not. Where several
//! came while nobody was at work, only the last of them is told.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Claim, Disposition, Duty, Obligation, Planned, Subject};
use crate::id::PartyId;
use crate::model::Programme;
use crate::time::{Date, Period};

/// How often somebody is told that something is overdue: after a day, and then each week.
const OVERDUE_MAX: u32 = 4;
/// A reminder comes no earlier than this part of the time between one and the next.
const PART: i64 = 3;

/// Which reminder of something it is, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// So long before.
    Before(Period),
    /// It is to be done now.
    Due,
    /// It was to be done, and is not; the number says how often that was told.
    Overdue(u32),
    /// It was not done, and it is too late now.
    Missed,
}

impl Which {
    /// As part of the key of a message.
    pub fn key(self) -> String {
        match self {
            Which::Before(period) => period.to_string(),
            Which::Due => "due".to_owned(),
            Which::Overdue(count) => format!("overdue-{count}"),
            Which::Missed => "missed".to_owned(),
        }
    }
}

/// That somebody is to be reminded of something now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub of: Subject,
    /// The civil time of it; of a day its beginning.
    pub nominal: NaiveDateTime,
    /// That time as people name it.
    pub name: String,
    /// Which reminder it is.
    pub which: Which,
    /// What is to be done.
    pub what: String,
    /// Who sees to it, where that is stated.
    pub who: Option<PartyId>,
}

/// What became of a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reminded {
    /// What it is about.
    pub of: Subject,
    /// The civil time of it; of a day its beginning.
    pub nominal: NaiveDateTime,
    /// Which reminder it is.
    pub which: Which,
    /// What became of it.
    pub told: Told,
    /// When.
    pub at: DateTime<Utc>,
}

/// What became of a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Messages with these keys were posted.
    Posted(Vec<String>),
    /// A later one had come by then, and was told in its place.
    Overtaken,
    /// The plans name nobody who is to be told.
    Nobody,
}

/// Something of which people are reminded as its time comes near, and after it.
struct Timed<'t> {
    of: Subject,
    nominal: NaiveDateTime,
    name: String,
    what: &'t str,
    who: Option<PartyId>,
    /// Nobody needs to do anything for it.
    is_unattended: bool,
    /// How many days lie between one and the next, where there is a next.
    apart: Option<i64>,
    /// What became of it, once it has come.
    disposition: Option<Disposition<'t>>,
    /// The day it is, where that time is meant.
    today: Date,
}

/// The reminders whose time has come, and those that were overtaken by another.
pub fn notices(
    programme: &Programme,
    (obligations, planned): (&[Obligation], &[Planned]),
    (register, remind): (&[Duty], &[Period]),
    now: DateTime<Utc>,
) -> (Vec<Notice>, Vec<Reminded>) {
    let known: BTreeSet<(&Subject, NaiveDateTime, String)> = register
        .iter()
        .filter_map(|duty| match duty {
            Duty::Reminded(it) => Some((&it.of, it.nominal, it.which.key())),
            _ => None,
        })
        .collect();
    let came = obligations.iter().map(|it| Timed::came(programme, it, now));
    let planned = planned.iter().filter_map(|it| Timed::planned(it, now));
    let (mut new, mut overtaken) = (Vec::new(), Vec::new());
    for timed in came.chain(planned) {
        let come = timed.come(remind);
        let is_new = |which: &Which| !known.contains(&(&timed.of, timed.nominal, which.key()));
        // What came before one that was told is past.
        let past = come
            .iter()
            .rposition(|which| !is_new(which))
            .map_or(0, |at| at + 1);
        let Some((last, before)) = come[past..].split_last() else {
            continue;
        };
        overtaken.extend(before.iter().map(|which| Reminded {
            of: timed.of.clone(),
            nominal: timed.nominal,
            which: *which,
            told: Told::Overtaken,
            at: now,
        }));
        new.push(timed.notice(*last));
    }
    (new, overtaken)
}

impl<'t> Timed<'t> {
    fn came(programme: &'t Programme, it: &Obligation<'t>, now: DateTime<Utc>) -> Self {
        let (zone, apart) = match it.claim {
            Claim::Time(came) => (came.zone, None),
            Claim::Day(opened) => {
                let apart = |every: Period| (every.after(opened.by).0 - opened.by.0).num_days();
                (opened.zone, opened.every.map(apart))
            }
        };
        let (what, who, is_unattended) = match it.claim {
            Claim::Time(came) => match programme.drills.get(came.drill.as_str()) {
                Some(drill) => (drill.name.as_str(), drill.lead.clone(), drill.unattended),
                None => (came.drill.as_str(), None, false),
            },
            Claim::Day(opened) => (&*opened.what, opened.who.clone(), opened.unattended),
        };
        Timed {
            of: it.claim.subject(),
            nominal: it.claim.nominal(),
            name: it.claim.name(),
            what,
            who,
            is_unattended,
            apart,
            disposition: Some(it.disposition),
            today: Date(now.with_timezone(&zone.0).date_naive()),
        }
    }

    /// One that is to come; a day that is planned by itself is a deadline, and comes as such.
    fn planned(it: &Planned<'t>, now: DateTime<Utc>) -> Option<Self> {
        let (occurrence, schedule) = it.occurrence.zip(it.drill.schedule.as_ref())?;
        let last = super::last(schedule, occurrence.at - chrono::TimeDelta::seconds(1));
        let last = last.ok().flatten();
        let apart = last.map(|last| (occurrence.nominal - last.nominal).num_days());
        (occurrence.at > now).then(|| Timed {
            of: Subject::drill(&it.drill.id),
            nominal: occurrence.nominal,
            name: occurrence.nominal.format("%Y-%m-%dT%H:%M").to_string(),
            what: &it.drill.name,
            who: it.drill.lead.clone(),
            is_unattended: it.drill.unattended,
            apart,
            disposition: None,
            today: Date(now.with_timezone(&schedule.zone.0).date_naive()),
        })
    }

    /// Every reminder whose time has come, in their order.
    fn come(&self, remind: &[Period]) -> Vec<Which> {
        let day = Date(self.nominal.date());
        let is_open = self.disposition.is_none_or(|it| it.is_open());
        let mut come = Vec::new();
        if is_open && !self.is_unattended {
            let mut before: Vec<(Date, Period)> = remind
                .iter()
                .map(|period| (period.before(day), *period))
                .filter(|(from, _)| {
                    let early = (day.0 - from.0).num_days();
                    *from <= self.today && self.apart.is_none_or(|apart| early * PART <= apart)
                })
                .collect();
            before.sort_by_key(|(from, _)| *from);
            come.extend(before.into_iter().map(|(_, period)| Which::Before(period)));
            if self.disposition.is_some() && day <= self.today {
                come.push(Which::Due);
            }
        }
        if self.disposition.is_some_and(|it| it.is_open()) {
            let after = |days: u32| day.0.checked_add_days(Days::new(days.into()));
            let overdue = (0..OVERDUE_MAX)
                .take_while(|week| after(1 + week * 7).is_some_and(|from| from <= self.today.0));
            come.extend(overdue.map(|week| Which::Overdue(week + 1)));
        }
        if self.disposition == Some(Disposition::Missed) {
            come.push(Which::Missed);
        }
        come
    }

    fn notice(&self, which: Which) -> Notice {
        Notice {
            of: self.of.clone(),
            nominal: self.nominal,
            name: self.name.clone(),
            which,
            what: self.what.to_owned(),
            who: self.who.clone(),
        }
    }
}

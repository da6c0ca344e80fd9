//! When it has to be looked again whether anything is due.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::Coming;
use crate::app::Plans;
use crate::schedule::after;
use crate::time::Date;

/// Days begin at the quarters of an hour, in whichever zone.
const QUARTER: TimeDelta = TimeDelta::minutes(15);
/// Of how many drills the next time is told.
const TOLD_MAX: usize = 100;

/// The next moment at which something may have become due.
#[derive(Debug, Default)]
pub struct Agenda {
    /// At once, where there is none.
    next: Option<DateTime<Utc>>,
    /// When it was looked last.
    looked: Option<DateTime<Utc>>,
}

impl Agenda {
    /// Whether that moment has come. One that lies before the last look means that the clock was
    /// put back.
    pub fn has_come(&self, now: DateTime<Utc>) -> bool {
        let is_back = self.looked.is_some_and(|looked| now < looked);
        is_back || self.next.is_none_or(|next| next <= now)
    }

    /// Whether the plans were read on another day than it is.
    pub fn is_another_day(&self, plans: &Plans, now: DateTime<Utc>) -> bool {
        let day = Date(now.with_timezone(&plans.zone().0).date_naive());
        plans.today() != day
    }

    /// Has it looked by a moment at the latest.
    pub fn look_at(&mut self, at: DateTime<Utc>) {
        self.next = self.next.map(|next| next.min(at));
    }

    /// Has it looked at a moment, and not before.
    pub fn put_off(&mut self, at: DateTime<Utc>) {
        self.next = Some(at);
    }

    /// Finds the next moment after one at which it was looked. Gives back what comes, in order, as
    /// far as it is told, and how many drills more have a next time.
    pub fn plan(&mut self, plans: &Plans, now: DateTime<Utc>) -> (Vec<Coming>, usize) {
        let quarter = now.duration_trunc(QUARTER).unwrap_or(now) + QUARTER;
        let drills = plans.loaded.programme.drills.iter();
        let next = drills.filter_map(|drill| {
            let schedule = drill.schedule.as_ref()?;
            Some((after(schedule, now).ok()?.next()?, schedule, drill))
        });
        let mut next: Vec<_> = next.collect();
        next.sort_by_key(|(it, ..)| it.at);
        self.looked = Some(now);
        let first = next.first().map_or(quarter, |(it, ..)| it.at);
        self.next = Some(first.min(quarter));
        let told = next.iter().take(TOLD_MAX);
        let told = told.map(|(it, schedule, drill)| Coming {
            at: it.at,
            nominal: it.nominal,
            zone: schedule.zone,
            drill: drill.id.to_string(),
            name: drill.name.clone(),
            unattended: drill.unattended,
        });
        (told.collect(), next.len().saturating_sub(TOLD_MAX))
    }
}

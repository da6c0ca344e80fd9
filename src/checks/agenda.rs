//! All drills that are planned, each with what it takes.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};

use super::Context;
use crate::drill::{Needs, needs};
use crate::schedule::{AHEAD, Planned, planned};
use crate::time::TimeZone;

/// A drill at a time at which it is planned.
#[derive(Clone, Copy)]
pub struct Meeting<'a, 'p> {
    /// The drill and the time.
    pub planned: Planned<'p>,
    /// What it takes.
    pub needs: &'a Needs<'p>,
}

impl Meeting<'_, '_> {
    /// From when until when. Of a day alone nobody knows the time: it may be any of that day, where
    /// the organization is.
    pub fn span(&self, zone: TimeZone) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let Some(occurrence) = self.planned.occurrence else {
            let next = self.planned.day.0.succ_opt()?;
            return Some((begins(self.planned.day.0, zone), begins(next, zone)));
        };
        let from = occurrence.at;
        let until = from.checked_add_signed(self.needs.lasts().as_delta()?)?;
        Some((from, until))
    }
}

/// When a day begins somewhere.
fn begins(day: NaiveDate, zone: TimeZone) -> DateTime<Utc> {
    let quarters =
        (0..96).map(|quarter| day.and_time(NaiveTime::MIN) + TimeDelta::minutes(15 * quarter));
    let mut moments = quarters.filter_map(|time| zone.0.from_local_datetime(&time).earliest());
    let first = moments.next().map(|first| first.to_utc());
    first.unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc())
}

/// What every drill takes, by its id.
pub fn all_needs<'p>(context: &Context<'p>) -> BTreeMap<&'p str, Needs<'p>> {
    let (programme, graph) = (context.programme, &context.analysis.graph);
    let drills = programme.drills.iter();
    let drills = drills.filter(|drill| drill.schedule.is_some() || drill.next.is_some());
    drills
        .map(|drill| (drill.id.as_str(), needs(programme, graph, drill)))
        .collect()
}

/// Every time at which a drill is planned within two years, in order.
pub fn meetings<'a, 'p>(
    context: &Context<'p>,
    needs: &'a BTreeMap<&'p str, Needs<'p>>,
) -> Vec<Meeting<'a, 'p>> {
    let today = context.now;
    let last = today.0.checked_add_days(AHEAD).unwrap_or(today.0);
    let moment = today.0.and_time(chrono::NaiveTime::MIN).and_utc();
    let all = planned(context.programme, (moment, today), last).into_iter();
    all.filter_map(|planned| {
        let needs = needs.get(planned.drill.id.as_str())?;
        Some(Meeting { planned, needs })
    })
    .collect()
}

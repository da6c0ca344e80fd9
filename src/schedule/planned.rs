//! What the plans have done, and when: every drill with a day that is planned, or a schedule.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::zone::instants;
use super::{Occurrence, after};
use crate::model::{Drill, Fold, Gap, Item, Programme, Schedule};
use crate::time::Date;

/// How far it is looked ahead at plans, in days: two years.
pub const AHEAD: Days = Days::new(731);
/// How many occurrences of one schedule are looked at.
pub const LOOKED_AT_MAX: usize = 2_000;

/// A time at which a drill is planned.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'p> {
    /// The drill.
    pub drill: &'p Item<Drill>,
    /// The day, where it is held.
    pub day: Date,
    /// The time, where there is one: a day that is planned by itself has none.
    pub occurrence: Option<Occurrence>,
}

/// The moment before the first of a day in the zone of a schedule.
pub fn start_of(schedule: &Schedule, day: Date) -> DateTime<Utc> {
    let midnight = day.0.and_time(NaiveTime::MIN) - TimeDelta::seconds(1);
    let moments = instants(midnight, schedule.zone.0, (Gap::Shift, Fold::First));
    moments.first().map_or(midnight.and_utc(), |(at, _)| *at)
}

/// The occurrences of a drill's schedule after a moment, up to the end of a day and to as many as
/// are looked at; none, where there is no schedule, or it is not understood.
pub fn occurrences(
    drill: &Drill,
    moment: DateTime<Utc>,
    last: NaiveDate,
) -> impl Iterator<Item = Occurrence> {
    let schedule = drill.schedule.as_ref();
    let all = schedule.and_then(|schedule| after(schedule, moment).ok());
    let all = all.into_iter().flatten().take(LOOKED_AT_MAX);
    all.take_while(move |it| it.nominal.date() <= last)
}

/// The next time of each drill that needs somebody and has a schedule. Nobody is reminded of
/// another one yet: a reminder comes only in the last third of the time between one and the next.
pub fn coming(programme: &Programme, moment: DateTime<Utc>) -> Vec<Planned<'_>> {
    let drills = programme.drills.iter().filter(|drill| !drill.unattended);
    let coming = drills.filter_map(|drill| {
        let next = after(drill.schedule.as_ref()?, moment).ok()?.next()?;
        Some(Planned {
            drill,
            day: Date(next.nominal.date()),
            occurrence: Some(next),
        })
    });
    coming.collect()
}

/// All that is planned from a moment of a day on until the end of another, in order.
pub fn planned(
    programme: &Programme,
    (moment, today): (DateTime<Utc>, Date),
    last: NaiveDate,
) -> Vec<Planned<'_>> {
    let of = |drill: &'_ Item<Drill>| {
        let stated = drill.next.filter(|next| (today.0..=last).contains(&next.0));
        let stated = stated.map(|day| (day, None));
        let scheduled = occurrences(drill, moment, last);
        let scheduled = scheduled.map(|it| (Date(it.nominal.date()), Some(it)));
        stated.into_iter().chain(scheduled).collect::<Vec<_>>()
    };
    let drills = programme.drills.iter();
    let mut all: Vec<Planned> = drills
        .flat_map(|drill| {
            let of = of(drill).into_iter();
            of.map(move |(day, occurrence)| Planned {
                drill,
                day,
                occurrence,
            })
        })
        .collect();
    all.sort_by_key(|it| (it.day, it.occurrence.map(|it| it.at)));
    all
}

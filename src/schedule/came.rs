//! Times that came by a schedule: written down as they come.
//!
//! With each stand the zone, the table of zones and the words of the schedule by which it came.
//! Whoever changes a schedule later moves what is still to come, and nothing that was.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::name::name;
use super::{Dst, Duty, LOOKED_AT_MAX, Occurrence, after, start_of, tzdb, words};
use crate::id::DrillId;
use crate::model::{Drill, Missed, Programme};
use crate::time::{Period, TimeZone};

/// How many of the last times are looked at for one that has come by the same name, and was moved
/// onto another day or moment since.
const KNOWN_MAX: usize = 64;

/// A time that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Came {
    /// The drill.
    pub drill: DrillId,
    /// The civil time that its schedule named.
    pub nominal: NaiveDateTime,
    /// The civil time from which it was moved, as people do not work then.
    #[serde(default)]
    pub moved_from: Option<NaiveDateTime>,
    /// The time zone in which that is meant.
    pub zone: TimeZone,
    /// The version of the table of time zones.
    pub tzdb: String,
    /// The moment that was.
    pub at: DateTime<Utc>,
    /// Whether the clocks had a part in that.
    pub clocks: Dst,
    /// The schedule, in words.
    pub schedule: String,
    /// How long it may be held late; until the next time, when not stated.
    pub within: Option<Period>,
    /// What becomes of it when it is not held in time; a time that came before that was kept has
    /// none.
    #[serde(default)]
    pub missed: Option<Missed>,
    /// When it was seen that it came.
    pub seen: DateTime<Utc>,
}

impl Came {
    /// As it is named on the command line.
    pub fn name(&self) -> String {
        name(self.nominal, self.clocks, (self.at, self.zone))
    }
}

/// The times of all schedules that have come and are not in the register yet, in order.
pub fn came(programme: &Programme, register: &[Duty], now: DateTime<Utc>) -> Vec<Came> {
    let mut known: BTreeMap<&DrillId, Vec<&Came>> = BTreeMap::new();
    for duty in register {
        if let Duty::Came(came) = duty {
            known.entry(&came.drill).or_default().push(came);
        }
    }
    let new = |drill: &Drill| {
        let Some(schedule) = &drill.schedule else {
            return Vec::new();
        };
        let own = known.get(&drill.id).map_or(&[][..], Vec::as_slice);
        let last = own.iter().map(|came| came.at).max();
        let first = start_of(schedule, schedule.from);
        let moment = last.unwrap_or(first).max(first);
        let all = after(schedule, moment).ok().into_iter().flatten();
        let all = all.take(LOOKED_AT_MAX).take_while(|it| it.at <= now);
        let came = |it: Occurrence| Came {
            drill: drill.id.clone(),
            nominal: it.nominal,
            moved_from: it.moved_from,
            zone: schedule.zone,
            tzdb: tzdb().to_owned(),
            at: it.at,
            clocks: it.dst,
            schedule: words(schedule),
            within: schedule.within,
            missed: Some(schedule.missed(drill)),
            seen: now,
        };
        // Neither a holiday that is told of later nor another table of time zones moves what came.
        let is_new = |it: &Occurrence| {
            let named = (it.moved_from.unwrap_or(it.nominal), it.dst == Dst::Second);
            let mut known = own.iter().rev().take(KNOWN_MAX);
            !known.any(|came| {
                let name = came.moved_from.unwrap_or(came.nominal);
                (name, came.clocks == Dst::Second) == named && came.zone == schedule.zone
            })
        };
        all.filter(is_new).map(came).collect()
    };
    let mut all: Vec<Came> = programme
        .drills
        .iter()
        .flat_map(|drill| new(drill))
        .collect();
    all.sort_by(|one, other| (one.at, &one.drill).cmp(&(other.at, &other.drill)));
    all
}

//! Which times to come, of which people were told, are another one by now, or none: the plans have
//! changed, or the table of time zones.
//!
//! What was announced stands in the register beside the reminder of it. Of what nobody was told
//! nobody needs to hear that it was moved, so nothing is kept of it.
//!
//! Nodes may have other plans or another table for a while, and each would move back what the other
//! has moved. So people hear at once that something comes at another time, but that it comes at one
//! of which they heard that it does not only once an hour has passed since; the next time after
//! four hours, then sixteen. So plans that are changed back are told of, and nodes that never agree
//! tell of each time some five times in a month, and as often that it does not come.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Announced, Came, Duty, Occurrence, Planned, Reminder, Subject, Told, after};
use crate::model::{Drill, Item, Programme};

/// How long it takes at least until people hear that something comes again as it had.
const SETTLES: TimeDelta = TimeDelta::hours(1);
/// How much longer that takes each time, and how often it becomes longer.
const LONGER: (i32, u32) = (4, 5);

/// That a time to come, of which people were told, is another one, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Move {
    /// What it is about.
    pub of: Subject,
    /// What people were told; nothing where they were told that it does not come any more.
    pub from: Option<Announced>,
    /// The next time by now; nothing where there is none.
    pub to: Option<Announced>,
    /// Who was told.
    pub told: Told,
    /// When that was seen.
    pub at: DateTime<Utc>,
}

impl Move {
    /// As it is named on the command line: the time that people knew, else the one that comes.
    pub fn name(&self) -> String {
        let known = self.from.as_ref().or(self.to.as_ref());
        known.map(Announced::name).unwrap_or_default()
    }

    /// What it became, and why, as it stands behind the word.
    pub fn became(&self) -> String {
        let to = self.to.as_ref().map(|to| format!("to {}: ", to.words()));
        to.unwrap_or_default() + &self.why()
    }

    /// What became of the time that people knew.
    pub fn word(&self) -> &'static str {
        match (&self.from, &self.to) {
            (Some(_), None) => "withdrawn",
            (None, _) => "back",
            (Some(_), Some(_)) => "moved",
        }
    }

    /// Why, as a sentence without its end.
    pub fn why(&self) -> String {
        let both = self.from.as_ref().zip(self.to.as_ref());
        let Some((from, to)) = both.filter(|(from, to)| from.tzdb != to.tzdb) else {
            return "the plans have changed".to_owned();
        };
        let (old, new) = (&from.tzdb, &to.tzdb);
        match (from.nominal, from.zone) == (to.nominal, to.zone) {
            true => format!("the table of time zones was {old} and is {new}"),
            false => format!(
                "the plans have changed, or the table of time zones, which was {old} and is {new}"
            ),
        }
    }
}

/// What tells one time from another.
type Key = (DateTime<Utc>, NaiveDateTime);

fn key(it: &Announced) -> Key {
    (it.at, it.nominal)
}

/// What people have heard of the times of one drill that are to come.
#[derive(Default)]
struct Heard<'r> {
    /// Those that come, by what they heard.
    standing: BTreeMap<Key, &'r Announced>,
    /// Those of which they heard that they do not come, and how often.
    left: BTreeMap<Key, u32>,
    /// When they last heard so.
    moved: Option<DateTime<Utc>>,
}

impl<'r> Heard<'r> {
    fn moved(&mut self, it: &'r Move) {
        if let Some(from) = it.from.as_ref().map(key) {
            self.standing.remove(&from);
            *self.left.entry(from).or_default() += 1;
        }
        if let Some(to) = &it.to {
            self.standing.insert(key(to), to);
        }
        self.moved = Some(it.at);
    }

    /// What comes is not to come any more, nor is what was before it.
    fn came(&mut self, came: &Came) {
        let name = came.name();
        self.standing
            .retain(|(at, _), it| *at > came.at && it.name() != name);
        self.left.retain(|(at, _), _| *at > came.at);
    }

    /// Whether it is too early to tell people that something comes at a time.
    fn is_too_early(&self, to: &Announced, now: DateTime<Utc>) -> bool {
        let (Some(count), Some(moved)) = (self.left.get(&key(to)), self.moved) else {
            return false;
        };
        let (times, most) = LONGER;
        now < moved + SETTLES * times.pow(count.saturating_sub(1).min(most))
    }
}

/// What people have heard of each drill, by its id.
fn heard(register: &[Duty]) -> BTreeMap<&str, Heard<'_>> {
    let mut all: BTreeMap<&str, Heard> = BTreeMap::new();
    for duty in register {
        match duty {
            Duty::Reminded(it) => {
                if let Some((drill, announced)) = it.of.as_drill().zip(it.announced.as_ref()) {
                    let heard = all.entry(drill).or_default();
                    heard.standing.insert(key(announced), announced);
                }
            }
            Duty::Moved(it) => {
                if let Some(drill) = it.of.as_drill() {
                    all.entry(drill).or_default().moved(it);
                }
            }
            Duty::Came(came) => {
                if let Some(heard) = all.get_mut(came.drill.as_str()) {
                    heard.came(came);
                }
            }
            _ => {}
        }
    }
    all
}

/// Every move that is seen at a moment and was not told; `coming` has the next time of each drill
/// for which somebody is needed.
pub fn moves(
    programme: &Programme,
    coming: &[Planned],
    register: &[Duty],
    now: DateTime<Utc>,
) -> Vec<Move> {
    let mut heard = heard(register);
    heard.retain(|_, it| !it.standing.is_empty() || !it.left.is_empty());
    let known = coming.iter().filter_map(|it| {
        let id = it.drill.id.as_str();
        heard.contains_key(id).then_some((id, it.occurrence?))
    });
    let known: BTreeMap<&str, Occurrence> = known.collect();
    let all = heard.iter().flat_map(|(id, heard)| {
        let drill = programme.drills.get(id);
        let next = match known.get(id) {
            Some(next) => Some(*next),
            None => match next(drill, now) {
                Ok(next) => next,
                // From a schedule that nobody understands nothing follows.
                Err(_) => return Vec::new(),
            },
        };
        let moved = |(from, to)| Move {
            of: Subject::of("drill", id),
            from,
            to,
            told: Told::Nobody,
            at: now,
        };
        let of = of_drill(heard, drill, next, now);
        of.into_iter().map(moved).collect()
    });
    all.collect()
}

/// The reminders of times of which people hear at once that something was moved to them, and the
/// others.
pub fn told_by(moves: &[Move], all: Vec<Reminder>) -> (Vec<Reminder>, Vec<Reminder>) {
    let to = |it: &'_ Move| Some((it.of.clone(), it.to.as_ref().map(key)?));
    let moved: BTreeSet<(Subject, Key)> = moves.iter().filter_map(to).collect();
    let is_told = |it: &Reminder| {
        let key = it.announced.as_ref().map(key);
        key.is_some_and(|key| moved.contains(&(it.of.clone(), key)))
    };
    all.into_iter().partition(is_told)
}

/// The next time of a drill, where it is still there and has a schedule.
fn next(drill: Option<&Item<Drill>>, moment: DateTime<Utc>) -> Result<Option<Occurrence>, String> {
    match drill.and_then(|drill| drill.schedule.as_ref()) {
        Some(schedule) => Ok(after(schedule, moment)?.next()),
        None => Ok(None),
    }
}

/// From when to when times of one drill were moved.
fn of_drill(
    heard: &Heard,
    drill: Option<&Item<Drill>>,
    upcoming: Option<Occurrence>,
    now: DateTime<Utc>,
) -> Vec<(Option<Announced>, Option<Announced>)> {
    let stands = |it: &Announced| {
        let is = |other: Occurrence| it.is(&other);
        let before = it.at - TimeDelta::seconds(1);
        upcoming.is_some_and(is) || next(drill, before).is_ok_and(|next| next.is_some_and(is))
    };
    let to = upcoming.zip(drill).and_then(|(it, drill)| {
        let schedule = drill.schedule.as_ref()?;
        Some(Announced::new(drill, schedule, &it))
    });
    if to.as_ref().is_some_and(|to| heard.is_too_early(to, now)) {
        return Vec::new();
    }
    let gone = heard.standing.values().filter(|it| !stands(it));
    let mut all: Vec<_> = gone.map(|it| (Some((*it).clone()), to.clone())).collect();
    let is_back = |to: &Announced| {
        let key = key(to);
        heard.left.contains_key(&key) && !heard.standing.contains_key(&key)
    };
    if all.is_empty() && to.as_ref().is_some_and(is_back) {
        all.push((None, to));
    }
    all
}

#[cfg(test)]
mod tests;

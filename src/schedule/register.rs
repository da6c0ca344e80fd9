//! Every time that came, and what became of it: nothing that was to be done falls away.
//!
//! A time is written down as it comes, with the zone, the table of zones and the words of the
//! schedule by which it came. Whoever changes a schedule later moves what is still to come, and
//! nothing that was.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Dst, LOOKED_AT_MAX, Occurrence, after, start_of, tzdb, words};
use crate::id::{DrillId, PersonId};
use crate::model::{Drill, Programme};
use crate::time::{Date, Period, TimeZone};

/// How long after its time a drill is in time, if it begins by then.
const IN_TIME: TimeDelta = TimeDelta::hours(24);

/// Something about what is to be done that is kept: one entry of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// A time came.
    Came(Came),
    /// Somebody said that nothing needs to be done about one.
    Waived(Waived),
}

/// A time that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Came {
    /// The drill.
    pub drill: DrillId,
    /// The civil time that its schedule named.
    pub nominal: NaiveDateTime,
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
    /// When it was seen that it came.
    pub seen: DateTime<Utc>,
}

/// That nothing needs to be done about a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Waived {
    /// The drill.
    pub drill: DrillId,
    /// The civil time that its schedule named.
    pub nominal: NaiveDateTime,
    /// Who said so.
    pub by: PersonId,
    /// Why.
    pub why: String,
    /// When that was said.
    pub at: DateTime<Utc>,
}

/// A run of a drill that was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held<'r> {
    /// Its id.
    pub run: &'r str,
    /// The drill.
    pub drill: &'r DrillId,
    /// When it began.
    pub began: DateTime<Utc>,
}

/// A time that came, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation<'d> {
    /// The time.
    pub came: &'d Came,
    /// What became of it.
    pub disposition: Disposition<'d>,
}

/// What became of a time that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition<'d> {
    /// The drill was held, within a day.
    Done(&'d str),
    /// It was held later, by this run.
    Late(&'d str),
    /// It is to be held; until then, where that is known.
    Due(Option<DateTime<Utc>>),
    /// It was not held, and it is too late now.
    Missed,
    /// Nothing needs to be done about it.
    Waived(&'d Waived),
}

impl Disposition<'_> {
    /// As people read it in a column; what they must see stands out.
    pub fn word(&self) -> &'static str {
        match self {
            Disposition::Done(_) => "done",
            Disposition::Late(_) => "late",
            Disposition::Due(_) => "DUE",
            Disposition::Missed => "MISSED",
            Disposition::Waived(_) => "waived",
        }
    }
}

/// The times of all schedules that have come and are not in the register yet, in order.
pub fn came(programme: &Programme, register: &[Duty], now: DateTime<Utc>) -> Vec<Came> {
    let mut last: BTreeMap<&DrillId, DateTime<Utc>> = BTreeMap::new();
    for duty in register {
        if let Duty::Came(came) = duty {
            let known = last.entry(&came.drill).or_insert(came.at);
            *known = came.at.max(*known);
        }
    }
    let new = |drill: &Drill| {
        let Some(schedule) = &drill.schedule else {
            return Vec::new();
        };
        let first = start_of(schedule, schedule.from);
        let moment = last.get(&drill.id).copied().unwrap_or(first).max(first);
        let all = after(schedule, moment).ok().into_iter().flatten();
        let all = all.take(LOOKED_AT_MAX).take_while(|it| it.at <= now);
        let came = |it: Occurrence| Came {
            drill: drill.id.clone(),
            nominal: it.nominal,
            zone: schedule.zone,
            tzdb: tzdb().to_owned(),
            at: it.at,
            clocks: it.dst,
            schedule: words(schedule),
            within: schedule.within,
            seen: now,
        };
        all.map(came).collect()
    };
    let mut all: Vec<Came> = programme
        .drills
        .iter()
        .flat_map(|drill| new(drill))
        .collect();
    all.sort_by(|one, other| (one.at, &one.drill).cmp(&(other.at, &other.drill)));
    all
}

/// What had become of every time that had come by a moment, in order. What was written down twice
/// counts once.
pub fn obligations<'d>(
    register: impl IntoIterator<Item = &'d Duty>,
    held: impl IntoIterator<Item = Held<'d>>,
    now: DateTime<Utc>,
) -> Vec<Obligation<'d>> {
    let (mut times, mut waived) = (Vec::new(), BTreeMap::new());
    for duty in register {
        match duty {
            Duty::Came(came) if came.at <= now => times.push(came),
            Duty::Waived(it) if it.at <= now => {
                waived.entry((&it.drill, it.nominal)).or_insert(it);
            }
            Duty::Came(_) | Duty::Waived(_) => {}
        }
    }
    times.sort_by_key(|came| (came.at, &came.drill));
    times.dedup_by_key(|came| (came.at, &came.drill));
    let mut runs: BTreeMap<&DrillId, Vec<Held>> = BTreeMap::new();
    for held in held.into_iter().filter(|held| held.began <= now) {
        runs.entry(held.drill).or_default().push(held);
    }
    let mut later: BTreeMap<&DrillId, DateTime<Utc>> = BTreeMap::new();
    let mut all = Vec::with_capacity(times.len());
    for came in times.into_iter().rev() {
        let next = later.insert(&came.drill, came.at);
        let own = runs.get(&came.drill).map_or(&[][..], Vec::as_slice);
        let disposition = match waived.get(&(&came.drill, came.nominal)) {
            Some(waived) => Disposition::Waived(waived),
            None => disposition(came, (next, own), now),
        };
        all.push(Obligation { came, disposition });
    }
    all.reverse();
    all
}

/// What became of a time of which nobody said that it counts for nothing.
fn disposition<'d>(
    came: &Came,
    (next, own): (Option<DateTime<Utc>>, &[Held<'d>]),
    now: DateTime<Utc>,
) -> Disposition<'d> {
    let allowed = came.within.map(|within| {
        let last = within.after(Date(came.nominal.date())).0;
        // All of the last day counts.
        let end = last.checked_add_days(Days::new(1)).unwrap_or(last);
        came.at + (end.and_time(came.nominal.time()) - came.nominal)
    });
    // Whoever holds it after the next time has come holds that one.
    let until = [next, allowed].into_iter().flatten().min();
    let first = own
        .iter()
        .filter(|held| held.began >= came.at && until.is_none_or(|until| held.began < until));
    match first.min_by_key(|held| held.began) {
        Some(held) if held.began < came.at + IN_TIME => Disposition::Done(held.run),
        Some(held) => Disposition::Late(held.run),
        None if until.is_some_and(|until| until <= now) => Disposition::Missed,
        None => Disposition::Due(until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn programme(schedule: &str) -> Programme {
        let text = format!(
            "team: {{id: t, name: T}}\ndrills: [{{id: d, name: D, kind: functional, schedule: \
             {schedule}}}]\n"
        );
        let file = crate::load::File {
            path: "plans/t.yaml".to_owned(),
            content: Ok(text.into_bytes()),
        };
        crate::load::load(vec![file]).programme
    }

    const MONTHLY: &str = "{zone: UTC, from: 2026-01-15, every: P1M, at: '06:00'}";

    /// What became of the first three months, each as its day and a word.
    #[track_caller]
    fn check(within: &str, held: &[&str], waived: &[&str], now: &str, expected: &[&str]) {
        let schedule = MONTHLY.replace("at:", &format!("{within} at:"));
        let now = moment(now);
        let mut register: Vec<Duty> = Vec::new();
        register.extend(
            came(&programme(&schedule), &[], now)
                .into_iter()
                .map(Duty::Came),
        );
        register.extend(waived.iter().map(|nominal| {
            Duty::Waived(Waived {
                drill: "d".parse().expect("an id"),
                nominal: nominal.parse().expect("a time"),
                by: "ada".parse().expect("an id"),
                why: "The office was closed".to_owned(),
                at: now,
            })
        }));
        let drill = "d".parse().expect("an id");
        let held = held.iter().map(|began| Held {
            run: "r",
            drill: &drill,
            began: moment(began),
        });
        let all = obligations(&register, held, now);
        let told = all
            .iter()
            .map(|it| format!("{} {}", it.came.nominal.date(), it.disposition.word()));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_time_that_came_is_done_late_missed_due_or_waived() {
        let now = "2026-03-20T00:00:00Z";
        check("", &[], &[], "2026-01-15T05:59:00Z", &[]);
        check(
            "",
            &["2026-01-15T08:00:00Z", "2026-02-17T00:00:00Z"],
            &[],
            now,
            &["2026-01-15 done", "2026-02-15 late", "2026-03-15 DUE"],
        );
        let closed = ["2026-02-15T06:00:00"];
        check(
            "",
            &["2026-01-14T08:00:00Z"],
            &closed,
            now,
            &["2026-01-15 MISSED", "2026-02-15 waived", "2026-03-15 DUE"],
        );
        // Late counts for as long as the plan says.
        check(
            "within: P3D,",
            &["2026-02-18T23:00:00Z", "2026-03-19T07:00:00Z"],
            &[],
            now,
            &["2026-01-15 MISSED", "2026-02-15 late", "2026-03-15 MISSED"],
        );
    }

    #[test]
    fn a_schedule_that_changes_moves_nothing_that_came() {
        let (first, later) = (
            moment("2026-02-20T00:00:00Z"),
            moment("2026-04-20T00:00:00Z"),
        );
        let mut register: Vec<Duty> = Vec::new();
        register.extend(
            came(&programme(MONTHLY), &[], first)
                .into_iter()
                .map(Duty::Came),
        );
        assert_eq!(register.len(), 2);
        // Of two who write down the same, the first counts.
        let twice: Vec<Duty> = register.iter().chain(&register).cloned().collect();
        let words = |register: &[Duty], now| {
            let all = obligations(register, [], now);
            all.iter()
                .map(|it| it.disposition.word())
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&twice, first), ["MISSED", "DUE"]);
        // As of an earlier day, what came later had not come.
        assert_eq!(words(&register, moment("2026-02-01T00:00:00Z")), ["DUE"]);
        assert_eq!(came(&programme(MONTHLY), &register, first), []);
        let moved = MONTHLY
            .replace("06:00", "22:00")
            .replace("2026-01-15", "2026-01-01");
        let new = came(&programme(&moved), &register, later);
        let names: Vec<String> = new.iter().map(|came| came.nominal.to_string()).collect();
        assert_eq!(names, ["2026-03-01 22:00:00", "2026-04-01 22:00:00"]);
        assert!(new[0].schedule.contains("22:00"), "{}", new[0].schedule);
    }
}

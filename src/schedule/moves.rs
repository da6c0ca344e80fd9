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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::{came, coming, obligations, reminders};

    const SIXTH: &str = "cron: '0 2 6 3 *'";
    const THIRTEENTH: &str = "cron: '0 2 13 3 *'";
    const SUMMER: &str = "cron: '0 2 6 7 *'";

    /// Plans with one drill, and its schedule, if it has one.
    fn programme(schedule: Option<&str>) -> Programme {
        let schedule = schedule.map_or_else(String::new, |it| {
            format!(", schedule: {{zone: Europe/London, from: 2027-01-01, {it}}}")
        });
        let text = format!(
            "team: {{id: t, name: T}}\ndrills: [{{id: d, name: D, kind: functional{schedule}}}]\n"
        );
        let file = crate::load::File {
            path: "plans/t.yaml".to_owned(),
            content: Ok(text.into_bytes()),
        };
        crate::load::load(vec![file]).programme
    }

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    /// What a daemon with these plans writes down at a moment, and what it tells.
    fn look(register: &mut Vec<Duty>, programme: &Programme, now: DateTime<Utc>) -> Vec<String> {
        register.extend(came(programme, register, now).into_iter().map(Duty::Came));
        let remind = ["P30D", "P7D"].map(|text| text.parse().expect("a period"));
        let (all, next) = (obligations(&*register, [], now), coming(programme, now));
        let (new, overtaken) = reminders(programme, (&all, &next), (register, &remind), now);
        let moves = moves(programme, &next, register, now);
        let (told_so, new) = told_by(&moves, new);
        let reminded = new
            .iter()
            .map(|it| format!("{} {}", it.name, it.which.key()));
        let mut told: Vec<String> = reminded.collect();
        told.extend(moves.iter().map(|it| {
            let to = it.to.as_ref().map(|to| format!(" to {}", to.name()));
            format!("{} {}{}", it.name(), it.word(), to.unwrap_or_default())
        }));
        register.extend(overtaken.into_iter().map(Duty::Reminded));
        let told_so = told_so
            .into_iter()
            .map(|it| it.became(Told::Overtaken, now));
        register.extend(told_so.map(Duty::Reminded));
        let new = new.into_iter().map(|it| it.became(Told::Nobody, now));
        register.extend(new.map(Duty::Reminded));
        register.extend(moves.into_iter().map(Duty::Moved));
        told
    }

    /// What is told where plans are looked at then that have this schedule.
    #[track_caller]
    fn check(looks: &[(&str, Option<&str>)], expected: &[&str]) {
        let (mut register, mut told) = (Vec::new(), Vec::new());
        for (now, schedule) in looks {
            let (programme, now) = (programme(*schedule), moment(&format!("2027-{now}:00Z")));
            told.extend(look(&mut register, &programme, now));
            assert_eq!(look(&mut register, &programme, now), [""; 0], "told twice");
        }
        assert_eq!(told, expected);
    }

    #[test]
    fn a_time_of_which_people_were_told_is_moved_by_the_plans() {
        check(
            &[
                ("02-10T09:00", Some(SIXTH)),
                ("02-11T09:00", Some(THIRTEENTH)),
                ("03-07T09:00", Some(THIRTEENTH)),
            ],
            &[
                "2027-03-06T02:00 P30D",
                "2027-03-06T02:00 moved to 2027-03-13T02:00",
                "2027-03-13T02:00 P7D",
            ],
        );
        // Far ahead, so that people are not reminded of it yet.
        check(
            &[
                ("02-10T09:00", Some(SIXTH)),
                ("02-11T09:00", Some(SUMMER)),
                ("03-07T09:00", Some(THIRTEENTH)),
            ],
            &[
                "2027-03-06T02:00 P30D",
                "2027-03-06T02:00 moved to 2027-07-06T02:00",
                "2027-07-06T02:00 moved to 2027-03-13T02:00",
            ],
        );
    }

    #[test]
    fn what_nobody_was_told_of_or_what_came_is_not_moved() {
        let first = [
            ("01-10T09:00", Some(SIXTH)),
            ("01-11T09:00", Some(THIRTEENTH)),
        ];
        check(&first, &[]);
        let came = [
            ("02-10T09:00", Some(SIXTH)),
            ("03-06T02:00", Some(SIXTH)),
            ("03-06T09:00", Some(THIRTEENTH)),
        ];
        let told = [
            "2027-03-06T02:00 P30D",
            "2027-03-06T02:00 due",
            "2027-03-13T02:00 P7D",
        ];
        check(&came, &told);
        // One more time before it moves nothing.
        let more = [
            ("02-05T09:00", Some(SIXTH)),
            ("02-05T10:00", Some("cron: '0 2 6,20 2,3 *'")),
        ];
        check(&more, &["2027-03-06T02:00 P30D", "2027-02-06T02:00 P7D"]);
    }

    #[test]
    fn what_is_withdrawn_is_told_and_so_is_that_it_comes_again() {
        check(
            &[
                ("02-10T09:00", Some(SIXTH)),
                ("02-11T09:00", None),
                ("02-11T09:59", Some(SIXTH)),
                ("02-11T10:00", Some(SIXTH)),
            ],
            &[
                "2027-03-06T02:00 P30D",
                "2027-03-06T02:00 withdrawn",
                "2027-03-06T02:00 back to 2027-03-06T02:00",
            ],
        );
    }

    #[test]
    fn what_passed_while_nobody_was_at_work_was_moved_all_the_same() {
        check(
            &[("02-10T09:00", Some(SIXTH)), ("03-08T09:00", Some(SUMMER))],
            &[
                "2027-03-06T02:00 P30D",
                "2027-03-06T02:00 moved to 2027-07-06T02:00",
            ],
        );
    }

    #[test]
    fn from_a_schedule_that_nobody_understands_nothing_follows() {
        let looks = [
            ("02-10T09:00", Some(SIXTH)),
            ("02-11T09:00", Some("cron: '0 2 6 13 *'")),
        ];
        check(&looks, &["2027-03-06T02:00 P30D"]);
    }

    /// The register of who was told of the sixth of March by another table of time zones.
    fn by_another_table(at: &str) -> Vec<Duty> {
        let (plans, mut register) = (programme(Some(SIXTH)), Vec::new());
        look(&mut register, &plans, moment("2027-02-10T09:00:00Z"));
        let announced = register.iter_mut().filter_map(|duty| match duty {
            Duty::Reminded(it) => it.announced.as_mut(),
            _ => None,
        });
        for it in announced {
            (it.tzdb, it.at) = ("2020a".to_owned(), moment(at));
        }
        register
    }

    #[test]
    fn another_table_of_time_zones_moves_the_moment_and_not_the_name() {
        let plans = programme(Some(SIXTH));
        let mut register = by_another_table("2027-03-06T01:00:00Z");
        let now = moment("2027-02-11T09:00:00Z");
        let told = look(&mut register, &plans, now);
        assert_eq!(told, ["2027-03-06T02:00 moved to 2027-03-06T02:00"]);
        let Some(Duty::Moved(it)) = register.last() else {
            panic!("it is written down");
        };
        let new = crate::schedule::tzdb();
        assert_eq!(
            it.became(),
            format!(
                "to 2027-03-06 02:00 in Europe/London (2027-03-06T02:00Z): the table of time zones \
             was 2020a and is {new}"
            )
        );
        assert_eq!(look(&mut register, &plans, now), [""; 0]);
        // Where it says the same, nothing is moved.
        let mut register = by_another_table("2027-03-06T02:00:00Z");
        assert_eq!(look(&mut register, &plans, now), [""; 0]);
    }

    #[test]
    fn what_came_does_not_come_again_by_another_table_of_time_zones() {
        let plans = programme(Some(SIXTH));
        let now = moment("2027-03-06T05:00:00Z");
        let mut earlier = came(&plans, &[], now);
        earlier[0].at -= TimeDelta::hours(1);
        let register: Vec<Duty> = earlier.into_iter().map(Duty::Came).collect();
        assert_eq!(came(&plans, &register, now), []);
    }

    #[test]
    fn nodes_that_never_agree_tell_ever_more_seldom() {
        let nodes = [
            programme(Some(SIXTH)),
            programme(Some(THIRTEENTH)),
            programme(None),
        ];
        let (mut register, mut told) = (Vec::new(), 0);
        let mut now = moment("2027-02-05T00:00:00Z");
        while now < moment("2027-03-05T00:00:00Z") {
            for plans in &nodes {
                told += look(&mut register, plans, now).len();
            }
            now += TimeDelta::hours(1);
        }
        // Each of two times comes again some five times, and is withdrawn as often.
        assert!((4..40).contains(&told), "{told}");
    }

    proptest! {
        /// Whatever the plans say, and on whichever node: nothing is told twice, and what people
        /// have heard is so, or they are told of it as soon as it is not too early.
        #[test]
        fn what_people_have_heard_is_so(
            looks in prop::collection::vec((0_i64..3_000, 0_usize..5), 1..20),
        ) {
            let plans = [None, Some(SIXTH), Some(THIRTEENTH), Some(SUMMER),
                Some("cron: '0 2 6,20 2,3 *'")].map(programme);
            let (mut register, mut now) = (Vec::new(), moment("2027-01-20T00:00:00Z"));
            for (minutes, plans_at) in looks {
                now += TimeDelta::minutes(minutes);
                let plans = &plans[plans_at];
                look(&mut register, plans, now);
                prop_assert_eq!(look(&mut register, plans, now), [""; 0]);
                let drill = plans.drills.get("d");
                let next = next(drill, now).expect("it is understood");
                for heard in heard(&register).values() {
                    let stands = |it: &Announced| {
                        let own = super::next(drill, it.at - TimeDelta::seconds(1));
                        own.expect("it is understood").is_some_and(|own| it.is(&own))
                    };
                    let is_too_early = next.zip(drill).is_some_and(|(it, drill)| {
                        let schedule = drill.schedule.as_ref().expect("it has a next time");
                        heard.is_too_early(&Announced::new(drill, schedule, &it), now)
                    });
                    let wrong = heard.standing.values().find(|it| !stands(it));
                    prop_assert!(wrong.is_none() || is_too_early, "{wrong:?} at {now}");
                }
            }
        }
    }
}

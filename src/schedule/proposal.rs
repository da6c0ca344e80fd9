//! A day in a year for everything that is done again and again, and why that day.
//!
//! What is wanted is spread over the year, each kind of rhythm for itself, so that it depends on
//! nothing but what is wanted. From there the nearest day is taken that nothing forbids and that is
//! not too late. No day is made up: where there is none it is said what forbids them.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};

use crate::model::{Blackout, DaysOff};
use crate::time::{Date, Period};

/// What comes more seldom than this, in days, does not come every year.
const YEAR: i64 = 366;
/// What comes more often than this, in days, is no matter of single days.
const OFTEN: i64 = 7;
/// So many days are looked at for the last before a year.
const CHAIN_MAX: usize = 100_000;
/// So many reasons are told for days that were passed over.
const REASONS_MAX: usize = 4;

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A person, who is in one place at a time.
    Person(String),
    /// A team.
    Team(String),
}

impl Who {
    fn id(&self) -> &str {
        match self {
            Who::Person(id) | Who::Team(id) => id,
        }
    }
}

/// Something that is done again and again.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it is called, such as the id of a drill.
    pub name: String,
    /// No more than this may pass.
    pub every: Period,
    /// When it was last done.
    pub last: Option<Date>,
    /// The days in this year on which it is planned already, which may be none, where that is
    /// stated; then none are looked for.
    pub planned: Option<Vec<Date>>,
    /// Who takes part.
    pub who: BTreeSet<Who>,
    /// Whose days off count.
    pub days_off: Vec<Arc<DaysOff>>,
    /// What must not be on the same day, by its place in the list.
    pub apart: BTreeSet<usize>,
}

/// What holds for everything.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The first day that can be planned; a day that is over cannot.
    pub from: Option<Date>,
    /// Times in which nothing may be tested.
    pub blackouts: Vec<Blackout>,
    /// How often somebody takes part in one month at most.
    pub most: BTreeMap<Who, u32>,
}

/// A day that is proposed, or was planned already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What is done, by its place in the list.
    pub wanted: usize,
    /// The day; nothing where none was found.
    pub day: Option<Date>,
    /// Why that day, as sentences without an end.
    pub why: Vec<String>,
}

/// Days for all that is wanted in a year, in order.
///
/// A year that the calendar does not have gives none.
pub fn propose(year: i32, wanted: &[Wanted], rules: &Rules) -> Vec<Proposal> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let Some((first, last)) = day(1, 1).zip(day(12, 31)) else {
        return Vec::new();
    };
    let mut table = Table {
        first,
        last,
        wanted,
        rules,
        taken: BTreeMap::new(),
        loads: BTreeMap::new(),
    };
    let mut all = Vec::new();
    for (place, it) in wanted.iter().enumerate() {
        for day in it.planned.iter().flatten() {
            table.take(place, *day);
            let why = vec!["planned already".to_owned()];
            all.push(Proposal {
                wanted: place,
                day: Some(*day),
                why,
            });
        }
    }
    for (place, it) in wanted.iter().enumerate() {
        if it.planned.is_none() {
            all.extend(table.fill(place, phase(wanted, place, first)));
        }
    }
    all.sort_by_key(|it| (it.day.is_none(), it.day, it.wanted));
    all
}

/// How many days a rhythm is, as the year begins.
fn length(every: Period, first: NaiveDate) -> i64 {
    (every.after(Date(first)).0 - first).num_days().max(1)
}

/// How many days after the beginning of the year something comes first, and how many lie between:
/// all that have one rhythm share its length evenly.
fn phase(wanted: &[Wanted], place: usize, first: NaiveDate) -> (i64, i64) {
    let own = length(wanted[place].every, first);
    let times = (365 / own).max(1);
    let between = (365 / times).min(own);
    let is_alike = |it: &&Wanted| it.planned.is_none() && length(it.every, first) == own;
    let alike = wanted.iter().filter(is_alike).count().max(1);
    let before = wanted[..place].iter().filter(is_alike).count();
    let number = |count: usize| i64::try_from(count).unwrap_or(0);
    (
        between * (2 * number(before) + 1) / (2 * number(alike)),
        between,
    )
}

/// A day, and each after it by a rhythm.
fn chain(first: Date, every: Period) -> impl Iterator<Item = Date> {
    successors(Some(first), move |day| Some(every.after(*day))).take(CHAIN_MAX)
}

/// What is on which day so far.
struct Table<'w> {
    first: NaiveDate,
    last: NaiveDate,
    wanted: &'w [Wanted],
    rules: &'w Rules,
    taken: BTreeMap<NaiveDate, Vec<usize>>,
    loads: BTreeMap<(&'w Who, u32), u32>,
}

impl<'w> Table<'w> {
    fn take(&mut self, place: usize, day: Date) {
        self.taken.entry(day.0).or_default().push(place);
        for who in &self.wanted[place].who {
            *self.loads.entry((who, day.0.month())).or_default() += 1;
        }
    }

    /// The days of one thing over the year.
    fn fill(&mut self, place: usize, (phase, between): (i64, i64)) -> Vec<Proposal> {
        let it = &self.wanted[place];
        let nothing = |why: String| Proposal {
            wanted: place,
            day: None,
            why: vec![why],
        };
        if length(it.every, self.first) < OFTEN {
            let why = format!("it comes every {}: write a `schedule`", it.every.words());
            return vec![nothing(why)];
        }
        let (mut found, mut before) = (Vec::new(), self.before(it));
        let start = self
            .rules
            .from
            .map_or(self.first, |from| from.0.max(self.first));
        let mut target = self.target(it, phase);
        // A year has no more days.
        for _ in 0..366 {
            let due = before.map(|before| it.every.after(before).0);
            // What is done in time by a day of the next year needs none in this one.
            if due.unwrap_or(target) > self.last {
                break;
            }
            let is_late = due.is_some_and(|due| due < start);
            let latest = due.filter(|_| !is_late).unwrap_or(self.last).min(self.last);
            let best = if is_late {
                start
            } else {
                target.clamp(start.min(latest), latest)
            };
            let earliest = before.map_or(start, |before| start.max(before.0 + Days::new(1)));
            let mut why = vec![format!("every {}", it.every.words())];
            why.extend(due.map(|due| match is_late {
                true => format!("overdue since {}", Date(due)),
                false => format!("at the latest on {}", Date(due)),
            }));
            let (day, passed) = self.nearest(place, best, (earliest, latest));
            why.extend(passed);
            let Some(day) = day else {
                let until = format!("no day between {} and {}", Date(earliest), Date(latest));
                found.push(nothing([vec![until], why].concat().join("; ")));
                break;
            };
            self.take(place, Date(day));
            found.push(Proposal {
                wanted: place,
                day: Some(Date(day)),
                why,
            });
            before = Some(Date(day));
            target = day.max(target) + TimeDelta::days(between);
        }
        found
    }

    /// The day on which something comes first, if all are spread evenly. What comes more seldom
    /// than each year and was never done comes first within a year of the first day that can be
    /// planned, and then in its rhythm, whichever year is asked for.
    fn target(&self, it: &Wanted, phase: i64) -> NaiveDate {
        let is_seldom = it.last.is_none() && length(it.every, self.first) > YEAR;
        let from = self.rules.from.filter(|_| is_seldom);
        let Some(from) = from else {
            return self.first + TimeDelta::days(phase);
        };
        let january = from.0.with_ordinal(1).unwrap_or(from.0);
        let first = january + TimeDelta::days(phase % YEAR);
        let first = match first < from.0 {
            true => Period::months(12).after(Date(first)).0,
            false => first,
        };
        let mut days = chain(Date(first), it.every);
        days.find(|day| day.0 >= self.first)
            .map_or(first, |day| day.0)
    }

    /// When something was done last before the year, if until then it is done by each of its days:
    /// what is planned for next year is not overdue then for what lies between.
    fn before(&self, it: &Wanted) -> Option<Date> {
        let last = it.last?;
        let Some(from) = self.rules.from.filter(|from| from.0 < self.first) else {
            return Some(last);
        };
        let is_late = it.every.after(last) < from;
        let mut days = chain(if is_late { from } else { last }, it.every);
        days.find(|day| it.every.after(*day).0 >= self.first)
    }

    /// The day nearest to another on which nothing forbids it, the earlier of two; and why those
    /// that are nearer were passed over.
    fn nearest(
        &self,
        place: usize,
        best: NaiveDate,
        (earliest, latest): (NaiveDate, NaiveDate),
    ) -> (Option<NaiveDate>, Vec<String>) {
        let mut passed: Vec<String> = Vec::new();
        for away in 0..=366 {
            let both = [best - TimeDelta::days(away), best + TimeDelta::days(away)];
            let both = both.into_iter().take(if away == 0 { 1 } else { 2 });
            for day in both.filter(|day| (earliest..=latest).contains(day)) {
                match self.forbidden(place, day) {
                    None => return (Some(day), passed),
                    Some(why) if passed.len() < REASONS_MAX && !passed.contains(&why) => {
                        passed.push(why);
                    }
                    Some(_) => {}
                }
            }
        }
        (None, passed)
    }

    /// What forbids a day, if anything does.
    fn forbidden(&self, place: usize, day: NaiveDate) -> Option<String> {
        let it = &self.wanted[place];
        let on = Date(day);
        let within = |blackout: &&Blackout| (blackout.from..=blackout.to).contains(&on);
        if let Some(blackout) = self.rules.blackouts.iter().find(within) {
            return Some(format!("not in `{}`", blackout.name));
        }
        let mut off = it
            .days_off
            .iter()
            .filter_map(|days_off| Some((days_off.why(day)?, days_off)));
        if let Some((why, days_off)) = off.next() {
            return Some(format!("{on} is {why} ({})", days_off.name));
        }
        let others = self.taken.get(&day).into_iter().flatten();
        let is_apart = |other: &&usize| **other == place || self.is_apart(place, **other);
        if let Some(other) = others.into_iter().find(is_apart) {
            return Some(format!("on {on} there is `{}`", self.wanted[*other].name));
        }
        let is_full = |who: &&Who| {
            let load = self.loads.get(&(*who, day.month()));
            let most = self.rules.most.get(*who);
            most.is_some_and(|most| load.copied().unwrap_or(0) >= *most)
        };
        let full = it.who.iter().find(is_full)?;
        Some(format!(
            "`{}` takes part in enough in {}",
            full.id(),
            day.format("%Y-%m")
        ))
    }

    fn is_apart(&self, one: usize, other: usize) -> bool {
        let wanted = self.wanted;
        // Of a team there are several.
        let is_person = |who: &Who| matches!(who, Who::Person(_));
        wanted[one].apart.contains(&other)
            || wanted[other].apart.contains(&one)
            || wanted[one]
                .who
                .intersection(&wanted[other].who)
                .any(is_person)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn person(id: &str) -> Who {
        Who::Person(id.to_owned())
    }

    fn wanted(name: &str, every: &str) -> Wanted {
        Wanted {
            name: name.to_owned(),
            every: every.parse().expect("a period"),
            last: None,
            planned: None,
            who: BTreeSet::new(),
            days_off: vec![Arc::new(DaysOff::of_organization(&[]))],
            apart: BTreeSet::new(),
        }
    }

    #[track_caller]
    fn check(wanted: &[Wanted], rules: &Rules, expected: &[&str]) {
        let told = propose(2027, wanted, rules).into_iter().map(|it| {
            let day = it.day.map_or("none".to_owned(), |day| day.to_string());
            format!("{day} {}: {}", wanted[it.wanted].name, it.why.join("; "))
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_wanted_is_spread_and_is_never_too_late() {
        let early = Wanted {
            last: Some(day("2026-03-10")),
            ..wanted("early", "P12M")
        };
        let all = [early, wanted("half", "P6M"), wanted("year", "P12M")];
        check(
            &all,
            &Rules::default(),
            &[
                "2027-03-10 early: every 12 months; at the latest on 2027-03-10",
                "2027-04-01 half: every 6 months",
                "2027-09-29 half: every 6 months; at the latest on 2027-10-01",
                "2027-10-01 year: every 12 months",
            ],
        );
    }

    #[test]
    fn what_forbids_a_day_is_said_and_no_day_is_made_up() {
        let rules = Rules {
            from: Some(day("2027-06-01")),
            blackouts: vec![Blackout {
                name: "Close".to_owned(),
                from: day("2027-06-01"),
                to: day("2027-06-30"),
                reason: None,
            }],
            most: BTreeMap::from([(person("ada"), 1)]),
        };
        let late = Wanted {
            last: Some(day("2026-05-05")),
            ..wanted("late", "P12M")
        };
        let soon = Wanted {
            last: Some(day("2026-06-20")),
            ..wanted("soon", "P12M")
        };
        let who = BTreeSet::from([person("ada")]);
        let fixed = Wanted {
            planned: Some(vec![day("2027-07-05")]),
            who: who.clone(),
            ..wanted("fixed", "P12M")
        };
        let ada = Wanted {
            who,
            last: Some(day("2026-07-30")),
            ..wanted("ada's", "P12M")
        };
        check(
            &[late, soon, fixed, ada, wanted("daily", "P1D")],
            &rules,
            &[
                "2027-07-01 late: every 12 months; overdue since 2027-05-05; not in `Close`",
                "2027-07-05 fixed: planned already",
                "none soon: no day between 2027-06-01 and 2027-06-20; every 12 months; at the \
                 latest on 2027-06-20; not in `Close`",
                "none ada's: no day between 2027-06-01 and 2027-07-30; every 12 months; at the \
                 latest on 2027-07-30; `ada` takes part in enough in 2027-07; 2027-07-25 is a \
                 Sunday (the organization's holidays); 2027-07-24 is a Saturday (the \
                 organization's holidays); 2027-07-18 is a Sunday (the organization's holidays)",
                "none daily: it comes every 1 day: write a `schedule`",
            ],
        );
    }

    /// The days that are proposed for one thing, year by year.
    #[track_caller]
    fn check_years(it: &Wanted, from: &str, expected: &[&str]) {
        let rules = Rules {
            from: Some(day(from)),
            ..Rules::default()
        };
        let all = (2026..2034).flat_map(|year| propose(year, std::slice::from_ref(it), &rules));
        let days: Vec<String> = all.filter_map(|it| Some(it.day?.to_string())).collect();
        assert_eq!(days, expected);
    }

    #[test]
    fn what_comes_every_two_years_has_a_day_in_every_second_year() {
        let last = Wanted {
            last: Some(day("2026-06-10")),
            ..wanted("seldom", "P24M")
        };
        check_years(
            &last,
            "2026-11-28",
            &["2028-06-09", "2030-06-10", "2032-06-10"],
        );
        let never = wanted("never", "P24M");
        check_years(
            &never,
            "2026-11-28",
            &["2027-07-02", "2029-07-02", "2031-07-02", "2033-07-01"],
        );
        check_years(
            &wanted("very", "P36M"),
            "2026-02-28",
            &["2026-07-02", "2029-07-02", "2032-07-02"],
        );
        let stated = Wanted {
            planned: Some(Vec::new()),
            ..wanted("stated", "P12M")
        };
        check_years(&stated, "2026-11-28", &[]);
    }

    #[test]
    fn a_team_takes_part_as_often_as_it_may_and_in_several_on_a_day() {
        let team = Who::Team("ops".to_owned());
        let one = |name: &str| Wanted {
            last: Some(day("2026-03-10")),
            who: BTreeSet::from([team.clone()]),
            ..wanted(name, "P12M")
        };
        let all = [one("a"), one("b"), one("c")];
        let proposals = |most: Option<u32>| {
            let rules = Rules {
                most: most.map(|most| (team.clone(), most)).into_iter().collect(),
                ..Rules::default()
            };
            let proposals = propose(2027, &all, &rules).into_iter();
            let days = proposals.map(|it| it.day.expect("there is one").to_string());
            days.map(|day| day[..7].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(proposals(None), ["2027-03"; 3]);
        assert_eq!(proposals(Some(1)), ["2027-01", "2027-02", "2027-03"]);
    }

    proptest! {
        /// Whatever is wanted: every day is allowed, none is too late, and it is always the same.
        #[test]
        fn a_proposal_keeps_to_every_rule(
            rhythms in prop::collection::vec((1_u32..14, 0_i64..500, 0_usize..4), 1..12),
            from in 0_i64..360,
            length in 0_i64..80,
            most in 1_u32..4,
        ) {
            let first = day("2027-01-01").0;
            let name = |place: usize| person(&format!("p{place}"));
            let one = |(place, (months, ago, who)): (usize, &(u32, i64, usize))| Wanted {
                last: Some(Date(first - TimeDelta::days(*ago))),
                who: BTreeSet::from([name(*who)]),
                ..wanted(&format!("w{place}"), &format!("P{months}M"))
            };
            let all: Vec<Wanted> = rhythms.iter().enumerate().map(one).collect();
            let rules = Rules {
                from: None,
                blackouts: vec![Blackout {
                    name: "B".to_owned(),
                    from: Date(first + TimeDelta::days(from)),
                    to: Date(first + TimeDelta::days(from + length)),
                    reason: None,
                }],
                most: (0..4).map(|who| (name(who), most)).collect(),
            };
            let proposals = propose(2027, &all, &rules);
            prop_assert_eq!(&proposals, &propose(2027, &all, &rules));
            let mut loads: BTreeMap<(&Who, u32), u32> = BTreeMap::new();
            for (place, it) in all.iter().enumerate() {
                let own = proposals.iter().filter(|proposal| proposal.wanted == place);
                let days: Vec<Date> = own.clone().filter_map(|proposal| proposal.day).collect();
                let is_whole = own.clone().all(|proposal| proposal.day.is_some());
                let mut before = it.last.expect("it was done");
                for day in &days {
                    let off = it.days_off[0].why(day.0);
                    prop_assert!(off.is_none(), "{day}");
                    prop_assert!(!(rules.blackouts[0].from..=rules.blackouts[0].to).contains(day));
                    let due = it.every.after(before);
                    prop_assert!(*day <= due || due.0 < first, "{day} after {before}");
                    before = *day;
                    let who = it.who.first().expect("one");
                    let load = loads.entry((who, day.0.month())).or_default();
                    *load += 1;
                    prop_assert!(*load <= most);
                }
                // Either all of the year is planned, or it is said that it is not.
                prop_assert!(!is_whole || it.every.after(before).0 > day("2027-12-31").0);
            }
        }
    }
}

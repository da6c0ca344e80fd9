//! What is wanted of a year: a day for every drill, and for every cadence of the organization.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};

use super::locks::conflict;
use super::needs::{Needs, needs};
use crate::graph::Graph;
use crate::model::{Cadences, DaysOff, Drill, HistoryKind, Programme};
use crate::schedule::{Rules, Wanted, Who, planned};
use crate::time::{Date, Period};

/// What is wanted of a year.
pub struct Year {
    /// The drills, by id, then the cadences.
    pub wanted: Vec<Wanted>,
    /// How many of them are drills.
    pub drills: usize,
    /// What holds for all of them.
    pub rules: Rules,
}

/// The cadences that are no drills: the key, and the kind of history that shows it was done.
type Rhythm = (
    &'static str,
    fn(&Cadences) -> Option<Period>,
    Option<HistoryKind>,
);

const RHYTHMS: [Rhythm; 5] = [
    ("review", |it| it.review, Some(HistoryKind::Review)),
    ("approval", |it| it.approval, Some(HistoryKind::Approval)),
    (
        "communication",
        |it| it.communication,
        Some(HistoryKind::Communication),
    ),
    (
        "full-backup-test",
        |it| it.full_backup_test,
        Some(HistoryKind::FullBackupTest),
    ),
    ("contact-verification", |it| it.contact_verification, None),
];

/// How often a drill is held of which neither it nor the organization says it.
const USUAL: Period = Period::months(12);

/// What is wanted of a year, as of a day; `last` says when a drill was last held.
///
/// A drill is wanted as often as it says, else as the organization has the plan tested.
pub fn year(
    (programme, graph): (&Programme, &Graph),
    (year, today): (i32, Date),
    last: impl Fn(&Drill) -> Option<Date>,
) -> Year {
    let organization = programme.organization.as_ref();
    let cadences = organization.and_then(|it| it.cadences.as_ref());
    let general = Arc::new(DaysOff::of_organization(
        organization.map_or(&[][..], |it| &it.holidays),
    ));
    let usual = cadences.and_then(|it| it.drill).unwrap_or(USUAL);
    let given = given(programme, year);
    let takes: Vec<Needs> = programme
        .drills
        .iter()
        .map(|it| needs(programme, graph, it))
        .collect();
    let mut wanted = Vec::new();
    for (drill, needs) in programme.drills.iter().zip(&takes) {
        let given = given.get(drill.id.as_str()).cloned();
        let before = drill.next.filter(|next| next.0.year() < year);
        wanted.push(Wanted {
            name: drill.id.as_str().to_owned(),
            every: drill.every.unwrap_or(usual),
            last: last(drill).filter(|day| *day <= today).max(before),
            // A schedule says it of every year.
            planned: given.or_else(|| drill.schedule.as_ref().map(|_| Vec::new())),
            who: who(needs),
            days_off: days_off(programme, needs, &general),
            apart: apart(&takes, needs),
        });
    }
    let drills = wanted.len();
    for (name, every, kind) in RHYTHMS {
        let Some(every) = cadences.and_then(every) else {
            continue;
        };
        let history = organization.map_or(&[][..], |it| &it.history);
        let done = history
            .iter()
            .filter(|it| Some(it.what) == kind && it.on <= today);
        wanted.push(Wanted {
            name: name.to_owned(),
            every,
            last: done.map(|it| it.on).max(),
            planned: None,
            who: BTreeSet::new(),
            days_off: vec![Arc::clone(&general)],
            apart: BTreeSet::new(),
        });
    }
    let rules = Rules {
        from: Some(today),
        blackouts: organization.map_or(Vec::new(), |it| it.blackouts.clone()),
        most: most(programme),
    };
    Year {
        wanted,
        drills,
        rules,
    }
}

/// The days on which drills are planned in a year already, by drill.
fn given(programme: &Programme, year: i32) -> BTreeMap<&str, Vec<Date>> {
    let mut given: BTreeMap<&str, Vec<Date>> = BTreeMap::new();
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let Some((first, last)) = day(1, 1).zip(day(12, 31)) else {
        return given;
    };
    // The year begins in some zone before it does in UTC.
    let eve = (first.and_time(NaiveTime::MIN) - TimeDelta::days(2)).and_utc();
    let all = planned(programme, (eve, Date(first)), last);
    for it in all.iter().filter(|it| it.day.0 >= first) {
        given.entry(it.drill.id.as_str()).or_default().push(it.day);
    }
    given
}

/// The drills that keep this one away from what both touch.
fn apart(all: &[Needs], own: &Needs) -> BTreeSet<usize> {
    let others = all.iter().enumerate();
    let others = others.filter(|(_, other)| conflict(&own.locks, &other.locks).is_some());
    others.map(|(place, _)| place).collect()
}

/// The days off of the organization, and of the sites of everybody who takes part.
fn days_off(programme: &Programme, needs: &Needs, general: &Arc<DaysOff>) -> Vec<Arc<DaysOff>> {
    let mut all = vec![Arc::clone(general)];
    for person in &needs.people {
        let person = programme.people.get(person.as_str());
        let mut site = person.and_then(|it| programme.sites.get(it.site.as_ref()?.as_str()));
        // A site that lies within itself is a finding of its own.
        for _ in 0..programme.sites.len() {
            let Some(here) = site else { break };
            if let Some(id) = &here.calendar {
                let calendar = programme.calendars.get(id.as_str());
                let days = calendar.and_then(|it| it.days_off.0.clone());
                all.extend(days.filter(|days| !all.contains(days)));
                break;
            }
            site = here
                .within
                .as_ref()
                .and_then(|id| programme.sites.get(id.as_str()));
        }
    }
    all
}

/// Who takes part.
fn who(needs: &Needs) -> BTreeSet<Who> {
    let people = needs.people.iter().map(|id| Who::Person(id.to_string()));
    let teams = needs.teams.iter().map(|id| Who::Team(id.to_string()));
    people.chain(teams).collect()
}

/// How often everybody takes part in one month at most, where that is stated.
fn most(programme: &Programme) -> BTreeMap<Who, u32> {
    let organization = programme.organization.as_ref();
    let general = organization.and_then(|it| it.drills_per_month_max);
    let people = programme.people.iter();
    let people = people.filter_map(|it| Some((it, it.drills_per_month_max.or(general)?)));
    let people = people.map(|(it, most)| (Who::Person(it.id.to_string()), most));
    let teams = programme.teams.iter();
    let teams = teams.filter_map(|it| {
        let most = it.drills_per_month_max?;
        Some((Who::Team(it.id.to_string()), most))
    });
    people.chain(teams).collect()
}

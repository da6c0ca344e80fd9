//! Somebody is to take part in more drills in a month than they may.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::agenda::{Meeting, all_needs, meetings};
use super::words::{count, quoted};
use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{Kind, Programme};

pub const CHECK: Check = check! {
    drill_load_exceeded, "drill-load-exceeded", Warning,
    "A person or a team is to take part in more drills in a month than is stated",
    clauses: ["BC-22", "BC-34", "A1.3(1)"],
    run: Run::Programme(run),
};

/// A person or a team.
type Who<'p> = (Kind, &'p str);
/// The year and the month.
type Month = (i32, u32);

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let needs = all_needs(context);
    let meetings = meetings(context, &needs);
    for (who, months) in loads(&meetings) {
        let Some((most, place)) = most(context.programme, who) else {
            continue;
        };
        let mut over = months
            .iter()
            .filter(|(_, drills)| drills.len() > most as usize);
        let Some(((year, month), drills)) = over.next() else {
            continue;
        };
        let names: BTreeSet<&str> = drills.iter().copied().collect();
        let more = match over.count() {
            0 => String::new(),
            more => format!(
                "; too many in {}, too",
                count(more, "other month", "other months")
            ),
        };
        let drills = count(drills.len(), "drill", "drills");
        findings.push(
            CHECK
                .finding(format!(
                    "`{}` has {drills} in {year}-{month:02} ({}); at most {most} may be{more}",
                    who.1,
                    quoted(names)
                ))
                .at(place)
                .about(who.0, who.1)
                .help(
                    "Move a drill to another month, have somebody else take part, or allow more.",
                ),
        );
    }
}

/// The drills of everybody, month by month; one that is held twice is there twice.
fn loads<'p>(meetings: &[Meeting<'_, 'p>]) -> BTreeMap<Who<'p>, BTreeMap<Month, Vec<&'p str>>> {
    let mut loads: BTreeMap<Who, BTreeMap<Month, Vec<&str>>> = BTreeMap::new();
    for meeting in meetings {
        let day = meeting.planned.day.0;
        let people = meeting
            .needs
            .people
            .iter()
            .map(|id| (Kind::Person, id.as_str()));
        let teams = meeting
            .needs
            .teams
            .iter()
            .map(|id| (Kind::Team, id.as_str()));
        for who in people.chain(teams) {
            let months = loads.entry(who).or_default();
            let drills = months.entry((day.year(), day.month())).or_default();
            drills.push(meeting.planned.drill.id.as_str());
        }
    }
    loads
}

/// In how many drills somebody takes part at most, and where that is stated.
fn most(programme: &Programme, (kind, id): Who) -> Option<(u32, Place)> {
    const KEY: &str = "drills-per-month-max";
    if kind == Kind::Team {
        let team = programme.teams.get(id)?;
        return Some((team.drills_per_month_max?, team.at().key(KEY)));
    }
    let person = programme.people.get(id)?;
    let own = person
        .drills_per_month_max
        .map(|most| (most, person.at().key(KEY)));
    own.or_else(|| {
        let organization = programme.organization.as_ref()?;
        Some((organization.drills_per_month_max?, organization.at.key(KEY)))
    })
}

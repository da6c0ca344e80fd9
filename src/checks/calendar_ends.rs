//! A calendar ends before the schedules that go by it look ahead.

use std::collections::BTreeMap;

use super::words::count;
use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::id::CalendarId;
use crate::model::{BusinessDay, Kind, Programme, Schedule};
use crate::schedule::AHEAD;
use crate::time::Date;

pub const CHECK: Check = check! {
    calendar_ends, "calendar-ends", Warning,
    "A calendar ends before the schedules that go by it look ahead",
    clauses: ["BC-22", "BC-34"],
    run: Run::Programme(run),
};

/// How many drills go by a calendar that ends then.
struct Users {
    ends: Date,
    drills: usize,
}

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let ahead = Date(
        context
            .now
            .0
            .checked_add_days(AHEAD)
            .unwrap_or(context.now.0),
    );
    let mut users: BTreeMap<Option<&str>, Users> = BTreeMap::new();
    for drill in &context.programme.drills {
        let Some(schedule) = drill.schedule.as_ref().filter(|schedule| goes_by(schedule)) else {
            continue;
        };
        let ends = schedule
            .days_off
            .as_ref()
            .and_then(|days_off| days_off.known_until());
        let Some(ends) = ends.filter(|ends| *ends < ahead) else {
            continue;
        };
        let id = schedule.calendar.as_ref().map(CalendarId::as_str);
        users.entry(id).or_insert(Users { ends, drills: 0 }).drills += 1;
    }
    for (id, users) in users {
        let Some((place, what)) = stated(context.programme, id) else {
            continue;
        };
        let drills = count(users.drills, "drill goes", "drills go");
        findings.push(
            CHECK
                .finding(format!(
                    "{what} end on {}, and {drills} by them until {ahead}",
                    users.ends
                ))
                .at(place)
                .about(kind(id), id.unwrap_or_default())
                .help(
                    "Add the holidays of the years after that, or fetch the calendar file again.",
                ),
        );
    }
}

/// Whether a schedule looks at its calendar.
fn goes_by(schedule: &Schedule) -> bool {
    schedule
        .business_day
        .is_some_and(|how| how != BusinessDay::None)
}

fn kind(id: Option<&str>) -> Kind {
    id.map_or(Kind::Organization, |_| Kind::Calendar)
}

/// Where the days of a calendar are stated, and what they are.
fn stated(programme: &Programme, id: Option<&str>) -> Option<(Place, String)> {
    let Some(id) = id else {
        let organization = programme.organization.as_ref()?;
        let what = "the holidays of the organization".to_owned();
        return Some((organization.at.key("holidays"), what));
    };
    let calendar = programme.calendars.get(id)?;
    let key = calendar.file.as_ref().map_or("days", |_| "file");
    Some((calendar.at().key(key), format!("the holidays of `{id}`")))
}

//! A drill is planned for a day on which nothing may be tested.

use super::words::count;
use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{Declared, Kind, Organization};
use crate::schedule::{AHEAD, occurrences, start_of};
use crate::time::Date;

pub const CHECK: Check = check! {
    drill_date_blocked, "drill-date-blocked", Warning,
    "A drill is planned for a holiday, or for a time in which nothing may be tested",
    clauses: ["BC-34", "SP 800-34 3.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = &context.programme.organization else {
        return;
    };
    // A day that is over can no longer be moved.
    let last = context
        .now
        .0
        .checked_add_days(AHEAD)
        .unwrap_or(context.now.0);
    for drill in &context.programme.drills {
        let next = drill.next.filter(|next| *next >= context.now);
        let next = next.map(|day| (day, "next"));
        let schedule = drill.schedule.as_ref();
        let moment = schedule.map(|schedule| start_of(schedule, context.now));
        let days = moment.map(|moment| occurrences(drill, moment, last));
        let days = days.into_iter().flatten();
        let days = days.map(|it| (Date(it.nominal.date()), "schedule"));
        let mut blocked = next.into_iter().chain(days).filter_map(|(day, key)| {
            let holiday = || holiday(organization, day).filter(|_| key == "next");
            let (what, place) = blackout(organization, day).or_else(holiday)?;
            Some((day, key, what, place))
        });
        let Some((day, key, what, place)) = blocked.next() else {
            continue;
        };
        let more = match blocked.count() {
            0 => String::new(),
            more => format!(
                ", and {} within two years",
                count(more, "other day", "other days")
            ),
        };
        findings.push(
            CHECK
                .finding(format!("`{}` is planned for {day}, {what}{more}", drill.id))
                .at(drill.at().key(key))
                .also(place, "the day is blocked here")
                .about(Kind::Drill, drill.id.as_str())
                .help("Move the drill to another day, before or after."),
        );
    }
}

/// The time in which nothing may be tested that a day lies in, as the rest of a sentence, and where
/// that is written.
fn blackout(organization: &Declared<Organization>, day: Date) -> Option<(String, Place)> {
    let mut blackouts = organization.blackouts.iter().enumerate();
    let (index, blackout) =
        blackouts.find(|(_, blackout)| (blackout.from..=blackout.to).contains(&day))?;
    let what = format!(
        "in `{}` ({} to {})",
        blackout.name, blackout.from, blackout.to
    );
    let place = organization.at.key("blackouts").index(index).key("name");
    Some((what, place))
}

/// The holiday that a day is, for a day that is planned by itself: of schedules
/// `schedule-on-holiday` says it.
fn holiday(organization: &Declared<Organization>, day: Date) -> Option<(String, Place)> {
    let mut holidays = organization.holidays.iter().enumerate();
    let (index, holiday) = holidays.find(|(_, holiday)| holiday.date == day)?;
    let place = organization.at.key("holidays").index(index).key("name");
    Some((format!("which is `{}`", holiday.name), place))
}

//! Two drills are planned for one time, and need the same.

use std::collections::BTreeMap;

use super::agenda::{Meeting, all_needs, meetings};
use super::words::count;
use super::{Check, Context, Run};
use crate::drill::conflict;
use crate::finding::Finding;
use crate::model::Kind;
use crate::time::TimeZone;

pub const CHECK: Check = check! {
    drills_collide, "drills-collide", Warning,
    "Two drills are planned for one time, and need the same system or person",
    clauses: ["BC-22", "BC-34", "CP-4"],
    run: Run::Programme(run),
};

/// Two drills that collide: the first time, how often beside it, and what both need.
struct Collision<'a, 'p> {
    one: Meeting<'a, 'p>,
    other: Meeting<'a, 'p>,
    more: usize,
    both: String,
}

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let needs = all_needs(context);
    let meetings = meetings(context, &needs);
    let organization = context.programme.organization.as_ref();
    let zone = organization.and_then(|organization| organization.time_zone);
    let zone = zone.unwrap_or(TimeZone(chrono_tz::UTC));
    for collision in collisions(&meetings, zone).into_values() {
        let (one, other) = (collision.one.planned.drill, collision.other.planned.drill);
        let more = match collision.more {
            0 => String::new(),
            more => format!(
                " ({} within two years)",
                count(more, "other time", "other times")
            ),
        };
        let (first, second) = (at(&collision.one), at(&collision.other));
        let both = format!("both need {}{more}", collision.both);
        findings.push(
            CHECK
                .finding(match (first, second) {
                    (Some(first), Some(second)) => format!(
                        "`{}` is planned for {second}, while `{}` lasts, from {first}: {both}",
                        other.id, one.id
                    ),
                    // Nobody says at which time of that day.
                    (first, second) => format!(
                        "`{}` is planned for {}, and `{}` for {}: {both}",
                        other.id,
                        second.unwrap_or(collision.other.planned.day.to_string()),
                        one.id,
                        first.unwrap_or(collision.one.planned.day.to_string()),
                    ),
                })
                .at(other.at().key(key(&collision.other)))
                .also(
                    one.at().key(key(&collision.one)),
                    "the other is planned here",
                )
                .about(Kind::Drill, other.id.as_str())
                .help("Plan one of them for another day."),
        );
    }
}

/// The time at which a drill is planned, where that is stated.
fn at(meeting: &Meeting) -> Option<String> {
    let occurrence = meeting.planned.occurrence?;
    let zone = meeting.planned.drill.schedule.as_ref()?.zone;
    let local = occurrence.at.with_timezone(&zone.0);
    Some(local.format("%Y-%m-%d %H:%M %Z").to_string())
}

/// Where it is stated when a drill is planned.
fn key(meeting: &Meeting) -> &'static str {
    match meeting.planned.occurrence {
        Some(_) => "schedule",
        None => "next",
    }
}

/// The drills that collide, by both ids.
fn collisions<'a, 'p>(
    meetings: &[Meeting<'a, 'p>],
    zone: TimeZone,
) -> BTreeMap<(&'p str, &'p str), Collision<'a, 'p>> {
    let mut timed: Vec<_> = meetings
        .iter()
        .filter_map(|it| Some((it.span(zone)?, *it)))
        .collect();
    timed.sort_by_key(|(span, _)| *span);
    let mut found: BTreeMap<(&str, &str), Collision> = BTreeMap::new();
    let mut open: Vec<(_, Meeting)> = Vec::new();
    for ((from, until), other) in timed {
        open.retain(|(until, _)| *until > from);
        for (_, one) in &open {
            let (a, b) = (
                one.planned.drill.id.as_str(),
                other.planned.drill.id.as_str(),
            );
            let Some(both) = both(one, &other).filter(|_| a != b) else {
                continue;
            };
            let collision = found.entry((a.min(b), a.max(b)));
            let known = collision.and_modify(|known| known.more += 1);
            known.or_insert(Collision {
                one: *one,
                other,
                more: 0,
                both,
            });
        }
        open.push((until, other));
    }
    found
}

/// What two drills both need, in words: first what is touched, then who takes part.
fn both(one: &Meeting, other: &Meeting) -> Option<String> {
    let system = conflict(&one.needs.locks, &other.needs.locks);
    let mut people = one.needs.people.intersection(&other.needs.people);
    let both = system.or_else(|| people.next().map(|id| id.as_str()));
    both.map(|id| format!("`{id}`"))
}

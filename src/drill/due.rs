//! Whether a drill is due.

use chrono::{DateTime, Utc};

use crate::model::{Drill, Missed, Schedule};
use crate::schedule::{self, IN_TIME, Occurrence, ends};
use crate::time::Date;

/// Whether a drill is due at a moment of a day, `last` being the last day on which it was run to
/// its end.
///
/// It is due on the day that is planned, when its schedule has it held and it may still begin by
/// itself, and when its rhythm has passed since it was last held, where it has no schedule. One
/// that states none of these is never due.
pub fn is_due(drill: &Drill, last: Option<Date>, (now, today): (DateTime<Utc>, Date)) -> bool {
    let held = drill.held.iter().map(|held| held.on).chain(last);
    let last = held.filter(|day| *day <= today).max();
    let planned = drill.next.filter(|next| *next <= today);
    let by_plan = planned.is_some_and(|next| last.is_none_or(|last| last < next));
    // What is wrong with a schedule is `schedule-unclear`'s business.
    let by_schedule = drill.schedule.as_ref().is_some_and(|schedule| {
        let came = schedule::last(schedule, now).ok().flatten();
        came.is_some_and(|it| {
            let day = Date(it.nominal.date());
            last.is_none_or(|last| last < day) && may_begin(drill, schedule, &it, now)
        })
    });
    let by_rhythm = drill.every.is_some_and(|every| {
        // A day that is planned for later stands in the place of the rhythm.
        drill.schedule.is_none()
            && drill.next.is_none_or(|next| next <= today)
            && last.is_none_or(|last| every.after(last) <= today)
    });
    by_plan || by_schedule || by_rhythm
}

/// Whether a drill may still begin by itself at a moment, for the last time that came.
fn may_begin(drill: &Drill, schedule: &Schedule, came: &Occurrence, now: DateTime<Utc>) -> bool {
    let end = schedule
        .within
        .map(|within| ends(within, came.nominal, came.at));
    let is_late = now >= came.at + IN_TIME;
    match schedule.missed(drill) {
        Missed::RunLate | Missed::Coalesce => end.is_none_or(|end| now < end),
        Missed::Ask | Missed::Skip | Missed::Fail => !is_late,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stated: &str, last: Option<&str>, today: &str, expected: &str) {
        let drill = format!("{{id: d, name: D, kind: functional, unattended: true, {stated}}}");
        let drill: Drill = serde_yaml::from_str(&drill).expect("a drill");
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let now = format!("{today}T12:00:00Z").parse().expect("a moment");
        let due = is_due(&drill, last.map(day), (now, day(today)));
        assert_eq!(
            if due { "due" } else { "not due" },
            expected,
            "{stated} {last:?}"
        );
    }

    #[test]
    fn a_drill_is_due_on_its_day_and_when_its_rhythm_has_passed() {
        check("every: P1M", None, "2026-11-22", "due");
        check("every: P1M", Some("2026-10-22"), "2026-11-22", "due");
        check("every: P1M", Some("2026-10-23"), "2026-11-22", "not due");
        check("next: 2026-11-22", None, "2026-11-21", "not due");
        check("next: 2026-11-22", Some("2025-11-22"), "2026-11-22", "due");
        check(
            "next: 2026-11-22",
            Some("2026-11-22"),
            "2026-11-23",
            "not due",
        );
        check(
            "every: P12M, next: 2027-01-10",
            None,
            "2026-11-22",
            "not due",
        );
        let held = "every: P12M, held: [{on: 2026-11-01, result: passed}]";
        check(held, None, "2026-11-22", "not due");
        check(held, None, "2027-11-01", "due");
        check("parallel: 1", None, "2026-11-22", "not due");
    }

    #[test]
    fn a_schedule_stands_in_the_place_of_the_rhythm() {
        let stated = "every: P12M, schedule: {zone: Europe/London, from: 2026-01-01, \
                      on: {nth: first, weekday: saturday, months: [march]}, at: '13:00'}";
        check(stated, None, "2026-03-06", "not due");
        // It is noon.
        check(stated, None, "2026-03-07", "not due");
        check(stated, None, "2026-03-08", "due");
        check(stated, Some("2025-11-01"), "2026-11-22", "due");
        check(stated, Some("2026-03-07"), "2027-03-06", "not due");
        check(stated, Some("2026-03-07"), "2027-03-07", "due");
        // What fell on a day before the first is not missed.
        check(
            &stated.replace("2026-01-01", "2026-03-08"),
            None,
            "2026-11-22",
            "not due",
        );
    }

    #[test]
    fn a_time_that_passed_begins_late_only_where_the_plan_has_it_so() {
        let stated = |more: &str| {
            format!("schedule: {{zone: UTC, from: 2026-03-01, every: P1M, at: '06:00', {more}}}")
        };
        for policy in ["coalesce", "run-late"] {
            let missed = stated(&format!("missed: {policy}"));
            check(&missed, None, "2026-03-05", "due");
            let within = stated(&format!("missed: {policy}, within: P3D"));
            check(&within, None, "2026-03-04", "due");
            check(&within, None, "2026-03-05", "not due");
        }
        for policy in ["ask", "skip", "fail"] {
            let missed = stated(&format!("missed: {policy}"));
            check(&missed, None, "2026-03-01", "due");
            check(&missed, None, "2026-03-02", "not due");
        }
    }
}

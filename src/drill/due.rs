//! Whether a drill is due.

use crate::model::Drill;
use crate::schedule::Came;
use crate::time::Date;

/// Whether a drill is due on a day, `last` being the last day on which it was held by what was run,
/// and `came` the time that came by its schedule and for which it may begin by itself.
///
/// It is due on the day that is planned, for a time of its schedule, and when its rhythm has passed
/// since it was last held, where it has no schedule. One that states none of these is never due.
pub fn is_due(drill: &Drill, came: Option<&Came>, last: Option<Date>, today: Date) -> bool {
    let held = drill.held.iter().map(|held| held.on).chain(last);
    let last = held.filter(|day| *day <= today).max();
    let planned = drill.next.filter(|next| *next <= today);
    let by_plan = planned.is_some_and(|next| last.is_none_or(|last| last < next));
    let by_schedule = drill.schedule.is_some() && came.is_some();
    let by_rhythm = drill.every.is_some_and(|every| {
        // A day that is planned for later stands in the place of the rhythm.
        drill.schedule.is_none()
            && drill.next.is_none_or(|next| next <= today)
            && last.is_none_or(|last| every.after(last) <= today)
    });
    by_plan || by_schedule || by_rhythm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stated: &str, last: Option<&str>, today: &str, expected: &str) {
        let drill = format!("{{id: d, name: D, kind: functional, unattended: true, {stated}}}");
        let drill: Drill = serde_yaml::from_str(&drill).expect("a drill");
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let due = is_due(&drill, None, last.map(day), day(today));
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
    fn a_schedule_stands_in_the_place_of_the_rhythm_and_a_planned_day_beside_it() {
        let stated = "every: P1M, schedule: {zone: UTC, from: 2026-01-01, every: P1M, at: '13:00'}";
        check(stated, None, "2026-11-22", "not due");
        check(stated, Some("2025-11-01"), "2026-11-22", "not due");
        let planned = format!("{stated}, next: 2026-11-22");
        check(&planned, None, "2026-11-21", "not due");
        check(&planned, Some("2026-11-01"), "2026-11-22", "due");
        check(&planned, Some("2026-11-22"), "2026-11-22", "not due");
    }
}

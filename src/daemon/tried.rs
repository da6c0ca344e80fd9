//! What was tried a short while ago in vain, and is not begun again at once.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::Work;
use crate::id::DrillId;
use crate::record::Record;
use crate::schedule::Came;

/// How long an attempt that did not succeed keeps the next one from beginning by itself. Less than
/// a day, so that what is due each day is done each day.
const TRIED: TimeDelta = TimeDelta::hours(20);

/// The drills that may begin by themselves, each with the last time for which it does.
pub type Begins<'d> = BTreeMap<&'d DrillId, &'d Came>;

/// Whether something was tried a short while ago in vain: a run was stopped that was to be that for
/// which a drill is due now, or a backup was looked at and is as it was.
pub fn was_tried(work: &Work, record: &Record, begins: &Begins, now: DateTime<Utc>) -> bool {
    match work {
        Work::Hold(drill) => {
            let since = asked_since(drill, begins, now);
            let mut own = record.runs.iter().filter(|run| run.drill == *drill);
            own.any(|run| !run.is_held() && run.began >= since)
        }
        Work::Verify(backup) => {
            let mut own = record.verified.iter().filter(|it| it.backup == *backup);
            own.any(|it| now < it.at + TRIED)
        }
        Work::Resume(..) | Work::Take(_) => false,
    }
}

/// Since when a run of a drill was one for what is due of it now: since the last time that came by
/// its schedule, and for no longer than an attempt counts. So it keeps no later time from being
/// held.
pub fn asked_since(drill: &DrillId, begins: &Begins, now: DateTime<Utc>) -> DateTime<Utc> {
    let came = begins.get(drill).map(|came| came.at);
    came.unwrap_or(now - TRIED).max(now - TRIED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DrillKind;
    use crate::record::{Past, Verdict};
    use crate::schedule::Dst;
    use crate::time::{Date, TimeZone};

    fn moment(time: &str) -> DateTime<Utc> {
        format!("2027-01-10T{time}:00Z").parse().expect("a moment")
    }

    fn run(began: &str, verdict: Verdict) -> Past {
        let began = moment(began);
        Past {
            id: "d-1".to_owned(),
            drill: "d".parse().expect("an id"),
            kind: DrillKind::Functional,
            day: Date(began.date_naive()),
            began,
            ended: Some(began),
            verdict,
            plans: String::new(),
            content: None,
            measured: Vec::new(),
            lost: Vec::new(),
            hash: String::new(),
        }
    }

    fn came(at: &str) -> Came {
        Came {
            drill: "d".parse().expect("an id"),
            nominal: moment(at).naive_utc(),
            moved_from: None,
            zone: TimeZone(chrono_tz::UTC),
            tzdb: String::new(),
            at: moment(at),
            clocks: Dst::None,
            schedule: String::new(),
            within: None,
            missed: None,
            seen: moment(at),
        }
    }

    /// Whether a drill was tried at a time, where it is due for one that came, or by its rhythm.
    #[track_caller]
    fn check(run: Past, due: Option<&str>, now: &str, expected: &str) {
        let record = Record {
            runs: vec![run],
            ..Record::default()
        };
        let drill: DrillId = "d".parse().expect("an id");
        let came = due.map(came);
        let begins = came.iter().map(|came| (&drill, came)).collect();
        let tried = was_tried(&Work::Hold(drill.clone()), &record, &begins, moment(now));
        assert_eq!(if tried { "tried" } else { "not tried" }, expected);
    }

    #[test]
    fn what_was_stopped_waits_and_keeps_no_later_time_from_being_held() {
        let stopped = || run("10:05", Verdict::Stopped);
        check(stopped(), Some("10:00"), "10:30", "tried");
        check(stopped(), Some("11:00"), "11:00", "not tried");
        check(stopped(), None, "23:00", "tried");
        check(
            run("02:00", Verdict::Stopped),
            Some("01:00"),
            "22:30",
            "not tried",
        );
        check(run("02:00", Verdict::Stopped), None, "22:30", "not tried");
    }

    #[test]
    fn what_was_held_keeps_nothing_from_being_held_again() {
        for verdict in [Verdict::Succeeded, Verdict::Late, Verdict::Failed] {
            check(run("10:05", verdict), Some("10:00"), "10:30", "not tried");
            check(run("10:05", verdict), None, "10:30", "not tried");
        }
    }
}

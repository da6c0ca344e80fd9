//! Which drills may begin by themselves, by the times that came: what the daemon and commands do
//! and what is shown follow from this alone.
//!
//! Days have no part in it: a time is held once, in whichever zone it is meant, however many come
//! on one day, and whatever the clocks do.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Came, IN_TIME, Obligation, Term};
use crate::id::DrillId;
use crate::model::Missed;

/// The drills that may begin by themselves at a moment, each with the last of the times for which
/// it does: those that came, were not held, and whose policy has them held by itself.
pub fn begins<'d>(
    obligations: &[Obligation<'d>],
    now: DateTime<Utc>,
) -> BTreeMap<&'d DrillId, &'d Came> {
    let mut begins: BTreeMap<&DrillId, &Came> = BTreeMap::new();
    for obligation in obligations {
        if let Term::Time(came) = obligation.term
            && obligation.disposition.is_open()
            && came.begins_by_itself(now)
        {
            let last = begins.entry(&came.drill).or_insert(came);
            if last.at < came.at {
                *last = came;
            }
        }
    }
    begins
}

impl Came {
    /// Whether it may begin by itself at a moment, while it is open.
    pub fn begins_by_itself(&self, now: DateTime<Utc>) -> bool {
        match self.missed.unwrap_or_default() {
            Missed::RunLate | Missed::Coalesce => true,
            Missed::Ask | Missed::Skip | Missed::Fail => now < self.at + IN_TIME,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::load::testing::plan;
    use crate::model::Programme;
    use crate::schedule::{Disposition, Duty, Held, after, came, obligations};

    fn programme(schedule: &str) -> Programme {
        let text = format!(
            "team: {{id: t, name: T}}\ndrills: [{{id: d, name: D, kind: functional, \
             unattended: true, schedule: {schedule}}}]\n"
        );
        plan(&text).programme
    }

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> DateTime<Utc> {
        moment(&format!("{text}T00:00:00Z"))
    }

    type Began = (String, DateTime<Utc>);
    type Became = (DateTime<Utc>, &'static str);

    fn held<'r>(drill: &'r DrillId, began: &'r [Began]) -> Vec<Held<'r>> {
        let held = |(run, began): &'r Began| Held {
            run,
            drill,
            began: *began,
        };
        began.iter().map(held).collect()
    }

    /// Looks every half hour from one moment to another, but not while nobody is `at_work`, and
    /// holds what may begin. Gives back when it began, and what became of all.
    fn live(
        schedule: &str,
        (first, last): (DateTime<Utc>, DateTime<Utc>),
        at_work: impl Fn(DateTime<Utc>) -> bool,
    ) -> (Vec<DateTime<Utc>>, Vec<Became>) {
        let programme = programme(schedule);
        let drill = "d".parse().expect("an id");
        let (mut register, mut began): (Vec<Duty>, Vec<Began>) = Default::default();
        let mut now = first;
        while now < last {
            if at_work(now) {
                let new = came(&programme, &register, now);
                register.extend(new.into_iter().map(Duty::Came));
                let all = obligations(&register, held(&drill, &began), now);
                if begins(&all, now).contains_key(&drill) {
                    began.push((format!("r{}", began.len()), now));
                }
            }
            now += TimeDelta::minutes(30);
        }
        let all = obligations(&register, held(&drill, &began), last);
        let became = all.iter().map(|it| match it.term {
            Term::Time(came) => (came.at, it.disposition.word()),
            Term::Day(_) => panic!("no day is stated"),
        });
        let became = became.collect();
        (began.into_iter().map(|(_, at)| at).collect(), became)
    }

    #[test]
    fn every_time_is_held_once_in_whichever_zone_and_however_often() {
        // With the days on which clocks are put forward and back in Berlin and New York.
        let spans = [
            ("2027-01-10", "2027-01-15"),
            ("2027-03-12", "2027-03-16"),
            ("2027-03-26", "2027-03-30"),
            ("2027-10-29", "2027-11-02"),
            ("2027-11-05", "2027-11-09"),
        ];
        let stated = [
            "zone: America/New_York, every: P1D, at: '21:00'",
            "zone: America/New_York, every: P1D, at: '02:30'",
            "zone: America/New_York, cron: '30 1 * * *', fold: both",
            "zone: Asia/Tokyo, every: P1D, at: '06:00'",
            "zone: Europe/Berlin, every: P1D, at: '00:30'",
            "zone: Europe/Berlin, cron: '30 2 * * *'",
            "zone: Europe/Berlin, cron: '0 6,18 * * *'",
            "zone: America/New_York, cron: '0 0,23 * * *'",
            "zone: Pacific/Kiritimati, cron: '0 * * * *'",
            "zone: Europe/Berlin, cron: '30 * * * *', fold: both",
        ];
        for (from, last) in spans {
            let first = day(from) - TimeDelta::days(1);
            for stated in stated {
                for policy in ["run-late", "coalesce", "ask", "skip", "fail"] {
                    let schedule = format!("{{from: {from}, missed: {policy}, {stated}}}");
                    let programme = programme(&schedule);
                    let stated = programme.drills[0].schedule.as_ref().expect("one");
                    let all = after(stated, first).expect("it is understood");
                    let expected: Vec<_> = all
                        .map(|it| it.at)
                        .take_while(|at| *at < day(last))
                        .collect();
                    assert!(expected.len() >= 3, "{schedule}");
                    let (began, became) = live(&schedule, (first, day(last)), |_| true);
                    assert_eq!(began, expected, "{schedule}");
                    let done = expected.iter().map(|at| (*at, "done"));
                    assert_eq!(became, done.collect::<Vec<_>>(), "{schedule}");
                }
            }
        }
    }

    #[test]
    fn what_passed_while_nobody_was_at_work_begins_by_its_policy() {
        let back = moment("2027-01-13T12:00:00Z");
        let away = |now: DateTime<Utc>| now < moment("2027-01-11T00:00:00Z") || now >= back;
        let span = (day("2027-01-10"), moment("2027-01-13T14:00:00Z"));
        // The times of the 10th, 11th, 12th and 13th at 06:00.
        for (policy, begin, words) in [
            ("run-late", 3, ["done", "late", "late", "done"]),
            ("coalesce", 1, ["done", "late", "late", "done"]),
            ("ask", 1, ["done", "MISSED", "MISSED", "done"]),
            ("skip", 1, ["done", "skipped", "skipped", "done"]),
            ("fail", 1, ["done", "MISSED", "MISSED", "done"]),
        ] {
            let stated = "zone: UTC, from: 2027-01-10, every: P1D, at: '06:00'";
            let (began, became) = live(&format!("{{{stated}, missed: {policy}}}"), span, away);
            let words_of: Vec<&str> = became.iter().map(|(_, word)| *word).collect();
            assert_eq!(words_of, words, "{policy}");
            let late = began.iter().filter(|began| **began >= back).count();
            assert_eq!(late, begin, "{policy}");
        }
    }

    #[test]
    fn what_was_waived_or_is_too_late_does_not_begin() {
        let schedule = "{zone: UTC, from: 2027-01-10, every: P1M, at: '06:00', within: P3D}";
        let now = moment("2027-01-12T00:00:00Z");
        let came = came(&programme(schedule), &[], now);
        let (at, nominal) = (came[0].at, came[0].nominal);
        let mut register: Vec<Duty> = came.into_iter().map(Duty::Came).collect();
        let count = |register: &[Duty], now| begins(&obligations(register, [], now), now).len();
        assert_eq!(count(&register, at), 1);
        assert_eq!(count(&register, now), 1);
        assert_eq!(count(&register, moment("2027-01-14T06:00:00Z")), 0);
        register.push(Duty::Waived(crate::schedule::Waived {
            of: crate::schedule::Subject::of("drill", "d"),
            nominal,
            named: None,
            by: "ada".parse().expect("an id"),
            why: "It was down".to_owned(),
            at: now,
        }));
        let all = obligations(&register, [], now);
        assert!(matches!(all[0].disposition, Disposition::Waived(_)));
        assert_eq!(count(&register, now), 0);
    }
}

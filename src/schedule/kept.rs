//! The days of the register, and how each stands: one fold for all who ask.
//!
//! Of one subject at most one day is open: the one that was opened last, until it is settled. What
//! was opened before and never settled was missed. The last entry about a day counts, so one that
//! was moved, withdrawn or done is open anew once it is opened again: plans are changed and changed
//! back, and several nodes may have different ones for a while.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Duty, Opened, Settled, Subject};
use crate::time::Date;

/// The days of all subjects.
#[derive(Clone, Debug, Default)]
pub struct Kept<'r>(BTreeMap<&'r Subject, Days<'r>>);

/// The days of one subject.
#[derive(Clone, Debug, Default)]
pub struct Days<'r> {
    days: BTreeMap<Date, Day<'r>>,
    open: Option<Date>,
}

/// How a day stands.
#[derive(Clone, Copy, Debug)]
pub struct Day<'r> {
    /// The day.
    pub opened: &'r Opened,
    /// Where it stands.
    pub state: State<'r>,
}

/// Where a day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'r> {
    /// It is the one that is to be done now.
    Open,
    /// Nobody did it, and another one was opened since.
    Missed,
    /// It was settled.
    Settled(&'r Settled),
}

impl<'r> Kept<'r> {
    /// As the register has them at a moment.
    pub fn new(register: &'r [Duty], now: DateTime<Utc>) -> Self {
        let mut kept = Kept::default();
        for duty in register {
            kept.add(duty, now);
        }
        kept
    }

    /// Takes the next entry of the register in; what is seen after a moment is not known at it.
    pub fn add(&mut self, duty: &'r Duty, now: DateTime<Utc>) {
        match duty {
            Duty::Opened(opened) if opened.seen <= now => {
                self.0.entry(&opened.of).or_default().open(opened);
            }
            Duty::Settled(settled) if settled.seen <= now => {
                if let Some(days) = self.0.get_mut(&settled.of) {
                    days.settle(settled);
                }
            }
            _ => {}
        }
    }

    /// Those of a subject.
    pub fn of(&self, subject: &Subject) -> Option<&Days<'r>> {
        self.0.get(subject)
    }

    /// Those of each subject.
    pub fn all(&self) -> impl Iterator<Item = &Days<'r>> {
        self.0.values()
    }
}

impl<'r> Days<'r> {
    fn open(&mut self, opened: &'r Opened) {
        // Of two who write down the same, the first counts.
        if self.open == Some(opened.by) {
            return;
        }
        if let Some(before) = self.open.and_then(|by| self.days.get_mut(&by)) {
            before.state = State::Missed;
        }
        let state = State::Open;
        self.days.insert(opened.by, Day { opened, state });
        self.open = Some(opened.by);
    }

    fn settle(&mut self, settled: &'r Settled) {
        if let Some(day) = self.days.get_mut(&settled.by) {
            day.state = State::Settled(settled);
            self.open.take_if(|by| *by == settled.by);
        }
    }

    /// The one that is open.
    pub fn opened(&self) -> Option<&'r Opened> {
        self.days.get(&self.open?).map(|day| day.opened)
    }

    /// The latest of them.
    pub fn latest(&self) -> Option<Date> {
        self.days.last_key_value().map(|(by, _)| *by)
    }

    /// Whether a day was missed.
    pub fn is_missed(&self, by: Date) -> bool {
        let day = self.days.get(&by);
        day.is_some_and(|day| day.state == State::Missed)
    }

    /// All of them, in order.
    pub fn each(&self) -> impl Iterator<Item = &Day<'r>> {
        self.days.values()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::{Act, Deadline, Known, Stands, Today, changes, obligations, opens};
    use crate::time::{Period, TimeZone};

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn contract(every: Option<Period>, stands: Stands) -> Deadline {
        Deadline {
            of: Subject::of("contract", "hosting"),
            what: "Renew it".to_owned(),
            who: None,
            every,
            unattended: false,
            stands,
        }
    }

    fn due(by: &str) -> Option<Stands> {
        let by = day(by);
        Some(Stands::Due { by, last: None })
    }

    fn over(on: &str) -> Option<Stands> {
        let known = "the plan".to_owned();
        let on = day(on);
        Some(Stands::Over(Act { on, known }))
    }

    fn at_noon(day: Date) -> Today {
        Today {
            now: day.0.and_hms_opt(12, 0, 0).expect("a time").and_utc(),
            zone: TimeZone(chrono_tz::UTC),
        }
    }

    /// What the register says in the end, where it was looked on each of these days and the plans
    /// said this then.
    #[track_caller]
    fn check(every: Option<&str>, looks: &[(&str, Option<Stands>)], expected: &[&str]) {
        let every = every.map(|every| every.parse().expect("a period"));
        let (mut register, mut at) = (Vec::new(), DateTime::UNIX_EPOCH);
        for (on, stands) in looks {
            let today = at_noon(day(on));
            at = today.now;
            let stated = stands.iter().map(|stands| contract(every, stands.clone()));
            let stated: Vec<Deadline> = stated.collect();
            register.extend(changes(&stated, |_| Known::All, &register, &today));
        }
        let all = obligations(&register, [], at);
        let told = all
            .iter()
            .map(|it| format!("{} {}", it.name(), it.disposition.word()));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_moved_and_moved_back_is_open_anew() {
        let looks = [
            ("2027-03-05", due("2027-03-31")),
            ("2027-03-06", due("2027-04-03")),
            ("2027-03-07", due("2027-03-31")),
        ];
        let expected = ["2027-04-03 moved", "2027-03-31 DUE"];
        check(None, &looks, &expected);
        let again = [&looks[..], &looks[1..2]].concat();
        check(None, &again, &["2027-03-31 moved", "2027-04-03 DUE"]);
    }

    #[test]
    fn what_is_withdrawn_or_done_by_mistake_is_open_anew() {
        let first = ("2027-03-05", due("2027-03-31"));
        let again = ("2027-03-07", due("2027-03-31"));
        let mistakes = [None, over("2027-03-06")];
        for mistake in mistakes {
            let looks = [first.clone(), ("2027-03-06", mistake), again.clone()];
            check(None, &looks, &["2027-03-31 DUE"]);
        }
        let late = [first, ("2027-03-06", None), ("2027-04-01", again.1)];
        check(None, &late, &["2027-03-31 OVERDUE"]);
    }

    #[test]
    fn a_day_that_is_brought_forward_is_the_one_that_counts() {
        for every in [None, Some("P6M")] {
            let looks = [
                ("2027-03-05", due("2027-03-31")),
                ("2027-03-06", due("2027-03-10")),
            ];
            check(every, &looks, &["2027-03-31 moved", "2027-03-10 DUE"]);
            let past = [looks[0].clone(), ("2027-03-06", due("2027-03-01"))];
            check(every, &past, &["2027-03-31 moved", "2027-03-01 OVERDUE"]);
        }
        // By as much as lies between one and the next, it was missed, and the next is open.
        let far = [
            ("2027-09-05", due("2027-09-30")),
            ("2027-09-06", due("2027-03-30")),
        ];
        check(None, &far, &["2027-09-30 moved", "2027-03-30 OVERDUE"]);
        check(Some("P6M"), &far, &["2027-03-30 MISSED", "2027-09-30 DUE"]);
    }

    #[test]
    fn what_is_brought_back_after_it_was_missed_was_still_missed() {
        let looks = [
            ("2027-02-05", due("2027-03-01")),
            ("2027-08-05", due("2027-03-01")),
            ("2027-08-06", None),
            ("2027-08-07", due("2027-03-01")),
        ];
        let expected = ["2027-03-01 MISSED", "2027-09-01 DUE"];
        check(Some("P6M"), &looks, &expected);
    }

    /// How the plans have it at a look: nothing, never done, due by a day, or over.
    fn stands((kind, by, last): (u8, i64, i64), today: Date) -> Option<Stands> {
        let day = |days: i64| Date(today.0 + TimeDelta::days(days));
        let known = "the plan".to_owned();
        let act = |on: Date| Act { on, known };
        match kind {
            0 => None,
            1 => Some(Stands::Never),
            2 => Some(Stands::Over(act(day(-last)))),
            3 => Some(Stands::Due {
                by: day(by),
                last: Some(act(day(-last))),
            }),
            _ => Some(Stands::Due {
                by: day(by),
                last: None,
            }),
        }
    }

    proptest! {
        /// Whatever the plans say, and however the clock is put: of what has to be done and is
        /// near exactly one day is open, and whoever looks again finds nothing new.
        #[test]
        fn exactly_one_day_of_a_deadline_that_stands_is_open(
            looks in prop::collection::vec(
                (-20_i64..120, 0_usize..4, (0_u8..6, -100_i64..100, 1_i64..200)), 1..14),
        ) {
            let rhythms = [None, Some(Period::days(1)), Some(Period::days(7)),
                Some(Period::months(6))];
            let (mut register, mut on) = (Vec::new(), day("2027-01-01"));
            for (passed, every, state) in looks {
                on = Date(on.0 + TimeDelta::days(passed));
                let (today, every) = (at_noon(on), rhythms[every]);
                // Days of the month, so that the same come again.
                let stands = stands(state, day(if on.0 < day("2027-06-01").0 { "2027-02-01" }
                    else { "2027-08-01" }));
                let stated: Vec<Deadline> =
                    stands.iter().map(|it| contract(every, it.clone())).collect();
                register.extend(changes(&stated, |_| Known::All, &register, &today));
                let kept = Kept::new(&register, today.now);
                let open = kept.of(&contract(None, Stands::Never).of).and_then(Days::opened);
                let all = obligations(&register, [], today.now);
                let told: Vec<Date> = all
                    .iter()
                    .filter(|it| it.disposition.is_open())
                    .map(|it| Date(it.term.nominal().date()))
                    .collect();
                prop_assert_eq!(open.iter().map(|it| it.by).collect::<Vec<_>>(), told.clone());
                let expected = match &stands {
                    None | Some(Stands::Over(_)) => 0..=0,
                    Some(Stands::Never) => 1..=1,
                    Some(Stands::Due { by, .. }) if opens(*by, every) <= on => 1..=1,
                    Some(Stands::Due { .. }) => 0..=1,
                };
                prop_assert!(expected.contains(&told.len()), "{told:?} of {stands:?}");
                let again = changes(&stated, |_| Known::All, &register, &today);
                prop_assert_eq!(again, []);
            }
        }
    }
}

//! What became of all that was to be done: nothing falls away.
//!
//! The register has two kinds of it: times that came by a schedule, and days by which something has
//! to be done. What became of one follows from the register and from the runs that were held; it is
//! computed, never stored, but for what shows only by a change in the plans.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::kept::{Day, Kept, State};
use super::name::with_offset;
use super::{Came, Duty, How, Opened, Subject, Waived};
use crate::id::DrillId;
use crate::model::Missed;
use crate::time::{Date, Period};

/// How long after its time a drill is in time, if it begins by then.
pub const IN_TIME: TimeDelta = TimeDelta::hours(24);

/// A run of a drill that was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held<'r> {
    /// Its id.
    pub run: &'r str,
    /// The drill.
    pub drill: &'r DrillId,
    /// When it began.
    pub began: DateTime<Utc>,
}

/// Something that was to be done, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation<'d> {
    /// What was to be done.
    pub term: Term<'d>,
    /// What became of it.
    pub disposition: Disposition<'d>,
}

/// Something that was to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term<'d> {
    /// At a time.
    Time(&'d Came),
    /// By a day.
    Day(&'d Opened),
}

/// What became of something that was to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition<'d> {
    /// It was done in time; how that is known.
    Done(&'d str),
    /// It was done later.
    Late(&'d str),
    /// It is to be done; until then, where that is known.
    Due(Option<DateTime<Utc>>),
    /// It is still to be done, and its day has passed.
    Overdue,
    /// It was not done, and it is too late now.
    Missed,
    /// It was not done in time, and the plans say that it need not be then.
    Skipped,
    /// The plans ask for it by another day.
    Moved(Date),
    /// The plans do not ask for it any more.
    Withdrawn,
    /// Nothing needs to be done about it.
    Waived(&'d Waived),
}

impl Disposition<'_> {
    /// As people read it in a column; what they must see stands out.
    pub fn word(&self) -> &'static str {
        match self {
            Disposition::Done(_) => "done",
            Disposition::Late(_) => "late",
            Disposition::Due(_) => "DUE",
            Disposition::Overdue => "OVERDUE",
            Disposition::Missed => "MISSED",
            Disposition::Skipped => "skipped",
            Disposition::Moved(_) => "moved",
            Disposition::Withdrawn => "withdrawn",
            Disposition::Waived(_) => "waived",
        }
    }

    /// Whether something can still be done about it.
    pub fn is_open(&self) -> bool {
        matches!(self, Disposition::Due(_) | Disposition::Overdue)
    }
}

impl<'d> Term<'d> {
    /// What it is about.
    pub fn subject(self) -> Subject {
        match self {
            Term::Time(came) => Subject::drill(&came.drill),
            Term::Day(opened) => opened.of.clone(),
        }
    }

    /// The civil time of it; of a day its beginning.
    pub fn nominal(self) -> NaiveDateTime {
        match self {
            Term::Time(came) => came.nominal,
            Term::Day(opened) => opened.by.0.and_time(NaiveTime::MIN),
        }
    }

    /// As it is named on the command line: `2027-03-06T02:00`, or only a day.
    pub fn name(self) -> String {
        match self {
            Term::Time(came) => came.name(),
            Term::Day(opened) => opened.by.to_string(),
        }
    }

    /// Its name, where its civil time does not say which it is.
    pub fn own_name(self) -> Option<String> {
        let is_twice = matches!(self, Term::Time(came) if came.clocks.is_twice());
        is_twice.then(|| self.name())
    }

    /// Whether somebody who names it so means it and no other: the offset can always be named.
    pub fn is_named(self, name: &str) -> bool {
        let with_offset = match self {
            Term::Time(came) => Some(with_offset(came.nominal, (came.at, came.zone))),
            Term::Day(_) => None,
        };
        self.name() == name || with_offset.as_deref() == Some(name)
    }

    /// Since when it was known.
    fn known(self) -> DateTime<Utc> {
        match self {
            Term::Time(came) => came.at,
            Term::Day(opened) => opened.seen,
        }
    }
}

impl Obligation<'_> {
    /// What it is named by on the command line.
    pub fn name(&self) -> String {
        self.term.name()
    }
}

/// What became of all that was to be done until a moment, in order. What was written down twice
/// counts once.
pub fn obligations<'d>(
    register: impl IntoIterator<Item = &'d Duty>,
    held: impl IntoIterator<Item = Held<'d>>,
    now: DateTime<Utc>,
) -> Vec<Obligation<'d>> {
    let mut times: BTreeMap<&DrillId, BTreeMap<DateTime<Utc>, &Came>> = BTreeMap::new();
    let mut days = Kept::default();
    let mut waived: BTreeMap<_, Vec<&Waived>> = BTreeMap::new();
    for duty in register {
        match duty {
            Duty::Came(came) if came.at <= now => {
                let own = times.entry(&came.drill).or_default();
                own.entry(came.at).or_insert(came);
            }
            Duty::Waived(it) if it.at <= now => {
                let own = waived.entry((it.of.clone(), it.nominal)).or_default();
                own.push(it);
            }
            _ => days.add(duty, now),
        }
    }
    let mut runs: BTreeMap<&DrillId, Vec<Held>> = BTreeMap::new();
    for held in held.into_iter().filter(|held| held.began <= now) {
        runs.entry(held.drill).or_default().push(held);
    }
    runs.values_mut()
        .for_each(|own| own.sort_by_key(|held| held.began));
    let mut all = Vec::new();
    for (drill, own) in &times {
        let runs = runs.get(drill).map_or(&[][..], Vec::as_slice);
        let own: Vec<&Came> = own.values().copied().collect();
        all.extend(of_times(&own, runs, now));
    }
    all.extend(
        days.all()
            .flat_map(|own| own.each().map(|day| of_day(day, now))),
    );
    for it in &mut all {
        let own = waived.get(&(it.term.subject(), it.term.nominal()));
        let own = own.and_then(|own| own.iter().find(|waived| waived.means(it.term)));
        if let Some(waived) = own {
            it.disposition = Disposition::Waived(waived);
        }
    }
    all.sort_by_cached_key(|it| (it.term.known(), it.term.subject()));
    all
}

/// What became of the times of one drill, in order, by what was held of it.
fn of_times<'d>(times: &[&'d Came], held: &[Held<'d>], now: DateTime<Utc>) -> Vec<Obligation<'d>> {
    let mut taken = BTreeSet::new();
    let all = times.iter().enumerate().map(|(index, came)| {
        let next = times.get(index + 1).map(|next| next.at);
        let disposition = of_time(came, (next, held), &mut taken, now);
        let term = Term::Time(came);
        Obligation { term, disposition }
    });
    all.collect()
}

/// What became of a time of which nobody said that it counts for nothing. `taken` are the runs that
/// others have for themselves.
fn of_time<'d>(
    came: &Came,
    (next, held): (Option<DateTime<Utc>>, &[Held<'d>]),
    taken: &mut BTreeSet<&'d str>,
    now: DateTime<Utc>,
) -> Disposition<'d> {
    let policy = came.missed.unwrap_or_default();
    let within = came
        .within
        .map(|within| ends(within, came.nominal, came.at));
    let until = match policy {
        // Whoever holds it after the next time has come holds that one.
        Missed::Ask => [next, within].into_iter().flatten().min(),
        // One that is held late counts for all that came before, or each has its own.
        Missed::Coalesce | Missed::RunLate => within,
        Missed::Skip | Missed::Fail => Some(came.at + IN_TIME),
    };
    let mut first = held.iter().filter(|held| {
        let is_free = policy != Missed::RunLate || !taken.contains(held.run);
        is_free && held.began >= came.at && until.is_none_or(|until| held.began < until)
    });
    match first.next() {
        Some(held) => {
            if policy == Missed::RunLate {
                taken.insert(held.run);
            }
            // Whoever holds it after the next time has come holds that one in time.
            let in_time = came.at + IN_TIME;
            match held.began < next.map_or(in_time, |next| next.min(in_time)) {
                true => Disposition::Done(held.run),
                false => Disposition::Late(held.run),
            }
        }
        // One that is held late counts, but it should have been by now.
        None if until.is_none_or(|until| until > now) => match next.is_some_and(|it| it <= now) {
            true => Disposition::Overdue,
            false => Disposition::Due(until),
        },
        None if policy == Missed::Skip => Disposition::Skipped,
        None => Disposition::Missed,
    }
}

/// When it is too late to hold what came at a moment, by how late it may be held.
pub fn ends(within: Period, nominal: NaiveDateTime, at: DateTime<Utc>) -> DateTime<Utc> {
    let last = within.after(Date(nominal.date())).0;
    // All of the last day counts.
    let end = last.checked_add_days(Days::new(1)).unwrap_or(last);
    at + (end.and_time(nominal.time()) - nominal)
}

/// What became of a day.
fn of_day<'d>(day: &Day<'d>, now: DateTime<Utc>) -> Obligation<'d> {
    let opened = day.opened;
    let today = Date(now.with_timezone(&opened.zone.0).date_naive());
    let disposition = match day.state {
        State::Settled(settled) => match &settled.how {
            How::Done(act) if act.on <= opened.by => Disposition::Done(&act.known),
            How::Done(act) => Disposition::Late(&act.known),
            How::Moved(to) => Disposition::Moved(*to),
            How::Withdrawn => Disposition::Withdrawn,
        },
        State::Missed => Disposition::Missed,
        State::Open if opened.by < today => Disposition::Overdue,
        State::Open => Disposition::Due(None),
    };
    let term = Term::Day(opened);
    Obligation { term, disposition }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::plan;
    use crate::model::Programme;
    use crate::schedule::came;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn programme(schedule: &str) -> Programme {
        let text = format!(
            "team: {{id: t, name: T}}\ncalendars: [{{id: c, name: C, days: [{{date: 2026-05-06, \
             name: H}}]}}]\ndrills: [{{id: d, name: D, kind: functional, schedule: {schedule}}}]\n"
        );
        plan(&text).programme
    }

    const MONTHLY: &str = "{zone: UTC, from: 2026-01-15, every: P1M, at: '06:00'}";

    /// What became of the first three months, each as its day and a word.
    #[track_caller]
    fn check(within: &str, held: &[&str], waived: &[&str], now: &str, expected: &[&str]) {
        let schedule = MONTHLY.replace("at:", &format!("{within} at:"));
        let now = moment(now);
        let mut register: Vec<Duty> = Vec::new();
        register.extend(
            came(&programme(&schedule), &[], now)
                .into_iter()
                .map(Duty::Came),
        );
        register.extend(waived.iter().map(|nominal| {
            Duty::Waived(Waived {
                of: Subject::drill(&"d".parse().expect("an id")),
                nominal: nominal.parse().expect("a time"),
                named: None,
                by: "ada".parse().expect("an id"),
                why: "The office was closed".to_owned(),
                at: now,
            })
        }));
        let drill = "d".parse().expect("an id");
        let held = held.iter().map(|began| Held {
            run: "r",
            drill: &drill,
            began: moment(began),
        });
        let all = obligations(&register, held, now);
        let told = all
            .iter()
            .map(|it| format!("{} {}", it.term.nominal().date(), it.disposition.word()));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_time_that_came_is_done_late_missed_due_or_waived() {
        let now = "2026-03-20T00:00:00Z";
        check("", &[], &[], "2026-01-15T05:59:00Z", &[]);
        check(
            "",
            &["2026-01-15T08:00:00Z", "2026-02-17T00:00:00Z"],
            &[],
            now,
            &["2026-01-15 done", "2026-02-15 late", "2026-03-15 DUE"],
        );
        let closed = ["2026-02-15T06:00:00"];
        check(
            "",
            &["2026-01-14T08:00:00Z"],
            &closed,
            now,
            &["2026-01-15 MISSED", "2026-02-15 waived", "2026-03-15 DUE"],
        );
        // Late counts for as long as the plan says.
        check(
            "within: P3D,",
            &["2026-02-18T23:00:00Z", "2026-03-19T07:00:00Z"],
            &[],
            now,
            &["2026-01-15 MISSED", "2026-02-15 late", "2026-03-15 MISSED"],
        );
    }

    #[test]
    fn a_schedule_that_changes_moves_nothing_that_came() {
        let (first, later) = (
            moment("2026-02-20T00:00:00Z"),
            moment("2026-04-20T00:00:00Z"),
        );
        let mut register: Vec<Duty> = Vec::new();
        register.extend(
            came(&programme(MONTHLY), &[], first)
                .into_iter()
                .map(Duty::Came),
        );
        assert_eq!(register.len(), 2);
        // Of two who write down the same, the first counts.
        let twice: Vec<Duty> = register.iter().chain(&register).cloned().collect();
        let words = |register: &[Duty], now| {
            let all = obligations(register, [], now);
            all.iter()
                .map(|it| it.disposition.word())
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&twice, first), ["MISSED", "DUE"]);
        // As of an earlier day, what came later had not come.
        assert_eq!(words(&register, moment("2026-02-01T00:00:00Z")), ["DUE"]);
        assert_eq!(came(&programme(MONTHLY), &register, first), []);
        let moved = MONTHLY
            .replace("06:00", "22:00")
            .replace("2026-01-15", "2026-01-01");
        let new = came(&programme(&moved), &register, later);
        let names: Vec<String> = new.iter().map(|came| came.nominal.to_string()).collect();
        assert_eq!(names, ["2026-03-01 22:00:00", "2026-04-01 22:00:00"]);
        assert!(new[0].schedule.contains("22:00"), "{}", new[0].schedule);
    }

    #[test]
    fn what_was_not_held_in_time_becomes_what_the_plan_says() {
        let now = "2026-03-20T00:00:00Z";
        let late = ["2026-03-18T08:00:00Z"];
        let words = ["2026-01-15", "2026-02-15", "2026-03-15"];
        let all = |dispositions: [&str; 3]| -> Vec<String> {
            let both = words.iter().zip(dispositions);
            both.map(|(day, word)| format!("{day} {word}")).collect()
        };
        for (policy, unheld, held) in [
            (
                "ask",
                ["MISSED", "MISSED", "DUE"],
                ["MISSED", "MISSED", "late"],
            ),
            (
                "coalesce",
                ["OVERDUE", "OVERDUE", "DUE"],
                ["late", "late", "late"],
            ),
            (
                "run-late",
                ["OVERDUE", "OVERDUE", "DUE"],
                ["late", "OVERDUE", "DUE"],
            ),
            ("skip", ["skipped"; 3], ["skipped"; 3]),
            ("fail", ["MISSED"; 3], ["MISSED"; 3]),
        ] {
            let missed = format!("missed: {policy},");
            for (runs, expected) in [(&[][..], unheld), (&late[..], held)] {
                let expected = all(expected);
                let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
                check(&missed, runs, &[], now, &expected);
            }
        }
    }

    #[test]
    fn a_holiday_that_is_told_of_later_moves_nothing_that_came() {
        let stated = |more: &str| {
            format!(
                "{{zone: UTC, from: 2026-01-01, cron: '0 6 6 5 *', business-day: following{more}}}"
            )
        };
        let now = moment("2026-05-06T07:00:00Z");
        let register = came(&programme(&stated("")), &[], now);
        assert_eq!(register.len(), 1);
        let register: Vec<Duty> = register.into_iter().map(Duty::Came).collect();
        let told = programme(&stated(", calendar: c"));
        let later = moment("2026-05-08T00:00:00Z");
        assert_eq!(came(&told, &register, later), []);
        // Whoever knew of it before has it on the next day.
        let moved = came(&told, &[], later);
        assert_eq!(moved[0].nominal.to_string(), "2026-05-07 06:00:00");
    }
}

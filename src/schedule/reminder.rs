//! Who is reminded of what, and when: before it is to be done, on the day, and after.
//!
//! Each reminder is written into the register once it came: told, or why it was not. Where several
//! came while nobody was at work, only the last of them is told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::name::civil;
use super::{Announced, Disposition, Duty, Obligation, Planned, Subject, Term};
use crate::id::PartyId;
use crate::model::Programme;
use crate::time::{Date, Period};

/// How often somebody is told that something is overdue: after a day, and then each week.
const OVERDUE_MAX: u32 = 4;
/// A reminder comes no earlier than this part of the time between one and the next.
const PART: i64 = 3;

/// Which reminder of something it is, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// So long before.
    Before(Period),
    /// It is to be done now.
    Due,
    /// It was to be done, and is not; the number says how often that was told.
    Overdue(u32),
    /// It was not done, and it is too late now.
    Missed,
    /// Nobody who was told has confirmed that they see to it.
    Unanswered,
}

impl Which {
    /// As part of the key of a message.
    pub fn key(self) -> String {
        match self {
            Which::Before(period) => period.to_string(),
            Which::Due => "due".to_owned(),
            Which::Overdue(count) => format!("overdue-{count}"),
            Which::Missed => "missed".to_owned(),
            Which::Unanswered => "unanswered".to_owned(),
        }
    }
}

/// That somebody is to be reminded of something now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// What it is about.
    pub of: Subject,
    /// The civil time of it; of a day its beginning.
    pub nominal: NaiveDateTime,
    /// That time as people name it.
    pub name: String,
    /// The same, where the civil time comes twice.
    pub named: Option<String>,
    /// Which reminder it is.
    pub which: Which,
    /// How many it tells of: of those that were missed since that was last told, it names the last.
    pub times: usize,
    /// What is to be done.
    pub what: String,
    /// Who sees to it, where that is stated.
    pub who: Option<PartyId>,
    /// The time as people hear of it, where it is to come by a schedule.
    pub announced: Option<Announced>,
}

/// What became of a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reminded {
    /// What it is about.
    pub of: Subject,
    /// The civil time of it; of a day its beginning.
    pub nominal: NaiveDateTime,
    /// Its name, where that civil time comes twice; both are meant where it was not written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<String>,
    /// Which reminder it is.
    pub which: Which,
    /// The time as people heard of it, where it was to come by a schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<Announced>,
    /// What became of it.
    pub told: Told,
    /// Until when somebody is to confirm that they see to it; nobody is asked to, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_by: Option<DateTime<Utc>>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What became of a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Messages with these keys were posted.
    Posted(Vec<String>),
    /// A later one had come by then, and was told in its place.
    Overtaken,
    /// The plans name nobody who is to be told.
    Nobody,
}

impl Told {
    /// By messages with these keys.
    pub fn by(keys: Vec<String>) -> Self {
        match keys.is_empty() {
            true => Told::Nobody,
            false => Told::Posted(keys),
        }
    }

    /// The keys of the messages, where there are any.
    pub fn keys(&self) -> &[String] {
        match self {
            Told::Posted(keys) => keys,
            Told::Overtaken | Told::Nobody => &[],
        }
    }
}

impl Reminder {
    /// The same, once it is known what became of it; nobody was asked to confirm it.
    pub fn became(self, told: Told, at: DateTime<Utc>) -> Reminded {
        Reminded {
            of: self.of,
            nominal: self.nominal,
            named: self.named,
            which: self.which,
            announced: self.announced,
            told,
            confirm_by: None,
            at,
        }
    }

    /// The reminder of something that has come.
    pub(super) fn of(
        programme: &Programme,
        it: &Obligation,
        which: Which,
        now: DateTime<Utc>,
    ) -> Self {
        Timed::came(programme, it, now).reminder(which)
    }
}

impl Reminded {
    /// As it is named on the command line.
    pub fn name(&self) -> String {
        self.named.clone().unwrap_or_else(|| civil(self.nominal))
    }

    /// Whether it is about what has a name, and this subject and civil time.
    pub fn is_about(&self, (of, nominal): (&Subject, NaiveDateTime), name: &str) -> bool {
        let is_named = self.named.as_deref().is_none_or(|named| named == name);
        is_named && self.of == *of && self.nominal == nominal
    }
}

/// Something of which people are reminded as its time comes near, and after it.
struct Timed<'t> {
    of: Subject,
    nominal: NaiveDateTime,
    name: String,
    named: Option<String>,
    what: &'t str,
    who: Option<PartyId>,
    /// As people hear of it, where it is to come.
    announced: Option<Announced>,
    /// Nobody needs to do anything for it.
    is_unattended: bool,
    /// How many days lie between one and the next, where there is a next.
    apart: Option<i64>,
    /// What became of it, once it has come.
    disposition: Option<Disposition<'t>>,
    /// The day since which it is known.
    since: Date,
    /// The day it is, where that time is meant.
    today: Date,
}

/// The reminders whose time has come, and those that were overtaken by another.
pub fn reminders(
    programme: &Programme,
    (obligations, coming): (&[Obligation], &[Planned]),
    (register, remind): (&[Duty], &[Period]),
    now: DateTime<Utc>,
) -> (Vec<Reminder>, Vec<Reminded>) {
    let known: BTreeSet<(&Subject, NaiveDateTime, String, Option<&str>)> = register
        .iter()
        .filter_map(|duty| match duty {
            Duty::Reminded(it) => Some((&it.of, it.nominal, it.which.key(), it.named.as_deref())),
            _ => None,
        })
        .collect();
    let came = obligations.iter().map(|it| Timed::came(programme, it, now));
    let is_near = |day: Date, today: Date| remind.iter().any(|it| it.before(day) <= today);
    let coming = coming
        .iter()
        .filter_map(|it| Timed::coming(it, is_near, now));
    let (mut new, mut overtaken) = (Vec::new(), Vec::new());
    for timed in came.chain(coming) {
        let come = timed.come(remind);
        let is_new = |which: &Which| {
            let is_known = |named| known.contains(&(&timed.of, timed.nominal, which.key(), named));
            !is_known(None) && !is_known(timed.named.as_deref())
        };
        // What came before one that was told is past.
        let past = come
            .iter()
            .rposition(|which| !is_new(which))
            .map_or(0, |at| at + 1);
        let Some((last, before)) = come[past..].split_last() else {
            continue;
        };
        let overtook = |which: &Which| timed.reminder(*which).became(Told::Overtaken, now);
        overtaken.extend(before.iter().map(overtook));
        new.push(timed.reminder(*last));
    }
    let (new, before) = last_missed(new, register);
    let before = before.into_iter();
    overtaken.extend(before.map(|it| it.became(Told::Overtaken, now)));
    (new, overtaken)
}

/// All but those that were missed before another one that was: who hears of the last has heard of
/// all that came while nobody was at work. The last says how many that were.
fn last_missed(mut all: Vec<Reminder>, register: &[Duty]) -> (Vec<Reminder>, Vec<Reminder>) {
    // Of two with one civil time the second has the longer name.
    let key = |it: &Reminder| (it.nominal, it.name.clone());
    let is_missed = |it: &Reminder| it.which == Which::Missed;
    if !all.iter().any(is_missed) {
        return (all, Vec::new());
    }
    let untold = untold(register);
    let mut last: BTreeMap<Subject, ((NaiveDateTime, String), usize)> = BTreeMap::new();
    for reminder in all.iter().filter(|it| is_missed(it)) {
        let before = untold.get(&reminder.of).copied().unwrap_or_default();
        let known = last.entry(reminder.of.clone());
        let (known, times) = known.or_insert_with(|| (key(reminder), before));
        *known = key(reminder).max(std::mem::take(known));
        *times += 1;
    }
    for reminder in all.iter_mut().filter(|it| is_missed(it)) {
        reminder.times = last.get(&reminder.of).map_or(1, |(_, times)| *times);
    }
    let is_last = |it: &Reminder| {
        !is_missed(it) || last.get(&it.of).is_some_and(|(last, _)| *last == key(it))
    };
    all.into_iter().partition(is_last)
}

/// How many were missed of each subject since that was told, where it was not told of all.
fn untold(register: &[Duty]) -> BTreeMap<&Subject, usize> {
    let mut untold = BTreeMap::new();
    for duty in register {
        match duty {
            Duty::Reminded(it) if it.which == Which::Missed => match it.told {
                Told::Overtaken => *untold.entry(&it.of).or_default() += 1,
                Told::Posted(_) | Told::Nobody => drop(untold.remove(&it.of)),
            },
            _ => {}
        }
    }
    untold
}

impl<'t> Timed<'t> {
    fn came(programme: &'t Programme, it: &Obligation<'t>, now: DateTime<Utc>) -> Self {
        // What comes by a schedule was to be seen in the plans before it came.
        let always = Date(chrono::NaiveDate::MIN);
        let (zone, apart, since) = match it.term {
            Term::Time(came) => (came.zone, None, always),
            Term::Day(opened) => {
                let apart = |every: Period| (every.after(opened.by).0 - opened.by.0).num_days();
                let since = Date(opened.seen.with_timezone(&opened.zone.0).date_naive());
                (opened.zone, opened.every.map(apart), since)
            }
        };
        let (what, who, is_unattended) = match it.term {
            Term::Time(came) => match programme.drills.get(came.drill.as_str()) {
                Some(drill) => (drill.name.as_str(), drill.lead.clone(), drill.unattended),
                None => (came.drill.as_str(), None, false),
            },
            Term::Day(opened) => (&*opened.what, opened.who.clone(), opened.unattended),
        };
        Timed {
            of: it.term.subject(),
            nominal: it.term.nominal(),
            name: it.term.name(),
            named: it.term.own_name(),
            what,
            who,
            announced: None,
            is_unattended,
            apart,
            disposition: Some(it.disposition),
            since,
            today: Date(now.with_timezone(&zone.0).date_naive()),
        }
    }

    /// One that is to come; a day that is planned by itself is a deadline, and comes as such.
    fn coming(
        it: &Planned<'t>,
        is_near: impl Fn(Date, Date) -> bool,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let (occurrence, schedule) = it.occurrence.zip(it.drill.schedule.as_ref())?;
        let today = Date(now.with_timezone(&schedule.zone.0).date_naive());
        if occurrence.at <= now || !is_near(it.day, today) {
            return None;
        }
        let last = super::last(schedule, occurrence.at - chrono::TimeDelta::seconds(1));
        let last = last.ok().flatten();
        let apart = last.map(|last| (occurrence.nominal - last.nominal).num_days());
        let announced = Announced::new(it.drill, schedule, &occurrence);
        Some(Timed {
            of: Subject::drill(&it.drill.id),
            nominal: occurrence.nominal,
            name: announced.name(),
            named: occurrence.dst.is_twice().then(|| announced.name()),
            what: &it.drill.name,
            who: it.drill.lead.clone(),
            announced: Some(announced),
            is_unattended: it.drill.unattended,
            apart,
            disposition: None,
            since: Date(chrono::NaiveDate::MIN),
            today,
        })
    }

    /// Every reminder whose time has come, in their order. Of those that would have come before
    /// anybody knew of it, only the last counts.
    fn come(&self, remind: &[Period]) -> Vec<Which> {
        let day = Date(self.nominal.date());
        let is_open = self.disposition.is_some_and(|it| it.is_open());
        let mut all: Vec<(Date, Which)> = Vec::new();
        if (is_open || self.disposition.is_none()) && !self.is_unattended {
            let before = remind.iter().map(|it| (it.before(day), Which::Before(*it)));
            let before = before.filter(|(from, _)| {
                let early = (day.0 - from.0).num_days();
                self.apart.is_none_or(|apart| early * PART <= apart)
            });
            all.extend(before);
            all.sort_by_key(|(from, _)| *from);
        }
        if is_open {
            if !self.is_unattended {
                all.push((day, Which::Due));
            }
            let after = |days: u32| day.0.checked_add_days(Days::new(days.into())).map(Date);
            let overdue = (0..OVERDUE_MAX).map_while(|week| {
                let from = after(1 + week * 7)?;
                Some((from, Which::Overdue(week + 1)))
            });
            all.extend(overdue);
        }
        if self.disposition == Some(Disposition::Missed) {
            all.push((self.today, Which::Missed));
        }
        all.retain(|(from, _)| *from <= self.today);
        let unknown = all
            .iter()
            .take_while(|(from, _)| *from < self.since)
            .count();
        all.drain(..unknown.min(all.len().saturating_sub(1)));
        all.into_iter().map(|(_, which)| which).collect()
    }

    fn reminder(&self, which: Which) -> Reminder {
        Reminder {
            of: self.of.clone(),
            nominal: self.nominal,
            name: self.name.clone(),
            named: self.named.clone(),
            which,
            times: 1,
            what: self.what.to_owned(),
            who: self.who.clone(),
            announced: self.announced.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::plan;
    use crate::schedule::{Opened, coming, obligations};

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    /// The reminders that come at these moments, each as its key, or in brackets where another one
    /// had come by then.
    #[track_caller]
    fn check(programme: &Programme, register: &[Duty], moments: &[&str], expected: &[&str]) {
        let remind = ["P30D", "P7D", "P1D"].map(|text| text.parse().expect("a period"));
        let mut register = register.to_vec();
        let mut told = Vec::new();
        for now in moments.iter().map(|text| moment(text)) {
            let known = register.clone();
            let came = obligations(&known, [], now);
            let to_come = coming(programme, now);
            let (new, overtaken) = reminders(programme, (&came, &to_come), (&known, &remind), now);
            told.extend(overtaken.iter().map(|it| format!("({})", it.which.key())));
            told.extend(
                new.iter()
                    .map(|it| format!("{} {}", it.name, it.which.key())),
            );
            register.extend(overtaken.into_iter().map(Duty::Reminded));
            let new = new.into_iter().map(|it| it.became(Told::Nobody, now));
            register.extend(new.map(Duty::Reminded));
        }
        assert_eq!(told, expected);
    }

    fn review(every: Option<&str>) -> Duty {
        Duty::Opened(Opened {
            of: Subject::only("review"),
            by: "2027-03-31".parse().expect("a day"),
            what: "Review the plan".to_owned(),
            who: None,
            every: every.map(|every| every.parse().expect("a period")),
            unattended: false,
            zone: crate::time::TimeZone(chrono_tz::UTC),
            last: None,
            seen: moment("2027-03-01T00:00:00Z"),
        })
    }

    #[test]
    fn people_are_reminded_before_on_the_day_and_after_it() {
        let days = [
            "2027-03-01T06:00:00Z",
            "2027-03-01T18:00:00Z",
            "2027-03-23T23:59:00Z",
            "2027-03-24T00:00:00Z",
            "2027-03-30T00:00:00Z",
            "2027-03-31T00:00:00Z",
            "2027-04-01T00:00:00Z",
            "2027-04-07T00:00:00Z",
            "2027-04-08T00:00:00Z",
        ];
        let expected = ["P30D", "P7D", "P1D", "due", "overdue-1", "overdue-2"];
        let expected = expected.map(|key| format!("2027-03-31 {key}"));
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&Programme::default(), &[review(None)], &days, &expected);
    }

    #[test]
    fn of_several_that_came_while_nobody_was_at_work_the_last_is_told() {
        let days = [
            "2027-04-20T00:00:00Z",
            "2027-06-30T00:00:00Z",
            "2028-01-01T00:00:00Z",
        ];
        let before = [
            "(P30D)",
            "(P7D)",
            "(P1D)",
            "(due)",
            "(overdue-1)",
            "(overdue-2)",
        ];
        let then = ["2027-03-31 overdue-3", "2027-03-31 overdue-4"];
        let expected = [&before[..], &then[..]].concat();
        check(&Programme::default(), &[review(None)], &days, &expected);
    }

    #[test]
    fn nobody_is_reminded_a_month_before_what_is_done_each_month() {
        let days = [
            "2027-03-01T00:00:00Z",
            "2027-03-29T00:00:00Z",
            "2027-03-30T00:00:00Z",
        ];
        check(
            &Programme::default(),
            &[review(Some("P7D"))],
            &days,
            &["2027-03-31 P1D"],
        );
    }

    #[test]
    fn people_are_reminded_of_both_times_with_one_civil_time() {
        let text = "team: {id: t, name: T}\ndrills: [{id: d, name: D, kind: functional, schedule: \
                    {zone: America/New_York, from: 2027-01-01, fold: both, missed: fail, \
                    cron: '30 1 7 11 *'}}]\n";
        let file = crate::load::File {
            path: "plans/t.yaml".to_owned(),
            content: Ok(text.as_bytes().to_vec()),
        };
        let programme = crate::load::load(vec![file]).programme;
        let now = ["2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z"].map(moment);
        let mut register: Vec<Duty> = Vec::new();
        for (now, name) in now
            .into_iter()
            .zip(["2027-11-07T01:30", "2027-11-07T01:30-05:00"])
        {
            let came = crate::schedule::came(&programme, &register, now);
            register.extend(came.into_iter().map(Duty::Came));
            let all = obligations(&register, [], now);
            let (new, _) = reminders(&programme, (&all, &[]), (&register, &[]), now);
            let told: Vec<(&str, Which)> = new.iter().map(|it| (&*it.name, it.which)).collect();
            assert_eq!(told, [(name, Which::Due)]);
            let new = new.into_iter().map(|it| it.became(Told::Nobody, now));
            register.extend(new.map(Duty::Reminded));
        }
    }

    #[test]
    fn of_times_that_were_missed_the_last_is_told_and_how_many_they_are() {
        let text = "team: {id: t, name: T}\ndrills: [{id: d, name: D, kind: functional, schedule: \
                    {zone: UTC, from: 2027-01-01, every: P1M, at: '06:00', missed: fail}}]\n";
        let file = crate::load::File {
            path: "plans/t.yaml".to_owned(),
            content: Ok(text.as_bytes().to_vec()),
        };
        let programme = crate::load::load(vec![file]).programme;
        let mut register: Vec<Duty> = Vec::new();
        let mut look = |now: &str, is_known: bool| {
            let now = moment(now);
            let came = crate::schedule::came(&programme, &register, now);
            register.extend(came.into_iter().map(Duty::Came));
            let all = obligations(&register, [], now);
            let (new, before) = reminders(&programme, (&all, &[]), (&register, &[]), now);
            let told = new.iter().map(|it| format!("{} {}", it.name, it.times));
            let told: Vec<String> = told.collect();
            register.extend(before.into_iter().map(Duty::Reminded));
            // What may have been done is told once it is known that it was not.
            let new = new.into_iter().filter(|_| is_known);
            let new = new.map(|it| Duty::Reminded(it.became(Told::Nobody, now)));
            register.extend(new.collect::<Vec<_>>());
            told
        };
        assert_eq!(look("2027-01-05T00:00:00Z", true), ["2027-01-01T06:00 1"]);
        assert_eq!(look("2027-04-05T00:00:00Z", false), ["2027-04-01T06:00 3"]);
        assert_eq!(look("2027-05-05T00:00:00Z", true), ["2027-05-01T06:00 4"]);
        assert_eq!(look("2027-06-05T00:00:00Z", true), ["2027-06-01T06:00 1"]);
    }

    #[test]
    fn whoever_leads_a_drill_is_reminded_before_its_time() {
        let text = "team: {id: t, name: T}\ndrills: [{id: d, name: D, kind: functional, schedule: \
                    {zone: Europe/London, from: 2027-01-01, cron: '0 2 6 3 *'}}]\n";
        let programme = plan(text).programme;
        let moments = [
            "2027-02-03T00:00:00Z",
            "2027-02-04T00:00:00Z",
            "2027-03-05T12:00:00Z",
        ];
        let expected = ["2027-03-06T02:00 P30D", "(P7D)", "2027-03-06T02:00 P1D"];
        check(&programme, &[], &moments, &expected);
    }
}

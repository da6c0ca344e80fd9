//! The sample lives through two years: the clock is moved, the daemon is killed whenever, and in
//! the end something has become of everything that was to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::iter::successors;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use mainstay::app::{Now, Plans};
use mainstay::due;
use mainstay::model::Organization;
use mainstay::record::{Past, Record};
use mainstay::schedule::{
    Came, Disposition, Dst, Duty, Obligation, Reminded, Subject, Term, Told, Which, opens,
};
use mainstay::time::{Date, Period};
use rustix::process::Signal;

use super::Serving;
use crate::drill_faults::faketime;
use crate::held::{Held, until_within};

/// How long a look may take: what could not be read or written is tried again after a minute.
const PATIENCE: Duration = Duration::from_secs(240);
/// When it begins, and how many days it lasts.
const FIRST: &str = "2026-11-30T00:00:10Z";
const DAYS: i64 = 731;

/// Beside what the sample has: a drill each Sunday at an hour that clocks leave out or give twice,
/// and one that needs people.
const CLOCKS: &str = "
team: { id: clocks, name: Clocks }
drills:
  - id: clocks
    name: Whatever the clocks do
    kind: functional
    unattended: true
    procedures: [clocks]
    schedule: { zone: Europe/Berlin, from: 2026-11-30, cron: '30 2 * * SUN' }
  - id: talk
    name: People talk
    kind: tabletop
    schedule:
      { zone: Europe/Berlin, from: 2026-11-30, every: P3M, at: '09:00', missed: ask, within: P20D }
procedures:
  - id: clocks
    name: Clocks
    steps:
      - id: a
        do: Nothing
        run: { command: { argv: ['true'] } }
        undo: { none: Nothing is done }
";

/// Numbers that look as if drawn, the same each time.
struct Drawn(u64);

impl Drawn {
    /// One of so many.
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

/// The sample, with a clock that can be moved and no restic: its clock cannot be.
struct Years {
    held: Held,
    clock: PathBuf,
    programs: PathBuf,
    drawn: Drawn,
}

impl Years {
    fn begin() -> Self {
        let held = Held::of("");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::copy(root.join("mainstay.yaml"), held.path("mainstay.yaml")).expect("room");
        fs::remove_file(held.path("plans/t.yaml")).expect("it is there");
        for plan in fs::read_dir(root.join("plans"))
            .expect("a folder")
            .flatten()
        {
            fs::copy(plan.path(), held.path("plans").join(plan.file_name())).expect("room");
        }
        fs::write(held.path("plans/clocks.yaml"), CLOCKS).expect("room");
        let programs = held.path("programs");
        fs::create_dir(&programs).expect("room");
        for folder in ["/usr/local/bin", "/usr/bin", "/bin"] {
            for program in fs::read_dir(folder).into_iter().flatten().flatten() {
                if program.file_name() != "restic" {
                    let _ = symlink(program.path(), programs.join(program.file_name()));
                }
            }
        }
        let clock = held.path("clock");
        Years {
            held,
            clock,
            programs,
            drawn: Drawn(20_261_130),
        }
    }

    /// Sets the clock.
    fn set(&self, to: DateTime<Utc>) {
        // Not a moment before: whoever looks then has to find what is due.
        let ahead = (to - Utc::now()).num_seconds() + 1;
        // Whoever reads it meanwhile reads the one or the other.
        let new = self.held.path("clock.new");
        fs::write(&new, format!("{ahead:+}")).expect("room");
        fs::rename(new, &self.clock).expect("room");
    }

    fn serve(&self) -> Serving {
        let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        let environment = [
            ("LD_PRELOAD", text(&faketime())),
            ("FAKETIME_TIMESTAMP_FILE", text(&self.clock)),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("PATH", text(&self.programs)),
        ];
        let environment = environment
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        Serving::with(&self.held, &environment)
    }

    /// Moves the clock on, and lets all be done that is due then. One time in three the daemon is
    /// killed meanwhile.
    fn move_on(&mut self, serving: Serving, to: DateTime<Utc>) -> Serving {
        self.set(to);
        let serving = match self.drawn.below(3) {
            0 => {
                std::thread::sleep(Duration::from_millis(self.drawn.below(1_500)));
                serving.end(Signal::KILL);
                self.serve()
            }
            _ => serving,
        };
        until_within(PATIENCE, "all is done", || {
            std::thread::sleep(Duration::from_millis(90));
            let (_, figures) = serving.ask("/metrics", "");
            let figure = |name: &str| {
                let line = figures.lines().find(|line| line.starts_with(name))?;
                line.split(' ').nth(1)?.parse::<f64>().ok()
            };
            let looked = figure("mainstay_last_look_timestamp_seconds")?;
            let busy = figure("mainstay_work_running ")? + figure("mainstay_work_waiting ")?;
            #[expect(clippy::cast_precision_loss, reason = "seconds are few enough")]
            let is_looked = looked >= to.timestamp() as f64;
            (is_looked && busy < 0.5 && self.is_nobody_at_work()).then_some(())
        });
        serving
    }

    /// Whether nothing goes on that a daemon began which was killed.
    fn is_nobody_at_work(&self) -> bool {
        let folder = fs::read_dir(self.held.path(".mainstay/state/serve")).expect("it is there");
        let mut files = folder.flatten().filter(|file| file.file_name() != "daemon");
        files.all(|file| fs::File::open(file.path()).is_ok_and(|it| it.try_lock().is_ok()))
    }

    /// The messages, and how many there are.
    fn outbox(&self) -> serde_json::Value {
        let words = ["notify", "outbox", "--count", "100000", "--format", "json"];
        serde_json::from_str(&self.held.told(&words)).expect("JSON")
    }

    /// Somebody reviews the plan, and writes that down.
    fn review(&self, on: NaiveDate) {
        let path = self.held.path("mainstay.yaml");
        let plan = fs::read_to_string(&path).expect("it is there");
        let entry =
            format!("  history:\n    - {{ what: review, on: {on}, by: tomasz-lewandowski }}\n");
        fs::write(&path, plan.replacen("  history:\n", &entry, 1)).expect("room");
    }
}

/// The days of one clock change after the other.
fn changes() -> [DateTime<Utc>; 8] {
    [
        "2027-03-28T00:59:00Z",
        "2027-03-28T01:31:00Z",
        "2027-10-31T00:31:00Z",
        "2027-10-31T01:31:00Z",
        "2028-03-26T00:59:00Z",
        "2028-03-26T01:31:00Z",
        "2028-10-29T00:31:00Z",
        "2028-10-29T01:31:00Z",
    ]
    .map(|moment| moment.parse().expect("a moment"))
}

#[test]
fn two_years_pass_and_something_becomes_of_everything() {
    let mut years = Years::begin();
    let first: DateTime<Utc> = FIRST.parse().expect("a moment");
    let end = first + TimeDelta::days(DAYS);
    years.set(first);
    let mut serving = years.serve();
    let mut now = first;
    while now < end {
        let jump = TimeDelta::minutes(i64::try_from(years.drawn.below(30 * 24 * 60)).expect("few"));
        let change = changes().into_iter().find(|change| *change > now);
        now = (now + jump).min(end);
        now = change.map_or(now, |change| now.min(change));
        serving = years.move_on(serving, now);
        let has_time = years.drawn.below(6) == 0;
        if has_time {
            years.review(now.date_naive());
        }
    }
    until_within(PATIENCE, "all is delivered", || {
        std::thread::sleep(Duration::from_millis(90));
        (years.outbox()["counts"]["waiting"] == 0).then_some(())
    });
    serving.end(Signal::TERM);
    years.held.told(&["store", "verify"]);
    let plans = Plans::open(years.held.0.path(), Some(Now::Instant(end))).expect("plans");
    let record = plans.record();
    assert_eq!(record.broken, []);
    let obligations = record.obligations(end);
    let organization = plans.loaded.programme.organization.as_ref().expect("one");
    every_sunday_came_once(&record.duties, (organization, &record.runs), (first, end));
    nothing_is_open_but_the_last(&obligations, Date(end.date_naive()));
    every_deadline_is_there(&plans, &record);
    every_reminder_was_told_or_overtaken(&obligations, &record.duties, &plans.remind_before());
    every_message_was_delivered(&years, &record.duties);
    // Of each kind there is something, or nothing of this was tried.
    let words: BTreeSet<&str> = obligations.iter().map(|it| it.disposition.word()).collect();
    for word in ["done", "late", "MISSED", "OVERDUE"] {
        assert!(words.contains(word), "{word}: {words:?}");
    }
}

/// Each Sunday is in the register once, with what the clocks did, and was run once at the most.
fn every_sunday_came_once(
    register: &[Duty],
    (organization, runs): (&Organization, &[Past]),
    (first, end): (DateTime<Utc>, DateTime<Utc>),
) {
    let came: Vec<&Came> = register
        .iter()
        .filter_map(|duty| match duty {
            Duty::Came(came) if came.drill.as_str() == "clocks" => Some(came),
            _ => None,
        })
        .collect();
    let days = successors(Some(first.date_naive()), |day| {
        day.checked_add_days(Days::new(1))
    });
    let sundays = days.take_while(|day| *day < end.date_naive());
    let sundays: Vec<NaiveDateTime> = sundays
        .filter(|day| day.weekday() == Weekday::Sun)
        .map(|day| day.and_hms_opt(2, 30, 0).expect("a time"))
        .collect();
    assert_eq!(
        came.iter().map(|came| came.nominal).collect::<Vec<_>>(),
        sundays
    );
    let odd = came.iter().filter(|came| came.clocks != Dst::None);
    let odd: Vec<String> = odd
        .map(|came| format!("{} {}", came.nominal.date(), came.at.time()))
        .collect();
    assert_eq!(
        odd,
        [
            "2027-03-28 01:30:00",
            "2027-10-31 00:30:00",
            "2028-03-26 01:30:00",
            "2028-10-29 00:30:00"
        ]
    );
    // No two runs are of the same Sunday.
    let mut held: BTreeMap<DateTime<Utc>, &str> = BTreeMap::new();
    for run in runs.iter().filter(|run| run.drill.as_str() == "clocks") {
        let of = came
            .iter()
            .rev()
            .find(|came| came.at <= run.began)
            .expect("it was due");
        let other = held.insert(of.at, &run.id);
        assert_eq!(other, None, "{} is of the same Sunday", run.id);
        assert_eq!(organization.blackout(run.day), None, "{}", run.id);
    }
    assert!(held.len() > 20, "{}", held.len());
}

/// Whatever was to be done was done, missed, moved or withdrawn; only the last of each kind may
/// still be open.
fn nothing_is_open_but_the_last(all: &[Obligation], today: Date) {
    let mut last: BTreeMap<Subject, Date> = BTreeMap::new();
    for it in all {
        let day = Date(it.term.nominal().date());
        let known = last.entry(it.term.subject()).or_insert(day);
        *known = day.max(*known);
    }
    for it in all.iter().filter(|it| it.disposition.is_open()) {
        let (of, day) = (it.term.subject(), Date(it.term.nominal().date()));
        assert_eq!(last[&of], day, "{of} {day} is open, and not the last");
        if it.disposition == Disposition::Overdue {
            assert!(day < today, "{of}");
        }
    }
    // After a day that was missed comes the next one, unless that lay before anybody knew of it.
    for it in all {
        if let (Term::Day(opened), Disposition::Missed) = (it.term, it.disposition) {
            let every = opened.every.expect("what is done once is not missed");
            let known = Date(opened.seen.with_timezone(&opened.zone.0).date_naive());
            let next = every.after(opened.by);
            let mut days = successors(Some(next), |by| Some(every.after(*by)));
            let since = days.find(|by| *by >= known).expect("there is no end");
            let own = all.iter().filter(|it| it.term.subject() == opened.of);
            let mut days = own.map(|other| Date(other.term.nominal().date()));
            let follows = days.any(|day| day == next || day == since);
            assert!(follows, "{} after {} is not there", opened.of, opened.by);
        }
    }
}

/// Whatever the plans ask for by now is in the register.
fn every_deadline_is_there(plans: &Plans, record: &Record) {
    let today = plans.today();
    let context = due::Context {
        programme: &plans.loaded.programme,
        record,
        today,
    };
    let opened: BTreeSet<(&Subject, Date)> = record
        .duties
        .iter()
        .filter_map(|duty| match duty {
            Duty::Opened(opened) => Some((&opened.of, opened.by)),
            _ => None,
        })
        .collect();
    let deadlines = due::deadlines(&context);
    let mut looked_at = 0;
    for deadline in &deadlines {
        if let mainstay::schedule::Stands::Due { by, .. } = deadline.stands
            && opens(by, deadline.every) <= today
        {
            assert!(
                opened.contains(&(&deadline.of, by)),
                "{} by {by}",
                deadline.of
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 10, "{looked_at}");
}

/// Every reminder that came while something was open has a disposition, and only one.
fn every_reminder_was_told_or_overtaken(all: &[Obligation], register: &[Duty], remind: &[Period]) {
    let mut told: BTreeMap<(&Subject, NaiveDateTime, String), u32> = BTreeMap::new();
    for duty in register {
        if let Duty::Reminded(Reminded {
            of, nominal, which, ..
        }) = duty
        {
            *told.entry((of, *nominal, which.key())).or_default() += 1;
        }
    }
    assert_eq!(told.values().max(), Some(&1), "nothing is told twice");
    let mut expected = 0;
    for it in all {
        let Term::Day(opened) = it.term else {
            continue;
        };
        if opened.unattended || !it.disposition.is_open() {
            continue;
        }
        let apart = opened
            .every
            .map(|every| (every.after(opened.by).0 - opened.by.0).num_days());
        let since = Date(opened.seen.with_timezone(&opened.zone.0).date_naive());
        let end = Date(
            (FIRST.parse::<DateTime<Utc>>().expect("a moment") + TimeDelta::days(DAYS))
                .date_naive(),
        );
        for before in remind {
            let from = before.before(opened.by);
            let early = (opened.by.0 - from.0).num_days();
            if apart.is_none_or(|apart| early * 3 <= apart) && since <= from && from < end {
                let key = (&opened.of, it.term.nominal(), Which::Before(*before).key());
                assert!(told.contains_key(&key), "{key:?}");
                expected += 1;
            }
        }
    }
    assert!(expected > 5, "{expected}");
}

/// What was posted was delivered, and the board shows all of it.
fn every_message_was_delivered(years: &Years, register: &[Duty]) {
    let keys = register.iter().filter_map(|duty| match duty {
        Duty::Reminded(Reminded {
            told: Told::Posted(keys),
            ..
        }) => Some(keys),
        _ => None,
    });
    let keys: BTreeSet<&str> = keys.flatten().map(String::as_str).collect();
    assert!(keys.len() > 100, "{}", keys.len());
    let listed = years.outbox();
    let messages = listed["messages"].as_array().expect("a list").iter();
    let delivered = messages.clone().filter(|it| it["state"] == "delivered");
    let delivered: BTreeSet<&str> = delivered.filter_map(|it| it["key"].as_str()).collect();
    let is_lost = |it: &&serde_json::Value| {
        let key = it["key"].as_str().unwrap_or_default();
        keys.contains(key) && !delivered.contains(key)
    };
    let lost: Vec<&serde_json::Value> = messages.filter(is_lost).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(keys.is_subset(&delivered));
    let board = fs::read_to_string(years.held.path("out/duty-board.jsonl")).expect("it is there");
    assert!(
        board.lines().count() >= keys.len(),
        "what is delivered twice is on it twice"
    );
}

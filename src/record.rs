//! Facts from past runs that a check or a document asks for.
//!
//! A fact is taken from a journal whose chain holds. What cannot be read, or does not hold
//! together, is kept as such, so that nobody takes a proof that is lost for one that never was.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::drill::{self, Lost, Measured};
use crate::graph::objectives::Basis;
use crate::graph::{Actuals, FromCopy, Recorded};
use crate::id::{DrillId, NodeId};
use crate::journal::{Head, Outcome};
use crate::model::{Backup, Drill, DrillKind, Item, Programme, System};
use crate::proof::{
    Detector, Foreseen, Joint, LastRestore, Member, Pinged, RestoreTime, SampleRun, Standing,
    Verified, joint, last_restore, standing,
};
use crate::schedule::{Duty, Held, Obligation, obligations};
use crate::time::{Date, Duration, Period, TimeZone};

/// The facts from past runs; empty where nothing was ever run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Record {
    /// The runs, the last one first.
    pub runs: Vec<Past>,
    /// The verifications of backups, the last one first.
    pub verified: Vec<Verified>,
    /// The parts of backups that were restored to foresee how long all of it takes, the last first.
    pub sampled: Vec<SampleRun>,
    /// When jobs that make backups told that they had ended, the last one first.
    pub pinged: Vec<Pinged>,
    /// The providers whose verifications can be tested, each with its last test.
    pub detectors: Vec<Detector>,
    /// What was to be done by a schedule and has come, and what somebody said of that.
    pub duties: Vec<Duty>,
    /// The messages to people that could not be delivered, the last one first.
    pub undelivered: Vec<Undelivered>,
    /// What cannot be relied upon.
    pub broken: Vec<Broken>,
}

/// A message that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Undelivered {
    /// What tells it from every other.
    pub key: String,
    /// The channel by which it was to go.
    pub channel: String,
    /// The day on which it was given up.
    pub day: Date,
    /// What the channel said.
    pub said: String,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Past {
    /// Its id.
    pub id: String,
    /// The drill.
    pub drill: DrillId,
    /// What kind it was then.
    pub kind: DrillKind,
    /// The day it began on, where the organization is.
    pub day: Date,
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it ended, if it did.
    pub ended: Option<DateTime<Utc>>,
    /// What came of it.
    pub verdict: Verdict,
    /// SHA-256 over the plan files it was made from.
    #[serde(default)]
    pub plans: String,
    /// SHA-256 over what was done in it; a run from before that was written down has none.
    #[serde(default)]
    pub content: Option<String>,
    /// What it measured.
    #[serde(default)]
    pub measured: Vec<Timed>,
    /// How much data it lost; a run from before that was kept has none.
    #[serde(default)]
    pub lost: Vec<Loss>,
    /// The last hash of its journal.
    #[serde(default)]
    pub hash: String,
}

/// A time that a run measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Timed {
    /// What it is the time of.
    pub name: String,
    /// The function or system whose recovery it is the time of.
    pub of: Option<NodeId>,
    /// How long it took, in microseconds; `None` where it did not come to its end.
    pub took_micros: Option<u64>,
    /// The same without the time in which only people were at work.
    pub technical_micros: Option<u64>,
    /// How long of it only steps were at work whose time is not counted, in microseconds.
    #[serde(default)]
    pub excluded_micros: u64,
    /// How long of it an incident held the run, in microseconds. It counts.
    #[serde(default)]
    pub held_micros: u64,
    /// How long it might take.
    pub within: Duration,
    /// Whether it came to its end in time.
    pub in_time: bool,
}

/// How much data a run lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Loss {
    /// What was lost.
    pub name: String,
    /// The function or system whose recovery point it is.
    pub of: Option<NodeId>,
    /// How much, in microseconds of time; `None` where nothing tells.
    pub lost_micros: Option<u64>,
    /// How much might be lost.
    pub within: Duration,
    /// Whether no more was lost than might be.
    pub in_bounds: bool,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is not over.
    Open,
    /// Every step was done, and all that was measured was as it might be.
    Succeeded,
    /// Every step was done, but something took longer, or lost more, than it might.
    Late,
    /// Every step was done, but there are systems with data of which nothing could be restored.
    Incomplete,
    /// It went to its end, but a step failed or was left out.
    Partly,
    /// A step failed, and that was its end.
    Failed,
    /// Somebody stopped it.
    Stopped,
}

/// In what phase a run is, or what came of it, as the end of a sentence that begins with the run.
///
/// The phase alone says of a run whose steps were all done that it succeeded, whatever it measured.
pub fn stands(run: &drill::Run) -> &'static str {
    match Verdict::new(run) {
        verdict @ (Verdict::Late | Verdict::Incomplete) => verdict.words(),
        _ => run.phase.words(),
    }
}

impl Verdict {
    /// What came of a run that ended so; nothing where that depends on what it measured.
    pub fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Succeeded => None,
            Outcome::SucceededWithFindings => Some(Verdict::Partly),
            Outcome::FailedRolledBack | Outcome::FailedLeftAsIs | Outcome::RollbackIncomplete => {
                Some(Verdict::Failed)
            }
            Outcome::Aborted => Some(Verdict::Stopped),
        }
    }

    /// What came of a run.
    pub fn new(run: &drill::Run) -> Self {
        let drill::Phase::Finished(outcome) = run.phase else {
            return Verdict::Open;
        };
        let measured = match drill::succeeded(run) {
            Some(true) => Verdict::Succeeded,
            _ if drill::restored(run).is_some_and(|it| !it.is_complete()) => Verdict::Incomplete,
            _ => Verdict::Late,
        };
        Verdict::of(outcome).unwrap_or(measured)
    }

    /// As the end of a sentence that begins with the run.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Open => "is not over",
            Verdict::Succeeded => "succeeded",
            Verdict::Late => "went to its end, but not all that was measured was within its limits",
            Verdict::Incomplete => "went to its end, but not every system with data was restored",
            Verdict::Partly => "went to its end, with steps that failed or were left out",
            Verdict::Failed => "failed",
            Verdict::Stopped => "was stopped",
        }
    }
}

/// A journal, or all of them, that cannot be relied upon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Broken {
    /// The run; all of them where none is named.
    pub run: Option<String>,
    /// The drill it was a run of.
    pub drill: Option<DrillId>,
    /// Why, as a sentence without its end.
    pub why: String,
}

impl Record {
    /// What happened until a day: what came later is not known on it.
    #[must_use]
    pub fn until(mut self, day: Date) -> Self {
        self.runs.retain(|run| run.day <= day);
        self.verified.retain(|verified| verified.day <= day);
        self.sampled.retain(|sampled| sampled.day <= day);
        self.pinged.retain(|pinged| pinged.day <= day);
        self.undelivered.retain(|message| message.day <= day);
        for detector in &mut self.detectors {
            detector.last.take_if(|test| test.day > day);
        }
        self
    }

    /// The runs of a drill, the last one first.
    pub fn of(&self, drill: &Drill) -> impl Iterator<Item = &Past> {
        self.runs.iter().filter(|run| run.drill == drill.id)
    }

    /// The run with this id.
    pub fn run(&self, id: &str) -> Option<&Past> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// The verifications of a backup, the last one first.
    pub fn verified(&self, backup: &Backup) -> impl Iterator<Item = &Verified> {
        self.verified.iter().filter(|it| it.backup == backup.id)
    }

    /// The repository in which a verification last saw a backup.
    pub fn repository(&self, backup: &Backup) -> Option<&str> {
        let seen = self.verified(backup);
        let seen = seen.filter(|it| it.repository.is_some());
        seen.max_by_key(|it| it.at)?.repository.as_deref()
    }

    /// How long counts what was shown of a backup, or written of its restore.
    pub fn good_for(&self, programme: &Programme, backup: &Backup) -> Period {
        let own = backup.verify.as_ref().and_then(|verify| verify.good_for);
        own.unwrap_or_else(|| programme.restores_tested_every())
    }

    /// How far a backup is proven on a day; nothing where it was never verified.
    pub fn standing(
        &self,
        programme: &Programme,
        backup: &Backup,
        today: Date,
    ) -> Option<Standing<'_>> {
        standing(
            self.verified(backup),
            self.good_for(programme, backup),
            today,
        )
    }

    /// The best of the copies of a system that policy demands; nothing where one is enough, and for
    /// data that nobody copies.
    pub fn joint<'p>(
        &'p self,
        programme: &'p Programme,
        (system, copies): (&Item<System>, &[&'p Item<Backup>]),
        today: Date,
    ) -> Option<Joint<'p>> {
        let members = copies.iter().map(|copy| Member {
            copy,
            standing: self.standing(programme, copy, today),
        });
        let seen_in = |backup: &Backup| self.repository(backup);
        joint(programme, system, members.collect(), seen_in)
    }

    /// The last restore of a backup that counts, by what was shown or by what its plan says.
    pub fn last_restore(
        &self,
        programme: &Programme,
        backup: &Backup,
        today: Date,
    ) -> Option<LastRestore<'_>> {
        let good_for = self.good_for(programme, backup);
        last_restore(backup, self.verified(backup), good_for, today)
    }

    /// How long a restore of a backup takes and how that grows; nothing where none was ever made.
    pub fn foreseen(&self, backup: &Backup) -> Option<Foreseen> {
        Foreseen::new(self.verified(backup), self.sampled(backup))
    }

    /// How long a restore of a backup may take by parts of it alone, where all of it was never
    /// restored.
    pub fn foretold(&self, backup: &Backup) -> Option<RestoreTime<'static>> {
        let never = self.verified(backup).all(|it| it.took.is_none());
        let last = self
            .sampled(backup)
            .max_by_key(|it| it.at)
            .filter(|_| never)?;
        let estimate = self.foreseen(backup)?.estimate;
        Some(RestoreTime::foretold(estimate, last.day))
    }

    fn sampled<'r>(&'r self, backup: &Backup) -> impl Iterator<Item = &'r SampleRun> {
        self.sampled.iter().filter(|it| it.backup == backup.id)
    }

    /// What became of every time that came by a schedule, in order.
    pub fn obligations(&self, now: DateTime<Utc>) -> Vec<Obligation<'_>> {
        let held = self.runs.iter().filter(|run| run.is_held());
        let held = held.map(|run| Held {
            run: &run.id,
            drill: &run.drill,
            began: run.began,
        });
        obligations(&self.duties, held, now)
    }

    /// The last run that tested the plan as it is now.
    pub fn last_test(&self, programme: &Programme) -> Option<&Past> {
        let mut tests = self.runs.iter().filter(|run| run.tests_the_plan());
        tests.find(|run| run.is_current(programme))
    }

    /// How long a restore of a backup takes, as large as it is now; nothing where none counts.
    pub fn restore_time(
        &self,
        programme: &Programme,
        backup: &Backup,
        today: Date,
    ) -> Option<RestoreTime<'_>> {
        let last = self.last_restore(programme, backup, today)?;
        let (verified, sampled) = (self.verified(backup), self.sampled(backup));
        Some(RestoreTime::new(&last, verified, sampled))
    }

    /// How long the data of each system take to come back, from the copy that is the fastest. Only
    /// what was shown counts.
    fn restores(&self, programme: &Programme, today: Date) -> BTreeMap<String, FromCopy> {
        let mut restores: BTreeMap<String, FromCopy> = BTreeMap::new();
        // In a large programme nothing is looked for where nothing was ever verified.
        let backups = programme
            .backups
            .iter()
            .filter(|_| !self.verified.is_empty());
        for backup in backups {
            let time = self.restore_time(programme, backup, today);
            let Some(time) = time.filter(|time| time.by.is_some()) else {
                continue;
            };
            for system in &backup.of {
                let copy = FromCopy {
                    time: time.time,
                    basis: match time.estimate {
                        None => Basis::Restored(time.on),
                        Some(_) => Basis::Estimated(time.on),
                    },
                    words: time.words(),
                };
                let known = restores.entry(system.to_string()).or_insert(copy.clone());
                if copy.time < known.time {
                    *known = copy;
                }
            }
        }
        restores
    }

    /// What was last measured of each function and system. What was measured of steps that are
    /// others now says nothing any more.
    pub fn actuals(&self, programme: &Programme, today: Date) -> Actuals {
        let mut actuals = Actuals {
            restores: self.restores(programme, today),
            ..Actuals::default()
        };
        let runs = self.runs.iter().filter(|run| run.is_current(programme));
        for run in runs.filter(|run| run.measures()) {
            for (of, took) in run.measured.iter().filter_map(Timed::actual) {
                run.keep(of, took, &mut actuals.rta);
            }
            for (of, lost) in run.lost.iter().filter_map(Loss::actual) {
                run.keep(of, lost, &mut actuals.rpa);
            }
        }
        actuals
    }
}

impl Past {
    /// The facts of a run, from where it stands and the end of its journal.
    pub fn new(id: &str, run: &drill::Run, head: &Head, zone: TimeZone) -> Self {
        let began = run.started_at.as_ref().unwrap_or(&run.last_at).wall;
        let script = &run.script;
        Past {
            id: id.to_owned(),
            drill: script.drill.clone(),
            kind: script.kind,
            day: Date(began.with_timezone(&zone.0).date_naive()),
            began,
            ended: run.finished_at.as_ref().map(|at| at.wall),
            verdict: Verdict::new(run),
            plans: script.plans.clone(),
            content: script.content.clone(),
            measured: drill::measured(run).iter().map(Timed::new).collect(),
            lost: drill::lost(run).iter().map(Loss::new).collect(),
            hash: head.hash.clone(),
        }
    }

    /// Whether what was done in it is what its drill does now. Of a run from before that was
    /// written down, and of a drill that is not in the plans any more, nobody can tell: they count.
    pub fn is_current(&self, programme: &Programme) -> bool {
        let drill = programme.drills.get(self.drill.as_str());
        let both = self.content.as_ref().zip(drill);
        both.is_none_or(|(content, drill)| *content == drill::content(programme, drill))
    }

    /// Whether something was really done in it and it was carried to its end. One that failed
    /// was: it showed what it showed.
    pub fn tests_the_plan(&self) -> bool {
        self.kind.touches() && self.is_held()
    }

    /// Whether it was carried to its end.
    pub fn is_held(&self) -> bool {
        !matches!(self.verdict, Verdict::Open | Verdict::Stopped)
    }

    /// Whether what it measured counts: people who only talk recover nothing, and lose nothing.
    fn measures(&self) -> bool {
        self.kind.touches() && self.verdict != Verdict::Open
    }

    /// Keeps what it measured, unless a later run did so. Of several times in one run the longest
    /// counts.
    fn keep(&self, of: &NodeId, time: Duration, last: &mut BTreeMap<String, Recorded>) {
        let recorded = last.entry(of.to_string()).or_insert_with(|| Recorded {
            run: self.id.clone(),
            on: self.day,
            time,
        });
        if recorded.run == self.id {
            recorded.time = recorded.time.max(time);
        }
    }
}

impl Timed {
    /// What a run measured.
    pub fn new(measured: &Measured) -> Self {
        let took = measured.took.map(|took| took.micros);
        Timed {
            name: measured.measure.name.clone(),
            of: measured.measure.of.clone(),
            took_micros: took,
            technical_micros: took.map(|took| took.saturating_sub(measured.people_micros)),
            excluded_micros: measured.excluded_micros,
            held_micros: measured.held_micros,
            within: measured.measure.within,
            in_time: measured.in_time(),
        }
    }

    /// How long it took without what is excluded, in whole seconds.
    pub fn took(&self) -> Option<Duration> {
        let took = self.took_micros?;
        Some(begun(took.saturating_sub(self.excluded_micros)))
    }

    /// Of what it is the recovery time, and how long that was.
    fn actual(&self) -> Option<(&NodeId, Duration)> {
        self.of.as_ref().zip(self.took())
    }
}

impl Loss {
    /// What a run lost.
    pub fn new(lost: &Lost) -> Self {
        Loss {
            name: lost.loss.name.clone(),
            of: lost.loss.of.clone(),
            lost_micros: lost.micros,
            within: lost.loss.within,
            in_bounds: lost.within(),
        }
    }

    /// How much was lost, in whole seconds, rounded up: no more than a limit when that is kept.
    pub fn lost(&self) -> Option<Duration> {
        self.lost_micros.map(begun)
    }

    /// Of what it is the recovery point, and how much was lost.
    fn actual(&self) -> Option<(&NodeId, Duration)> {
        self.of.as_ref().zip(self.lost())
    }
}

/// Whole seconds: what has begun counts, so nothing took no time.
fn begun(micros: u64) -> Duration {
    Duration::seconds(micros.div_ceil(1_000_000).max(1))
}

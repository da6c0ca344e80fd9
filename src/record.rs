//! Facts from past runs that a check or a document asks for.
//!
//! A fact is taken from a journal whose chain holds. What cannot be read, or does not hold
//! together, is kept as such, so that nobody takes a proof that is lost for one that never was.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::drill::{self, Measured};
use crate::graph::Recorded;
use crate::id::{DrillId, NodeId};
use crate::journal::{Head, Outcome};
use crate::model::{Drill, DrillKind, Programme};
use crate::time::{Date, Duration, TimeZone};

/// The facts from past runs; empty where nothing was ever run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Record {
    /// The runs, the last one first.
    pub runs: Vec<Past>,
    /// What cannot be relied upon.
    pub broken: Vec<Broken>,
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

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is not over.
    Open,
    /// Every step was done, and all that was measured was in time.
    Succeeded,
    /// Every step was done, but something that was measured was not in time.
    Late,
    /// It went to its end, but a step failed or was left out.
    Partly,
    /// A step failed, and that was its end.
    Failed,
    /// Somebody stopped it.
    Stopped,
}

impl Verdict {
    /// As the end of a sentence that begins with the run.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Open => "is not over",
            Verdict::Succeeded => "succeeded",
            Verdict::Late => "went to its end, but not in time",
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

    /// The last run that tested the plan as it is now.
    pub fn last_test(&self, programme: &Programme) -> Option<&Past> {
        let mut tests = self.runs.iter().filter(|run| run.tests_the_plan());
        tests.find(|run| run.is_current(programme))
    }

    /// The last time each function and system was recovered in a run, by its id. What was measured
    /// of steps that are others now says nothing any more.
    pub fn recovered(&self, programme: &Programme) -> BTreeMap<String, Recorded> {
        let mut last = BTreeMap::new();
        for run in self.runs.iter().filter(|run| run.is_current(programme)) {
            for (of, took) in run.recovered() {
                let on = run.day;
                let recorded = last.entry(of.to_string()).or_insert_with(|| Recorded {
                    run: run.id.clone(),
                    on,
                    took,
                });
                // Of several times in one run the longest counts.
                if recorded.run == run.id {
                    recorded.took = recorded.took.max(took);
                }
            }
        }
        last
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
            verdict: verdict(run),
            plans: script.plans.clone(),
            content: script.content.clone(),
            measured: drill::measured(run).iter().map(Timed::new).collect(),
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

    /// What was recovered in it, and how long that took: people who only talk recover nothing.
    fn recovered(&self) -> impl Iterator<Item = (&NodeId, Duration)> {
        let counts = self.kind.touches() && self.verdict != Verdict::Open;
        let measured = self.measured.iter().filter(move |_| counts);
        measured.filter_map(|timed| timed.of.as_ref().zip(timed.took()))
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

    /// How long it took without what is excluded, in whole seconds: what has begun counts, so
    /// nothing took no time.
    pub fn took(&self) -> Option<Duration> {
        let micros = self.took_micros?.saturating_sub(self.excluded_micros);
        Some(Duration::seconds(micros.div_ceil(1_000_000).max(1)))
    }
}

fn verdict(run: &drill::Run) -> Verdict {
    let drill::Phase::Finished(outcome) = run.phase else {
        return Verdict::Open;
    };
    match outcome {
        Outcome::Succeeded if drill::succeeded(run) == Some(true) => Verdict::Succeeded,
        Outcome::Succeeded => Verdict::Late,
        Outcome::SucceededWithFindings => Verdict::Partly,
        Outcome::FailedRolledBack | Outcome::FailedLeftAsIs | Outcome::RollbackIncomplete => {
            Verdict::Failed
        }
        Outcome::Aborted => Verdict::Stopped,
    }
}

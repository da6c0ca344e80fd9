//! What came of a run, as every format shows it: the verdict, each step against what was planned,
//! and who decided what.
//!
//! All decisions are made here; formats only print. What nobody stated stays absent: nothing is
//! guessed.

mod activities;
mod clocks;
mod decisions;
mod disturbed;
mod findings;
mod incidents;
mod losses;
mod measures;
mod people;
mod rehearsals;
mod restores;
mod steps;
mod undone;
mod value;
mod verdict;

use chrono::NaiveDateTime;
use serde::Serialize;

pub use activities::{Activities, Activity, Attempt, Sight};
pub use clocks::Clocks;
pub use decisions::Decision;
pub use disturbed::{CardLine, SteadyLine};
pub use findings::Finding;
pub use incidents::{Agreed, IncidentLine, Incidents};
pub use losses::{LossLine, loss_told, losses};
pub use measures::{Bar, MeasuredLine, time_told};
pub use people::Participant;
pub use rehearsals::RehearsalLine;
pub use restores::{RestoresLine, RowLine};
pub use steps::StepLine;
pub use undone::UndoLine;
pub use verdict::Verdict;

pub(super) use steps::outcome;
pub(super) use value::{day_and_time, words};

use super::chart::Chart;
use super::history::History;
use super::incidents::standing;
use super::lines::length;
use crate::drill::{Run, measured, succeeded};
use crate::journal::{Event, Head, RunMode};
use crate::model::{Approval, DrillApproval, TimeExclusion};

/// What came of a run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The run.
    pub run: String,
    /// The drill.
    pub drill: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Whether it was an exercise, or live.
    pub mode: RunMode,
    /// What was drawn at random was drawn with this.
    pub seed: u64,
    /// Those who were drawn to be absent.
    pub absent: Vec<String>,
    /// What should hold, and when it did.
    pub steady: Vec<SteadyLine>,
    /// What was put on the table.
    pub cards: Vec<CardLine>,
    /// The steps whose time is not counted, with the reason.
    pub exclusions: Vec<TimeExclusion>,
    /// Who leads it.
    pub lead: Option<String>,
    /// How it ended, or where it stands.
    pub state: String,
    /// Whether it succeeded; `null` while it is not over.
    pub succeeded: Option<bool>,
    /// What management has to know.
    pub verdict: Verdict,
    /// When it began.
    pub began: Option<String>,
    /// The same, as people read it.
    pub began_words: Option<String>,
    /// When it ended.
    pub ended: Option<String>,
    /// The same, as people read it.
    pub ended_words: Option<String>,
    /// How long it took, in milliseconds, as long as it is over.
    pub took_ms: Option<u64>,
    /// The same, as people read it.
    pub took: Option<String>,
    /// SHA-256 over the plan files it was made from.
    pub plans: String,
    /// The functions and systems that it had for itself.
    pub alone: Vec<String>,
    /// The functions and systems that it may have affected.
    pub together: Vec<String>,
    /// What it was to show.
    pub objectives: Vec<String>,
    /// What was to count as success, stated before.
    pub success_criteria: Vec<String>,
    /// Whether somebody has approved what it was to show, its criteria and the times it may take.
    pub approval: &'static str,
    /// Who has approved it as it was done, and when.
    pub approved: Option<DrillApproval>,
    /// What was measured.
    pub measured: Vec<MeasuredLine>,
    /// How much data was lost.
    pub lost: Vec<LossLine>,
    /// What was restored of all systems that hold data, where it was there for that.
    pub restores: Option<RestoresLine>,
    /// Its steps.
    pub steps: Vec<StepLine>,
    /// What went wrong for real, and what was agreed before about that.
    pub incidents: Incidents,
    /// Who decided what, in order.
    pub decisions: Vec<Decision>,
    /// What was written down, in order.
    pub notes: Vec<Decision>,
    /// Everybody who did or decided something.
    pub participants: Vec<Participant>,
    /// The roles that nobody acted for.
    pub roles_unanswered: Vec<String>,
    /// What was rehearsed before anything was begun, or should have been.
    pub rehearsals: Vec<RehearsalLine>,
    /// What was taken back, or was to be.
    pub taken_back: Vec<UndoLine>,
    /// What the journal shows to be wrong, the worst first.
    pub findings: Vec<Finding>,
    /// The clocks the times come from, and what changed around the run.
    pub clocks: Clocks,
    /// How many entries the journal has.
    pub entries: u64,
    /// The hash of the last one: whoever holds it can tell whether anything was changed.
    pub hash: String,
    /// What made the report.
    pub made_by: String,
    /// What was begun, attempt by attempt, for the formats of other tools.
    #[serde(skip)]
    pub activities: Activities,
    /// Its steps as a picture.
    #[serde(skip)]
    pub chart: Chart,
    /// The time of the last entry, which the documents speak of.
    #[serde(skip)]
    pub now: NaiveDateTime,
}

impl Report {
    /// What came of a run, from all that happened in it.
    pub fn new(id: &str, run: &Run, head: &Head, events: &[Event]) -> Self {
        let history = History::new(run, events);
        let (measured, lost, restores) = (measures(run), losses(run), restores::restores(run));
        let (steps, taken_back) = (steps::steps(run, &history), undone::undone(run, &history));
        let rehearsals = rehearsals::rehearsals(run, &history);
        let (incidents, clocks) = (Incidents::new(run, &history), Clocks::new(&history, events));
        let findings = findings::findings(&findings::Parts {
            run,
            history: &history,
            measured: &measured,
            lost: &lost,
            restores: restores.as_ref(),
            steps: &steps,
            rehearsals: &rehearsals,
            taken_back: &taken_back,
            incidents: &incidents,
            clocks: &clocks,
        });
        let (script, approved) = (&run.script, run.script.approval.clone());
        let (began, ended) = (run.started_at.as_ref(), run.finished_at.as_ref());
        let took = ended.zip(began).map(|(ended, began)| ended.since(began));
        Report {
            run: id.to_owned(),
            drill: script.drill.to_string(),
            name: script.name.clone(),
            kind: script.kind.word().to_owned(),
            mode: script.mode,
            seed: script.seed,
            absent: script.absent.iter().cloned().collect(),
            steady: disturbed::steady(run),
            cards: disturbed::cards(run),
            exclusions: script.exclusions.clone(),
            lead: script.lead.as_ref().map(ToString::to_string),
            state: standing(run),
            succeeded: succeeded(run),
            verdict: Verdict::new(run, (&measured, &lost, restores.as_ref()), events),
            began: began.map(value::stamp),
            began_words: began.map(value::day_and_time),
            ended: ended.map(value::stamp),
            ended_words: ended.map(value::day_and_time),
            took_ms: took.map(value::elapsed_ms),
            took: took.map(length),
            plans: script.plans.clone(),
            alone: script.locks.alone.iter().cloned().collect(),
            together: script.locks.together.iter().cloned().collect(),
            objectives: script.objectives.clone(),
            success_criteria: script.success_criteria.clone(),
            approval: Approval::of(approved.as_ref()).words(),
            approved,
            measured,
            lost,
            restores,
            steps,
            incidents,
            decisions: decisions::decisions(&history, events),
            notes: decisions::notes(&history, events),
            participants: people::participants(run, &history, events),
            roles_unanswered: people::roles_unanswered(run, &history),
            rehearsals,
            taken_back,
            findings,
            clocks,
            entries: head.seq,
            hash: head.hash.clone(),
            made_by: format!("Mainstay {}", env!("CARGO_PKG_VERSION")),
            activities: Activities::new(run, &history, events),
            chart: Chart::new(run, &history),
            now: run.last_at.wall.naive_utc(),
        }
    }

    /// Says that evidence was changed or is gone: of which step, and what of it.
    pub fn lose_evidence(&mut self, faults: Vec<(String, String)>) {
        let faults = faults.into_iter();
        let lost = faults.map(|(step, why)| findings::evidence_lost(step, &why));
        self.findings.splice(0..0, lost);
    }

    /// The plan files in short, as people compare them.
    pub fn plans_short(&self) -> String {
        self.plans.chars().take(12).collect()
    }
}

/// Everything that a run measures, against what it may take.
pub fn measures(run: &Run) -> Vec<MeasuredLine> {
    measured(run).iter().map(MeasuredLine::new).collect()
}

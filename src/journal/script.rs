//! What a run is going to do: everything is resolved and frozen before it starts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{DrillId, PartyId, PersonId, RoleId, SystemId};
use crate::model::{
    Action, DataLoss, DrillApproval, DrillKind, IncidentPolicy, Measure, OnCrash, OnFailure, Tell,
    TimeExclusion,
};
use crate::time::Duration;

/// What a run is going to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Script {
    /// The drill.
    pub drill: DrillId,
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind: DrillKind,
    /// Whether it is serious.
    #[serde(default)]
    pub mode: RunMode,
    /// What was drawn at random was drawn with this number, and is drawn with it again.
    #[serde(default)]
    pub seed: u64,
    /// The ids of those whom the plans name, so that they can say something; anybody can, where
    /// there is none.
    #[serde(default)]
    pub people: BTreeSet<String>,
    /// The ids of those who were drawn to be absent.
    #[serde(default)]
    pub absent: BTreeSet<String>,
    /// What holds as long as all is well.
    #[serde(default)]
    pub steady_state: Vec<SteadyState>,
    /// The steps whose time is not counted in what is measured, with the reason.
    #[serde(default)]
    pub exclusions: Vec<TimeExclusion>,
    /// Who approved what is done in it, and when; where nobody did, its criteria are proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<DrillApproval>,
    /// Who runs it.
    pub lead: Option<PartyId>,
    /// The ids of those who can be meant by that.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub leads: BTreeSet<String>,
    /// The ids of those who hold each role of the steps, as far as the plans declare it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holders: BTreeMap<String, BTreeSet<String>>,
    /// Whom to call when something goes wrong, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<EmergencyContact>,
    /// What counts as an incident while it lasts.
    #[serde(default)]
    pub incidents: IncidentPolicy,
    /// What it is to show.
    pub objectives: Vec<String>,
    /// What counts as success.
    pub success_criteria: Vec<String>,
    /// What others are kept from while it lasts.
    pub locks: Locks,
    /// What is measured.
    pub measures: Vec<Measure>,
    /// How much data may be lost, and how that is found out.
    #[serde(default)]
    pub data_loss: Vec<DataLoss>,
    /// SHA-256 over the plan files it was made from.
    pub plans: String,
    /// SHA-256 over what of the plans decides what is done in it; a run from before this was
    /// written down has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// How many steps may run at once.
    pub parallel_max: u32,
    /// The systems that hold data, where all of them are to be restored: the inventory on the day
    /// on which the run was planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// The steps; what must be done before a step stands above it.
    pub tasks: Vec<Task>,
}

/// A system that holds data, and how it is restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Row {
    /// The system.
    pub system: SystemId,
    /// Its name.
    pub name: String,
    /// How long it may be down when its data must come from a copy.
    pub rto: Option<Duration>,
    /// The tasks that restore its copies, by their place in the list; of a system that cannot be
    /// restored there is none.
    pub tasks: Vec<u32>,
    /// What of it cannot be restored, each with the reason, as the rest of a sentence.
    pub left_out: Vec<String>,
}

/// Somebody to call when something goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EmergencyContact {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// How to reach them, the best way first, such as `phone +43 1 234`.
    pub ways: Vec<String>,
}

impl EmergencyContact {
    /// Who it is and how to reach them, on one line.
    pub fn words(&self) -> String {
        let ways = match self.ways.as_slice() {
            [] => "no number is stated".to_owned(),
            ways => ways.join(", "),
        };
        format!("{} ({ways})", self.name)
    }
}

/// Something that holds as long as all is well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SteadyState {
    /// What holds.
    pub name: String,
    /// The probe that tells.
    pub probe: Action,
    /// How often it is looked at while the run goes on.
    pub every: Duration,
}

/// Whether a run is serious.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunMode {
    /// It is an exercise.
    #[default]
    Exercise,
    /// It is serious.
    Live,
}

/// What a run keeps others away from: ids of functions and systems.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Locks {
    /// What it has for itself.
    pub alone: BTreeSet<String>,
    /// What it may affect, as others may, but nobody may test.
    pub together: BTreeSet<String>,
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Task {
    /// Its name in this run: procedure and step, such as `restore-db/copy`.
    pub name: String,
    /// What to do, in words.
    pub text: String,
    /// Who does it.
    pub role: Option<RoleId>,
    /// Who is told by what means when it is done.
    pub tell: Option<Tell>,
    /// How long it should take.
    pub expected: Option<Duration>,
    /// How long it may take before it is ended.
    pub timeout: Duration,
    /// How often it is started at most.
    pub attempts_max: u32,
    /// How long to wait before it is started again.
    pub retry_wait: Duration,
    /// The tasks that must be done before, by their place in the list.
    pub before: Vec<u32>,
    /// What the engine does; a person does it where this is absent.
    pub action: Option<Action>,
    /// A probe that tells whether it took effect.
    pub verify: Option<Action>,
    /// How it is taken back.
    pub undo: Option<Undo>,
    /// The question that people answer in it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gate: Option<Question>,
    /// Whether it is a card that is put on the table.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_card: bool,
    /// What people should answer or do, where that is shown only afterwards.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected_answer: Option<String>,
    /// The answers that make it necessary: all of them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub when: Vec<Condition>,
    /// What happens when it fails.
    pub on_failure: OnFailure,
    /// What happens when nobody knows whether it took effect.
    pub on_crash: OnCrash,
}

/// A step, the undo of it, or the rehearsal of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The step itself.
    Step,
    /// Its undo.
    Undo,
    /// The rehearsal of its undo, which has no effect.
    Rehearsal,
}

impl Task {
    /// What the engine does for a part of the step; a person does it where this is absent.
    pub fn action(&self, part: Part) -> Option<&Action> {
        match part {
            Part::Step => self.action.as_ref(),
            Part::Undo => self.undo.as_ref()?.action.as_ref(),
            Part::Rehearsal => self.undo.as_ref()?.rehearse.as_ref(),
        }
    }

    /// Everything the engine may have to do for the step.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        let all = [
            self.action.as_ref(),
            self.verify.as_ref(),
            self.action(Part::Undo),
            self.action(Part::Rehearsal),
        ];
        all.into_iter().flatten()
    }

    /// The same, to be changed.
    pub fn actions_mut(&mut self) -> impl Iterator<Item = &mut Action> {
        let undo = self.undo.iter_mut();
        let undo = undo.flat_map(|undo| [undo.action.as_mut(), undo.rehearse.as_mut()]);
        let own = [self.action.as_mut(), self.verify.as_mut()];
        own.into_iter().chain(undo).flatten()
    }

    /// What to do for the step or its undo, in words.
    pub fn words(&self, part: Part) -> &str {
        match (part, &self.undo) {
            (Part::Undo | Part::Rehearsal, Some(undo)) => &undo.text,
            _ => &self.text,
        }
    }
}

/// A question that people answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// What can be answered.
    pub answers: BTreeSet<String>,
    /// The answers with which the step fails.
    pub refusals: BTreeSet<String>,
    /// How many people must give the same answer.
    pub quorum: u32,
    /// The ids of those who may answer; anybody, where there is none.
    pub by: BTreeSet<String>,
    /// The tasks, by their place in the list, whose doers may not answer.
    pub not_by: Vec<u32>,
}

/// The answer that makes a task necessary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Condition {
    /// The task with the question, by its place in the list.
    pub task: u32,
    /// The answer.
    pub is: String,
}

/// How a step is taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Undo {
    /// What to do, in words.
    pub text: String,
    /// What the engine does; a person does it where this is absent.
    pub action: Option<Action>,
    /// How that is tried without any effect, before anything is begun.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rehearse: Option<Action>,
}

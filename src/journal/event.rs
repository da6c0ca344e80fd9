//! What can happen in a run, and who made it happen.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Incident, Script};
use crate::time::Moment;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Who made it happen.
    pub by: Actor,
    /// What.
    pub what: What,
}

/// Who made something happen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Actor {
    /// The engine, by its rules.
    Engine,
    /// A person, by the id or the name they gave.
    Person {
        /// The id or the name.
        name: String,
    },
}

impl Actor {
    /// The person, if it is one.
    pub fn person(&self) -> Option<&str> {
        match self {
            Actor::Engine => None,
            Actor::Person { name } => Some(name),
        }
    }

    /// As people read it.
    pub fn words(&self) -> &str {
        match self {
            Actor::Engine => "the engine",
            Actor::Person { name } => name,
        }
    }
}

/// What happened. Steps are named as in the script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    tag = "type",
    deny_unknown_fields
)]
pub enum What {
    /// It was decided what the run is going to do.
    RunPlanned {
        /// All of it.
        script: Box<Script>,
    },
    /// The run began.
    RunStarted,
    /// Another process took the run over, after the one before was lost or left it.
    OwnerChanged {
        /// The number of owners so far.
        epoch: u64,
    },
    /// Nothing more is started until the run goes on.
    RunPaused,
    /// The run goes on.
    RunResumed,
    /// The run is to end before its time.
    StopRequested {
        /// Why.
        why: String,
        /// Whether what was done is taken back.
        undo: bool,
        /// The incident that makes it necessary, where one does; it is opened by this.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        incident: Option<Incident>,
    },
    /// Something went wrong for real. Incidents have the numbers from one on, in order.
    IncidentOpened {
        /// What.
        incident: Incident,
        /// Whether nothing more is started until the run is resumed. One that the drill has caused
        /// always holds the run.
        pause: bool,
    },
    /// What was taken for an incident is none.
    IncidentDismissed {
        /// Its number.
        number: u32,
        /// Why.
        why: String,
    },
    /// The evidence of the incidents that the drill has caused need not be held any longer: what
    /// was done may be taken back.
    EvidenceReleased {
        /// Why.
        why: String,
    },
    /// All that was running has ended, and taking back begins.
    UndoBegan,
    /// The run is over.
    RunFinished {
        /// How it ended.
        outcome: Outcome,
    },
    /// An undo is about to be rehearsed, before anything is begun.
    RehearsalStarted {
        /// Of which step.
        step: String,
        /// For the how-many-eth time, from one.
        attempt: u32,
    },
    /// The rehearsal of an undo came to an end.
    RehearsalFinished {
        /// Of which step.
        step: String,
        /// Which attempt at it.
        attempt: u32,
        /// How.
        settled: Settled,
        /// What is known about it, line by line.
        facts: Vec<String>,
    },
    /// Nobody can tell how the rehearsal of an undo ended; as it has no effect it is done again.
    RehearsalLost {
        /// Of which step.
        step: String,
        /// Which attempt at it.
        attempt: u32,
        /// What is known about it, line by line.
        facts: Vec<String>,
    },
    /// A step is about to take effect: this is on disk before it does.
    StepStarted {
        /// Which.
        step: String,
        /// For the how-many-eth time, from one.
        attempt: u32,
    },
    /// Somebody saw that they have a step to do.
    StepAcknowledged {
        /// Which.
        step: String,
    },
    /// Somebody answered the question of a step; their last answer counts.
    StepAnswered {
        /// Which.
        step: String,
        /// The answer.
        answer: String,
        /// Why.
        why: String,
    },
    /// A step came to an end.
    StepFinished {
        /// Which.
        step: String,
        /// Which attempt at it.
        attempt: u32,
        /// How.
        settled: Settled,
        /// What is known about it, line by line.
        facts: Vec<String>,
        /// When, where it had ended before anybody could write that down.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        at: Option<Moment>,
        /// The newest mark that it found, where it looked for one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mark: Option<DateTime<Utc>>,
        /// What was kept because it shows something.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        evidence: Vec<Evidence>,
    },
    /// Nobody can tell whether an attempt took effect.
    StepInDoubt {
        /// Which.
        step: String,
        /// Which attempt at it.
        attempt: u32,
        /// What is known about it, line by line.
        facts: Vec<String>,
    },
    /// It was decided what to take an attempt in doubt for.
    StepResolved {
        /// Which.
        step: String,
        /// For what.
        resolution: Resolution,
        /// Why, or what a probe showed.
        why: String,
    },
    /// A step is left out.
    StepSkipped {
        /// Which.
        step: String,
        /// Why.
        why: String,
    },
    /// A step is not needed, after what was answered.
    StepOmitted {
        /// Which.
        step: String,
        /// Why.
        why: String,
    },
    /// A step is about to be taken back.
    UndoStarted {
        /// Which.
        step: String,
        /// For the how-many-eth time, from one.
        attempt: u32,
    },
    /// Taking a step back came to an end.
    UndoFinished {
        /// Which.
        step: String,
        /// Which attempt at it.
        attempt: u32,
        /// How.
        settled: Settled,
        /// What is known about it, line by line.
        facts: Vec<String>,
    },
    /// Nobody can tell whether a step was taken back.
    UndoInDoubt {
        /// Which.
        step: String,
        /// Which attempt at it.
        attempt: u32,
        /// What is known about it, line by line.
        facts: Vec<String>,
    },
    /// It was decided what to take an undo in doubt for.
    UndoResolved {
        /// Which.
        step: String,
        /// For what.
        resolution: Resolution,
        /// Why.
        why: String,
    },
    /// Somebody answers for a step that is not taken back, or was by other means.
    UndoWaived {
        /// Which.
        step: String,
        /// Why.
        why: String,
    },
    /// Something that should hold was looked at.
    SteadyStateSeen {
        /// What.
        name: String,
        /// When in the run.
        seen: Seen,
        /// Whether it holds.
        holds: Holds,
        /// What is known about it, line by line.
        facts: Vec<String>,
    },
    /// The clock on the wall was set.
    ClockSet {
        /// By how much, in microseconds.
        micros: i64,
    },
    /// Somebody wrote something down.
    Noted {
        /// What.
        text: String,
    },
}

impl What {
    /// The step it is about, if it is about one.
    pub fn step(&self) -> Option<&str> {
        match self {
            What::RehearsalStarted { step, .. }
            | What::RehearsalFinished { step, .. }
            | What::RehearsalLost { step, .. }
            | What::StepStarted { step, .. }
            | What::StepAcknowledged { step }
            | What::StepAnswered { step, .. }
            | What::StepFinished { step, .. }
            | What::StepInDoubt { step, .. }
            | What::StepResolved { step, .. }
            | What::StepSkipped { step, .. }
            | What::StepOmitted { step, .. }
            | What::UndoStarted { step, .. }
            | What::UndoFinished { step, .. }
            | What::UndoInDoubt { step, .. }
            | What::UndoResolved { step, .. }
            | What::UndoWaived { step, .. } => Some(step),
            What::RunPlanned { .. }
            | What::RunStarted
            | What::OwnerChanged { .. }
            | What::RunPaused
            | What::RunResumed
            | What::StopRequested { .. }
            | What::IncidentOpened { .. }
            | What::IncidentDismissed { .. }
            | What::EvidenceReleased { .. }
            | What::UndoBegan
            | What::RunFinished { .. }
            | What::SteadyStateSeen { .. }
            | What::ClockSet { .. }
            | What::Noted { .. } => None,
        }
    }

    /// The incident that it opens, if it opens one.
    pub fn incident(&self) -> Option<&Incident> {
        match self {
            What::IncidentOpened { incident, .. } => Some(incident),
            What::StopRequested { incident, .. } => incident.as_ref(),
            _ => None,
        }
    }
}

/// A file that is kept because it shows something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Evidence {
    /// What it is, such as the name of the file.
    pub name: String,
    /// The SHA-256 of its content, by which it is found.
    pub sha256: String,
    /// How long it is.
    pub bytes: u64,
}

/// When in a run something was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Before anything was begun.
    Before,
    /// While the run went on; written down where it is another than before.
    During,
    /// At the end.
    After,
}

/// Whether something holds that should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// How something that was begun came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// It did what it should.
    Succeeded,
    /// It did not.
    Failed,
    /// It took longer than it may, and was ended.
    TimedOut,
    /// It was ended because the run stops.
    Cancelled,
}

/// What an attempt in doubt is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// It took effect.
    Happened,
    /// It took no effect, so it may be started again.
    NeverHappened,
    /// It failed.
    Failed,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every step was done.
    Succeeded,
    /// The run went to its end, but some step failed or was left out.
    SucceededWithFindings,
    /// A step failed, and all that had begun was taken back.
    FailedRolledBack,
    /// A step failed, and what was done was left as it is, on purpose.
    FailedLeftAsIs,
    /// Not all could be taken back.
    RollbackIncomplete,
    /// Somebody stopped it, and what was to be taken back was.
    Aborted,
}

impl Outcome {
    /// Every way a run can end.
    pub const ALL: [Outcome; 6] = [
        Outcome::Succeeded,
        Outcome::SucceededWithFindings,
        Outcome::FailedRolledBack,
        Outcome::FailedLeftAsIs,
        Outcome::RollbackIncomplete,
        Outcome::Aborted,
    ];

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Outcome::Succeeded => "succeeded",
            Outcome::SucceededWithFindings => "went to its end, but not all is well",
            Outcome::FailedRolledBack => "failed, and was taken back",
            Outcome::FailedLeftAsIs => "failed, and was left as it is",
            Outcome::RollbackIncomplete => "failed, and could not be taken back in whole",
            Outcome::Aborted => "was stopped",
        }
    }
}

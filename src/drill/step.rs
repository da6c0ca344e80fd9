//! Where one step of a run stands.

use chrono::{DateTime, Utc};

use super::Rehearsal;
use crate::journal::{Event, Evidence, Part, Task, What};
use crate::time::Moment;

/// Where a step stands.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its state.
    pub state: StepState,
    /// How often it was started.
    pub attempts: u32,
    /// When it became ready, if it did.
    pub ready_at: Option<Moment>,
    /// When it was first started.
    pub first_started_at: Option<Moment>,
    /// When it was last started.
    pub started_at: Option<Moment>,
    /// When somebody said that they have seen it.
    pub acknowledged_at: Option<Moment>,
    /// When it last came to an end.
    pub finished_at: Option<Moment>,
    /// What is known of how it ended.
    pub facts: Vec<String>,
    /// Who ended it, where a person did.
    pub done_by: Option<String>,
    /// The newest mark that it found.
    pub mark: Option<DateTime<Utc>>,
    /// What was kept of how it ended.
    pub evidence: Vec<Evidence>,
    /// What people answered to its question, the last of each, in order.
    pub votes: Vec<Vote>,
    /// What was answered, once enough people have.
    pub answer: Option<String>,
    /// How the rehearsal of its undo stands.
    pub rehearsal: Rehearsal,
    /// Whether it is to be taken back.
    pub undo: UndoState,
    /// How often that was begun.
    pub undo_attempts: u32,
    /// How many steps it waits for.
    pub(super) missing: u32,
    /// How many steps that came after it still stand in the way of its undo.
    pub(super) before_undo: u32,
}

/// What one person answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Who.
    pub by: String,
    /// What.
    pub answer: String,
    /// Why.
    pub why: String,
}

/// One attempt at a part of a step. No two of a run are alike, and none is made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attempt {
    /// The step.
    pub place: u32,
    /// The step, its undo or the rehearsal of that.
    pub part: Part,
    /// The how-many-eth, from one.
    pub number: u32,
}

/// The states of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It waits for others.
    Waiting,
    /// It may begin.
    Ready,
    /// It has begun.
    Running,
    /// It failed and is tried again after a while.
    Retrying,
    /// It did what it should.
    Done,
    /// It failed for good.
    Failed,
    /// It was ended because the run stops.
    Cancelled,
    /// It was left out.
    Skipped,
    /// After what was answered it is not needed.
    Omitted,
    /// Nobody knows whether it took effect.
    InDoubt,
}

/// The states of taking a step back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoState {
    /// There is nothing to take back.
    None,
    /// It is to be taken back.
    Owed,
    /// It is being taken back.
    Running,
    /// It was taken back.
    Undone,
    /// Taking it back failed.
    Failed,
    /// Nobody knows whether it was taken back.
    InDoubt,
    /// Somebody answers for not taking it back.
    Waived,
}

impl StepState {
    /// Whether nothing more happens to the step itself.
    pub fn is_settled(self) -> bool {
        use StepState::{Cancelled, Done, Failed, Omitted, Skipped};
        matches!(self, Done | Failed | Cancelled | Skipped | Omitted)
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            StepState::Waiting => "waits for others",
            StepState::Ready => "may begin",
            StepState::Running => "runs",
            StepState::Retrying => "is tried again",
            StepState::Done => "done",
            StepState::Failed => "failed",
            StepState::Cancelled => "ended before its time",
            StepState::Skipped => "left out",
            StepState::Omitted => "not needed",
            StepState::InDoubt => "in doubt",
        }
    }
}

impl UndoState {
    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            UndoState::None => "nothing to take back",
            UndoState::Owed => "to be taken back",
            UndoState::Running => "being taken back",
            UndoState::Undone => "taken back",
            UndoState::Failed => "NOT taken back",
            UndoState::InDoubt => "perhaps taken back",
            UndoState::Waived => "not taken back; somebody answers for it",
        }
    }
}

impl Step {
    /// An attempt at it came to its end.
    pub(super) fn end(&mut self, event: &Event) {
        let What::StepFinished {
            facts,
            at,
            mark,
            evidence,
            ..
        } = &event.what
        else {
            return;
        };
        self.finished_at = Some(at.as_ref().unwrap_or(&event.at).clone());
        self.facts.clone_from(facts);
        self.mark = *mark;
        self.evidence.clone_from(evidence);
        self.done_by = event.by.person().map(str::to_owned);
    }

    /// An attempt at it begins; what was known of the one before is past.
    pub(super) fn begin(&mut self, attempt: u32, at: &Moment) {
        self.attempts = attempt;
        self.first_started_at.get_or_insert_with(|| at.clone());
        self.started_at = Some(at.clone());
        (self.acknowledged_at, self.finished_at) = (None, None);
        self.votes.clear();
    }

    pub(super) fn new(task: &Task) -> Self {
        Step {
            state: StepState::Waiting,
            attempts: 0,
            ready_at: None,
            first_started_at: None,
            started_at: None,
            acknowledged_at: None,
            finished_at: None,
            facts: Vec::new(),
            done_by: None,
            mark: None,
            evidence: Vec::new(),
            votes: Vec::new(),
            answer: None,
            rehearsal: Rehearsal::default(),
            undo: UndoState::None,
            undo_attempts: 0,
            missing: u32::try_from(task.before.len()).unwrap_or(u32::MAX),
            before_undo: 0,
        }
    }
}

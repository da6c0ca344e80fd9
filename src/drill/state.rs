//! Where a run stands: a fold over its events. It changes in [`Run::apply`] and nowhere else.
//!
//! ```text
//! run:   planned ─▶ running ⇄ paused ─▶ stopping ─▶ undoing ─▶ finished
//! step:  waiting ─▶ ready ─▶ running ─▶ done | failed | cancelled | in doubt
//!                     │ ▲─ retrying ◀┘               in doubt ─▶ done | ready | failed
//!                     └──▶ left out | not needed
//! rehearsal of an undo:  not ⇄ running ─▶ rehearsed | failed | cancelled   (before any step)
//! undo:  none ─▶ owed ─▶ running ─▶ undone | failed | in doubt
//!                in doubt ─▶ undone | owed | failed | waived
//! ```
//!
//! Once a run is finished only an incident can be dismissed; the run stays as it ended.
//!
//! An incident that the drill has caused pauses the run, and holds it there, and where it stops or
//! is taken back, until its evidence is released (`incident`).
//!
//! What may begin is counted, not searched for: each event costs the dependencies of its step.

use std::collections::{BTreeSet, HashMap};

use super::{Attempt, Hold, OpenedIncident, RehearsalState, Steady, Step, StepState, UndoState};
use crate::journal::{Actor, Event, Outcome, Part, Script, Task, What};
use crate::model::OnFailure;
use crate::time::Moment;

/// Where a run stands.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it is going to do.
    pub script: Script,
    /// What phase it is in.
    pub phase: Phase,
    /// Its steps, as in the script.
    pub steps: Vec<Step>,
    /// What was seen of what should hold, as in the script.
    pub steady: Vec<Steady>,
    /// What went wrong for real, in order.
    pub incidents: Vec<OpenedIncident>,
    /// How many processes have owned it.
    pub epoch: u64,
    /// When it began, if it did.
    pub started_at: Option<Moment>,
    /// When it ended, if it did.
    pub finished_at: Option<Moment>,
    /// When the last event happened.
    pub last_at: Moment,
    /// The steps whose undo is to be rehearsed.
    pub(super) to_rehearse: BTreeSet<u32>,
    /// How many undos are being rehearsed.
    pub(super) rehearsing: u32,
    /// The steps whose undo failed when it was rehearsed.
    pub(super) unworkable: BTreeSet<u32>,
    /// The steps that the engine may begin.
    pub(super) ready: BTreeSet<u32>,
    /// The steps that people may begin.
    pub(super) for_people: BTreeSet<u32>,
    /// The steps that are tried again after a while.
    pub(super) retrying: BTreeSet<u32>,
    /// The steps that are not needed after what was answered.
    pub(super) omitted: BTreeSet<u32>,
    /// The steps whose question is settled.
    pub(super) answered: BTreeSet<u32>,
    /// Until when people have time for the steps that are theirs: microseconds from the beginning
    /// of the run, and the step.
    pub(super) deadlines: BTreeSet<(u64, u32)>,
    /// The steps whose undo may begin.
    pub(super) undoable: BTreeSet<u32>,
    /// How many steps, undos or rehearsals are running.
    pub(super) running: u32,
    /// How many of those the engine carries out.
    pub(super) busy: u32,
    /// How many steps, or undos, are in doubt.
    pub(super) in_doubt: u32,
    /// How many steps are neither done nor failed nor left out.
    pub(super) open: u32,
    /// The first step that failed for good and says to stop.
    pub(super) broken: Option<u32>,
    places: HashMap<String, u32>,
    after: Vec<Vec<u32>>,
}

/// What phase a run is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It did not begin yet.
    Planned,
    /// Steps are started as they become ready.
    Running,
    /// Nothing more is started for now.
    Paused,
    /// Nothing more is started, and what runs is ended.
    Stopping(Stop),
    /// What was done is taken back.
    Undoing(Stop),
    /// It is over.
    Finished(Outcome),
}

impl Phase {
    /// As people read it.
    pub fn words(&self) -> &'static str {
        match self {
            Phase::Planned => "planned",
            Phase::Running => "running",
            Phase::Paused => "paused",
            Phase::Stopping(_) => "stopping",
            Phase::Undoing(_) => "being taken back",
            Phase::Finished(outcome) => outcome.words(),
        }
    }
}

/// Why a run ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Who wants it.
    pub by: Actor,
    /// Why.
    pub why: String,
    /// Whether what was done is taken back.
    pub undo: bool,
}

/// An event that cannot happen where the run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Illegal(pub String);

impl Run {
    /// A run that was planned and nothing more.
    ///
    /// # Errors
    /// When the event is not the plan of a run.
    pub fn new(event: &Event) -> Result<Self, Illegal> {
        let What::RunPlanned { script } = &event.what else {
            return Err(Illegal(
                "a run begins with what it is going to do".to_owned(),
            ));
        };
        let mut run = Run {
            phase: Phase::Planned,
            steps: script.tasks.iter().map(Step::new).collect(),
            steady: vec![Steady::default(); script.steady_state.len()],
            incidents: Vec::new(),
            epoch: 0,
            started_at: None,
            finished_at: None,
            last_at: event.at.clone(),
            to_rehearse: BTreeSet::new(),
            rehearsing: 0,
            unworkable: BTreeSet::new(),
            ready: BTreeSet::new(),
            for_people: BTreeSet::new(),
            retrying: BTreeSet::new(),
            omitted: BTreeSet::new(),
            answered: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            undoable: BTreeSet::new(),
            running: 0,
            busy: 0,
            in_doubt: 0,
            open: u32::try_from(script.tasks.len())
                .map_err(|_| Illegal("too many steps".into()))?,
            broken: None,
            places: HashMap::with_capacity(script.tasks.len()),
            after: vec![Vec::new(); script.tasks.len()],
            script: (**script).clone(),
        };
        for (place, task) in (0u32..).zip(&script.tasks) {
            if run.places.insert(task.name.clone(), place).is_some() {
                return Err(Illegal(format!(
                    "`{}` stands in the script twice",
                    task.name
                )));
            }
            for before in &task.before {
                if *before >= place {
                    return Err(Illegal(format!(
                        "`{}` waits for what comes after it",
                        task.name
                    )));
                }
                run.after[*before as usize].push(place);
            }
        }
        for (place, task) in (0u32..).zip(&script.tasks) {
            if task.action(Part::Rehearsal).is_some() {
                run.to_rehearse.insert(place);
            }
            if task.before.is_empty() {
                run.make_ready(place, &event.at);
            }
        }
        Ok(run)
    }

    /// Where a run stands after these events.
    ///
    /// # Errors
    /// The first event that cannot happen where the run stood.
    pub fn replay<'e>(events: impl IntoIterator<Item = &'e Event>) -> Result<Self, Illegal> {
        let mut events = events.into_iter();
        let first = events
            .next()
            .ok_or_else(|| Illegal("there is no event".to_owned()))?;
        let mut run = Run::new(first)?;
        events.try_for_each(|event| run.apply(event))?;
        Ok(run)
    }

    /// The place of a step in the script.
    pub fn place(&self, name: &str) -> Option<u32> {
        self.places.get(name).copied()
    }

    /// What a step is going to do.
    pub fn task(&self, place: u32) -> &Task {
        &self.script.tasks[place as usize]
    }

    /// Where a step stands.
    pub fn step(&self, place: u32) -> &Step {
        &self.steps[place as usize]
    }

    /// What has begun and not ended, steps before undos.
    pub fn under_way(&self) -> Vec<Attempt> {
        let places = || (0u32..).zip(&self.steps);
        let tried = |step: &Step| step.rehearsal.state == RehearsalState::Running;
        let rehearsals = places().filter(|(_, step)| tried(step));
        let rehearsals = rehearsals.map(|(place, step)| Attempt {
            place,
            part: Part::Rehearsal,
            number: step.rehearsal.attempts,
        });
        let steps = places().filter(|(_, step)| step.state == StepState::Running);
        let steps = steps.map(|(place, step)| Attempt {
            place,
            part: Part::Step,
            number: step.attempts,
        });
        let undos = places().filter(|(_, step)| step.undo == UndoState::Running);
        let undos = undos.map(|(place, step)| Attempt {
            place,
            part: Part::Undo,
            number: step.undo_attempts,
        });
        rehearsals.chain(steps).chain(undos).collect()
    }

    /// Every attempt that was made and whose end is known, rehearsals first, undos last.
    pub fn settled(&self) -> Vec<Attempt> {
        let attempts = |part, number: fn(&Step) -> u32, open: fn(&Step) -> bool| {
            let places = (0u32..).zip(&self.steps);
            places.flat_map(move |(place, step)| {
                let last = number(step) + 1 - u32::from(open(step));
                (1..last).map(move |number| Attempt {
                    place,
                    part,
                    number,
                })
            })
        };
        let rehearsals = attempts(
            Part::Rehearsal,
            |step| step.rehearsal.attempts,
            |step| step.rehearsal.state == RehearsalState::Running,
        );
        let steps = attempts(
            Part::Step,
            |step| step.attempts,
            |step| matches!(step.state, StepState::Running | StepState::InDoubt),
        );
        let undos = attempts(
            Part::Undo,
            |step| step.undo_attempts,
            |step| matches!(step.undo, UndoState::Running | UndoState::InDoubt),
        );
        rehearsals.chain(steps).chain(undos).collect()
    }

    /// Whether steps are done or taken back now.
    pub fn part(&self) -> Part {
        match self.phase {
            Phase::Undoing(_) => Part::Undo,
            _ => Part::Step,
        }
    }

    /// Whether somebody may be taken for one who holds the role of a step: nothing says otherwise.
    pub fn may_hold_role_of(&self, place: u32, by: &str) -> bool {
        let role = self.task(place).role.as_ref();
        let holders = role.and_then(|role| self.script.holders.get(role.as_str()));
        holders.is_none_or(|holders| holders.contains(by))
    }

    /// When it ended, or what is known of it so far ends: an incident may be dismissed later.
    pub fn until(&self) -> &Moment {
        self.finished_at.as_ref().unwrap_or(&self.last_at)
    }

    /// Whether nothing more can happen, but that an incident is dismissed.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Finished(_))
    }

    /// The steps in one of these states.
    pub fn in_state(&self, state: StepState) -> impl Iterator<Item = u32> {
        let steps = (0u32..).zip(&self.steps);
        steps
            .filter(move |(_, step)| step.state == state)
            .map(|(place, _)| place)
    }

    /// Moves on by one event.
    ///
    /// # Errors
    /// When that event cannot happen where the run stands; nothing has changed then.
    pub fn apply(&mut self, event: &Event) -> Result<(), Illegal> {
        use Phase::{Finished, Paused, Planned, Running, Stopping, Undoing};
        let at = &event.at;
        match (&self.phase.clone(), &event.what) {
            // What came of the run stays as it was at its end.
            (Finished(_), What::IncidentDismissed { .. }) if self.incident_event(event) => {}
            (Finished(_), _) | (_, What::RunPlanned { .. }) => return Err(self.illegal(event)),
            (_, What::Noted { .. } | What::ClockSet { .. }) => {}
            (_, What::OwnerChanged { epoch }) if *epoch > self.epoch => self.epoch = *epoch,
            (Planned, What::RunStarted) => {
                self.started_at = Some(at.clone());
                self.phase = Running;
            }
            (Running, What::RunPaused) => self.phase = Paused,
            (Paused, What::RunResumed) if !self.is_evidence_held() => self.phase = Running,
            (Planned | Running | Paused, What::StopRequested { .. }) => self.stop(event),
            (Stopping(stop), What::UndoBegan)
                if stop.undo && self.running == 0 && !self.is_evidence_held() =>
            {
                self.phase = Undoing(stop.clone());
                self.steady
                    .iter_mut()
                    .for_each(|steady| steady.after = None);
                self.owe();
            }
            (Running | Stopping(_) | Undoing(_), What::RunFinished { outcome })
                if self.running == 0 && !self.is_evidence_held() =>
            {
                self.finished_at = Some(at.clone());
                self.phase = Finished(*outcome);
            }
            (Running | Paused | Stopping(_) | Undoing(_), what) if self.steady_event(what, at) => {}
            (Running | Paused | Stopping(_), what) if self.rehearsal_event(what) => {}
            (Running | Paused | Stopping(_) | Undoing(_), _) if self.incident_event(event) => {}
            (Running | Paused | Stopping(_), _) if self.step_event(event) => {}
            (Undoing(_), what) if self.undo_event(what) => {}
            _ => return Err(self.illegal(event)),
        }
        if self.phase != Paused && !self.is_evidence_held() {
            self.let_go(at);
        }
        self.last_at = at.clone();
        Ok(())
    }

    fn illegal(&self, event: &Event) -> Illegal {
        Illegal(format!(
            "{:?} cannot happen in phase {:?}",
            event.what, self.phase
        ))
    }

    /// Whether what waits for a step need not any more. One that was left out early still stands
    /// for those it waits for itself.
    pub(super) fn is_past(&self, place: u32) -> bool {
        let step = self.step(place);
        match step.state {
            StepState::Done | StepState::Omitted => true,
            StepState::Skipped => step.missing == 0,
            StepState::Failed => self.task(place).on_failure == OnFailure::Continue,
            _ => false,
        }
    }

    /// Puts a step into a state; the counts follow.
    pub(super) fn enter(&mut self, place: u32, state: StepState) {
        use StepState::{Failed, InDoubt, Ready, Retrying, Running};
        let before = std::mem::replace(&mut self.steps[place as usize].state, state);
        if before == Running {
            self.ended(place, Part::Step);
            self.answered.remove(&place);
            self.deadlines.remove(&(self.deadline(place), place));
        }
        if state == Running {
            self.began(place, Part::Step);
            if self.task(place).action.is_none() {
                self.deadlines.insert((self.deadline(place), place));
            }
        }
        self.in_doubt -= u32::from(before == InDoubt);
        self.in_doubt += u32::from(state == InDoubt);
        self.open -= u32::from(state.is_settled() && !before.is_settled());
        let member = |set: &mut BTreeSet<u32>, of: StepState| {
            if state == of {
                set.insert(place);
            } else if before == of {
                set.remove(&place);
            }
        };
        let ready = match self.script.tasks[place as usize].action {
            _ if !self.is_needed(place) => &mut self.omitted,
            Some(_) => &mut self.ready,
            None => &mut self.for_people,
        };
        member(ready, Ready);
        member(&mut self.retrying, Retrying);
        let stops = self.task(place).on_failure != OnFailure::Continue;
        if state == Failed && stops && self.broken.is_none() {
            self.broken = Some(place);
        }
    }

    pub(super) fn began(&mut self, place: u32, part: Part) {
        self.running += 1;
        self.busy += u32::from(self.task(place).action(part).is_some());
    }

    pub(super) fn ended(&mut self, place: u32, part: Part) {
        self.running -= 1;
        self.busy -= u32::from(self.task(place).action(part).is_some());
    }

    /// Until when people have time for a step that has begun, counted from the start of the run.
    fn deadline(&self, place: u32) -> u64 {
        let began = self
            .step(place)
            .started_at
            .as_ref()
            .zip(self.started_at.as_ref());
        let began = began.map_or(0, |(began, start)| began.since(start).micros);
        began.saturating_add(super::next::micros(self.task(place).timeout))
    }

    /// Whether a step is needed after what was answered; it is until then.
    fn is_needed(&self, place: u32) -> bool {
        let mut when = self.task(place).when.iter();
        when.all(|when| self.step(when.task).answer.as_ref() == Some(&when.is))
    }

    fn make_ready(&mut self, place: u32, at: &Moment) {
        self.steps[place as usize].ready_at = Some(at.clone());
        self.enter(place, StepState::Ready);
    }

    /// Tells the steps that wait for one that they need not any more.
    pub(super) fn release(&mut self, place: u32, at: &Moment) {
        let mut past = vec![place];
        while let Some(place) = past.pop() {
            for waiting in std::mem::take(&mut self.after[place as usize]) {
                let step = &mut self.steps[waiting as usize];
                step.missing -= 1;
                match (step.missing, step.state) {
                    (0, StepState::Waiting) => self.make_ready(waiting, at),
                    (0, StepState::Skipped) => past.push(waiting),
                    _ => {}
                }
            }
        }
    }

    fn stop(&mut self, event: &Event) {
        let What::StopRequested {
            why,
            undo,
            incident,
        } = &event.what
        else {
            return;
        };
        if let Some(incident) = incident {
            self.open(incident, Hold::of(incident.cause), event);
        }
        self.phase = Phase::Stopping(Stop {
            by: event.by.clone(),
            why: why.clone(),
            undo: *undo,
        });
        for place in std::mem::take(&mut self.retrying) {
            self.enter(place, StepState::Failed);
        }
    }
}

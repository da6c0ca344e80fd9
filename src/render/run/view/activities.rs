//! Everything that was begun in a run, attempt by attempt, for the formats of other tools.

use super::value::stamp;
use crate::drill::{Phase, Run};
use crate::journal::{Event, Holds, Outcome, Part, Seen, What};
use crate::model::Action;
use crate::render::run::history::{History, Trial};

/// What a run was to do, and everything that was begun in it.
#[derive(Clone, Debug)]
pub struct Activities {
    /// How it ended; nothing while it is not over.
    pub outcome: Option<Outcome>,
    /// What it was to do, step by step.
    pub planned: Vec<Activity>,
    /// How what began is taken back.
    pub undos: Vec<Activity>,
    /// What should hold as long as all is well.
    pub steady: Vec<Activity>,
    /// Every attempt at a step, in the order in which they began.
    pub done: Vec<Attempt>,
    /// Every attempt at taking a step back, in the same order.
    pub taken_back: Vec<Attempt>,
    /// Every time that something was looked at that should hold.
    pub seen: Vec<Sight>,
}

/// Something that people or the engine do.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Its name.
    pub name: String,
    /// What to do, in words.
    pub text: String,
    /// What the engine does; nothing where people do it.
    pub action: Option<Action>,
}

/// One attempt at an activity.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// At which one.
    pub activity: Activity,
    /// When it began.
    pub began: String,
    /// When it came to its end, and how many microseconds it took; nothing where it did not.
    pub ended: Option<(String, u64)>,
    /// Whether it had its effect.
    pub succeeded: bool,
    /// What is known of it, line by line.
    pub facts: Vec<String>,
}

/// That something was looked at that should hold.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The probe.
    pub activity: Activity,
    /// When in the run.
    pub seen: Seen,
    /// At which moment.
    pub at: String,
    /// Whether it held.
    pub holds: bool,
    /// What is known of it, line by line.
    pub facts: Vec<String>,
}

impl Activities {
    /// What a run was to do, and everything that was begun in it.
    pub fn new(run: &Run, history: &History, events: &[Event]) -> Self {
        let places = || (0u32..).take(run.steps.len());
        let undo = |place: &u32| run.task(*place).undo.is_some();
        let outcome = match run.phase {
            Phase::Finished(outcome) => Some(outcome),
            _ => None,
        };
        Activities {
            outcome,
            planned: places().map(|at| activity(run, at, Part::Step)).collect(),
            undos: places()
                .filter(undo)
                .map(|at| activity(run, at, Part::Undo))
                .collect(),
            steady: run.script.steady_state.iter().map(probe).collect(),
            done: attempts(run, history, Part::Step),
            taken_back: attempts(run, history, Part::Undo),
            seen: events
                .iter()
                .filter_map(|event| sight(run, event))
                .collect(),
        }
    }
}

fn activity(run: &Run, place: u32, part: Part) -> Activity {
    let task = run.task(place);
    Activity {
        name: task.name.clone(),
        text: task.words(part).to_owned(),
        action: task.action(part).cloned(),
    }
}

fn probe(steady: &crate::journal::SteadyState) -> Activity {
    Activity {
        name: steady.name.clone(),
        text: steady.name.clone(),
        action: Some(steady.probe.clone()),
    }
}

fn attempts(run: &Run, history: &History, part: Part) -> Vec<Attempt> {
    let places = (0u32..).take(run.steps.len());
    let mut all: Vec<(u64, Attempt)> = places
        .flat_map(|place| {
            let trials = history.track(place).of(part);
            trials.map(move |trial| {
                let began = history.offset(trial.began).micros;
                (began, attempt(activity(run, place, part), trial))
            })
        })
        .collect();
    all.sort_by_key(|(began, _)| *began);
    all.into_iter().map(|(_, attempt)| attempt).collect()
}

fn attempt(activity: Activity, trial: &Trial) -> Attempt {
    let ended = trial.end.zip(trial.took());
    Attempt {
        activity,
        began: stamp(trial.began),
        ended: ended.map(|(end, took)| (stamp(end.at), took.micros)),
        succeeded: trial.end.is_some_and(|end| end.how.succeeded()),
        facts: trial.facts.to_vec(),
    }
}

fn sight(run: &Run, event: &Event) -> Option<Sight> {
    let What::SteadyStateSeen {
        name,
        seen,
        holds,
        facts,
    } = &event.what
    else {
        return None;
    };
    let mut stated = run.script.steady_state.iter();
    Some(Sight {
        activity: probe(stated.find(|steady| steady.name == *name)?),
        seen: *seen,
        at: stamp(&event.at),
        holds: *holds == Holds::Yes,
        facts: facts.clone(),
    })
}

//! The written steps that bring something back.

use std::collections::HashMap;

use super::{Action, Channel, Visibility, plain, words};
use crate::id::*;
use crate::time::{Date, Duration};

plain! {
    /// The written steps that bring something back or keep something going.
    pub struct Procedure {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: ProcedureId,
        /// Its name, as people say it.
        pub name: String,
        /// What it achieves, and when to use it.
        pub summary: Option<String>,
        /// Who keeps it right.
        pub owner: Option<PartyId>,
        /// The steps. Each follows the one before, unless it says otherwise.
        #[serde(default)]
        pub steps: Vec<Step>,
        /// When it was last shown to be right.
        pub verified_at: Option<Date>,
        /// Whether it may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }

    /// One step of a procedure.
    pub struct Step {
        /// Its id, unique within the procedure.
        pub id: StepId,
        /// What to do, in words that can be followed at three in the morning.
        #[serde(rename = "do")]
        pub text: String,
        /// Who does it.
        pub role: Option<RoleId>,
        /// The line of communication: who is told by what means when it is done.
        pub tell: Option<Tell>,
        /// How long it should take.
        pub expected: Option<Duration>,
        /// The systems one needs in order to do it, such as the vault or the chat.
        #[serde(default)]
        pub tools: Vec<SystemId>,
        /// The credentials one needs in order to do it.
        #[serde(default)]
        pub credentials: Vec<CredentialId>,
        /// The steps that must be done before. The step above, when left out; `[]` for none.
        pub after: Option<Vec<StepId>>,
        /// What Mainstay itself does to carry the step out. Without it a person does the step.
        pub run: Option<Action>,
        /// How long it may take before it is ended. An hour, when left out.
        pub timeout: Option<Duration>,
        /// How often it is tried again when it fails, and how long to wait before. Not at all,
        /// when left out.
        pub retry: Option<Retry>,
        /// A probe that tells whether the step took effect: asked where nobody knows.
        pub verify: Option<Action>,
        /// How to take the step back.
        pub undo: Option<StepUndo>,
        /// What happens to the drill when the step fails for good.
        #[serde(default)]
        pub on_failure: OnFailure,
        /// What happens when nobody knows whether the step took effect, as after a power cut.
        pub on_crash: Option<OnCrash>,
    }

    /// How often a step is tried again, and how long to wait before.
    pub struct Retry {
        /// How often, after the first time.
        pub times: u32,
        /// How long to wait before each. No time, when left out.
        pub wait: Option<Duration>,
    }

    /// How to take a step back. It must do no harm where the step never took effect.
    pub struct StepUndo {
        /// What to do, in words.
        #[serde(rename = "do")]
        pub text: Option<String>,
        /// What Mainstay itself does to take it back. Without it a person does it.
        pub run: Option<Action>,
        /// Why there is nothing to take back.
        pub none: Option<String>,
    }

    /// A line of communication: who is told, and by what means.
    pub struct Tell {
        /// Who is told: a person, a role or a team.
        pub who: PartyId,
        /// By what means.
        pub by: Channel,
        /// The system of ours that this means needs, if any.
        pub needs: Option<SystemId>,
    }
}

words! {
    /// What happens to a drill when a step fails for good.
    #[derive(Default)]
    pub enum OnFailure {
        /// The drill stops, and everything that began is taken back.
        #[default]
        Undo = "stop and take back",
        /// The drill stops, and everything is left as it is.
        Leave = "stop and leave as it is",
        /// The drill goes on as if the step were done.
        Continue = "go on",
    }
}

words! {
    /// What happens when nobody knows whether a step took effect.
    pub enum OnCrash {
        /// It is done again: doing it twice does no harm.
        Retry = "do it again",
        /// A probe is asked, and a person where that cannot tell.
        Verify = "ask a probe",
        /// A person is asked.
        Ask = "ask a person",
    }
}

impl Step {
    /// Everything that Mainstay does for the step, by its key; the key of an undo is `undo`.
    pub fn actions(&self) -> impl Iterator<Item = (&'static str, &Action)> {
        let undo = self.undo.as_ref().and_then(|undo| undo.run.as_ref());
        let all = [
            ("run", self.run.as_ref()),
            ("verify", self.verify.as_ref()),
            ("undo", undo),
        ];
        all.into_iter()
            .filter_map(|(key, action)| Some((key, action?)))
    }

    /// Whether Mainstay changes something in it.
    pub fn changes(&self) -> bool {
        self.run.as_ref().is_some_and(|run| !run.only_looks())
    }
}

impl Procedure {
    /// The indices of the steps that must be done before step `index`.
    ///
    /// Names of steps that do not exist are left out; they are a finding of their own.
    pub fn before(&self, index: usize) -> Vec<usize> {
        self.before_by(index, |id| {
            self.steps.iter().position(|step| step.id == *id)
        })
    }

    /// For each step the indices of those that must be done before it.
    pub fn before_each(&self) -> Vec<Vec<usize>> {
        // Of several steps with one id the first is meant, as everywhere.
        let places = self.steps.iter().enumerate().rev();
        let places: HashMap<&StepId, usize> = places.map(|(i, step)| (&step.id, i)).collect();
        let steps = 0..self.steps.len();
        steps
            .map(|index| self.before_by(index, |id| places.get(id).copied()))
            .collect()
    }

    fn before_by(&self, index: usize, place: impl Fn(&StepId) -> Option<usize>) -> Vec<usize> {
        match &self.steps[index].after {
            None => index.checked_sub(1).into_iter().collect(),
            Some(after) => after.iter().filter_map(place).collect(),
        }
    }
}

//! The written steps that bring something back.

use std::collections::{BTreeSet, HashMap};

use super::{Action, Channel, Gate, Visibility, When, plain, words};
use crate::id::*;
use crate::time::{Date, Duration};

/// What can be answered where a step asks for a yes.
pub const YES_OR_NO: [&str; 2] = ["yes", "no"];

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
        /// The answer of an earlier step that makes this one necessary. It always is, when left
        /// out.
        pub when: Option<When>,
        /// What Mainstay itself does to carry the step out. Without it a person does the step.
        pub run: Option<Action>,
        /// People say yes before the drill goes on; a no is a step that failed.
        pub confirm: Option<Gate>,
        /// People choose how the drill goes on; later steps say with `when` to which answer they
        /// belong.
        pub decide: Option<Gate>,
        /// Another procedure whose steps are done in the place of this one.
        pub run_procedure: Option<ProcedureId>,
        /// How long it may take before it is ended. An hour for what Mainstay does, a day for what
        /// people do, when left out; longer where `expected` says that it takes long.
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
        /// How that can be tried without any effect, such as by `--dry-run` or a probe: done before
        /// anything is begun, and where it fails nothing is.
        pub rehearse: Option<Action>,
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
    /// Everything that Mainstay does for the step, by its key; that of an undo and its rehearsal is
    /// `undo`.
    pub fn actions(&self) -> impl Iterator<Item = (&'static str, &Action)> {
        let undo = self.undo.as_ref();
        let all = [
            ("run", self.run.as_ref()),
            ("verify", self.verify.as_ref()),
            ("undo", undo.and_then(|undo| undo.run.as_ref())),
            ("undo", undo.and_then(|undo| undo.rehearse.as_ref())),
        ];
        all.into_iter()
            .filter_map(|(key, action)| Some((key, action?)))
    }

    /// The question it asks, if it asks one.
    pub fn gate(&self) -> Option<&Gate> {
        self.confirm.as_ref().or(self.decide.as_ref())
    }

    /// What can be answered to the question it asks, each answer once.
    pub fn answers(&self) -> Vec<&str> {
        let Some(gate) = self.gate() else {
            return Vec::new();
        };
        let stated: BTreeSet<&str> = gate.answers.iter().map(String::as_str).collect();
        match self.confirm {
            Some(_) => YES_OR_NO.to_vec(),
            None => stated.into_iter().collect(),
        }
    }

    /// Whether Mainstay changes something to take it back, and cannot try that before.
    pub fn undoes_unrehearsed(&self) -> bool {
        let undo = self.undo.as_ref().filter(|undo| undo.rehearse.is_none());
        let run = undo.and_then(|undo| undo.run.as_ref());
        run.is_some_and(|run| !run.only_looks())
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

    /// Why nobody can tell what is to be done in a step: each reason with the key it is about.
    pub fn unclear(&self, index: usize) -> Vec<(&'static str, String)> {
        let step = &self.steps[index];
        let actions = step.actions();
        let mut unclear: Vec<_> = actions
            .filter_map(|(key, action)| Some((key, action.unclear()?)))
            .collect();
        let does = [
            ("run", step.run.is_some()),
            ("confirm", step.confirm.is_some()),
            ("decide", step.decide.is_some()),
            ("run-procedure", step.run_procedure.is_some()),
        ];
        let mut does = does.into_iter().filter(|(_, stated)| *stated);
        if let (Some((first, _)), Some((second, _))) = (does.next(), does.next()) {
            let why = format!("stands beside `{first}`, and a step does one thing");
            unclear.push((second, why));
        }
        let own = [
            ("retry", step.retry.is_some()),
            ("timeout", step.timeout.is_some()),
            ("verify", step.verify.is_some()),
            ("undo", step.undo.is_some()),
            ("on-crash", step.on_crash.is_some()),
        ];
        let own = own
            .into_iter()
            .filter(|(_, stated)| *stated && step.run_procedure.is_some());
        unclear.extend(own.map(|(key, _)| {
            (
                key,
                "has no meaning beside `run-procedure`: state it at the steps of that".to_owned(),
            )
        }));
        if step
            .confirm
            .as_ref()
            .is_some_and(|gate| !gate.answers.is_empty())
        {
            let why = "is answered with yes or no: write `decide` for other `answers`";
            unclear.push(("confirm", why.to_owned()));
        }
        if step.decide.is_some() && step.answers().len() < 2 {
            unclear.push(("decide", "needs two `answers` or more".to_owned()));
        }
        let undo = step.undo.as_ref();
        if undo.is_some_and(|undo| undo.none.is_some() && undo.rehearse.is_some()) {
            let why = "says that there is nothing to take back, and how to rehearse that";
            unclear.push(("undo", why.to_owned()));
        }
        unclear.extend(self.unclear_when(index).map(|why| ("when", why)));
        unclear
    }

    fn unclear_when(&self, index: usize) -> Option<String> {
        let when = self.steps[index].when.as_ref()?;
        // That there is no such step at all is a finding of its own.
        let asked = self.steps.iter().find(|step| step.id == when.step)?;
        let answers = asked.answers();
        match answers.as_slice() {
            [] => Some(format!("names `{}`, which asks nothing", when.step)),
            _ if answers.contains(&when.is.as_str()) => None,
            _ => Some(format!(
                "waits for `{}`, which is no answer of `{}`: those are {}",
                when.is,
                when.step,
                answers.join(", ")
            )),
        }
    }

    fn before_by(&self, index: usize, place: impl Fn(&StepId) -> Option<usize>) -> Vec<usize> {
        let step = &self.steps[index];
        let mut before: Vec<usize> = match &step.after {
            None => index.checked_sub(1).into_iter().collect(),
            Some(after) => after.iter().filter_map(&place).collect(),
        };
        // Whether a step is necessary is known when the question has been answered.
        let asked = step.when.as_ref().and_then(|when| place(&when.step));
        // So is who did what, where whoever did it may not answer.
        let not_by = step.gate().map_or(&[][..], |gate| &gate.not_by);
        for named in asked.into_iter().chain(not_by.iter().filter_map(&place)) {
            if !before.contains(&named) {
                before.push(named);
            }
        }
        before
    }
}

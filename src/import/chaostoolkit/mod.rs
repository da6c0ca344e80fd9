//! An experiment of Chaos Toolkit becomes a procedure and a drill.
//!
//! The activities of its method are the steps, one after the other. Its steady state is looked at
//! all the while where a web service tells it, else in steps before and after the method. Its
//! rollbacks are the last steps, and take back what began when a step fails.

mod activity;
mod steps;
mod tolerance;
mod values;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use serde_yaml::Value;

use self::activity::{Activity, Does, no_undo, undo};
use self::steps::Steps;
use self::values::Values;
use super::{Imported, map};
use crate::error::{Error, Result};
use crate::id;

/// What is said of every experiment: where Chaos Toolkit and Mainstay mean different things.
const DIFFERENCES: [&str; 4] = [
    "a step that fails stops the drill and takes back what began; Chaos Toolkit goes on",
    "a command succeeds with exit status 0 and an answer with a status of 200 to 299, unless a \
     tolerance says otherwise; redirects are not followed",
    "a command is given the environment variables that the experiment names, and no others but \
     `PATH`, `HOME` and `LANG`",
    "no step has a role yet: write `role:` and `tell:`; `mainstay check` says where",
];

/// Keys of an experiment that are told of here.
const KEYS: [&str; 8] = [
    "title",
    "description",
    "version",
    "configuration",
    "secrets",
    "steady-state-hypothesis",
    "method",
    "rollbacks",
];

/// Makes a plan of an experiment, which is JSON or YAML.
///
/// # Errors
/// When the text is no experiment.
pub fn import(text: &str) -> Result<Imported> {
    let experiment: Json = serde_yaml::from_str(text)
        .map_err(|error| not_one("it is neither JSON nor YAML").because(error))?;
    let experiment = experiment
        .as_object()
        .ok_or_else(|| not_one("it has no keys"))?;
    let title = experiment.get("title").and_then(Json::as_str);
    let title = title.ok_or_else(|| not_one("it has no `title`"))?;
    if !experiment.get("method").is_some_and(Json::is_array) {
        return Err(not_one("it has no `method`"));
    }
    Ok(Import::new(experiment).plan(title))
}

fn not_one(why: &str) -> Error {
    Error::invalid(format!("read the experiment: {why}"))
        .hint("`chaos validate` says what an experiment of Chaos Toolkit must have.")
}

/// An experiment while a plan is made of it.
struct Import<'e> {
    experiment: &'e Map<String, Json>,
    values: Values,
    steps: Steps,
    notes: Vec<String>,
}

impl<'e> Import<'e> {
    fn new(experiment: &'e Map<String, Json>) -> Self {
        let mut notes: Vec<String> = DIFFERENCES.map(str::to_owned).to_vec();
        let others = experiment
            .iter()
            .filter(|(key, value)| !KEYS.contains(&key.as_str()) && !is_empty(value));
        notes.extend(others.map(|(key, value)| format!("`{key}` is not carried over: {value}")));
        let values = Values::new(experiment, &mut notes);
        Import {
            experiment,
            values,
            steps: Steps::default(),
            notes,
        }
    }

    fn plan(mut self, title: &str) -> Imported {
        let id = id::from_name(title).unwrap_or_else(|| "experiment".to_owned());
        let steady = self.steady_before();
        self.method();
        self.steady_after();
        self.rollbacks();
        let text = |key: &str| {
            self.experiment
                .get(key)
                .and_then(Json::as_str)
                .map(Value::from)
        };
        let hypothesis = self.hypothesis().and_then(|it| it.get("title")?.as_str());
        let procedure = map([
            ("id", Some(id.as_str().into())),
            ("name", Some(title.into())),
            ("summary", text("description")),
            ("steps", Some(self.steps.into_list())),
        ]);
        let drill = map([
            ("id", Some(format!("{id}-drill").into())),
            ("name", Some(title.into())),
            ("kind", Some("functional".into())),
            ("procedures", Some(vec![Value::from(id)].into())),
            ("steady-state", listed(steady)),
            ("with", listed(self.values.settings())),
            (
                "success-criteria",
                hypothesis.map(|it| vec![Value::from(it)].into()),
            ),
        ]);
        let list = |entry| Some(vec![Value::Mapping(entry)].into());
        let mut said = BTreeSet::new();
        self.notes.retain(|note| said.insert(note.clone()));
        Imported {
            plan: map([("procedures", list(procedure)), ("drills", list(drill))]),
            notes: self.notes,
        }
    }

    fn hypothesis(&self) -> Option<&'e Map<String, Json>> {
        self.experiment.get("steady-state-hypothesis")?.as_object()
    }

    /// The activities under a key of the experiment or of its hypothesis; what only refers to
    /// another one is that one.
    fn activities(&mut self, of: Option<&'e Map<String, Json>>, key: &str) -> Vec<&'e Json> {
        let stated = of.and_then(|it| it.get(key)).and_then(Json::as_array);
        let mut found = Vec::new();
        for activity in stated.into_iter().flatten() {
            match activity.get("ref").and_then(Json::as_str) {
                None => found.push(activity),
                Some(name) => match self.named(name) {
                    Some(meant) => found.push(meant),
                    None => self
                        .notes
                        .push(format!("nothing is called `{name}`, which `{key}` names")),
                },
            }
        }
        found
    }

    fn named(&self, name: &str) -> Option<&'e Json> {
        let lists = [
            self.hypothesis().and_then(|it| it.get("probes")),
            self.experiment.get("method"),
            self.experiment.get("rollbacks"),
        ];
        let mut all = lists
            .into_iter()
            .flatten()
            .filter_map(Json::as_array)
            .flatten();
        all.find(|activity| activity.get("name").and_then(Json::as_str) == Some(name))
    }

    /// The probes of the steady state that are looked at all the while; a step for each other one.
    fn steady_before(&mut self) -> Vec<Value> {
        let mut steady = Vec::new();
        for probe in self.activities(self.hypothesis(), "probes") {
            let probe = Activity::read(probe, &self.values, &mut self.notes);
            match probe.steady_state() {
                Some(state) => steady.push(state),
                None => self
                    .steps
                    .add(&probe.used("before", "See that all is well")),
            }
        }
        steady
    }

    fn steady_after(&mut self) {
        // What there is to say of them was said before.
        let mut said = Vec::new();
        for probe in self.activities(self.hypothesis(), "probes") {
            let probe = Activity::read(probe, &self.values, &mut said);
            if probe.steady_state().is_none() {
                self.steps
                    .add(&probe.used("after", "See that all is well again"));
            }
        }
    }

    fn method(&mut self) {
        let rollbacks = self.read_rollbacks(&mut Vec::new());
        if rollbacks.is_empty() {
            self.notes
                .push("the experiment has no rollbacks, so nothing is taken back".to_owned());
        } else if !matches!(
            rollbacks.as_slice(),
            [Activity {
                does: Does::Run(_),
                ..
            }]
        ) {
            let why = "when a step fails, a person plays the rollbacks, in the words of `undo`";
            self.notes.push(why.to_owned());
        }
        let mut first = true;
        for activity in self.activities(Some(self.experiment), "method") {
            let activity = Activity::read(activity, &self.values, &mut self.notes);
            let undo = if activity.only_looks {
                no_undo("it only looks")
            } else if std::mem::take(&mut first) || rollbacks.is_empty() {
                undo(&rollbacks)
            } else {
                no_undo("the rollbacks of the experiment take it back")
            };
            if activity.background {
                let name = &activity.name;
                let told = "runs in the background: what follows begins at the same time, and \
                            the end of the method waits for it";
                self.notes.push(format!("`{name}` {told}"));
            }
            self.steps.add_with(&activity, undo);
        }
        self.steps.join();
    }

    fn rollbacks(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        for rollback in self.read_rollbacks(&mut notes) {
            self.steps.add(&rollback.used("rollback", "Take back"));
        }
        self.notes = notes;
    }

    fn read_rollbacks(&mut self, notes: &mut Vec<String>) -> Vec<Activity> {
        let all = self.activities(Some(self.experiment), "rollbacks");
        let read = all
            .into_iter()
            .map(|it| Activity::read(it, &self.values, notes));
        read.collect()
    }
}

fn listed(list: Vec<Value>) -> Option<Value> {
    (!list.is_empty()).then(|| list.into())
}

/// Whether a value says nothing.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(list) => list.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

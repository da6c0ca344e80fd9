//! Activities become steps: one after the other, those in the background beside what follows.

use std::collections::BTreeSet;

use serde_yaml::{Mapping, Value};

use super::activity::{Activity, Does, no_undo};
use crate::id;
use crate::import::map;

/// The steps so far.
#[derive(Default)]
pub struct Steps {
    list: Vec<Value>,
    taken: BTreeSet<String>,
    /// The step that was added last.
    above: Option<String>,
    /// The steps that the next one waits for.
    front: Vec<String>,
    /// What was begun in the background.
    behind: Vec<String>,
}

impl Steps {
    /// A step that follows the one before, and takes nothing back.
    pub fn add(&mut self, activity: &Activity) {
        self.add_with(activity, no_undo("it looks, or takes back itself"));
    }

    /// A step with how it is taken back, where Mainstay does it or it is to be said in words.
    pub fn add_with(&mut self, activity: &Activity, undo: Mapping) {
        let mut after = self.front.clone();
        self.pause(&mut after, activity.pause_before);
        let by_person = matches!(activity.does, Does::Person(_));
        // Only what takes something back is said of a person's step.
        let undo = Some(undo).filter(|undo| !by_person || !undo.contains_key("none"));
        let step = map([
            ("do", Some(activity.words().into())),
            (
                "run",
                match &activity.does {
                    Does::Run(run) => Some(Value::Mapping(run.clone())),
                    Does::Person(_) => None,
                },
            ),
            (
                "timeout",
                activity
                    .timeout
                    .filter(|it| *it > 0)
                    .map(|it| format!("{it}s").into()),
            ),
            ("undo", undo.map(Value::Mapping)),
        ]);
        self.push(&mut after, &activity.called, step);
        self.pause(&mut after, activity.pause_after);
        if activity.background {
            self.behind.extend(after);
        } else {
            self.front = after;
        }
    }

    /// What follows waits for all that was begun in the background.
    pub fn join(&mut self) {
        self.front.append(&mut self.behind);
    }

    /// The steps, as a plan has them.
    pub fn into_list(self) -> Value {
        self.list.into()
    }

    fn pause(&mut self, after: &mut Vec<String>, seconds: u64) {
        if seconds == 0 {
            return;
        }
        let lasting = map([("lasting", Some(format!("{seconds}s").into()))]);
        let wait = map([("wait", Some(Value::Mapping(lasting)))]);
        let step = map([
            ("do", Some(format!("Wait {seconds} s.").into())),
            ("run", Some(Value::Mapping(wait))),
        ]);
        self.push(after, "wait", step);
    }

    /// Adds a step after others, and makes it the one that is waited for.
    fn push(&mut self, after: &mut Vec<String>, name: &str, rest: Mapping) {
        let id = self.free(name);
        let follows = match (&self.above, after.as_slice()) {
            (None, []) => true,
            (Some(above), [one]) => above == one,
            _ => false,
        };
        let after_ids: Vec<Value> = after.iter().map(|id| id.as_str().into()).collect();
        let mut step = map([
            ("id", Some(id.as_str().into())),
            ("after", (!follows).then(|| after_ids.into())),
        ]);
        step.extend(rest);
        self.list.push(step.into());
        self.above = Some(id.clone());
        *after = vec![id];
    }

    /// An id made of a name that no other step has.
    fn free(&mut self, name: &str) -> String {
        let base = id::from_name(name).unwrap_or_else(|| "step".to_owned());
        let numbered = (2u32..).map(|number| format!("{base}-{number}"));
        let mut all = std::iter::once(base.clone()).chain(numbered);
        let id = all
            .find(|id| !self.taken.contains(id))
            .expect("numbers do not end");
        self.taken.insert(id.clone());
        id
    }
}

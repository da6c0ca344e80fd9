//! A drill and its procedures become a script: everything is resolved and frozen.

use std::collections::HashSet;

use super::content::digest;
use super::locks::locks;
use super::with::{Values, resolve};
use crate::graph::Graph;
use crate::journal::{Script, Task, Undo};
use crate::model::*;
use crate::time::Duration;

/// How long a step may take where it does not say: this, or four times as long as expected.
pub const TIMEOUT: Duration = Duration::seconds(3600);
/// How many steps may run at once where the drill does not say.
const PARALLEL: u32 = 4;

/// What a drill is going to do; `plans` is the digest of the files it is made from, and `values`
/// go before those of the drill.
///
/// # Errors
/// Every reason why it cannot be done, each as a sentence for the people who wrote the plans.
pub fn compile(
    programme: &Programme,
    drill: &Drill,
    plans: &str,
    values: &Values,
) -> Result<Script, Vec<String>> {
    let mut compiler = Compiler::new(programme, drill);
    let content = digest(drill, &compiler.tasks);
    compiler.resolve(&with(drill, values));
    compiler.check_measures();
    if !compiler.refused.is_empty() {
        return Err(compiler.refused);
    }
    Ok(Script {
        drill: drill.id.clone(),
        name: drill.name.clone(),
        kind: drill.kind,
        lead: drill.lead.clone(),
        objectives: drill.objectives.clone(),
        success_criteria: drill.success_criteria.clone(),
        locks: locks(&Graph::build(programme), drill),
        measures: drill.measures.clone(),
        plans: plans.to_owned(),
        content: Some(content),
        parallel_max: drill.parallel.unwrap_or(PARALLEL).max(1),
        tasks: compiler.tasks,
    })
}

/// SHA-256 over what decides what is done in a drill, as its runs carry it; the same whatever
/// values a run is given.
pub fn content(programme: &Programme, drill: &Drill) -> String {
    digest(drill, &Compiler::new(programme, drill).tasks)
}

/// The values of a drill, those that were given first.
fn with(drill: &Drill, given: &Values) -> Values {
    let stated = drill.with.iter();
    let stated = stated.map(|setting| (setting.name.clone(), setting.value.clone()));
    let mut values: Values = stated.collect();
    values.extend(given.clone());
    values
}

struct Compiler<'p> {
    drill: &'p Drill,
    tasks: Vec<Task>,
    names: HashSet<String>,
    refused: Vec<String>,
}

impl<'p> Compiler<'p> {
    /// The steps of a drill one after the other, with names in double braces as they are written.
    fn new(programme: &'p Programme, drill: &'p Drill) -> Self {
        let mut compiler = Compiler {
            drill,
            tasks: Vec::new(),
            names: HashSet::new(),
            refused: Vec::new(),
        };
        let ids = drill.procedures_in(programme);
        if ids.is_empty() {
            compiler.refuse(format!(
                "`{}` names no procedure, and neither does its scenario: write `procedures:`",
                drill.id
            ));
        }
        for id in ids {
            match programme.procedures.get(id.as_str()) {
                Some(procedure) => compiler.add(procedure),
                None => compiler.refuse(format!("there is no procedure `{id}`")),
            }
        }
        compiler
    }

    fn refuse(&mut self, why: String) {
        self.refused.push(why);
    }

    /// Adds a procedure behind those that were added before.
    fn add(&mut self, procedure: &Procedure) {
        let last = self.last_tasks();
        let befores = procedure.before_each();
        let Some(order) = order(&befores) else {
            return self.refuse(format!(
                "the steps of `{}` wait for each other in a circle",
                procedure.id
            ));
        };
        if order.is_empty() {
            self.refuse(format!("`{}` has no steps", procedure.id));
        }
        let first = self.tasks.len();
        let mut places = vec![0; order.len()];
        for (place, index) in order.into_iter().enumerate() {
            places[index] = u32::try_from(first + place).expect("fewer than plans can hold");
            let before = &befores[index];
            let before = if before.is_empty() {
                last.clone()
            } else {
                before.iter().map(|before| places[*before]).collect()
            };
            let step = &procedure.steps[index];
            let name = format!("{}/{}", procedure.id, step.id);
            if !self.names.insert(name.clone()) {
                self.refuse(format!("the step `{name}` would be done twice"));
            }
            self.check(&name, step);
            self.tasks.push(task(name, step, before, self.drill));
        }
    }

    /// Refuses to measure between steps that there are not.
    fn check_measures(&mut self) {
        for measure in &self.drill.measures {
            let steps = [&measure.from, &measure.until];
            let missing = steps
                .into_iter()
                .find(|step| !self.names.contains(step.as_str()));
            if let Some(step) = missing {
                let name = &measure.name;
                self.refused.push(format!(
                    "`{name}` is measured at `{step}`, which is no step of it"
                ));
            }
        }
    }

    /// The tasks that nothing waits for yet.
    fn last_tasks(&self) -> Vec<u32> {
        let mut last = vec![true; self.tasks.len()];
        for before in self.tasks.iter().flat_map(|task| &task.before) {
            last[*before as usize] = false;
        }
        (0u32..)
            .zip(last)
            .filter_map(|(place, last)| last.then_some(place))
            .collect()
    }

    /// Replaces every name in double braces by its value.
    fn resolve(&mut self, values: &Values) {
        for task in &mut self.tasks {
            let undo = task.undo.as_mut().and_then(|undo| undo.action.as_mut());
            let all = [task.action.as_mut(), task.verify.as_mut(), undo];
            for action in all.into_iter().flatten() {
                match resolve(action, values) {
                    Ok(resolved) => *action = resolved,
                    Err(why) if self.refused.contains(&why) => {}
                    Err(why) => self.refused.push(why),
                }
            }
        }
    }

    /// Refuses what no run may begin with.
    fn check(&mut self, name: &str, step: &Step) {
        for (key, action) in step.actions() {
            if let Some(why) = action.unclear() {
                self.refuse(format!("`{key}` of `{name}` {why}"));
            }
        }
        if step.changes() && step.undo.is_none() {
            self.refuse(format!(
                "`{name}` changes something and does not say how to take it back"
            ));
        }
    }
}

/// The steps in an order in which each stands behind those before it; `None` in a circle.
fn order(befores: &[Vec<usize>]) -> Option<Vec<usize>> {
    let count = befores.len();
    let mut missing: Vec<usize> = befores.iter().map(Vec::len).collect();
    let mut after = vec![Vec::new(); count];
    for (step, before) in befores.iter().enumerate() {
        for before in before {
            after[*before].push(step);
        }
    }
    let mut order: Vec<usize> = (0..count).filter(|step| missing[*step] == 0).collect();
    let mut next = 0;
    while let Some(step) = order.get(next).copied() {
        for waiting in &after[step] {
            missing[*waiting] -= 1;
            if missing[*waiting] == 0 {
                order.push(*waiting);
            }
        }
        next += 1;
    }
    (order.len() == count).then_some(order)
}

/// A step as a task. In a walkthrough or at a table nothing is touched: people confirm their steps.
fn task(name: String, step: &Step, before: Vec<u32>, drill: &Drill) -> Task {
    let touches = drill.touches();
    let action = step.run.clone().filter(|_| touches);
    let verify = step.verify.clone().filter(|_| touches);
    let undo = step
        .undo
        .as_ref()
        .filter(|undo| touches && undo.none.is_none());
    let on_crash = action
        .as_ref()
        .map(|action| action.on_crash(verify.is_some()));
    let four_times = step
        .expected
        .map_or(Duration::ZERO, |expected| expected.times(4));
    Task {
        text: step.text.clone(),
        role: step.role.clone(),
        tell: step.tell.clone(),
        expected: step.expected,
        timeout: step.timeout.unwrap_or(TIMEOUT.max(four_times)),
        attempts_max: 1 + step.retry.as_ref().map_or(0, |retry| retry.times),
        retry_wait: step
            .retry
            .as_ref()
            .and_then(|retry| retry.wait)
            .unwrap_or_default(),
        before,
        undo: undo.map(|undo| Undo {
            text: undo
                .text
                .clone()
                .unwrap_or_else(|| format!("Take back: {}", step.text)),
            action: undo.run.clone(),
        }),
        on_failure: step.on_failure,
        on_crash: step.on_crash.or(on_crash).unwrap_or(OnCrash::Ask),
        action,
        verify,
        name,
    }
}

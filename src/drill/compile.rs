//! A drill and its procedures become a script: everything is resolved and frozen.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::approval;
use super::content::{approved, done};
use super::draw::draw;
use super::locks::locks;
use super::mode::{Exercise, Mode, Prepared, Targets};
use super::restores::{Restoring, restoring};
use super::task::{self, Around};
use super::with::{Unresolved, Values, resolve, resolve_known};
use crate::graph::Graph;
use crate::id::{PersonId, ProcedureId, StepId};
use crate::journal::{self, Condition, EmergencyContact, Row, Script, Task};
use crate::model::*;
use crate::time::{Date, Duration};

/// How many steps may run at once where the drill does not say.
const PARALLEL: u32 = 4;
/// How often it is looked whether all holds that should, where the drill does not say.
const STEADY_EVERY: Duration = Duration::seconds(10);

/// What a script is made from, beside the plans.
#[derive(Clone, Copy, Debug)]
pub struct Given<'g> {
    /// SHA-256 over the plan files.
    pub plans: &'g str,
    /// Values for names in double braces, before those of the drill.
    pub values: &'g Values,
    /// What `{{mainstay}}` is, where nothing else is stated for it: this program.
    pub program: &'g str,
    /// The day on which it is to be done.
    pub today: Date,
    /// What is drawn at random is drawn with this.
    pub seed: u64,
}

/// What a drill is going to do.
///
/// # Errors
/// Every reason why it cannot be done, each as a sentence for the people who wrote the plans.
pub fn compile<M: Mode>(
    programme: &Programme,
    drill: &Drill,
    given: &Given,
) -> Result<Prepared<M>, Vec<String>> {
    // As it is written, with everybody there.
    let written = Compiler::<M>::written(programme, drill);
    let absent = absent(programme, &written.tasks, (drill, given.seed));
    let content = done(drill, (written.tasks, written.rows));
    let mut compiler: Compiler<M> = Compiler {
        absent,
        ..Compiler::new(programme, drill)
    };
    compiler.values = with(drill, given.values, &compiler.targets);
    let program = || given.program.to_owned();
    compiler
        .values
        .entry("mainstay".to_owned())
        .or_insert_with(program);
    compiler.carried_out();
    compiler.put_injects(given.seed);
    compiler.check_names();
    compiler.resolve_tasks();
    let steady_state = compiler.steady_state();
    if !compiler.refused.is_empty() {
        return Err(compiler.refused);
    }
    let flaws = approval::flaws::<M>(programme, drill, given.values, given.today);
    let script = Script {
        drill: drill.id.clone(),
        name: drill.name.clone(),
        kind: drill.kind,
        mode: M::MODE,
        seed: given.seed,
        absent: compiler.absent,
        people: programme
            .people
            .iter()
            .map(|person| person.id.to_string())
            .collect(),
        steady_state,
        exclusions: drill.exclusions.clone(),
        approval: drill.approval.clone(),
        lead: drill.lead.clone(),
        leads: leads(programme, drill),
        holders: holders(programme, &compiler.tasks),
        contacts: contacts(programme, drill),
        incidents: drill.incidents_in(programme),
        objectives: drill.objectives.clone(),
        success_criteria: drill.success_criteria.clone(),
        locks: locks(&Graph::build(programme), drill),
        measures: measures(drill, (&compiler.tasks, &compiler.rows)),
        data_loss: drill.data_loss.clone(),
        plans: given.plans.to_owned(),
        content: Some(content),
        parallel_max: drill.parallel.unwrap_or(PARALLEL).max(1),
        rows: compiler.rows,
        tasks: compiler.tasks,
    };
    Ok(Prepared::new(script, flaws))
}

/// SHA-256 over what decides what is done in a drill, as its runs carry it; the same whatever
/// values and seed a run is given.
pub fn content(programme: &Programme, drill: &Drill) -> String {
    let written = Compiler::<Exercise>::written(programme, drill);
    done(drill, (written.tasks, written.rows))
}

/// SHA-256 over what an approval of a drill covers: everything that is frozen when it begins and
/// follows from the drill and its procedures, with the values of the mode and those that are given.
pub(super) fn covered<M: Mode>(programme: &Programme, drill: &Drill, given: &Values) -> String {
    let mut compiler = Compiler::<M>::written(programme, drill);
    let values = with(drill, given, &compiler.targets);
    for action in compiler.tasks.iter_mut().flat_map(Task::actions_mut) {
        *action = resolve_known(action, &values);
    }
    let steady = drill.steady_state.iter().map(|steady| {
        let probe = resolve_known(&steady.probe.action(), &values);
        (&steady.name, probe, steady.every)
    });
    let written = (compiler.tasks, compiler.rows);
    approved(programme, drill, steady.collect(), written)
}

/// The values for names in double braces: those that were given first, then those of the drill,
/// then the targets.
fn with<M: Mode>(drill: &Drill, given: &Values, targets: &Targets<M>) -> Values {
    let mut values = targets.values();
    let stated = drill.with.iter();
    values.extend(stated.map(|setting| (setting.name.clone(), setting.value.clone())));
    values.extend(given.clone());
    values
}

/// What is measured: what the drill says, and each restore against the recovery time objectives of
/// what it restores, of several the shortest.
fn measures(drill: &Drill, (tasks, rows): (&[Task], &[Row])) -> Vec<Measure> {
    let restores = (0u32..).zip(tasks).filter_map(|(place, task)| {
        let of: Vec<&Row> = rows.iter().filter(|it| it.tasks.contains(&place)).collect();
        let within = of.iter().filter_map(|row| row.rto).min()?;
        Some(Measure {
            name: task.text.clone(),
            from: task.name.clone(),
            until: task.name.clone(),
            within,
            of: None,
        })
    });
    drill.measures.iter().cloned().chain(restores).collect()
}

/// The ids of those who are drawn to be absent, out of those who hold roles in the drill.
fn absent(programme: &Programme, tasks: &[Task], (drill, seed): (&Drill, u64)) -> BTreeSet<String> {
    let roles = tasks.iter().filter_map(|task| task.role.as_ref());
    let roles = roles.filter_map(|role| programme.roles.get(role.as_str()));
    let people: BTreeSet<&str> = roles
        .filter_map(|role| role.primary.as_ref())
        .map(PersonId::as_str)
        .collect();
    let count = drill.absences.unwrap_or(0) as usize;
    let drawn = draw(seed, "absent", people.into_iter(), count);
    drawn.into_iter().map(str::to_owned).collect()
}

/// The ids of those who can be meant by whoever leads the drill.
fn leads(programme: &Programme, drill: &Drill) -> BTreeSet<String> {
    let leads = drill.lead.iter();
    let people = leads.flat_map(|lead| programme.people_behind(lead));
    people.map(ToString::to_string).collect()
}

/// The ids of those who hold each role of the steps, as far as the plans declare it.
fn holders(programme: &Programme, tasks: &[Task]) -> BTreeMap<String, BTreeSet<String>> {
    let roles = tasks.iter().filter_map(|task| task.role.as_ref());
    let roles = roles.filter_map(|role| programme.roles.get(role.as_str()));
    let people = |role| programme.holders(role).into_iter().map(ToString::to_string);
    let held = roles.map(|role| (role.id.to_string(), people(role).collect()));
    held.collect()
}

/// Whom to call when something goes wrong: the first, then the second.
fn contacts(programme: &Programme, drill: &Drill) -> Vec<EmergencyContact> {
    let people = [&drill.primary_contact, &drill.secondary_contact];
    let people = people.into_iter().flatten();
    let people = people.filter_map(|id| programme.people.get(id.as_str()));
    let contact = |person: &Person| EmergencyContact {
        person: person.id.clone(),
        name: person.name.clone(),
        ways: person
            .contacts
            .iter()
            .map(|way| format!("{} {}", way.by, way.to))
            .collect(),
    };
    people.map(|person| contact(person)).collect()
}

/// Where a procedure stands in a script.
struct Within<'w> {
    /// Its name there, with which the names of its steps begin.
    name: &'w str,
    /// The tasks that must be done before it.
    before: &'w [u32],
    /// The answers that make it necessary.
    when: &'w [Condition],
}

struct Compiler<'p, M> {
    programme: &'p Programme,
    drill: &'p Drill,
    absent: BTreeSet<String>,
    values: Values,
    targets: Targets<M>,
    rows: Vec<Row>,
    tasks: Vec<Task>,
    names: HashSet<String>,
    refused: Vec<String>,
}

impl<'p, M: Mode> Compiler<'p, M> {
    fn new(programme: &'p Programme, drill: &'p Drill) -> Self {
        Compiler {
            programme,
            drill,
            absent: BTreeSet::new(),
            values: Values::new(),
            targets: Targets::of(programme),
            rows: Vec::new(),
            tasks: Vec::new(),
            names: HashSet::new(),
            refused: Vec::new(),
        }
    }

    /// The same with all that the drill carries out, before anything is drawn or resolved.
    fn written(programme: &'p Programme, drill: &'p Drill) -> Self {
        let mut compiler = Compiler::new(programme, drill);
        compiler.carried_out();
        compiler
    }

    /// Adds the procedures of the drill, and then what it restores.
    fn carried_out(&mut self) {
        let last = self.procedures();
        if let Some(which) = self.drill.restores {
            self.restores(which, &last);
        }
    }

    /// Adds the steps that restore what is in the inventory, after those in which the procedures
    /// end.
    fn restores(&mut self, which: Restores, last: &[u32]) {
        let id = &self.drill.id;
        if !self.drill.touches() {
            self.refuse(format!(
                "`{id}` restores backups, and in a {} nothing is touched: write `kind: functional`",
                self.drill.kind.word()
            ));
            return;
        }
        let Restoring { rows, tasks } = restoring(self.programme, which);
        if tasks.is_empty() {
            self.refuse(format!(
                "`{id}` restores {} of the systems with `holds-data`, and of none a backup says \
                 with `verify` how that is done",
                which.word()
            ));
        }
        let first = u32::try_from(self.tasks.len()).expect("fewer than plans can hold");
        let moved = |places: Vec<u32>| places.into_iter().map(|place| place + first).collect();
        for task in tasks {
            if !self.names.insert(task.name.clone()) {
                self.refuse(format!("the step `{}` would be done twice", task.name));
            }
            let before = match task.before.as_slice() {
                [] => last.to_vec(),
                _ => moved(task.before),
            };
            self.tasks.push(Task { before, ..task });
        }
        let rows = rows.into_iter().map(|row| Row {
            tasks: moved(row.tasks),
            ..row
        });
        self.rows = rows.collect();
    }

    /// Adds the procedures of the drill one after the other, with names in double braces as they
    /// are written; gives back the tasks in which they end.
    fn procedures(&mut self) -> Vec<u32> {
        let ids = self.drill.procedures_in(self.programme);
        if ids.is_empty() && self.drill.restores.is_none() {
            self.refuse(format!(
                "`{}` names no procedure, and neither does its scenario: write `procedures:`",
                self.drill.id
            ));
        }
        let mut last = Vec::new();
        for id in ids {
            let within = Within {
                name: id.as_str(),
                before: &last,
                when: &[],
            };
            last = self.procedure(id, &within, &mut Vec::new());
        }
        last
    }

    fn refuse(&mut self, why: String) {
        if !self.refused.contains(&why) {
            self.refused.push(why);
        }
    }

    /// Adds a procedure; gives back the tasks with which it is done. `outer` are the procedures it
    /// stands in.
    fn procedure(
        &mut self,
        id: &ProcedureId,
        within: &Within,
        outer: &mut Vec<ProcedureId>,
    ) -> Vec<u32> {
        let programme = self.programme;
        let Some(procedure) = programme.procedures.get(id.as_str()) else {
            self.refuse(format!("there is no procedure `{id}`"));
            return Vec::new();
        };
        if outer.contains(id) {
            self.refuse(format!("`{id}` runs itself with `run-procedure`"));
            return Vec::new();
        }
        let befores = procedure.before_each();
        let Some(order) = order(&befores) else {
            self.refuse(format!(
                "the steps of `{id}` wait for each other in a circle"
            ));
            return Vec::new();
        };
        if order.is_empty() {
            self.refuse(format!("`{id}` has no steps"));
        }
        outer.push(id.clone());
        // The tasks with which each step is done.
        let mut done: Vec<Vec<u32>> = vec![Vec::new(); order.len()];
        for index in order {
            let before = match befores[index].as_slice() {
                [] => within.before.to_vec(),
                steps => steps.iter().flat_map(|step| done[*step].clone()).collect(),
            };
            done[index] = self.step(procedure, index, (within, &before, &done), outer);
        }
        outer.pop();
        let mut last = vec![true; done.len()];
        for before in befores.iter().flatten() {
            last[*before] = false;
        }
        let last = done.into_iter().zip(last).filter(|(_, last)| *last);
        last.flat_map(|(tasks, _)| tasks).collect()
    }

    /// Adds a step; gives back the tasks with which it is done.
    fn step(
        &mut self,
        procedure: &Procedure,
        index: usize,
        (within, before, done): (&Within, &[u32], &[Vec<u32>]),
        outer: &mut Vec<ProcedureId>,
    ) -> Vec<u32> {
        let step = &procedure.steps[index];
        let name = format!("{}/{}", within.name, step.id);
        for (key, why) in procedure.unclear(index) {
            self.refuse(format!("`{key}` of `{name}` {why}"));
        }
        let tasks_of = |id: &StepId| {
            let place = procedure.steps.iter().position(|step| step.id == *id);
            place.map_or(&[][..], |place| &done[place])
        };
        let mut when = within.when.to_vec();
        if let Some(condition) = &step.when {
            let asked = tasks_of(&condition.step).first();
            when.extend(asked.map(|task| Condition {
                task: *task,
                is: condition.is.clone(),
            }));
        }
        if let Some(other) = &step.run_procedure {
            let (name, when) = (&name, &when);
            return self.procedure(other, &Within { name, before, when }, outer);
        }
        if !self.names.insert(name.clone()) {
            self.refuse(format!("the step `{name}` would be done twice"));
        }
        if step.changes() && step.undo.is_none() {
            self.refuse(format!(
                "`{name}` changes something and does not say how to take it back"
            ));
        }
        let not_by = step.gate().map_or(&[][..], |gate| &gate.not_by);
        let absent = self.absent.clone();
        let around = Around {
            before: before.to_vec(),
            when,
            not_by: not_by.iter().flat_map(tasks_of).copied().collect(),
            absent: &absent,
        };
        match task::task(self.programme, self.drill, (name, step), around) {
            Ok(task) => self.tasks.push(task),
            Err(why) => {
                self.refuse(why);
                return Vec::new();
            }
        }
        vec![u32::try_from(self.tasks.len() - 1).expect("fewer than plans can hold")]
    }

    /// Puts the cards on the table, each behind the step it names or one that is drawn.
    fn put_injects(&mut self, seed: u64) {
        let steps: Vec<String> = self.tasks.iter().map(|task| task.name.clone()).collect();
        for inject in &self.drill.injects {
            let names = || steps.iter().map(String::as_str);
            let after = match &inject.after {
                Some(after) => Some(after.as_str()),
                None => draw(seed, inject.id.as_str(), names(), 1).pop(),
            };
            let place = after.and_then(|after| steps.iter().position(|name| name == after));
            let Some(place) = place.and_then(|place| u32::try_from(place).ok()) else {
                let after = after.unwrap_or_default();
                self.refuse(format!(
                    "the card `{}` comes after `{after}`, which is no step",
                    inject.id
                ));
                continue;
            };
            let task = task::card(inject, place);
            if self.names.insert(task.name.clone()) {
                self.tasks.push(task);
            } else {
                self.refuse(format!(
                    "the card `{}` stands in the drill twice",
                    inject.id
                ));
            }
        }
    }

    /// Refuses to name steps that there are not.
    fn check_names(&mut self) {
        let measures = self.drill.measures.iter();
        let measured = measures.flat_map(|measure| {
            let what = format!("`{}` is measured", measure.name);
            [(what.clone(), &measure.from), (what, &measure.until)]
        });
        let exclusions = self.drill.exclusions.iter();
        let excluded = exclusions.map(|one| ("an exclusion is stated".to_owned(), &one.step));
        let losses = self.drill.data_loss.iter();
        let lost = losses.flat_map(|loss| {
            let what = format!("`{}` is found out", loss.name);
            [(what.clone(), &loss.fault), (what, &loss.found)]
        });
        let named: Vec<_> = measured.chain(lost).chain(excluded).collect();
        for (what, step) in named {
            if !self.names.contains(step) {
                self.refuse(format!("{what} at `{step}`, which is no step of it"));
            }
        }
        for measure in &self.drill.measures {
            let (name, from, until) = (&measure.name, &measure.from, &measure.until);
            if from != until && self.comes_before(until, from) {
                self.refuse(format!(
                    "`{name}` is measured from `{from}` until `{until}`, which is done before"
                ));
            }
        }
        for loss in &self.drill.data_loss {
            let looks = |task: &Task| task.action.as_ref().is_some_and(|a| a.find_mark.is_some());
            let found = self.tasks.iter().find(|task| task.name == loss.found);
            if self.drill.touches() && found.is_some_and(|task| !looks(task)) {
                let (name, found) = (&loss.name, &loss.found);
                self.refuse(format!(
                    "`{name}` is found out at `{found}`, which has no `find-mark`"
                ));
            }
        }
    }

    /// Whether a step must be done before another one can begin.
    fn comes_before(&self, step: &str, other: &str) -> bool {
        let place = |name: &str| self.tasks.iter().position(|task| task.name == name);
        let (Some(step), Some(other)) = (place(step), place(other)) else {
            return false;
        };
        let (mut seen, mut next) = (vec![false; self.tasks.len()], vec![other]);
        while let Some(task) = next.pop() {
            for before in self.tasks[task]
                .before
                .iter()
                .map(|before| *before as usize)
            {
                if !std::mem::replace(&mut seen[before], true) {
                    next.push(before);
                }
            }
        }
        seen[step]
    }

    /// What holds as long as all is well, with every name replaced by its value.
    fn steady_state(&mut self) -> Vec<journal::SteadyState> {
        let mut all: Vec<journal::SteadyState> = Vec::new();
        let drill = self.drill;
        for steady in drill.steady_state.iter().filter(|_| drill.touches()) {
            let name = format!("steady-state `{}`", steady.name);
            let mut probe = steady.probe.action();
            if let Some(why) = probe.unclear() {
                self.refuse(format!("{name} {why}"));
            }
            if !probe.only_looks() {
                self.refuse(format!("{name} changes something, and a probe only looks"));
            }
            if all.iter().any(|other| other.name == steady.name) {
                self.refuse(format!("{name} is stated twice"));
            }
            self.resolve(&name, &mut probe);
            all.push(journal::SteadyState {
                name: steady.name.clone(),
                probe,
                every: steady
                    .every
                    .unwrap_or(STEADY_EVERY)
                    .max(Duration::seconds(1)),
            });
        }
        all
    }

    /// Replaces every name in double braces by its value.
    fn resolve_tasks(&mut self) {
        let mut tasks = std::mem::take(&mut self.tasks);
        for task in &mut tasks {
            let name = format!("`{}`", task.name);
            task.actions_mut()
                .for_each(|action| self.resolve(&name, action));
        }
        self.tasks = tasks;
    }

    fn resolve(&mut self, name: &str, action: &mut Action) {
        match resolve(action, &self.values) {
            Ok(resolved) => *action = resolved,
            Err(Unresolved::Missing(value)) if self.targets.is_missing(&value) => {
                return self.refuse(format!(
                    "`{value}` is stated as a live target only, which no drill may reach: write \
                     what it is in an `exercise`"
                ));
            }
            Err(Unresolved::Missing(value)) => {
                return self.refuse(format!(
                    "nothing is stated for `{value}`: write it under `with`, or give it when the \
                     drill is run"
                ));
            }
            Err(Unresolved::Unreadable(why)) => return self.refuse(why),
        }
        if let Some(why) = self.targets.refusal(action) {
            self.refuse(format!("{name} {why}"));
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

//! A step as a task of a run.

use std::collections::BTreeSet;

use crate::id::PersonId;
use crate::journal::{Condition, Question, Task, Undo};
use crate::model::*;
use crate::time::Duration;

/// How long something may take where the step does not say: this, or four times as long as
/// expected.
const TIMEOUT: Duration = Duration::hours(1);
/// The same for what people do.
const PEOPLE_TIMEOUT: Duration = Duration::days(1);

/// What stands around a step in its script.
pub(super) struct Around<'a> {
    /// The tasks that must be done before.
    pub before: Vec<u32>,
    /// The answers that make it necessary.
    pub when: Vec<Condition>,
    /// The tasks whose doers may not answer it.
    pub not_by: Vec<u32>,
    /// The ids of those who are absent.
    pub absent: &'a BTreeSet<String>,
}

/// A step as a task. In a walkthrough or at a table nothing is touched: people confirm their steps.
///
/// # Errors
/// Why it cannot be done, as a sentence.
pub(super) fn task(
    programme: &Programme,
    drill: &Drill,
    (name, step): (String, &Step),
    around: Around,
) -> Result<Task, String> {
    let touches = drill.touches();
    let action = step.run.clone().filter(|_| touches);
    let verify = step.verify.clone().filter(|_| touches);
    let undo = step
        .undo
        .as_ref()
        .filter(|undo| touches && undo.none.is_none());
    let role = step.role.as_ref();
    let role = role.and_then(|role| programme.roles.get(role.as_str()));
    if let Some(role) = role.filter(|_| action.is_none()) {
        let holders = programme.holders(role);
        let present = |person: &&PersonId| !around.absent.contains(person.as_str());
        if !holders.is_empty() && !holders.iter().any(present) {
            return Err(format!(
                "`{name}` has nobody: all who hold `{}` were drawn to be absent, and nobody stands \
                 in for them",
                role.id
            ));
        }
    }
    let on_crash = action
        .as_ref()
        .map(|action| action.on_crash(verify.is_some()));
    let retry = step.retry.as_ref();
    Ok(Task {
        text: step.text.clone(),
        role: step.role.clone(),
        tell: step.tell.clone(),
        expected: step.expected,
        timeout: timeout(step, action.as_ref()),
        attempts_max: 1 + retry.map_or(0, |retry| retry.times),
        retry_wait: retry.and_then(|retry| retry.wait).unwrap_or_default(),
        gate: question(programme, (&name, step), &around)?,
        before: around.before,
        when: around.when,
        is_card: false,
        expected_answer: None,
        undo: undo.map(|undo| Undo {
            text: undo
                .text
                .clone()
                .unwrap_or_else(|| format!("Take back: {}", step.text)),
            action: undo.run.clone(),
            rehearse: undo.rehearse.clone(),
        }),
        on_failure: step.on_failure,
        on_crash: step.on_crash.or(on_crash).unwrap_or(OnCrash::Ask),
        action,
        verify,
        name,
    })
}

fn timeout(step: &Step, action: Option<&Action>) -> Duration {
    let least = match action {
        Some(_) => TIMEOUT,
        None => PEOPLE_TIMEOUT,
    };
    let expected = step.expected.unwrap_or(Duration::ZERO);
    step.timeout.unwrap_or(least.max(expected.times(4)))
}

/// The question of a step, if it asks one.
fn question(
    programme: &Programme,
    (name, step): (&str, &Step),
    around: &Around,
) -> Result<Option<Question>, String> {
    let Some(gate) = step.gate() else {
        return Ok(None);
    };
    let role = step.role.as_ref();
    let role = role.and_then(|role| programme.roles.get(role.as_str()));
    let people: BTreeSet<&PersonId> = match gate.by.as_slice() {
        [] => role.map(|role| programme.holders(role)).unwrap_or_default(),
        parties => parties
            .iter()
            .flat_map(|party| programme.people_behind(party))
            .collect(),
    };
    let anybody = gate.by.is_empty() && role.is_none();
    let people = people.into_iter();
    let present = people.filter(|person| !around.absent.contains(person.as_str()));
    let by: BTreeSet<String> = present.map(ToString::to_string).collect();
    let quorum = gate.quorum.unwrap_or(1);
    let enough = u32::try_from(by.len()).is_ok_and(|people| people >= quorum);
    if quorum == 0 || !(enough || anybody && quorum == 1) {
        return Err(format!(
            "`{name}` needs {quorum} people who say the same, and {} may answer",
            by.len()
        ));
    }
    let answers = step.answers().into_iter().map(str::to_owned).collect();
    let refusals = step.confirm.iter().map(|_| YES_OR_NO[1].to_owned());
    Ok(Some(Question {
        text: gate.question.clone().unwrap_or_else(|| step.text.clone()),
        answers,
        refusals: refusals.collect(),
        quorum,
        by,
        not_by: around.not_by.clone(),
    }))
}

/// A card that is put on the table after a step.
pub(super) fn card(inject: &Inject, after: u32) -> Task {
    Task {
        name: format!("card/{}", inject.id),
        text: inject.card.clone(),
        role: inject.role.clone(),
        tell: None,
        expected: None,
        timeout: PEOPLE_TIMEOUT,
        attempts_max: 1,
        retry_wait: Duration::ZERO,
        before: vec![after],
        action: None,
        verify: None,
        undo: None,
        gate: None,
        when: Vec::new(),
        is_card: true,
        expected_answer: inject.expected.clone(),
        on_failure: OnFailure::Continue,
        on_crash: OnCrash::Ask,
    }
}

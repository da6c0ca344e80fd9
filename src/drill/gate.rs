//! What people answer to the question of a step, and when that is enough.

use super::{Run, Step, Vote};
use crate::journal::{Question, Settled};

/// Why somebody cannot give an answer, if they cannot.
pub(super) fn refusal(run: &Run, place: u32, by: &str, answer: &str) -> Option<String> {
    let name = &run.task(place).name;
    let Some(question) = &run.task(place).gate else {
        return Some(format!("`{name}` asks nothing"));
    };
    if !question.answers.contains(answer) {
        let answers: Vec<&str> = question.answers.iter().map(String::as_str).collect();
        let answers = answers.join(", ");
        return Some(format!(
            "`{answer}` is no answer of `{name}`: those are {answers}"
        ));
    }
    no_say(run, place, by)
}

/// Why somebody has no say in a step, if it asks a question that others answer.
pub(super) fn no_say(run: &Run, place: u32, by: &str) -> Option<String> {
    let (name, question) = (&run.task(place).name, run.task(place).gate.as_ref()?);
    if !question.by.is_empty() && !question.by.contains(by) {
        let all = may_answer(run, place).join(", ");
        return Some(format!("`{by}` may not answer `{name}`; these may: {all}"));
    }
    let mut not_by = question.not_by.iter();
    let done = not_by.find(|other| did(run.step(**other), by))?;
    let done = &run.task(*done).name;
    Some(format!(
        "`{by}` did `{done}`, and so may not answer `{name}`"
    ))
}

/// The ids of those who may answer the question of a step; none, where anybody may.
pub fn may_answer(run: &Run, place: u32) -> Vec<&str> {
    let Some(question) = &run.task(place).gate else {
        return Vec::new();
    };
    let did = |by: &&str| {
        question
            .not_by
            .iter()
            .any(|other| did(run.step(*other), by))
    };
    let all = question.by.iter().map(String::as_str);
    all.filter(|by| !did(by)).collect()
}

/// Whether somebody did a step, or had a say in it.
fn did(step: &Step, by: &str) -> bool {
    step.done_by.as_deref() == Some(by) || step.votes.iter().any(|vote| vote.by == by)
}

/// How the question ends, and the answer, once enough people have given the same; also once those
/// who are left cannot bring enough together any more.
pub(super) fn settled(run: &Run, place: u32) -> Option<(Settled, Option<String>)> {
    let (question, step) = (run.task(place).gate.as_ref()?, run.step(place));
    let count = |answer: &str| {
        let votes = step.votes.iter().filter(|vote| vote.answer == answer);
        u32::try_from(votes.count()).unwrap_or(u32::MAX)
    };
    let enough = question
        .answers
        .iter()
        .find(|a| count(a) >= question.quorum);
    if let Some(answer) = enough {
        let settled = if question.refusals.contains(answer) {
            Settled::Failed
        } else {
            Settled::Succeeded
        };
        return Some((settled, Some(answer.clone())));
    }
    let left = left(run, place, question, &step.votes)?;
    let most = question.answers.iter().map(|answer| count(answer)).max();
    (most.unwrap_or(0).saturating_add(left) < question.quorum).then_some((Settled::Failed, None))
}

/// How many may still answer; `None` where anybody may.
fn left(run: &Run, place: u32, question: &Question, votes: &[Vote]) -> Option<u32> {
    if question.by.is_empty() {
        return None;
    }
    let may = may_answer(run, place).into_iter();
    let left = may.filter(|by| votes.iter().all(|vote| vote.by != *by));
    Some(u32::try_from(left.count()).unwrap_or(u32::MAX))
}

/// What was answered, line by line.
pub(super) fn facts(run: &Run, place: u32, answer: Option<&str>) -> Vec<String> {
    let mut facts: Vec<String> = match answer {
        Some(answer) => vec![format!("the answer is {answer}")],
        None => vec!["no answer can find enough people any more".to_owned()],
    };
    let votes = run.step(place).votes.iter();
    facts.extend(votes.map(|Vote { by, answer, why }| match why.as_str() {
        "" => format!("{by}: {answer}"),
        _ => format!("{by}: {answer}, {why}"),
    }));
    facts
}

//! What is to be done because of what drills showed, and what was done.

use std::cmp::Reverse;

use serde::Serialize;

use super::calendar::{day, standing};
use super::context::Context;
use super::readiness::Measure;
use super::value::{Mood, Named, counted};
use crate::model::*;

/// Every action: first those that are open, by day, then those that are closed, the latest first.
#[derive(Serialize)]
pub struct Actions {
    open: Vec<Open>,
    closed: Vec<Closed>,
}

/// An action that is still to be done.
#[derive(Serialize)]
struct Open {
    action: Said,
    owner: Option<Named>,
    due: Option<String>,
    words: String,
    mood: Mood,
}

/// An action that is closed.
#[derive(Serialize)]
struct Closed {
    action: Said,
    on: String,
    by: Named,
    proof: String,
    mood: Mood,
}

/// What an action says of itself.
#[derive(Serialize)]
struct Said {
    name: String,
    observed: Option<String>,
    from: Option<String>,
    about: Vec<Named>,
}

impl Actions {
    /// The actions of the plans.
    pub fn new(context: &Context) -> Self {
        let all = || context.programme.actions.iter();
        let mut open: Vec<_> = all().filter(|action| action.is_open()).collect();
        open.sort_by_key(|action| (action.due.is_none(), action.due));
        let closed = all().filter_map(|action| Some((action, action.closed.as_ref()?)));
        let mut closed: Vec<_> = closed.collect();
        closed.sort_by_key(|(_, closed)| Reverse(closed.on));
        let closed = closed.into_iter();
        Actions {
            open: open.into_iter().map(|it| open_view(context, it)).collect(),
            closed: closed
                .map(|(action, closed)| closed_view(context, action, closed))
                .collect(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.closed.is_empty()
    }
}

/// How many actions are open, and which are late; nothing where no action was ever written down.
pub fn measure(context: &Context) -> Option<Measure> {
    let actions = &context.programme.actions;
    if actions.is_empty() {
        return None;
    }
    let open = actions.iter().filter(|action| action.is_open()).count();
    let late = actions.iter().filter(|it| it.is_overdue(context.today));
    let late: Vec<&str> = late.map(|action| action.name()).collect();
    let doubted = actions.iter().filter(|it| is_doubted(context, it));
    let doubted: Vec<&str> = doubted.map(|action| action.name()).collect();
    let (words, mood) = match (open, late.len()) {
        (_, 0) if !doubted.is_empty() => (
            format!(
                "Closed, and not proven: {}.",
                super::readiness::listed(&doubted)
            ),
            Mood::Attention,
        ),
        (0, _) => (
            "All that were written down are closed.".to_owned(),
            Mood::Fine,
        ),
        (_, 0) => ("None is overdue.".to_owned(), Mood::Attention),
        (_, count) => {
            let overdue = counted(count, "is overdue", "are overdue");
            let names = super::readiness::listed(&late);
            (format!("{overdue}: {names}."), Mood::Gap)
        }
    };
    Some(Measure {
        what: "Actions that follow from drills",
        number: format!("{open} open"),
        words,
        mood,
    })
}

fn open_view(context: &Context, action: &Item<CorrectiveAction>) -> Open {
    let (words, mood) = match action.due {
        Some(due) => standing(due, context.today),
        None => ("no day is stated".to_owned(), Mood::Gap),
    };
    Open {
        action: said(context, action),
        owner: context.party_of(action.owner.as_ref()),
        due: action.due.map(day),
        words,
        mood,
    }
}

fn closed_view(
    context: &Context,
    action: &Item<CorrectiveAction>,
    closed: &ActionClosed,
) -> Closed {
    let run = closed
        .run
        .as_ref()
        .map(|run| match context.input.record.run(run) {
            Some(past) => format!("run {run} of {} {}", day(past.day), past.verdict.words()),
            None => format!("run {run}, which is not recorded"),
        });
    let said_so = run.into_iter().chain(closed.why.clone());
    let proof = said_so.collect::<Vec<_>>().join("; ");
    let (proof, mood) = match (proof.is_empty(), is_doubted(context, action)) {
        (true, _) => ("none".to_owned(), Mood::Attention),
        (_, true) => (format!("not proven: {proof}"), Mood::Attention),
        (_, false) => (proof, Mood::Fine),
    };
    Closed {
        action: said(context, action),
        on: day(closed.on),
        by: context.person(&closed.by),
        proof,
        mood,
    }
}

/// Whether the checks say that what closed it proves nothing, even where somebody accepts that.
fn is_doubted(context: &Context, action: &CorrectiveAction) -> bool {
    let mut found = context.input.findings.iter();
    found.any(|finding| {
        let about = finding.subject.as_ref();
        finding.check == "action-closed-unproven"
            && about.is_some_and(|about| about.id == action.id.as_str())
    })
}

fn said(context: &Context, action: &CorrectiveAction) -> Said {
    let run = action.run.as_ref();
    let recorded = run.and_then(|run| context.input.record.run(run));
    let drill = action.drill.as_ref().or(recorded.map(|past| &past.drill));
    let drill = drill.map(|id| context.named(Kind::Drill, id.as_str()).name);
    let run = run.map(|run| format!("run {run}"));
    let from: Vec<String> = drill.into_iter().chain(run).collect();
    Said {
        name: action.name.clone(),
        observed: action.observed.clone(),
        from: (!from.is_empty()).then(|| from.join(", ")),
        about: action.about.iter().map(|id| context.node(id)).collect(),
    }
}

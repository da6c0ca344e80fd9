//! Several teams promise different things of one thing.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Declared, Entity, Function, Item, System};
use crate::time::Duration;

pub const CHECK: Check = check! {
    objectives_disagree, "objectives-disagree", Warning,
    "Different objectives are stated for one thing",
    clauses: ["BC-17", "BC-23", "BC-25"],
    run: Run::Programme(run),
};

/// An objective: its key, its word, and where it stands.
type Objective<T> = (&'static str, &'static str, fn(&T) -> Option<Duration>);

const OF_FUNCTIONS: [Objective<Function>; 3] = [
    ("mtpd", "MTPD", |function| function.mtpd.map(|mtpd| mtpd.0)),
    ("rto", "RTO", |function| function.rto.map(|rto| rto.0)),
    ("rpo", "RPO", |function| function.rpo.map(|rpo| rpo.0)),
];

const OF_SYSTEMS: [Objective<System>; 2] = [
    ("rto", "RTO", |system| system.rto.map(|rto| rto.0)),
    ("rpo", "RPO", |system| system.rpo.map(|rpo| rpo.0)),
];

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        for objective in OF_FUNCTIONS {
            findings.extend(disagreement(context, function, objective));
        }
    }
    for system in &context.programme.systems {
        for objective in OF_SYSTEMS {
            findings.extend(disagreement(context, system, objective));
        }
    }
}

fn disagreement<T: Entity>(
    context: &Context,
    item: &Item<T>,
    (key, word, of): Objective<T>,
) -> Option<Finding> {
    let stated = item.declarations.iter().filter_map(|d| Some((of(d)?, d)));
    let stated: Vec<(Duration, &Declared<T>)> = stated.collect();
    let (strictest, kept) = stated.iter().min_by_key(|(time, _)| *time)?;
    let (laxest, dropped) = stated.iter().rev().max_by_key(|(time, _)| *time)?;
    if strictest == laxest {
        return None;
    }
    let who = |declared: &Declared<T>| match context.programme.team_at(declared.at) {
        Some(team) => format!("`{}` states", team.id),
        None => "this states".to_owned(),
    };
    let (id, strict, lax) = (item.id(), strictest.words(), laxest.words());
    let finding = CHECK
        .finding(format!(
            "the {word} of `{id}` is {lax} in one place and {strict} in another"
        ))
        .at(dropped.at.key(key))
        .also(
            kept.at.key(key),
            format!("{} {strict}, which counts", who(kept)),
        )
        .about(T::KIND, id)
        .help("The strictest counts. Agree on one, and state it in one place.")
        .decide(
            format!("Is the {word} of `{id}` {strict} or {lax}?"),
            [
                format!("{strict} for everybody, and what that costs."),
                format!("{lax} for everybody, and those who rely on {strict} are told."),
            ],
        );
    Some(finding)
}

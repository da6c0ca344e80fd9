//! An action is said to be closed, and nothing proves it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{ActionClosed, CorrectiveAction, Kind};
use crate::record::{Past, Record, Verdict};

pub const CHECK: Check = check! {
    action_closed_unproven, "action-closed-unproven", Warning,
    "An action is said to be closed, and nothing proves it",
    clauses: ["BC-22", "BC-34", "A1.3(1)", "CC7.5(5)", "CP-4", "ISO 22301 10.1"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for action in &context.programme.actions {
        let closed = action.closed.as_ref();
        let Some((key, why)) = closed.and_then(|c| unproven(context.record, action, c)) else {
            continue;
        };
        let place = action.at().key("closed");
        findings.push(
            CHECK
                .finding(format!("`{}` is said to be closed, but {why}", action.id))
                .at(key.map_or(place.clone(), |key| place.key(key)))
                .about(Kind::Action, action.id.as_str())
                .help(
                    "Name as `run` one that was run after it was done and succeeded; or say `why` \
                     it is closed without one. Until then, leave `closed` out.",
                ),
        );
    }
}

/// Why nothing proves that an action is closed, and the key that is about; `None` where something
/// does.
fn unproven(
    record: &Record,
    action: &CorrectiveAction,
    closed: &ActionClosed,
) -> Option<(Option<&'static str>, String)> {
    let Some(run) = &closed.run else {
        let why = "nothing says which run showed that it works, or why there is none";
        return closed.why.is_none().then(|| (None, why.to_owned()));
    };
    let why = if action.run.as_ref() == Some(run) {
        Some(format!("`{run}` is the run in which it was observed"))
    } else {
        let observed = action.run.as_ref().and_then(|run| record.run(run));
        match record.run(run) {
            None => Some(format!("run `{run}` is not recorded")),
            Some(past) => not_shown(past, observed),
        }
    };
    why.map(|why| (Some("run"), why))
}

/// Why a run does not show that something works which was observed in another.
fn not_shown(past: &Past, observed: Option<&Past>) -> Option<String> {
    let run = &past.id;
    match (past.verdict, observed) {
        (Verdict::Succeeded, Some(observed)) if past.began <= observed.began => {
            let (day, observed) = (past.day, &observed.id);
            Some(format!(
                "run `{run}` of {day} is older than `{observed}`, in which it was observed"
            ))
        }
        (Verdict::Succeeded, _) => None,
        (verdict, _) => Some(format!("run `{run}` {}", verdict.words())),
    }
}

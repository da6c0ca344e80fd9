//! A drill did not pass, and nothing is to be done about it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{CorrectiveAction, Drill, DrillResult, Kind};
use crate::record::{Past, Verdict};

pub const CHECK: Check = check! {
    drill_without_action, "drill-without-action", Warning,
    "A drill did not pass, and nothing is to be done about it",
    clauses: ["BC-22", "A1.3(1)", "CC7.5(5)", "CP-4", "ISO 22301 8.5", "ISO 22301 10.1"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let mut runs = context.record.of(drill);
        let last = runs.find(|run| run.verdict != Verdict::Open);
        let Some(run) = last.filter(|run| did_not_pass(run)) else {
            continue;
        };
        let mut actions = context.programme.actions.iter();
        if passed_since(context, drill, run) || actions.any(|action| is_of(action, run)) {
            continue;
        }
        let (id, came, day, name) = (&drill.id, run.verdict.words(), run.day, &run.id);
        findings.push(
            CHECK
                .finding(format!(
                    "`{id}` {came} on {day} (run `{name}`), and nothing is to be done about it"
                ))
                .at(drill.at().place())
                .about(Kind::Drill, id.as_str())
                .help(format!(
                    "`mainstay drill report {name}` shows why. `mainstay new action WHAT --run \
                     {name} --owner ID --due DAY` writes down what is to be done about it.",
                )),
        );
    }
}

/// One that was stopped, or that people left steps out of, says less: that is
/// `drill-failed-last-time`'s business.
fn did_not_pass(run: &Past) -> bool {
    matches!(
        run.verdict,
        Verdict::Failed | Verdict::Late | Verdict::Incomplete
    )
}

/// Whether the drill was held again without Mainstay, and passed.
fn passed_since(context: &Context, drill: &Drill, run: &Past) -> bool {
    let mut held = drill.held.iter().filter(|held| held.on <= context.now);
    held.any(|held| held.on > run.day && held.result == DrillResult::Passed)
}

/// Whether an action can follow from a run: it names it, or names its drill and was still to be
/// done when it was run.
fn is_of(action: &CorrectiveAction, run: &Past) -> bool {
    let lasted = action.closed.as_ref().is_none_or(|c| c.on >= run.day);
    action.run.as_ref() == Some(&run.id) || action.drill.as_ref() == Some(&run.drill) && lasted
}

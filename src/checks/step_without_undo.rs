//! A step changes something, and nothing says how to take it back.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_without_undo, "step-without-undo", Error,
    "A step changes something, and nothing says how to take it back",
    clauses: ["BC-34", "EC-04"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        for (index, step) in procedure.steps.iter().enumerate() {
            let place = procedure.at().key("steps").index(index);
            if !step.changes() || step.undo.is_some() {
                continue;
            }
            let (procedure, step) = (procedure.id.as_str(), &step.id);
            findings.push(
                CHECK
                    .finding(format!(
                        "step `{step}` of `{procedure}` changes something, and nothing says how \
                         to take it back"
                    ))
                    .at(place.key("run"))
                    .about(Kind::Procedure, procedure)
                    .help(
                        "Write `undo:` with what to do or to run, or `undo: {none: WHY}` where \
                         there is nothing to take back.",
                    ),
            );
        }
    }
}

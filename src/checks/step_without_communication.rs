//! A step after which nobody is told.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_without_communication, "step-without-communication", Error,
    "Nothing says who is told when a step is done",
    clauses: ["BC-21", "BC-29", "ISO 22301 8.4.3", "ISO 22301 8.4.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        let steps = procedure.steps.iter().enumerate();
        for (index, step) in steps.filter(|(_, step)| step.tell.is_none()) {
            let (id, procedure_id) = (&step.id, &procedure.id);
            let message =
                format!("nothing says who is told when step `{id}` of `{procedure_id}` is done");
            findings.push(
                CHECK
                    .finding(message)
                    .at(procedure.at().key("steps").index(index))
                    .about(Kind::Procedure, procedure.id.as_str())
                    .help("Write `tell:` with `who`, a person, role or team, and `by` what means."),
            );
        }
    }
}

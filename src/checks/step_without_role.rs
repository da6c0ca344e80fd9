//! A step that nobody does.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_without_role, "step-without-role", Error,
    "A step is nobody's",
    clauses: ["BC-07", "BC-29", "SP 800-34 2.3", "ISO 22301 8.4.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        let steps = procedure.steps.iter().enumerate();
        for (index, step) in steps.filter(|(_, step)| step.role.is_none()) {
            findings.push(
                CHECK
                    .finding(format!(
                        "step `{}` of `{}` is nobody's",
                        step.id, procedure.id
                    ))
                    .at(procedure.at().key("steps").index(index))
                    .about(Kind::Procedure, procedure.id.as_str())
                    .help("Write `role:`, who does it."),
            );
        }
    }
}

//! A procedure that says nothing.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    procedure_without_steps, "procedure-without-steps", Error,
    "A procedure has no steps",
    clauses: ["BC-05", "BC-07", "BC-27", "SP 800-34 4.2", "ISO 22301 8.4.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in context
        .programme
        .procedures
        .iter()
        .filter(|p| !p.states(|p| !p.steps.is_empty()))
    {
        findings.push(
            CHECK
                .finding(format!("`{}` has no steps", procedure.id))
                .at(procedure.at().key("steps"))
                .about(Kind::Procedure, procedure.id.as_str())
                .help("Write `steps:`, each with what to `do`, the `role` and whom to `tell`."),
        );
    }
}

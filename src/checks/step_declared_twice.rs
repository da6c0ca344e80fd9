//! Two steps of a procedure share an id.

use std::collections::HashMap;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_declared_twice, "step-declared-twice", Error,
    "Two steps of a procedure have the same id",
    clauses: ["BC-07", "BC-09"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        let place = |index| procedure.at().key("steps").index(index).key("id");
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (index, step) in procedure.steps.iter().enumerate() {
            let Some(first) = seen.get(step.id.as_str()) else {
                seen.insert(step.id.as_str(), index);
                continue;
            };
            let message = format!("two steps of `{}` have the id `{}`", procedure.id, step.id);
            findings.push(
                CHECK
                    .finding(message)
                    .at(place(index))
                    .also(place(*first), "the first is here")
                    .about(Kind::Procedure, procedure.id.as_str())
                    .help("Give one of them another id, or remove the one that is left over."),
            );
        }
    }
}

//! A step waits for one that does not exist.

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::load::closest;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_after_unknown, "step-after-unknown", Error,
    "A step waits for one that its procedure does not have",
    clauses: ["BC-05", "BC-07", "BC-09"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        let known: Vec<&str> = procedure
            .steps
            .iter()
            .map(|step| step.id.as_str())
            .collect();
        for (index, step) in procedure.steps.iter().enumerate() {
            let after = step.after.iter().flatten().enumerate();
            for (entry, before) in after.filter(|(_, id)| !known.contains(&id.as_str())) {
                let help = match closest(before.as_str(), known.iter().copied()) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => format!("The steps are {}.", words::quoted(known.iter().copied())),
                };
                let place = procedure
                    .at()
                    .key("steps")
                    .index(index)
                    .key("after")
                    .index(entry);
                findings.push(
                    CHECK
                        .finding(format!("`{}` has no step `{before}`", procedure.id))
                        .at(place)
                        .about(Kind::Procedure, procedure.id.as_str())
                        .help(help),
                );
            }
        }
    }
}

//! After a crash nobody could tell whether a step took effect.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_without_verify, "step-without-verify", Note,
    "After a crash nobody could tell whether a step took effect",
    clauses: ["BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        for (index, step) in procedure.steps.iter().enumerate() {
            let place = procedure.at().key("steps").index(index);
            if !step.changes() || step.verify.is_some() || step.on_crash.is_some() {
                continue;
            }
            let (procedure, step) = (procedure.id.as_str(), &step.id);
            findings.push(
                CHECK
                    .finding(format!(
                        "nothing tells whether step `{step}` of `{procedure}` took effect; after \
                         a crash a person is asked"
                    ))
                    .at(place.key("run"))
                    .about(Kind::Procedure, procedure)
                    .help(
                        "Write a probe as `verify:`, or say with `on-crash:` that it may be done \
                         again (`retry`) or that a person is asked (`ask`).",
                    ),
            );
        }
    }
}

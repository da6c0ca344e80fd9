//! Nobody can tell what Mainstay is to do in a step.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_run_unclear, "step-run-unclear", Error,
    "Nobody can tell what Mainstay is to do in a step",
    clauses: ["BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        for (index, step) in procedure.steps.iter().enumerate() {
            let place = procedure.at().key("steps").index(index);
            for (key, why) in procedure.unclear(index) {
                let (procedure, step) = (procedure.id.as_str(), &step.id);
                findings.push(
                    CHECK
                        .finding(format!("`{key}` of step `{step}` of `{procedure}` {why}"))
                        .at(place.clone().key(key))
                        .about(Kind::Procedure, procedure)
                        .help(
                            "State one thing, such as `run: {command: {argv: [./fail-over]}}` or \
                             `confirm: {quorum: 2}`.",
                        ),
                );
            }
        }
    }
}

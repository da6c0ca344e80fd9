//! Steps of which nobody knows how long they take.

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_without_time, "step-without-time", Warning,
    "Nothing says how long a step should take",
    clauses: ["BC-34", "SP 800-34 4.2", "ISO 22301 8.4.4", "ISO 22301 8.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        let steps = procedure.steps.iter().enumerate();
        let untimed: Vec<_> = steps.filter(|(_, step)| step.expected.is_none()).collect();
        let Some((first, _)) = untimed.first() else {
            continue;
        };
        let message = format!(
            "nothing says how long {} of the {} steps of `{}` should take: {}",
            untimed.len(),
            procedure.steps.len(),
            procedure.id,
            words::quoted(untimed.iter().map(|(_, step)| step.id.as_str()))
        );
        findings.push(
            CHECK
                .finding(message)
                .at(procedure.at().key("steps").index(*first))
                .about(Kind::Procedure, procedure.id.as_str())
                .help("Write `expected:` at each, such as `10m`."),
        );
    }
}

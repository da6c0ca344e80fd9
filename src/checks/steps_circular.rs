//! Steps that wait for each other.

use super::{Check, Context, Run, steps, words};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    steps_circular, "steps-circular", Error,
    "Steps wait for each other, so that none can be done first",
    clauses: ["BC-05", "BC-07", "SP 800-34 4.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        for circle in steps::circles(procedure) {
            let name = |step: usize| procedure.steps[step].id.as_str();
            let place = |step| procedure.at().key("steps").index(step).key("after");
            let message = match circle[..] {
                [step] => format!(
                    "step `{}` of `{}` waits for itself",
                    name(step),
                    procedure.id
                ),
                _ => {
                    let names = words::quoted(circle.iter().map(|step| name(*step)));
                    format!(
                        "the steps {names} of `{}` wait for each other",
                        procedure.id
                    )
                }
            };
            let finding = CHECK
                .finding(message)
                .at(place(circle[0]))
                .about(Kind::Procedure, procedure.id.as_str())
                .help("Remove the entry under `after` that does not have to wait.");
            findings.push(circle[1..].iter().fold(finding, |finding, step| {
                let before = procedure.before(*step).into_iter();
                let awaited = words::quoted(before.filter(|b| circle.contains(b)).map(name));
                finding.also(
                    place(*step),
                    format!("`{}` waits for {awaited}", name(*step)),
                )
            }));
        }
    }
}

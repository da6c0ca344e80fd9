//! Nobody knows before a drill whether what is done can be taken back.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    undo_without_rehearsal, "undo-without-rehearsal", Note,
    "Nobody knows before a drill whether a step can be taken back",
    clauses: ["BC-25", "BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in &context.programme.procedures {
        for (index, step) in procedure.steps.iter().enumerate() {
            if !step.undoes_unrehearsed() {
                continue;
            }
            let place = procedure.at().key("steps").index(index);
            let (procedure, step) = (procedure.id.as_str(), &step.id);
            findings.push(
                CHECK
                    .finding(format!(
                        "nothing tells before a drill whether step `{step}` of `{procedure}` can \
                         be taken back"
                    ))
                    .at(place.key("undo"))
                    .about(Kind::Procedure, procedure)
                    .help(
                        "Write `rehearse:` beside the undo's `run:` with what tries it without \
                         any effect, such as the same program with `--dry-run`.",
                    ),
            );
        }
    }
}

//! A step waits for one that does not exist.

use super::{Check, Context, Run, words};
use crate::finding::{Finding, Place};
use crate::id::StepId;
use crate::load::closest;
use crate::model::{Kind, Step};

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
            let at = procedure.at().key("steps").index(index);
            for (place, before) in named(step, &at) {
                if known.contains(&before.as_str()) {
                    continue;
                }
                let help = match closest(before.as_str(), known.iter().copied()) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => format!("The steps are {}.", words::quoted(known.iter().copied())),
                };
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

/// Every step that a step names, and where.
fn named<'s>(step: &'s Step, at: &Place) -> Vec<(Place, &'s StepId)> {
    let list = |at: Place, ids: &'s [StepId]| {
        let ids = ids.iter().enumerate();
        ids.map(move |(entry, id)| (at.clone().index(entry), id))
    };
    let after = step.after.as_deref().unwrap_or_default();
    let mut named: Vec<_> = list(at.clone().key("after"), after).collect();
    for (key, gate) in [("confirm", &step.confirm), ("decide", &step.decide)] {
        let not_by = gate.as_ref().map_or(&[][..], |gate| &gate.not_by);
        named.extend(list(at.clone().key(key).key("not-by"), not_by));
    }
    let when = step.when.as_ref();
    named.extend(when.map(|when| (at.clone().key("when").key("step"), &when.step)));
    named
}

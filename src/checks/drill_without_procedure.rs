//! A drill that carries something out has nothing to carry out.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    drill_without_procedure, "drill-without-procedure", Warning,
    "A drill that carries something out has nothing to carry out",
    clauses: ["BC-22", "BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let has_some = !drill.procedures_in(context.programme).is_empty();
        if !drill.touches() || has_some || drill.restores.is_some() {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!(
                    "`{}` is {}, and neither it nor its scenario names a procedure",
                    drill.id,
                    drill.kind.word()
                ))
                .at(drill.at().key("kind"))
                .about(Kind::Drill, drill.id.as_str())
                .help(
                    "Name the procedures under `procedures:`; a drill at which people only talk \
                     is a `tabletop`.",
                ),
        );
    }
}

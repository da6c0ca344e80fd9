//! Nothing leads to a procedure.

use std::collections::HashSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::ProcedureId;
use crate::model::{Kind, Programme};

pub const CHECK: Check = check! {
    procedure_not_used, "procedure-not-used", Note,
    "No system, workaround, scenario or drill names a procedure",
    clauses: ["BC-05", "BC-09", "BC-27"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let used = used(context.programme);
    let procedures = context.programme.procedures.iter();
    for procedure in procedures.filter(|procedure| !used.contains(&procedure.id)) {
        findings.push(
            CHECK
                .finding(format!("nothing says when `{}` is followed", procedure.id))
                .at(procedure.at().place())
                .about(Kind::Procedure, procedure.id.as_str())
                .help(
                    "Name it as the `procedure` of a system or a workaround, or under \
                     `procedures` of a scenario; or remove it.",
                ),
        );
    }
}

fn used(programme: &Programme) -> HashSet<&ProcedureId> {
    let systems = programme
        .systems
        .iter()
        .filter_map(|system| system.procedure.as_ref());
    let workarounds = programme
        .functions
        .iter()
        .filter_map(|f| f.workaround.as_ref());
    let scenarios = programme
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.procedures);
    let workarounds = workarounds.filter_map(|workaround| workaround.procedure.as_ref());
    let drills = programme.drills.iter().flat_map(|drill| &drill.procedures);
    let named = systems.chain(workarounds).chain(scenarios);
    named.chain(drills).collect()
}

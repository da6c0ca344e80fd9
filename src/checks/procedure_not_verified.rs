//! A procedure was not shown to be right for too long.

use super::{Check, Context, Run, age};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    procedure_not_verified, "procedure-not-verified", Note,
    "A procedure was not shown to be right for too long",
    clauses: ["BC-09", "BC-10", "BC-22", "ISO 22301 8.6", "CP-4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let cadence = age::drill(context.programme);
    for procedure in &context.programme.procedures {
        let shown = age::complaint(
            "shown to be right",
            procedure.verified_at,
            cadence,
            context.now,
        );
        let Some(words) = shown else { continue };
        findings.push(
            CHECK
                .finding(format!("`{}` {words}", procedure.id))
                .at(procedure.at().key("verified-at"))
                .about(Kind::Procedure, procedure.id.as_str())
                .help("Follow it in a drill, correct it, and write the day as `verified-at`."),
        );
    }
}

//! A verification found a fault in a backup, and nobody has seen it mended.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::proof::open_fault;

pub const CHECK: Check = check! {
    backup_fault_found, "backup-fault-found", Error,
    "A verification found a fault in a backup",
    clauses: ["BC-19", "BC-34", "A1.3(2)", "CP-9(1)", "CP-9(2)", "DORA 12(2)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for backup in &context.programme.backups {
        let Some(fault) = open_fault(context.record.verified(backup)) else {
            continue;
        };
        let (id, complaints) = (&backup.id, fault.complaints.join("; "));
        let told = match complaints.is_empty() {
            true => String::new(),
            false => format!(": {complaints}"),
        };
        // Another recovery point says nothing of that one.
        let same = fault
            .point
            .as_ref()
            .filter(|_| fault.of_point && fault.older);
        let same = same
            .map(|point| format!(" --pick {point}"))
            .unwrap_or_default();
        findings.push(
            CHECK
                .finding(format!(
                    "verification `{}` of {} found a fault in `{id}`{told}",
                    fault.id, fault.day
                ))
                .at(backup.at().key("verify"))
                .about(Kind::Backup, id.as_str())
                .help(format!(
                    "Make a new copy before anything else, then find out what happened to this \
                     one. `mainstay backup verify {id}{same}` shows whether it is mended."
                )),
        );
    }
}

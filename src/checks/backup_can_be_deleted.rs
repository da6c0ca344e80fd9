//! Every copy of a system's data can be deleted along with it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::copies::{self, Copies};
use crate::model::Kind;

pub const CHECK: Check = check! {
    backup_can_be_deleted, "backup-can-be-deleted", Warning,
    "Every copy of a system's data can be changed or deleted",
    clauses: ["BC-08", "A1.2(11)", "CP-9", "CP-9(7)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let copies = Copies::new(context.programme);
    for system in copies::data_systems(context.programme) {
        let own = copies.of(system.id.as_str());
        // Data without any backup is `data-without-backup`'s business, not ours.
        if own.is_empty() || own.iter().any(|backup| backup.immutable == Some(true)) {
            continue;
        }
        let finding = CHECK
            .finding(format!(
                "every copy of `{}` can be changed or deleted",
                system.id
            ))
            .at(system.at().key("holds-data"))
            .about(Kind::System, system.id.as_str())
            .help("Lock one copy against change for its retention, and write `immutable: true`.");
        findings.push(own.iter().fold(finding, |finding, backup| {
            let note = match backup.immutable {
                Some(_) => "this copy is said to be changeable",
                None => "nothing says that this copy cannot be changed",
            };
            finding.also(backup.at().key("immutable"), note)
        }));
    }
}

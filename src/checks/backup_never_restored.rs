//! A backup that nobody has ever restored.

use super::{Check, Context, Run, copies};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    backup_never_restored, "backup-never-restored", Warning,
    "A backup was never restored",
    clauses: ["BC-19", "A1.3(2)", "CP-9(1)", "CP-9(2)", "DORA 12(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // The additional full local copy is `full-copy-not-tested`'s business, not ours.
    let usual = context
        .programme
        .backups
        .iter()
        .filter(|b| !copies::is_full_local(b));
    for backup in usual.filter(|backup| !backup.states(|backup| backup.restored.is_some())) {
        findings.push(
            CHECK
                .finding(format!("`{}` was never restored", backup.id))
                .at(backup.at().place())
                .about(Kind::Backup, backup.id.as_str())
                .help("Restore it on another system, and write `restored:` with `took` and `on`."),
        );
    }
}

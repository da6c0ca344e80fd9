//! Nobody says how long a backup is kept.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    backup_without_retention, "backup-without-retention", Warning,
    "Nothing says how long a backup is kept",
    clauses: ["BC-26", "CP-9", "A1.2(11)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for backup in context
        .programme
        .backups
        .iter()
        .filter(|b| !b.states(|b| b.retention.is_some()))
    {
        findings.push(
            CHECK
                .finding(format!("nothing says how long `{}` is kept", backup.id))
                .at(backup.at().place())
                .about(Kind::Backup, backup.id.as_str())
                .help("Write `retention:`, such as `P30D` or `P12M`."),
        );
    }
}

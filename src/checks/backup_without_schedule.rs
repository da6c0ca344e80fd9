//! Nobody says when a backup is made.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    backup_without_schedule, "backup-without-schedule", Warning,
    "Nothing says how often a backup is made",
    clauses: ["BC-19", "BC-26", "A1.2(8)", "CP-9", "DORA 12(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let backups = context.programme.backups.iter();
    for backup in backups.filter(|b| !b.states(|b| b.every.is_some() || b.schedule.is_some())) {
        findings.push(
            CHECK
                .finding(format!("nothing says how often `{}` is made", backup.id))
                .at(backup.at().place())
                .about(Kind::Backup, backup.id.as_str())
                .help("Write `every: 1h`, or `schedule:` in words or as cron text."),
        );
    }
}

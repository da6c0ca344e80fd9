//! What the plan states of a backup was changed after it was verified.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::proof::stated;

pub const CHECK: Check = check! {
    backup_unverified_since_change, "backup-unverified-since-change", Warning,
    "A backup was changed and not verified since",
    clauses: ["BC-19", "BC-34", "A1.3(2)", "CP-9(1)", "ISO 22301 8.5", "DORA 12(2)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for backup in context
        .programme
        .backups
        .iter()
        .filter(|b| b.verify.is_some())
    {
        let verified = context.record.verified(backup);
        let Some(last) = verified.max_by_key(|it| it.at) else {
            continue;
        };
        // A verification from before that was kept says nothing.
        if last
            .stated
            .as_ref()
            .is_none_or(|then| *then == stated(backup))
        {
            continue;
        }
        let (id, day) = (&backup.id, last.day);
        findings.push(
            CHECK
                .finding(format!(
                    "what the plan states of `{id}` is not what was verified on {day} by `{}`",
                    last.id
                ))
                .at(backup.at().key("verify"))
                .about(Kind::Backup, id.as_str())
                .help(format!("Run `mainstay backup verify {id}` again.")),
        );
    }
}

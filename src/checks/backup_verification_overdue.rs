//! A backup says how it is verified, and was not for too long.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::proof::{looked, rhythm};

pub const CHECK: Check = check! {
    backup_verification_overdue, "backup-verification-overdue", Warning,
    "A backup was not verified for too long",
    clauses: ["BC-19", "BC-34", "A1.3(2)", "CP-9(1)", "DORA 12(2)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for backup in &context.programme.backups {
        let Some(every) = rhythm(context.programme, backup) else {
            continue;
        };
        let last = looked(backup, context.record.verified(backup));
        let words = match last.map(|last| (last, every.after(last))) {
            None => "was never verified up to the highest level".to_owned(),
            // It is due on its day, and overdue from the next on.
            Some((_, due)) if due >= context.now => continue,
            Some((last, due)) => {
                format!("was last verified on {last} and was due again on {due}")
            }
        };
        let id = &backup.id;
        findings.push(
            CHECK
                .finding(format!("`{id}` {words}"))
                .at(backup.at().key("verify").key("every"))
                .about(Kind::Backup, id.as_str())
                .help(format!(
                    "Run `mainstay backup verify {id}`; `unattended: true` lets `mainstay run` do \
                     so whenever it is due."
                )),
        );
    }
}

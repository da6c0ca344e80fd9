//! The additional full local backup was not restored for too long.

use super::{Check, Context, Run, age, copies};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    full_copy_not_tested, "full-copy-not-tested", Error,
    "An additional full local backup was not tested for too long",
    clauses: ["BC-19", "BC-28", "A1.3(2)", "CP-9(1)", "DORA 12(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let cadence = context.programme.restores_tested_every();
    let full = context.programme.backups.iter();
    for backup in full.filter(|backup| copies::is_full_local(backup)) {
        let tested = backup.restored.as_ref().map(|restored| restored.on);
        let Some(words) = age::complaint("restored", tested, cadence, context.now) else {
            continue;
        };
        findings.push(
            CHECK
                .finding(format!("the full local copy `{}` {words}", backup.id))
                .at(backup.at().key("restored").key("on"))
                .about(Kind::Backup, backup.id.as_str())
                .help("Restore it, compare the data, and write `restored:` with `took` and `on`."),
        );
    }
}

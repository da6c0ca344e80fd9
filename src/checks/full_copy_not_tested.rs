//! The additional full local backup was not restored for too long.

use super::{Check, Context, Run, age};
use crate::finding::Finding;
use crate::graph::copies;
use crate::model::{Backup, Item, Kind};
use crate::proof::Level;
use crate::time::Date;

pub const CHECK: Check = check! {
    full_copy_not_tested, "full-copy-not-tested", Error,
    "An additional full local backup was not tested for too long",
    clauses: ["BC-19", "BC-28", "A1.3(2)", "CP-9(1)", "DORA 12(2)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let full = context.programme.backups.iter();
    for backup in full.filter(|backup| copies::is_full_local(backup)) {
        let cadence = context.record.good_for(context.programme, backup);
        let tested = tested(context, backup);
        let Some(words) = age::complaint("restored", tested, cadence, context.now) else {
            continue;
        };
        findings.push(
            CHECK
                .finding(format!("the full local copy `{}` {words}", backup.id))
                .at(backup.at().key("restored").key("on"))
                .about(Kind::Backup, backup.id.as_str())
                .help(
                    "Restore it, compare the data, and write `restored:` with `took` and `on`; or \
                     say under `verify` how Mainstay does, and run `mainstay backup verify`.",
                ),
        );
    }
}

/// The day on which it was last restored, by what was written or by what was shown. That a fault
/// was seen since is `backup-fault-found`'s business.
fn tested(context: &Context, backup: &Item<Backup>) -> Option<Date> {
    let said = backup.restored.as_ref().map(|restored| restored.on);
    let shown = context.record.verified(backup);
    let shown = shown.filter(|it| it.level >= Level::Restored);
    said.max(shown.map(|it| it.day).max())
}

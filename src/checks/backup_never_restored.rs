//! A backup that nobody has ever restored.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::copies;
use crate::model::{Backup, Kind};
use crate::proof::Level;

pub const CHECK: Check = check! {
    backup_never_restored, "backup-never-restored", Warning,
    "A backup was never restored",
    clauses: ["BC-19", "A1.3(2)", "CP-9(1)", "CP-9(2)", "DORA 12(2)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // The additional full local copy is `full-copy-not-tested`'s business, not ours.
    let usual = context
        .programme
        .backups
        .iter()
        .filter(|b| !copies::is_full_local(b));
    for backup in usual.filter(|backup| !backup.states(|backup| backup.restored.is_some())) {
        let Some(words) = complaint(context, backup) else {
            continue;
        };
        findings.push(
            CHECK
                .finding(format!("`{}` {words}", backup.id))
                .at(backup.at().place())
                .about(Kind::Backup, backup.id.as_str())
                .help(help(backup)),
        );
    }
}

/// Why nothing shows that it can be restored, as the rest of a sentence; nothing where something
/// does.
fn complaint(context: &Context, backup: &Backup) -> Option<String> {
    let restored = context.record.verified(backup);
    let last = restored.filter(|it| it.level >= Level::Restored);
    let Some(last) = last.max_by_key(|it| it.at) else {
        return Some("was never restored".to_owned());
    };
    let until = context.record.good_for(context.programme, backup);
    let until = until.after(last.day);
    (until < context.now).then(|| {
        let day = last.day;
        format!("was last restored on {day}, which counted until {until}")
    })
}

fn help(backup: &Backup) -> String {
    match &backup.verify {
        Some(_) => format!(
            "`mainstay backup verify {}` restores it, and keeps what that shows.",
            backup.id
        ),
        None => "Restore it on another system, and write `restored:` with `took` and `on`; or say \
                 under `verify` how Mainstay restores it."
            .to_owned(),
    }
}

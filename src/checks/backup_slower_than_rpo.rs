//! Backups are made less often than the data they save may be old.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::copies::{self, Copies};
use crate::model::{Backup, Item, Kind};
use crate::time::Duration;

pub const CHECK: Check = check! {
    backup_slower_than_rpo, "backup-slower-than-rpo", Error,
    "Backups are made less often than the recovery point objective allows",
    clauses: ["BC-19", "BC-25", "A1.2(8)", "CP-9", "DORA 12(6)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let copies = Copies::new(context.programme);
    for system in &context.programme.systems {
        let Some((rpo, rpo_place)) = copies::rpo(system) else {
            continue;
        };
        let Some((backup, every)) = most_frequent(copies.of(system.id.as_str())) else {
            continue;
        };
        if every <= rpo.0 {
            continue;
        }
        let (id, every) = (&system.id, every.words());
        let message = format!(
            "`{id}` may lose {rpo} of data, but `{}` is made every {every}",
            backup.id
        );
        findings.push(
            CHECK
                .finding(message)
                .at(backup.at().key("every"))
                .also(rpo_place, format!("{rpo} is promised here"))
                .about(Kind::System, id.as_str())
                .help(format!(
                    "Copy the data every {rpo} or more often. If a standby holds the newest data, \
                     state what may be lost with a `per-class` RPO for `data-corruption`."
                )),
        );
    }
}

/// The backup that is made most often; nothing where one is made in a rhythm stated in words only.
fn most_frequent<'p>(copies: &[&'p Item<Backup>]) -> Option<(&'p Item<Backup>, Duration)> {
    // That nothing is stated at all is `backup-without-schedule`'s business, not ours.
    if copies
        .iter()
        .any(|backup| backup.every.is_none() && backup.schedule.is_some())
    {
        return None;
    }
    let stated = copies
        .iter()
        .filter_map(|backup| Some((*backup, backup.every?)));
    stated.min_by_key(|(_, every)| *every)
}

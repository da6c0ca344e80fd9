//! Restoring a backup takes longer than the system may be down.

use super::{Check, Context, Run, late};
use crate::finding::{Finding, Place};
use crate::graph::copies::{self, Copies};
use crate::graph::reaction;
use crate::model::{Backup, Item, Kind};
use crate::proof::RestoreTime;

pub const CHECK: Check = check! {
    restore_slower_than_rto, "restore-slower-than-rto", Warning,
    "Restoring a backup took longer than the system may be down",
    clauses: ["BC-19", "BC-25", "CP-10(4)", "CP-9(5)", "DORA 12(6)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let reaction = reaction(context.programme);
    let copies = Copies::new(context.programme);
    for system in &context.programme.systems {
        let Some((rto, rto_place)) = copies::rto(system) else {
            continue;
        };
        let own = copies.of(system.id.as_str()).iter();
        let restored = own.filter_map(|backup| Some((backup, restored(context, backup)?)));
        let Some((backup, restored)) = restored.min_by_key(|(_, restored)| restored.time) else {
            continue;
        };
        // A recovery measured that day is the same event: `measured-slower-than-rto`'s business.
        let recovery = system.recovery.as_ref();
        let measured = recovery.and_then(|recovery| recovery.measured.as_ref());
        let same = measured.is_some_and(|measured| measured.on == restored.on);
        if same || reaction + restored.time <= rto.0 {
            continue;
        }
        let id = &system.id;
        let words = took(backup, &restored);
        let words = late::after_reaction(context.programme, &words);
        let finding = CHECK
            .finding(format!("`{id}` must be back in {rto}, but {words}"))
            .at(place(backup, &restored))
            .also(rto_place, format!("{rto} is promised here"))
            .about(Kind::System, id.as_str())
            .help(
                "Restore faster, or state how long it may take with a `per-class` RTO for \
                 `data-corruption`.",
            );
        findings.push(late::with_reaction(context.programme, finding));
    }
}

/// How long a restore took, or takes by now.
fn took(backup: &Backup, restored: &RestoreTime) -> String {
    let (id, took, on) = (&backup.id, restored.time.words(), restored.on);
    match (restored.estimate, restored.by) {
        (Some(_), _) => format!("restoring `{id}` may take {took} ({})", restored.words()),
        (None, Some(by)) => {
            format!(
                "restoring `{id}` took {took} on {on} in verification `{}`",
                by.id
            )
        }
        (None, None) => format!("restoring `{id}` took {took} on {on}"),
    }
}

/// How long a restore takes, by what was shown or written; of what a fault was found in since, what
/// was measured before; and of what was never restored, what parts of it foretell.
fn restored<'c>(context: &Context<'c>, backup: &Backup) -> Option<RestoreTime<'c>> {
    let Context {
        programme,
        record,
        now,
        ..
    } = *context;
    let said = || {
        let said = backup.restored.as_ref()?;
        Some(RestoreTime {
            time: said.took,
            on: said.on,
            by: None,
            estimate: None,
        })
    };
    let time = record.restore_time(programme, backup, now).or_else(said);
    time.or_else(|| record.foretold(backup))
}

fn place(backup: &Item<Backup>, restored: &RestoreTime) -> Place {
    match (restored.by, restored.estimate) {
        (None, None) => backup.at().key("restored").key("took"),
        _ => backup.at().key("verify"),
    }
}

//! The additional full local copies are restored, as often as the organization says.

use super::{Context, ShownBy, Source, again};
use crate::model::{BackupKind, HistoryKind};
use crate::schedule::{Act, Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "full-backup-test",
    shown_by: ShownBy::Runs,
    how: "Verify them with `mainstay backup verify`, or add an entry `what: \
          full-backup-test` to `history`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.full_backup_test) else {
        return Vec::new();
    };
    let acts = [
        context.history(HistoryKind::FullBackupTest),
        restored(context),
    ];
    let last = acts.into_iter().flatten().max_by_key(|act| act.on);
    vec![Deadline {
        of: Subject::only(SOURCE.key),
        what: "Restore the additional full local copies and check them".to_owned(),
        who: context.control_owner(),
        every: Some(every),
        unattended: false,
        stands: again(last, every),
    }]
}

/// The day since which a restore of every full local copy counts.
fn restored(context: &Context) -> Option<Act> {
    let backups = context.programme.backups.iter();
    let copies = backups.filter(|it| it.kind == Some(BackupKind::FullLocal));
    let days = copies.map(|copy| {
        let last = context
            .record
            .last_restore(context.programme, copy, context.today);
        last.map(|last| last.on)
    });
    let days: Option<Vec<_>> = days.collect();
    days?.into_iter().min().map(|on| Act {
        on,
        known: "each of them was restored since".to_owned(),
    })
}

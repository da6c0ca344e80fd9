//! It is verified that a backup can be restored, as often as its plan says.

use super::{Context, ShownBy, Source, again};
use crate::id::SystemId;
use crate::proof::{looked, rhythm};
use crate::schedule::{Act, Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "verification",
    shown_by: ShownBy::Runs,
    how: "Verify it with `mainstay backup verify ID`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let backups = context.programme.backups.iter();
    let verified = backups.filter_map(|backup| {
        let every = rhythm(context.programme, backup)?;
        let last = looked(backup, &context.record.verified).map(|on| Act {
            on,
            known: "a verification".to_owned(),
        });
        let of = backup.of.iter();
        let owner = |of: &SystemId| context.programme.systems.get(of.as_str())?.owner.clone();
        Some(Deadline {
            of: Subject::of(SOURCE.key, backup.id.as_str()),
            what: format!("Verify the backup: {}", backup.name),
            who: of.filter_map(owner).next(),
            every: Some(every),
            unattended: backup.verify.as_ref().is_some_and(|it| it.unattended),
            stands: again(last, every),
        })
    });
    verified.collect()
}

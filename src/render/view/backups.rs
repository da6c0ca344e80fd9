//! The data: which copies of it exist, and whether a restore was ever shown to work.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::readiness::{backups_of, confirmed, data_systems, restore_age_max};
use super::value::{Figure, Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;
use crate::time::Period;

pub const SECTION: Section = Section {
    id: "backups",
    title: "Backups and recovery of data",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-19",
        "BC-28",
        "SP 800-34 F",
        "ISO 22301 8.3.4",
        "DORA 12(1)",
        "A1.2(7)",
        "A1.2(8)",
        "A1.2(9)",
        "A1.2(11)",
        "A1.3(2)",
        "CC7.5",
    ],
    keys: &["backups"],
    missing: "No system says that it holds data, and no backup is declared. Write `holds-data` on \
              systems, and `backups`.",
    build,
};

#[derive(Serialize)]
struct Backups {
    age_max: String,
    rows: Vec<Row>,
    backups: Vec<BackupView>,
}

/// One system that holds data, with its copies.
#[derive(Serialize)]
struct Row {
    system: Named,
    rpo: Option<Figure>,
    primary: Vec<Copy>,
    full_local: Vec<Copy>,
    restore: Restore,
    mood: Mood,
}

/// One copy of a system's data, in short.
#[derive(Serialize)]
struct Copy {
    name: String,
    every: Option<Figure>,
    site: Option<Named>,
}

/// What is known about restoring.
#[derive(Serialize)]
struct Restore {
    took: Option<Figure>,
    words: &'static str,
    mood: Mood,
}

#[derive(Serialize)]
struct BackupView {
    name: String,
    of: Vec<Named>,
    kind: &'static str,
    provider: Option<String>,
    site: Option<Named>,
    vendor: Option<Named>,
    kept_on: Option<Named>,
    credential: Option<Named>,
    every: Option<Figure>,
    schedule: Option<String>,
    retention: Option<String>,
    immutable: Option<bool>,
    restored: Option<Figure>,
    evidence: Option<String>,
    at: String,
}

fn build(context: &Context) -> Option<Value> {
    let rows: Vec<_> = data_systems(context)
        .map(|system| row(context, system))
        .collect();
    let backups: Vec<_> = context
        .programme
        .backups
        .iter()
        .map(|b| view(context, b))
        .collect();
    let empty = rows.is_empty() && backups.is_empty();
    let age_max = restore_age_max(context).words();
    (!empty).then(|| {
        shown(Backups {
            age_max,
            rows,
            backups,
        })
    })
}

fn row(context: &Context, system: &Item<System>) -> Row {
    let copies = |kind| {
        let of_kind = backups_of(context, system).filter(move |b| role(b) == kind);
        of_kind
            .map(|backup| copy(context, backup))
            .collect::<Vec<_>>()
    };
    let (primary, full_local) = (copies(BackupKind::Primary), copies(BackupKind::FullLocal));
    let restore = restore(context, system);
    let missing = primary.is_empty() || full_local.is_empty();
    Row {
        system: context.named(Kind::System, system.id()),
        rpo: context.figure(&format!("system.{}.rpo", system.id)),
        mood: if missing { Mood::Gap } else { restore.mood },
        primary,
        full_local,
        restore,
    }
}

/// What part a copy plays; the usual one, when nobody says.
fn role(backup: &Backup) -> BackupKind {
    backup.kind.unwrap_or(BackupKind::Primary)
}

fn copy(context: &Context, backup: &Item<Backup>) -> Copy {
    Copy {
        name: backup.name.clone(),
        every: context.figure(&format!("backup.{}.every", backup.id)),
        site: backup
            .site
            .as_ref()
            .map(|site| context.named(Kind::Site, site.as_str())),
    }
}

/// The latest restore of any copy; a backup that nobody restored is not confirmed.
fn restore(context: &Context, system: &Item<System>) -> Restore {
    let restored = backups_of(context, system).filter(|backup| backup.restored.is_some());
    let latest = restored.max_by_key(|backup| backup.restored.as_ref().map(|r| r.on));
    let took = latest.and_then(|b| context.figure(&format!("backup.{}.restored", b.id)));
    let (words, mood) = match latest.map(|backup| confirmed(context, backup)) {
        Some(true) => ("confirmed", Mood::Fine),
        Some(false) => ("too long ago", Mood::Attention),
        None => ("never measured", Mood::Gap),
    };
    Restore { took, words, mood }
}

fn view(context: &Context, backup: &Item<Backup>) -> BackupView {
    let figure = |what: &str| context.figure(&format!("backup.{}.{what}", backup.id));
    BackupView {
        name: backup.name.clone(),
        of: backup
            .of
            .iter()
            .map(|id| context.named(Kind::System, id.as_str()))
            .collect(),
        kind: role(backup).word(),
        provider: backup.provider.clone(),
        site: backup
            .site
            .as_ref()
            .map(|id| context.named(Kind::Site, id.as_str())),
        vendor: backup
            .vendor
            .as_ref()
            .map(|id| context.named(Kind::Vendor, id.as_str())),
        kept_on: backup
            .kept_on
            .as_ref()
            .map(|id| context.named(Kind::System, id.as_str())),
        credential: backup
            .credential
            .as_ref()
            .map(|id| context.named(Kind::Credential, id.as_str())),
        every: figure("every"),
        schedule: backup.schedule.clone(),
        retention: backup.retention.map(Period::words),
        immutable: backup.immutable,
        restored: figure("restored"),
        evidence: backup
            .restored
            .as_ref()
            .and_then(|restored| restored.evidence.clone()),
        at: context.at_origin(backup.at()),
    }
}

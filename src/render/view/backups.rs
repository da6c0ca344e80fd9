//! The data: which copies of it exist, and how far it is proven that they can be restored.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::context::Context;
use super::ladder::{self, Ladder};
use super::value::{Figure, Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;
use crate::proof::{Joint, Level};
use crate::render::proof::{Coverage, Loss, Row, State};
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
    counts: Option<Counts>,
    rows: Vec<RowView>,
    backups: Vec<BackupView>,
}

/// How many systems with data are proven, of how many.
#[derive(Serialize)]
struct Counts {
    systems: Figure,
    validated: Figure,
    restored: Figure,
    said: Figure,
    without_way: Figure,
}

/// One system that holds data, with its copies.
#[derive(Serialize)]
struct RowView {
    system: Named,
    usual: Vec<Copy>,
    full_local: Vec<Copy>,
    level: LevelView,
    took: Kept,
    loss: Kept,
    restore: Option<RestoreView>,
    due: Option<String>,
    state: &'static str,
    mood: Mood,
    exception: Option<String>,
    /// What policy demands where one copy is not enough, and how that stands.
    policy: Option<String>,
}

/// One copy of a system's data, in short.
#[derive(Serialize)]
struct Copy {
    name: String,
    every: Option<Figure>,
    site: Option<Named>,
    provider: Option<String>,
}

/// How far the data are proven, and by which copy.
#[derive(Serialize)]
struct LevelView {
    number: u8,
    word: &'static str,
    mood: Mood,
    on: Option<String>,
    copy: Option<String>,
    /// The copies in which a fault was found.
    faulty: Vec<String>,
    /// Why nothing is shown, if so.
    why: Option<&'static str>,
}

/// A figure that was measured, beside what is promised.
#[derive(Serialize)]
struct Kept {
    actual: Option<Figure>,
    by: Option<&'static str>,
    promised: Option<Figure>,
    mood: Mood,
}

/// When data were last restored, and who says so.
#[derive(Serialize)]
struct RestoreView {
    on: String,
    by: &'static str,
    copy: String,
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
    ladder: Ladder,
    at: String,
}

fn build(context: &Context) -> Option<Value> {
    let coverage = Coverage::new(context.programme, context.input.record, context.today);
    let rows: Vec<_> = coverage.rows.iter().map(|it| row(context, it)).collect();
    let backups: Vec<_> = context
        .programme
        .backups
        .iter()
        .map(|b| view(context, b))
        .collect();
    let empty = rows.is_empty() && backups.is_empty();
    (!empty).then(|| {
        shown(Backups {
            age_max: context.programme.restores_tested_every().words(),
            counts: counts(context),
            rows,
            backups,
        })
    })
}

fn counts(context: &Context) -> Option<Counts> {
    let figure = |name: &str| context.figure(&format!("coverage.{name}"));
    Some(Counts {
        systems: figure("systems")?,
        validated: figure("validated")?,
        restored: figure("restored")?,
        said: figure("said")?,
        without_way: figure("without-way")?,
    })
}

fn row(context: &Context, row: &Row) -> RowView {
    let copies = |copies: &[&Item<Backup>]| copies.iter().map(|it| copy(context, it)).collect();
    let restore = row.restore.as_ref();
    RowView {
        system: context.named(Kind::System, row.system.id()),
        usual: copies(&row.usual),
        full_local: copies(&row.full_local),
        level: level(row),
        took: took(context, row),
        loss: loss(context, row),
        restore: restore.map(|(copy, restore)| RestoreView {
            on: day(restore.on),
            by: match restore.by {
                Some(by) if by.level == Level::Validated => "restored and validated",
                Some(_) => "restored",
                None => "as the plan says",
            },
            copy: copy.name.clone(),
        }),
        due: restore.map(|(_, restore)| day(restore.until)),
        state: row.state.word(),
        mood: match row.state {
            State::Current => Mood::Fine,
            State::Due | State::Exception(_) => Mood::Attention,
            State::Overdue | State::Never | State::TooFew => Mood::Gap,
        },
        exception: exception(context, row),
        policy: row.joint.as_ref().map(Joint::words),
    }
}

fn exception(context: &Context, row: &Row) -> Option<String> {
    let State::Exception(accepted) = row.state else {
        return None;
    };
    let by = context.named(Kind::Person, accepted.by.as_str()).name;
    Some(format!(
        "by {by} until {}: {}",
        day(accepted.until),
        accepted.reason
    ))
}

fn copy(context: &Context, backup: &Item<Backup>) -> Copy {
    let site = backup.site.as_ref();
    Copy {
        name: backup.name.clone(),
        every: context.figure(&format!("backup.{}.every", backup.id)),
        site: site.map(|site| context.named(Kind::Site, site.as_str())),
        provider: backup.provider.clone(),
    }
}

fn level(row: &Row) -> LevelView {
    let level = row.level();
    let shown = row.shown_by();
    LevelView {
        number: level.number(),
        word: level.word(),
        mood: ladder::mood(
            level,
            match row.state {
                State::Current | State::Due => Mood::Attention,
                _ => Mood::Gap,
            },
        ),
        on: shown.map(|shown| day(shown.day)),
        copy: row
            .proven
            .as_ref()
            .filter(|_| shown.is_some())
            .map(|proven| proven.copy.name.clone()),
        faulty: row.faulty.iter().map(|copy| copy.name.clone()).collect(),
        why: why_unknown(row),
    }
}

/// Why nothing is shown of data that somebody copies; nothing where something is.
fn why_unknown(row: &Row) -> Option<&'static str> {
    let is_copied = row.copies().next().is_some();
    let has_way = row.copies().any(|copy| copy.verify.is_some());
    match (&row.proven, row.level()) {
        // What policy demands says why.
        (None, _) if row.joint.is_some() => None,
        (None, _) if is_copied && !has_way => Some("the plan does not say how"),
        (None, _) if is_copied => Some("never verified"),
        (Some(_), Level::Unknown) => Some("nothing that was shown counts"),
        _ => None,
    }
}

fn took(context: &Context, row: &Row) -> Kept {
    let is_shown = row.took_shown().is_some();
    let what = if is_shown { "took" } else { "restored" };
    let key = |(copy, _): (&Item<Backup>, _)| format!("backup.{}.{what}", copy.id);
    Kept {
        actual: row.took().and_then(|took| context.figure(&key(took))),
        by: (!is_shown && row.took().is_some()).then_some("as the plan says"),
        promised: promised(context, row.system, "rto"),
        mood: if row.is_late() { Mood::Gap } else { Mood::Fine },
    }
}

fn loss(context: &Context, row: &Row) -> Kept {
    let loss = row.loss();
    let copy = row.proven.as_ref().filter(|_| loss.is_some());
    Kept {
        actual: copy.and_then(|it| context.figure(&format!("backup.{}.loss", it.copy.id))),
        by: loss.map(Loss::by),
        promised: promised(context, row.system, "rpo"),
        mood: if row.loses_too_much() {
            Mood::Gap
        } else {
            Mood::Fine
        },
    }
}

/// What is promised of a system whose data must come from a copy.
fn promised(context: &Context, system: &System, what: &str) -> Option<Figure> {
    let special = format!("system.{}.class.data-corruption.{what}", system.id);
    let usual = format!("system.{}.{what}", system.id);
    context.figure(&special).or_else(|| context.figure(&usual))
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
        kind: backup.kind.unwrap_or(BackupKind::Primary).word(),
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
        ladder: ladder::ladder(context, backup),
        at: context.at_origin(backup.at()),
    }
}

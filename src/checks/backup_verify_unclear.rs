//! Nobody can tell how a backup is to be verified or made.

use std::path::{Component, Path};

use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{Backup, Expectation, Heartbeat, Item, Kind, Take, Writer};

pub const CHECK: Check = check! {
    backup_verify_unclear, "backup-verify-unclear", Error,
    "Nobody can tell how a backup is to be verified or made",
    clauses: ["BC-19", "BC-34"],
    run: Run::Programme(run),
};

/// What is unclear: where it stands, what it is and why.
struct Unclear {
    place: Place,
    what: String,
    why: String,
}

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for backup in &context.programme.backups {
        for Unclear { place, what, why } in unclear(backup) {
            findings.push(
                CHECK
                    .finding(format!("{what} of `{}` {why}", backup.id))
                    .at(place)
                    .about(Kind::Backup, backup.id.as_str())
                    .help(
                        "State one tool, such as `with: {directory: {path: copies/orders}}`, one \
                         thing in each entry of `expect`, and a folder in `write-under`.",
                    ),
            );
        }
    }
}

fn unclear(backup: &Item<Backup>) -> Vec<Unclear> {
    let mut unclear = Vec::new();
    if let Some(verify) = &backup.verify {
        let place = backup.at().key("verify");
        if let Err(why) = verify.with.key() {
            unclear.push(Unclear {
                place: place.clone().key("with"),
                what: "`verify`".to_owned(),
                why,
            });
        }
        for (index, expectation) in verify.expect.iter().enumerate() {
            unclear.extend(expectation_unclear(expectation).map(|why| Unclear {
                place: place.clone().key("expect").index(index),
                what: format!("expectation {}", index + 1),
                why,
            }));
        }
    }
    if let Some(take) = &backup.take {
        unclear.extend(take_unclear(take).map(|(key, why)| Unclear {
            place: backup.at().key("take").key(key),
            what: "`take`".to_owned(),
            why,
        }));
    }
    unclear
}

fn expectation_unclear(expectation: &Expectation) -> Option<String> {
    match expectation.stated().as_slice() {
        [] => Some("expects nothing".to_owned()),
        [_] => heartbeat_unclear(expectation.heartbeat.as_deref()?),
        several => Some(format!("expects {} at once", several.join(" and "))),
    }
}

fn heartbeat_unclear(heartbeat: &Heartbeat) -> Option<String> {
    let why = match (&heartbeat.file, &heartbeat.query) {
        (Some(_), Some(_)) => "looks for its sign of life in `file` and by `query` at once",
        (None, None) => "does not say where its sign of life is: write `file` or `query`",
        _ => return None,
    };
    Some(why.to_owned())
}

fn take_unclear(take: &Take) -> Option<(&'static str, String)> {
    match take.with.stated().as_slice() {
        [] => return Some(("with", "names nothing that writes it".to_owned())),
        [_] => {}
        several => {
            let why = format!("is to be written by {} at once", several.join(" and "));
            return Some(("with", why));
        }
    }
    let target = target(&take.with)?;
    let is_plain = |path: &str| {
        let mut parts = Path::new(path).components();
        parts.all(|part| !matches!(part, Component::ParentDir))
    };
    let root = Path::new("/");
    let is_below = root.join(target).starts_with(root.join(&take.write_under));
    let is_allowed = is_below && is_plain(target) && is_plain(&take.write_under);
    let why = format!(
        "writes to `{target}`, which is not in `{}`",
        take.write_under
    );
    (!is_allowed).then_some(("write-under", why))
}

/// The folder that a writer writes to.
fn target(with: &Writer) -> Option<&str> {
    let directory = with.directory.as_ref().map(|it| it.to.as_str());
    let restic = with.restic.as_ref().map(|it| it.repository.as_str());
    let sqlite = with.sqlite.as_ref().map(|it| it.to.as_str());
    directory.or(restic).or(sqlite)
}

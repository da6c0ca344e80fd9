//! Restores and validates a backup, by this program itself in a process of its own: the shim holds
//! on to it like to any other.

use std::fs::File;
use std::path::Path;

use super::judged::{self, Verdict};
use super::{Ended, Job, command, own};
use crate::model::{Command, Restore};
use crate::proof::{self, Level, Verification};

/// The file with what was found, in the folder of the attempt.
const FOUND: &str = "verification.json";

pub fn ready(restore: &Restore, workspace: &Path) -> Result<(), String> {
    command::ready(&command(restore, Path::new(FOUND))?, workspace)
}

pub async fn carry_out(restore: &Restore, job: &Job) -> Ended {
    let found = job.folder.join(FOUND);
    let command = match command(restore, &found) {
        Ok(command) => command,
        Err(why) => return Ended::failed(why),
    };
    judged::carry_out(&command, job, || judge(&found)).await
}

fn command(restore: &Restore, found: &Path) -> Result<Command, String> {
    let (level, pick) = (restore.level.unwrap_or(5), restore.pick.as_deref());
    let words = [
        "backup".to_owned(),
        "verify".to_owned(),
        format!("--level={level}"),
        format!("--pick={}", pick.unwrap_or("latest")),
        format!("--to={}", found.display()),
        "--".to_owned(),
        restore.backup.to_string(),
    ];
    own::command(words, &restore.environment)
}

/// What the verification found.
fn judge(found: &Path) -> Verdict {
    let read = File::open(found).map_err(|error| error.to_string());
    let read = read.and_then(|file| {
        let found: Vec<Verification> =
            serde_json::from_reader(file).map_err(|error| error.to_string())?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| "it is empty".to_owned())
    });
    let found = read.map_err(|why| vec![format!("the verification left nothing: {why}")])?;
    let level = found.level();
    match found.verdict() {
        proof::Verdict::Pass => Ok(told(level, &found)),
        _ => Err(std::iter::once(told(level, &found))
            .chain(found.complaints().map(proof::Trial::sentence))
            .collect()),
    }
}

fn told(level: Level, found: &Verification) -> String {
    let point = found
        .point
        .as_ref()
        .map(|point| format!(" of {}", point.as_of));
    let point = point.unwrap_or_default();
    format!(
        "verification `{}`: level {level}, recovery point{point}",
        found.id
    )
}

//! Calls people by a call tree, by this program itself in a process of its own. What was said
//! stands in the register, so one that is begun again under the same id calls nobody twice.

use std::fs::File;
use std::path::Path;

use super::judged::{self, Verdict};
use super::{Ended, Job, command, own};
use crate::call::Progress;
use crate::model::{CallPeople, Command};

/// The file with how it went, in the folder of the attempt.
const FOUND: &str = "call.json";

pub fn ready(call: &CallPeople, workspace: &Path) -> Result<(), String> {
    command::ready(
        &own::command(words(call, "", Path::new(FOUND)), &[])?,
        workspace,
    )
}

pub async fn carry_out(call: &CallPeople, job: &Job) -> Ended {
    let found = job.folder.join(FOUND);
    match self::command(call, job, &found) {
        Ok(command) => judged::carry_out(&command, job, || judge(&found)).await,
        Err(why) => Ended::failed(why),
    }
}

fn command(call: &CallPeople, job: &Job, found: &Path) -> Result<Command, String> {
    let words = words(call, &own::name(job), found);
    own::command(words.into_iter().chain(own::exercise(job)), &[])
}

fn words(call: &CallPeople, id: &str, found: &Path) -> Vec<String> {
    vec![
        "notify".to_owned(),
        "call".to_owned(),
        call.tree.to_string(),
        format!("--text={}", call.text),
        format!("--id={id}"),
        format!("--to={}", found.display()),
    ]
}

/// Who was reached, and in what time.
fn judge(found: &Path) -> Verdict {
    let read = File::open(found).map_err(|error| error.to_string());
    let read = read.and_then(|file| {
        serde_json::from_reader::<_, Progress>(file).map_err(|error| error.to_string())
    });
    let progress = read.map_err(|why| vec![format!("the call left nothing: {why}")])?;
    match progress.reached {
        Some(true) => Ok(progress.summary()),
        _ => Err(vec![progress.summary()]),
    }
}

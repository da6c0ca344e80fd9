//! Runs somebody else's program, and judges it by what it leaves: its exit status says too little.

use std::path::Path;

use super::{Ended, Job, command};
use crate::journal::Settled;
use crate::model::Command;
use crate::secret::{self, hidden};
use crate::text::visible;

/// The most that is told of one thing that went wrong, in characters.
const TOLD_MAX: usize = 300;

/// What a program has left: what it says where all is well, otherwise all that went wrong.
pub type Verdict = Result<String, Vec<String>>;

/// Whether the program is there, and the file that it is given.
pub fn ready(command: &Command, file: &str, workspace: &Path) -> Result<(), String> {
    command::ready(command, workspace)?;
    let there = workspace.join(file).is_file();
    there
        .then_some(())
        .ok_or_else(|| format!("there is no file `{file}`"))
}

/// Carries out the command. Where it ended by itself, `judge` tells what became of it; it succeeds
/// when both say so.
pub async fn carry_out(command: &Command, job: &Job, judge: impl FnOnce() -> Verdict) -> Ended {
    let mut ended = command::carry_out(command, job).await;
    if !matches!(ended.settled, Some(Settled::Succeeded | Settled::Failed)) {
        return ended;
    }
    let told = match judge() {
        Ok(fact) => vec![fact],
        Err(wrong) => {
            ended.settled = Some(Settled::Failed);
            wrong
        }
    };
    let secrets = secret::values(command.environment.iter().map(String::as_str));
    let told = told
        .iter()
        .map(|fact| hidden(&visible(fact), &secrets, TOLD_MAX));
    ended.facts.splice(0..0, told);
    ended
}

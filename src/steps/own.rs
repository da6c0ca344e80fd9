//! This program itself, as a command of a step.

use super::Job;
use crate::journal::RunMode;
use crate::model::Command;

/// This program with these words, and with these variables of the environment.
///
/// # Errors
/// When it cannot be found.
pub fn command(
    words: impl IntoIterator<Item = String>,
    environment: &[String],
) -> Result<Command, String> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| format!("this program is not found: {error}"))?;
    let program = program.to_string_lossy().into_owned();
    Ok(Command {
        argv: std::iter::once(program).chain(words).collect(),
        folder: None,
        environment: environment.to_vec(),
        succeeds_with: Vec::new(),
    })
}

/// What tells what an attempt does from what any other does.
pub fn name(job: &Job) -> String {
    let attempt = job.folder.file_name().unwrap_or_default();
    format!("{}:{}", job.run, attempt.to_string_lossy())
}

/// The word by which it is known that all of it is an exercise, if it is one.
pub fn exercise(job: &Job) -> Option<String> {
    (job.mode == RunMode::Exercise).then(|| format!("--exercise={}", job.run))
}

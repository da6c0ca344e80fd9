//! Writes a mark with this moment.

use std::path::Path;

use chrono::SecondsFormat;

use super::{Ended, Job, command};
use crate::model::{Command, Mark};

/// What stands for the moment in the arguments.
const PLACE: &str = "[mark]";

pub fn ready(mark: &Mark, workspace: &Path) -> Result<(), String> {
    command::ready(&command(mark, ""), workspace)
}

pub async fn carry_out(mark: &Mark, job: &Job) -> Ended {
    let moment = match crate::clock::now() {
        Ok(now) => now.wall.to_rfc3339_opts(SecondsFormat::Micros, true),
        Err(error) => return Ended::failed(error.to_string()),
    };
    let mut ended = command::carry_out(&command(mark, &moment), job).await;
    ended.facts.insert(0, format!("the mark is {moment}"));
    ended
}

fn command(mark: &Mark, moment: &str) -> Command {
    Command {
        argv: mark
            .argv
            .iter()
            .map(|word| word.replace(PLACE, moment))
            .collect(),
        folder: mark.folder.clone(),
        environment: mark.environment.clone(),
        succeeds_with: Vec::new(),
    }
}

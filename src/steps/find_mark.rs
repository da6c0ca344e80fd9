//! Looks for the newest mark in what was recovered.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::{Ended, Job, command, sql};
use crate::journal::Settled;
use crate::model::FindMark;
use crate::text::visible;

/// How much of what is no mark is told, in characters.
const TOLD_MAX: usize = 100;

pub fn ready(find: &FindMark, workspace: &Path) -> Result<(), String> {
    match (&find.command, &find.sql) {
        (Some(stated), _) => command::ready(stated, workspace),
        (_, Some(stated)) => sql::ready(stated, workspace),
        _ => Err("nothing is stated to look with".to_owned()),
    }
}

pub async fn carry_out(find: &FindMark, job: &Job) -> Ended {
    match (&find.command, &find.sql) {
        (Some(stated), _) => {
            let ended = command::carry_out(stated, job).await;
            let output = fs::read(job.folder.join("output")).unwrap_or_default();
            let output = String::from_utf8_lossy(&output);
            let last = output.lines().rev().find(|line| !line.trim().is_empty());
            found(ended, last.unwrap_or_default())
        }
        (_, Some(stated)) => {
            let (ended, answer) = sql::answer(stated, job).await;
            found(ended, &answer.unwrap_or_default())
        }
        _ => Ended::failed("nothing is stated to look with"),
    }
}

/// What was found, where looking for it succeeded.
fn found(mut ended: Ended, text: &str) -> Ended {
    if ended.settled != Some(Settled::Succeeded) {
        return ended;
    }
    match DateTime::parse_from_rfc3339(text.trim()) {
        Ok(mark) => {
            ended.mark = Some(mark.with_timezone(&Utc));
            ended
                .facts
                .insert(0, format!("the newest mark is {}", mark.to_rfc3339()));
        }
        Err(_) => {
            let told: String = visible(text).chars().take(TOLD_MAX).collect();
            ended.settled = Some(Settled::Failed);
            ended.facts.insert(
                0,
                format!("`{told}` is no mark: nothing tells how much was lost"),
            );
        }
    }
    ended
}

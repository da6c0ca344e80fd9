//! Every undo that says how is rehearsed, and nothing else: no run begins, and nothing is kept.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Surroundings;
use crate::error::{Error, Result};
use crate::journal::{Part, Script, Settled, Task};
use crate::model::Action;
use crate::steps::{self, Begun, Ended, Holder, Job};

/// How the rehearsal of the undo of a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// The step.
    pub step: String,
    /// How; `None` where nobody can tell.
    pub settled: Option<Settled>,
    /// What is known about it, line by line.
    pub facts: Vec<String>,
}

/// Rehearses the undos of a script, as many at once as it allows, in a folder that is made for that
/// and removed; gives back how each ended, in the order of the script. Ctrl-C ends those that run,
/// and begins no more.
///
/// # Errors
/// `Io` when the folder cannot be made.
pub async fn rehearse(
    script: &Script,
    surroundings: &Surroundings,
    folder: &Path,
) -> Result<Vec<Rehearsed>> {
    let failed = |error| Error::io(format!("write to `{}`", folder.display()), error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let (stop, stopped) = watch::channel(false);
    let holder = Holder::new(surroundings.program.clone(), folder.to_owned());
    let holder = Arc::new(holder);
    let job = |place: usize, task: &Task| Job {
        run: "rehearsal".to_owned(),
        mode: script.mode,
        workspace: surroundings.workspace.clone(),
        folder: folder.join(place.to_string()),
        artifacts: surroundings.artifacts.clone(),
        holder: Arc::clone(&holder),
        timeout: task.timeout,
        begun: Begun::Here,
        stop: stopped.clone(),
    };
    let tasks = script.tasks.iter().enumerate();
    let mut waiting = tasks.filter_map(|(place, task)| {
        let action = task.action(Part::Rehearsal)?.clone();
        Some(carried_out(place, action, job(place, task)))
    });
    let (mut running, mut ended) = (JoinSet::new(), Vec::new());
    loop {
        while !*stop.borrow() && running.len() < script.parallel_max as usize {
            let Some(next) = waiting.next() else { break };
            running.spawn(next);
        }
        tokio::select! {
            done = running.join_next() => match done {
                Some(done) => ended.extend(done),
                None => break,
            },
            _ = tokio::signal::ctrl_c() => drop(stop.send(true)),
        }
    }
    std::fs::remove_dir_all(folder).map_err(failed)?;
    ended.sort_by_key(|(place, _)| *place);
    let told = ended.into_iter().map(|(place, ended)| Rehearsed {
        step: script.tasks[place].name.clone(),
        settled: ended.settled,
        facts: ended.facts,
    });
    Ok(told.collect())
}

async fn carried_out(place: usize, action: Action, job: Job) -> (usize, Ended) {
    let ended = steps::carry_out(&action, &job).await;
    (place, ended)
}

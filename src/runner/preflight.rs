//! Whether everything is there that a run needs, before it begins.

use std::path::Path;

use crate::journal::Script;
use crate::steps::{self, shim::OUTPUT_MAX};

/// What the journal of a run needs, in bytes.
const JOURNAL: u64 = 64 * 1024 * 1024;

/// Everything that is missing, each as a sentence; nothing is touched.
pub fn preflight(script: &Script, workspace: &Path) -> Vec<String> {
    let mut missing: Vec<String> = no_room(script, workspace).into_iter().collect();
    for task in &script.tasks {
        for action in task.actions() {
            if let Err(why) = steps::ready(action, workspace) {
                missing.push(format!("`{}`: {why}", task.name));
            }
        }
    }
    missing.dedup();
    missing
}

/// That there is not enough room for the journal and for what the steps write, if there is not.
fn no_room(script: &Script, workspace: &Path) -> Option<String> {
    // Where nobody can tell, writing will say so.
    let disk = rustix::fs::statvfs(workspace).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let commands = script.tasks.iter().filter(|task| task.action.is_some());
    let at_once = u64::from(script.parallel_max).min(commands.count() as u64);
    let needed = JOURNAL + at_once * OUTPUT_MAX;
    let mib = |bytes: u64| bytes / (1024 * 1024);
    (free < needed).then(|| {
        let (free, needed) = (mib(free), mib(needed));
        format!("only {free} MiB are free where the journal is written, and {needed} may be needed")
    })
}

//! Whether everything is there that a run needs, before it begins.

use std::path::Path;

use crate::journal::{Part, Script};
use crate::steps;

/// Everything that is missing, each as a sentence; nothing is touched.
pub fn preflight(script: &Script, workspace: &Path) -> Vec<String> {
    let mut missing = Vec::new();
    for task in &script.tasks {
        let all = [
            task.action(Part::Step),
            task.verify.as_ref(),
            task.action(Part::Undo),
        ];
        for action in all.into_iter().flatten() {
            if let Err(why) = steps::ready(action, workspace) {
                missing.push(format!("`{}`: {why}", task.name));
            }
        }
    }
    missing.dedup();
    missing
}

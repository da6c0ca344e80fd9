//! The commands in the stories under `examples/` do what the stories say.
//!
//! A line after `$ ` is run by the shell, in a copy of the example's folder. The lines below it are
//! what it prints; a line with `…` stands for any number of lines.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cli;
use crate::support;

/// What stands for lines that are left out.
const ANYTHING: &str = "…";

/// One command of a story, and what it is said to print.
struct Step {
    command: String,
    expected: Vec<String>,
}

/// The console blocks of a story.
fn blocks(story: &str) -> Vec<Vec<Step>> {
    let mut blocks: Vec<Vec<Step>> = Vec::new();
    let mut inside = false;
    for line in story.lines() {
        match (line, line.strip_prefix("$ ")) {
            ("```console", _) => {
                inside = true;
                blocks.push(Vec::new());
            }
            ("```", _) => inside = false,
            (_, Some(command)) if inside => {
                let step = Step {
                    command: command.to_owned(),
                    expected: Vec::new(),
                };
                blocks.last_mut().expect("a block").push(step);
            }
            (line, None) if inside => {
                let step = blocks.last_mut().and_then(|block| block.last_mut());
                step.expect("output has a command")
                    .expected
                    .push(line.to_owned());
            }
            _ => {}
        }
    }
    blocks
}

/// Whether lines are what is expected, where `…` stands for any number of them.
fn matches(expected: &[String], actual: &[&str]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((first, rest)) if first == ANYTHING => {
            (0..=actual.len()).any(|skipped| matches(rest, &actual[skipped..]))
        }
        Some((first, rest)) => actual
            .split_first()
            .is_some_and(|(line, others)| line == first && matches(rest, others)),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn tell(name: &str) {
    let example = support::root().join("examples").join(name);
    let story = fs::read_to_string(example.join("README.md")).expect("a story");
    let temp = tempfile::tempdir().expect("a folder");
    copy(&example, temp.path());
    let steps = blocks(&story);
    assert!(steps.len() >= 4, "{name} tells too little");
    for block in steps {
        // A block is a shell of its own, so `cd` lasts until its end.
        let mut folder = temp.path().to_owned();
        for Step { command, expected } in block {
            if let Some(below) = command.strip_prefix("cd ") {
                folder = folder.join(below);
                continue;
            }
            let text = shell(&folder, &command);
            let actual: Vec<&str> = text.lines().collect();
            assert!(matches(&expected, &actual), "{name}: $ {command}\n{text}");
        }
    }
}

/// Runs a line by the shell; a failure of the command is told by what it prints.
fn shell(folder: &Path, line: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_mainstay"));
    let ours = cli::command(folder);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(folder);
    for (name, value) in ours.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = program.parent().map(Path::to_owned).into_iter();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path))).expect("a path");
    shell.env("PATH", path);
    cli::run(shell).out
}

#[test]
fn the_story_of_a_first_plan_is_true() {
    tell("first-plan");
}

#[test]
fn the_story_of_the_river_is_true() {
    tell("what-if");
}

#[test]
fn the_story_of_the_switchover_is_true() {
    tell("switchover");
}

#[test]
fn the_story_of_everything_restored_is_true() {
    tell("annual-restore");
}

#[test]
fn the_story_of_a_backup_nobody_knows_is_true() {
    tell("backup-exec");
}

#[test]
fn the_story_of_a_service_that_is_told_something_is_true() {
    tell("webhook");
}

#[test]
fn what_is_left_out_is_all_that_may_differ() {
    let expected = ["a", ANYTHING, "d"].map(str::to_owned);
    assert!(matches(&expected, &["a", "b", "c", "d"]));
    assert!(matches(&expected, &["a", "d"]));
    assert!(!matches(&expected, &["a", "d", "e"]));
    assert!(!matches(&expected, &["b", "d"]));
    assert!(!matches(&[], &["a"]));
}

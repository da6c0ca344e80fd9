//! What Mainstay does itself in a step, kind by kind, against the real thing.

mod ansible;
mod chaostoolkit;
mod dns;
mod postgres;
mod wait_until;

use std::ffi::OsStr;
use std::path::PathBuf;

use mainstay::model::Action;
use serde_json::Value;

use crate::held::{Held, kill, until};
use crate::support::root;

/// What a drill showed; an error where it did not succeed.
type Shown = Result<String, String>;

/// Runs a drill of one step that only looks.
fn looked(action: &Value, timeout: &str) -> Shown {
    let step = format!("{{id: a, do: Look, timeout: {timeout}, run: {action}}}");
    shown::<&str>(&Held::new(&[&step]), &[])
}

/// Runs the drill with these environment variables.
fn shown<V: AsRef<OsStr>>(held: &Held, environment: &[(&str, V)]) -> Shown {
    let mut command = held.command(&["drill", "run", "d"]);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let output = command.output().expect("the command runs");
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    if output.status.success() {
        Ok(text)
    } else {
        Err(text)
    }
}

/// A drill of one step that runs somebody else's program, in a workspace with this file.
fn given(step: &str, file: &str, content: &str) -> Held {
    let held = Held::new(&[step]);
    std::fs::write(held.path(file), content).expect("room");
    held
}

/// What a command is given so that it finds the programs that `./test` installs, and a home in
/// which nothing is configured.
pub fn peers(held: &Held) -> [(&'static str, String); 2] {
    let folder = match std::env::var_os("MAINSTAY_TEST_PEERS") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("target/peers/venv/bin"),
    };
    assert!(
        folder.join("chaos").is_file() && folder.join("ansible-playbook").is_file(),
        "Chaos Toolkit and Ansible are not in {}; run `./test`, or benches/peers/install",
        folder.display()
    );
    let path = std::env::var("PATH").unwrap_or_default();
    let home = held.path("").to_string_lossy().into_owned();
    [
        ("PATH", format!("{}:{path}", folder.display())),
        ("HOME", home),
    ]
}

/// Loses the engine of a drill when its step has written `begun`, and goes on with another one,
/// which fails; gives back what that one shows.
fn resumed(held: &Held, environment: &[(&str, String)], begun: &str) -> String {
    let mut drill = held.command(&["drill", "run", "d"]);
    drill.envs(environment.iter().map(|(name, value)| (name, value)));
    let drill = drill.spawn().expect("it runs");
    until("the step has begun", || {
        (held.log() == [begun]).then_some(())
    });
    kill(drill);
    let output = held.say(&["drill", "resume", &held.run()]);
    assert_eq!(held.log(), [begun], "it was not run again");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The drill succeeds, and shows all of this.
#[track_caller]
fn succeeds(shown: Shown, parts: &[&str]) {
    shows(&shown.expect("it succeeds"), parts);
}

/// The drill fails, and shows all of this.
#[track_caller]
fn fails(shown: Shown, parts: &[&str]) {
    shows(&shown.expect_err("it fails"), parts);
}

#[track_caller]
fn shows(shown: &str, parts: &[&str]) {
    for part in parts {
        assert!(shown.contains(part), "`{part}` is missing: {shown}");
    }
}

/// Why nobody can tell what an action is to do.
#[track_caller]
fn unclear(action: Value, part: &str) {
    let action: Action = serde_json::from_value(action).expect("an action");
    let why = action.unclear().expect("it is unclear");
    assert!(why.contains(part), "{why}");
}

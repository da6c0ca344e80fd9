//! What Mainstay does itself in a step, kind by kind, against the real thing.

mod dns;
mod postgres;
mod wait_until;

use mainstay::model::Action;
use serde_json::Value;

use crate::held::Held;

/// What a drill showed; an error where it did not succeed.
type Shown = Result<String, String>;

/// Runs a drill of one step that only looks.
fn looked(action: &Value, timeout: &str) -> Shown {
    let step = format!("{{id: a, do: Look, timeout: {timeout}, run: {action}}}");
    shown(&Held::new(&[&step]), &[])
}

/// Runs the drill with these environment variables.
fn shown(held: &Held, environment: &[(&str, &str)]) -> Shown {
    let mut command = held.command(&["drill", "run", "d"]);
    command.envs(environment.iter().copied());
    let output = command.output().expect("the command runs");
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    if output.status.success() {
        Ok(text)
    } else {
        Err(text)
    }
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

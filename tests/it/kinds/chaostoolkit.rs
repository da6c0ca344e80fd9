//! Experiments that the real Chaos Toolkit runs.

use std::fs;

use serde_json::{Value, json};

use super::{Shown, fails, given, peers, resumed, shown, succeeds};
use crate::held::Held;

const STEP: &str = "{id: a, do: Try it, timeout: 60s, undo: {none: it takes itself back}, \
    run: {chaostoolkit: {experiment: e.json, environment: [CANARY]}}}";

/// A process of an experiment, by the line that a shell runs.
fn process(kind: &str, name: &str, line: &str) -> Value {
    let arguments = ["-c", line];
    let provider = json!({"type": "process", "path": "sh", "arguments": arguments});
    json!({"type": kind, "name": name, "tolerance": 0, "provider": provider})
}

fn action(name: &str, line: &str) -> Value {
    process("action", name, line)
}

/// A workspace with an experiment; `steady` is what a shell runs to see the steady state.
fn experiment(steady: &str, method: &[Value], rollbacks: &[Value]) -> Held {
    let probes = [process("probe", "steady", steady)];
    let experiment = json!({
        "title": "T", "description": "D", "method": method, "rollbacks": rollbacks,
        "steady-state-hypothesis": {"title": "H", "probes": probes},
    });
    given(STEP, "e.json", &experiment.to_string())
}

fn run(held: &Held) -> Shown {
    let [path, home] = peers(held);
    shown(held, &[path, home, ("CANARY", "xyzzy-secret".to_owned())])
}

#[test]
fn an_experiment_succeeds_when_everything_in_it_did() {
    let method = [action("break", "echo break >> log"), action("look", "true")];
    let held = experiment("true", &method, &[action("mend", "echo mend >> log")]);
    let told = "the experiment is completed, and all 3 activities succeeded";
    succeeds(run(&held), &[told, "exit status 0"]);
    assert_eq!(held.log(), ["break", "mend"]);
}

#[test]
fn what_chaos_toolkit_calls_completed_fails_when_a_process_did() {
    let mut behind = action("behind", "exit 3");
    behind["background"] = true.into();
    let mut python = action("python", "");
    python["provider"] =
        json!({"type": "python", "module": "os", "func": "remove", "arguments": {"path": "/no"}});
    let method = [
        action("break", "exit 1"),
        action("fine", "true"),
        behind,
        python,
    ];
    let held = experiment("true", &method, &[action("mend", "exit 4")]);
    let parts = [
        "the activity `break` ended with exit status 1",
        "the activity `behind` ended with exit status 3",
        "the activity `python` is failed: chaoslib.exceptions.ActivityFailed",
        "the rollback `mend` ended with exit status 4",
        // That is why its own word will not do.
        "exit status 0",
        "Experiment ended with status: completed",
    ];
    let shown = run(&held);
    assert!(!shown.as_ref().expect_err("it fails").contains("`fine`"));
    fails(shown, &parts);
}

#[test]
fn a_steady_state_that_is_not_met_is_told_with_its_probes() {
    let held = experiment("test ! -e gone", &[action("break", "touch gone")], &[]);
    let after = "the steady state was not met after the experiment: `steady`";
    fails(run(&held), &["the experiment deviated", after]);
    let held = experiment("false", &[action("break", "echo break >> log")], &[]);
    let before = "the steady state was not met before the experiment: `steady`";
    // Chaos Toolkit goes on to its rollbacks, and is content with that.
    fails(
        run(&held),
        &[before, "Experiment ended with status: completed"],
    );
    assert!(held.log().is_empty());
}

#[test]
fn an_experiment_outlives_its_engine_and_is_judged_by_the_next() {
    let method = [action("break", "echo break >> log; sleep 1; exit 5")];
    let held = experiment("true", &method, &[]);
    let [path, home] = peers(&held);
    let told = resumed(&held, &[path, home, ("CANARY", String::new())], "break");
    assert!(told.contains("`break` ended with exit status 5"), "{told}");
}

#[test]
fn an_experiment_that_takes_too_long_plays_its_rollbacks() {
    let method = [action("break", "echo break >> log; sleep 300")];
    let held = experiment("true", &method, &[action("mend", "echo mend >> log")]);
    let plan = held.path("plans/t.yaml");
    let text = fs::read_to_string(&plan).expect("there");
    fs::write(&plan, text.replace("timeout: 60s", "timeout: 3s")).expect("room");
    fails(run(&held), &["TOOK TOO LONG", "it took longer than 3 s"]);
    assert_eq!(held.log(), ["break", "mend"]);
}

#[test]
fn a_secret_is_hidden_in_the_journal_of_the_experiment() {
    let leak = json!({"type": "env", "key": "CANARY"});
    let mut python = action("leak", "");
    python["provider"] = json!({
        "type": "python", "module": "os", "func": "remove", "arguments": {"path": "${leak}"},
    });
    let experiment = json!({
        "title": "T", "description": "D", "configuration": {"leak": leak}, "rollbacks": [],
        "method": [action("told", "echo $CANARY"), python],
    });
    let held = given(STEP, "e.json", &experiment.to_string());
    let told = run(&held).expect_err("there is no such file");
    assert!(
        told.contains("[hidden]") && !told.contains("xyzzy"),
        "{told}"
    );
    let folder = held
        .path(".mainstay/state/runs")
        .join(held.run())
        .join("step-1-1");
    for file in fs::read_dir(folder).expect("readable") {
        let path = file.expect("readable").path();
        let kept = fs::read(&path).expect("readable");
        let kept = String::from_utf8_lossy(&kept);
        assert!(!kept.contains("xyzzy"), "{}: {kept}", path.display());
        let journal = path.ends_with("journal.json");
        assert!(!journal || kept.contains("[hidden]"), "{kept}");
    }
}

#[test]
fn what_is_missing_keeps_an_experiment_from_beginning() {
    let held = Held::new(&[STEP]);
    fails(run(&held), &["there is no file `e.json`"]);
    let nowhere = [("PATH", "/nowhere"), ("CANARY", "")];
    fails(shown(&held, &nowhere), &["there is no program `chaos`"]);
}

#[test]
fn an_experiment_that_is_interrupted_fails() {
    let held = experiment("true", &[action("break", "kill -TERM $PPID; sleep 9")], &[]);
    let parts = [
        "the experiment is interrupted, not completed",
        "the activity `break` is without a status",
    ];
    fails(run(&held), &parts);
}

#[test]
fn an_experiment_that_is_none_says_what_is_wrong_with_it() {
    let held = given(STEP, "e.json", "{\"title\": \"T\"}");
    let parts = [
        "the experiment left no journal",
        "exit status 1",
        "ERROR] experiment requires a description",
    ];
    fails(run(&held), &parts);
}

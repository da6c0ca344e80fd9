//! What is taken back by a machine is tried before anything is begun.

use std::fs;
use std::process::Output;

use crate::held::{Held, kill, kill_shims, quick, until};

/// A step that writes its name, and whose undo is rehearsed by a shell.
fn rehearsed(name: &str, rehearsal: &str) -> String {
    format!(
        "{{id: {name}, do: Write, run: {{command: {{argv: [sh, -c, 'echo {name} >> log']}}}}, \
         undo: {{run: {{command: {{argv: [sh, -c, 'echo undo-{name} >> log']}}}}, \
         rehearse: {{command: {{argv: [sh, -c, '{rehearsal}']}}}}}}}}"
    )
}

fn said(output: &Output) -> String {
    let all = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8(all).expect("UTF-8")
}

#[test]
fn a_rehearsal_that_fails_keeps_a_run_from_beginning() {
    let held = Held::new(&[
        &quick("first"),
        &rehearsed("a", "echo try-a >> tried"),
        &rehearsed("b", "echo no such place; exit 3"),
    ]);
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1));
    let told = said(&output);
    assert!(
        told.contains("p/b: its undo FAILED when it was rehearsed"),
        "{told}"
    );
    assert!(told.contains("nothing was begun"), "{told}");
    assert_eq!(held.log(), Vec::<String>::new(), "nothing was begun");
    let tried = fs::read_to_string(held.path("tried")).expect("it was tried");
    assert_eq!(tried, "try-a\n");
    let run = held.run();
    let report = held.report(&run);
    let rehearsals = &report["rehearsals"];
    assert_eq!(rehearsals[0]["state"], "rehearsed");
    assert_eq!(rehearsals[1]["state"], "FAILED when it was rehearsed");
    let why = report["verdict"]["why"].as_str().expect("a reason");
    assert!(
        why.contains("the undo of `p/b` failed when it was rehearsed"),
        "{why}"
    );
    for format in ["text", "html", "md", "junit", "ctk"] {
        let report = said(&held.say(&["drill", "report", &run, "--format", format]));
        assert!(
            report.contains("when it was rehearsed"),
            "{format}: {report}"
        );
    }
}

#[test]
fn what_can_be_taken_back_is_done() {
    let held = Held::new(&[&rehearsed("a", "test ! -e log")]);
    let told = held.told(&["drill", "run", "d"]);
    assert!(told.contains("p/a: its undo was rehearsed"), "{told}");
    assert_eq!(held.log(), ["a"]);
}

#[test]
fn preflight_rehearses_where_it_is_asked_to_and_names_what_cannot_be() {
    let held = Held::new(&[
        &rehearsed("a", "echo try-a >> tried"),
        "{id: b, do: B, run: {command: {argv: ['true']}}, \
         undo: {run: {command: {argv: ['true']}}}}",
    ]);
    let told = held.told(&["drill", "preflight", "d"]);
    assert!(told.contains("not rehearsed: the undo of `p/b`"), "{told}");
    assert!(!held.path("tried").exists(), "nothing is tried unasked");
    let told = held.told(&["drill", "preflight", "d", "--rehearse"]);
    assert!(told.contains("rehearsed: the undo of `p/a`"), "{told}");
    assert!(held.path("tried").exists());
    assert_eq!(held.log(), Vec::<String>::new(), "nothing was begun");
    let left = fs::read_dir(held.path(".mainstay/state/rehearsals"));
    assert_eq!(left.expect("it was made").count(), 0, "nothing is left");
    let held = Held::new(&[&rehearsed("a", "exit 3")]);
    let output = held.say(&["drill", "preflight", "d", "--rehearse"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!said(&output).contains("can begin"), "{}", said(&output));
}

#[test]
fn a_rehearsal_that_is_lost_is_done_again() {
    let held = Held::new(&[&rehearsed(
        "a",
        "echo try >> tried; while [ ! -e go ]; do sleep 0.05; done",
    )]);
    let drill = held.start(&["drill", "run", "d"]);
    let tried = || fs::read_to_string(held.path("tried")).unwrap_or_default();
    until("it is tried", || (tried() == "try\n").then_some(()));
    kill(drill);
    let run = held.run();
    kill_shims(&held, &run);
    fs::write(held.path("go"), "").expect("room");
    held.told(&["drill", "resume", &run]);
    assert_eq!(tried(), "try\ntry\n");
    assert_eq!(held.log(), ["a"]);
}

#[test]
fn stopping_while_something_is_tried_ends_it_and_begins_nothing() {
    let held = Held::new(&[&rehearsed("a", "echo try >> tried; sleep 600")]);
    let mut drill = held.start(&["drill", "run", "d"]);
    until("it is tried", || held.path("tried").exists().then_some(()));
    let run = held.run();
    held.told(&["drill", "stop", &run, "--why", "enough", "--by", "ada"]);
    assert!(!drill.wait().expect("it ends").success());
    assert_eq!(held.log(), Vec::<String>::new(), "nothing was begun");
    assert_eq!(
        held.report(&run)["rehearsals"][0]["state"],
        "not rehearsed to its end"
    );
}

#[test]
fn a_rehearsal_reaches_no_live_target_either() {
    let steps = rehearsed("a", "echo db.example");
    let held = Held::of(&format!(
        "systems: [{{id: db, name: Database, targets: [{{name: host, exercise: sandbox.test, \
         live: db.example}}]}}]\n\
         drills: [{{id: d, name: D, kind: functional, procedures: [p]}}]\n\
         procedures: [{{id: p, name: P, steps: [{steps}]}}]\n"
    ));
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(6));
    assert!(
        said(&output).contains("the live `host`"),
        "{}",
        said(&output)
    );
}

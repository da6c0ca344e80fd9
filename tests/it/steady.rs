//! What should hold before, during and after a drill, and what a drill must not reach.

use std::fs;
use std::net::TcpListener;

use crate::held::Held;

/// A drill of one step, with a port that should answer.
fn held(port: u16, command: &str) -> Held {
    let probe = format!("{{tcp: {{host: 127.0.0.1, port: {port}}}}}");
    let steady = format!("{{name: It answers, every: 1s, probe: {probe}}}");
    let run = format!("{{command: {{argv: [sh, -c, '{command}']}}}}");
    let step = format!("{{id: a, do: A, run: {run}, undo: {{none: x}}}}");
    Held::of(&format!(
        "drills:\n  - id: d\n    name: D\n    kind: functional\n    procedures: [p]\n\
         \x20   steady-state: [{steady}]\n\
         procedures: [{{id: p, name: P, steps: [{step}]}}]\n"
    ))
}

#[test]
fn a_drill_does_not_begin_where_what_should_hold_does_not() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let held = held(port, "echo a >> log");
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        said.contains("It answers: DOES NOT HOLD before anything is done"),
        "{said}"
    );
    assert_eq!(held.log(), Vec::<String>::new(), "nothing was begun");
}

#[test]
fn what_holds_before_and_after_is_seen_and_written_down() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let held = held(port, "echo a >> log");
    let said = held.told(&["drill", "run", "d"]);
    assert!(
        said.contains("It answers: holds before anything is done"),
        "{said}"
    );
    assert!(said.contains("It answers: holds at the end"), "{said}");
    assert_eq!(held.log(), ["a"]);
}

#[test]
fn what_does_not_hold_at_the_end_is_no_success() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    // The step waits until the listener is gone.
    let held = held(port, "while [ ! -e gone ]; do sleep 0.05; done");
    let drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    crate::held::until("the step runs", || {
        (held.states(&run) == ["a: runs"]).then_some(())
    });
    drop(listener);
    fs::write(held.path("gone"), "").expect("room");
    let output = drill.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let report = held.say(&["drill", "report", &run]);
    let said = String::from_utf8(report.stdout).expect("UTF-8");
    assert!(said.contains("went to its end"), "{said}");
}

#[test]
fn a_drill_cannot_reach_a_live_target() {
    let plan = |argv: &str| {
        format!(
            "systems:\n  - id: db\n    name: Database\n    targets:\n\
             \x20     - {{name: db-host, exercise: sandbox.test, live: db.example}}\n\
             \x20     - {{name: db-key, live: DB_KEY}}\n\
             drills: [{{id: d, name: D, kind: full-scale, procedures: [p]}}]\n\
             procedures:\n  - id: p\n    name: P\n    steps:\n\
             \x20     - {{id: a, do: A, run: {{command: {{argv: {argv}}}}}, undo: {{none: x}}}}\n"
        )
    };
    let refused = |argv: &str, why: &str| {
        let held = Held::of(&plan(argv));
        let output = held.say(&["drill", "run", "d"]);
        assert_eq!(output.status.code(), Some(6));
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(said.contains(why), "{said}");
        assert_eq!(held.log(), Vec::<String>::new());
    };
    refused("[sh, -c, 'echo db.example >> log']", "the live `db-host`");
    refused(
        "[sh, -c, 'echo {{db-key}} >> log']",
        "`db-key` is stated as a live target only",
    );
    let held = Held::of(&plan("[sh, -c, 'echo {{db-host}} >> log']"));
    held.told(&["drill", "run", "d"]);
    assert_eq!(held.log(), ["sandbox.test"]);
    let given = held.say(&["drill", "run", "d", "--with", "db-host=db.example"]);
    assert_eq!(
        given.status.code(),
        Some(6),
        "nor with a value that is given"
    );
}

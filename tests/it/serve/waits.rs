//! Whoever has to act so that a run goes on is told, once, with the command by which they do.

use std::fs;
use std::process::Output;

use serde_json::Value;

use super::Serving;
use crate::held::{Held, kill, kill_shims, slow, until};

/// Three people, a channel that writes down what it sends to each, and a drill that has been due
/// since yesterday; its lead does none of the steps.
const PLAN: &str = "
people:
  - {id: ada, name: Ada, contacts: [{by: sms, to: '1'}]}
  - {id: ben, name: Ben, contacts: [{by: sms, to: '2'}]}
  - {id: eve, name: Eve, contacts: [{by: sms, to: '3'}]}
roles:
  - {id: keys, name: Keys, primary: ada}
  - {id: both, name: Both, primary: ada, alternates: [ben]}
  - {id: support, name: Support, primary: eve}
channels:
  - id: sms
    name: Text messages
    with: {script: {argv: [sh, -c, 'cat >> told; echo >> told'], addresses: sms}}
  - {id: board, name: Board, with: {script: {argv: ['true']}}}
drills:
  - id: d
    name: Region failover
    kind: functional
    lead: eve
    unattended: true
    procedures: [p]
    schedule: {zone: UTC, from: FROM, every: P1Y, at: '00:00'}
procedures:
  - id: p
    name: P
    steps:
";
const NOTICES: &str = "[{audience: responsible, channel: sms, kinds: [waits]}, \
                       {audience: eve, channel: board, kinds: [run]}]";

/// A workspace with a drill of these steps.
fn held(steps: &[&str]) -> Held {
    let now = mainstay::clock::now().expect("a clock").wall;
    let from = (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d");
    let mut plan = PLAN.replace("FROM", &from.to_string());
    for step in steps {
        plan += &format!("      - {step}\n");
    }
    let held = Held::of(&plan);
    let stated = format!(
        "organization:\n  name: Example\n  incidents: {{criteria: [Real data is lost]}}\n  \
         notices: {NOTICES}\n"
    );
    fs::write(held.path("mainstay.yaml"), stated).expect("room");
    held
}

/// All that was sent so far, in order.
fn sent(held: &Held) -> Vec<Value> {
    let told = fs::read_to_string(held.path("told")).unwrap_or_default();
    let lines = told.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The messages about steps that were posted, whether they are sent or not, the last one first.
fn posted(held: &Held) -> Vec<Value> {
    let outbox = held.told(&["notify", "outbox", "--format", "json"]);
    let outbox: Value = serde_json::from_str(&outbox).expect("JSON");
    let all = outbox["messages"].as_array().expect("a list").iter();
    let bodies = all.map(|it| {
        let body = it["body"].as_str().expect("text");
        serde_json::from_str::<Value>(body).expect("JSON")
    });
    let is_step = |body: &Value| {
        body["key"]
            .as_str()
            .is_some_and(|it| it.contains("/waits/"))
    };
    bodies.filter(is_step).collect()
}

/// The commands in a message, as they stand there.
fn commands(message: &Value) -> Vec<String> {
    let text = message["text"].as_str().expect("text");
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// Types a command as it stands in a message.
fn typed(held: &Held, command: &str) -> Output {
    let rest = command.strip_prefix("mainstay").expect("a command of ours");
    let line = format!("{}{rest}", env!("CARGO_BIN_EXE_mainstay"));
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &line]).current_dir(held.path("."));
    shell.env_remove("MAINSTAY_BY").output().expect("it runs")
}

#[track_caller]
fn types(held: &Held, command: &str) {
    let output = typed(held, command);
    assert!(output.status.success(), "{command}: {output:?}");
}

#[test]
fn whoever_does_a_step_is_told_and_lets_the_run_go_on_as_the_message_says() {
    let held = held(&[
        "{id: a, do: Turn the key., role: keys, timeout: 2h, tell: {who: support, by: chat}}",
        "{id: b, do: B, run: {command: {argv: [sh, -c, 'echo b >> log']}}, undo: {none: a log}}",
    ]);
    let serving = Serving::begin(&held);
    let told = until("they are told", || sent(&held).pop());
    assert_eq!(told["to"].as_array().expect("a list").len(), 1);
    assert_eq!(told["to"][0]["person"], "ada");
    // People act by it, so it is one of the exercise.
    let run = held.run();
    assert_eq!(
        (&told["mode"], &told["run"]),
        (&"exercise".into(), &run.as_str().into())
    );
    let title = told["title"].as_str().expect("text");
    assert!(title.starts_with("EXERCISE"), "{title}");
    assert!(
        title.contains("Region failover: p/a waits for Ada"),
        "{title}"
    );
    let text = told["text"].as_str().expect("text");
    for part in [
        "Turn the key.",
        "When it is done, tell Support (chat).",
        "There is time until ",
        "You are told this because you are responsible for it.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    types(&held, &commands(&told)[0]);
    serving.said("is over");
    assert_eq!(held.log(), ["b"]);
    until("it is settled", || super::is_settled(&held));
    // Eve leads it and hears that it runs; she is not asked to do what Ada does.
    assert_eq!(sent(&held).len(), 1);
}

#[test]
fn a_run_that_another_process_takes_over_tells_nobody_twice() {
    let held = held(&[
        "{id: a, do: A, role: keys, retry: {times: 1}}",
        "{id: b, do: B}",
    ]);
    let drill = held.start(&["drill", "run", "d"]);
    let first = until("they are told", || posted(&held).pop());
    kill(drill);
    let run = held.run();
    assert_eq!(first["key"], format!("run:{run}/waits/p:a:1/sms/ada"));
    let mut drill = held.start(&["drill", "resume", &run]);
    let failed = &commands(&first)[1];
    // It is asked again in a new attempt, and that is news.
    until("the run is there", || {
        typed(&held, failed).status.success().then_some(())
    });
    let again = until("they are told again", || {
        let mut all = posted(&held);
        (all.len() == 2).then(|| all.remove(0))
    });
    assert_eq!(again["key"], format!("run:{run}/waits/p:a:2/sms/ada"));
    assert_eq!(again["thread"], first["key"]);
    kill(drill);
    // Done while nobody carried it out: who takes it over asks for nothing that is settled.
    types(&held, &commands(&again)[0]);
    drill = held.start(&["drill", "resume", &run]);
    let last = until("the next is told", || {
        let mut all = posted(&held);
        (all.len() == 3).then(|| all.remove(0))
    });
    // Nobody holds a role there: whoever leads the drill sees to it.
    assert_eq!(last["to"][0]["person"], "eve");
    types(&held, &commands(&last)[0]);
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(posted(&held).len(), 3);
}

#[test]
fn a_question_is_told_to_all_who_may_answer_each_in_their_own_name() {
    let held =
        held(&["{id: go, do: Go?, role: both, decide: {answers: [\"it's on\", off], quorum: 2}}"]);
    let mut drill = held.start(&["drill", "run", "d"]);
    let told = until("both are told", || {
        let all = posted(&held);
        (all.len() == 2).then_some(all)
    });
    let mut people: Vec<&str> = Vec::new();
    for message in &told {
        people.push(message["to"][0]["person"].as_str().expect("an id"));
        let own = commands(message);
        assert!(own[0].ends_with(&format!("'it'\\''s on' --by {}", people[people.len() - 1])));
        types(&held, &own[0]);
    }
    people.sort_unstable();
    assert_eq!(people, ["ada", "ben"]);
    assert!(drill.wait().expect("it ends").success());
}

#[test]
fn whoever_has_to_decide_what_is_in_doubt_is_told() {
    let held = held(&[&slow("a", "600")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("it has begun", || (held.log() == ["a"]).then_some(()));
    let run = held.run();
    kill(drill);
    kill_shims(&held, &run);
    assert_eq!(posted(&held).len(), 0);
    let mut drill = held.start(&["drill", "resume", &run]);
    let told = until("they are told", || posted(&held).pop());
    assert_eq!(told["to"][0]["person"], "eve");
    types(&held, &commands(&told)[0]);
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(posted(&held).len(), 1);
}

#[test]
fn a_run_goes_on_and_says_so_where_nobody_can_be_told() {
    let held = held(&["{id: a, do: A, role: keys}"]);
    let slow_start = held.start(&["drill", "run", "d"]);
    until("they are told", || posted(&held).pop());
    kill(slow_start);
    let run = held.run();
    // What cannot be read says of nobody how to reach them.
    fs::write(held.path("mainstay.yaml"), "organization: {name: [").expect("room");
    let mut drill = held.start(&["drill", "resume", &run]);
    until("it is written down", || {
        let report = held.report(&run).to_string();
        let said = "nobody was told that the run waits for them";
        report.contains(said).then_some(())
    });
    held.told(&["step", "done", &run, "p/a", "--by", "ada"]);
    assert!(drill.wait().expect("it ends").success());
}

//! The report of a drill as a journal of Chaos Toolkit, held against one that the real one wrote.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::held::Held;
use crate::kinds::peers;

/// A drill whose second step fails after the first, so that both are taken back.
const PLAN: &str = "
drills:
  - {id: d, name: D, kind: functional, procedures: [p],
     steady-state: [{name: All is well, probe: {tcp: {host: 127.0.0.1, port: PORT}}}]}
procedures:
  - id: p
    name: P
    steps:
      - {id: a, do: Begin, run: {command: {argv: [sh, -c, echo hi]}},
         undo: {run: {command: {argv: [\"true\"]}}}}
      - {id: b, do: Ask, run: {http: {url: \"http://127.0.0.1:1/\"}}}
";

/// An experiment of the same shape.
fn experiment() -> Value {
    let process = |kind: &str, name: &str, path: &str| {
        let provider = json!({"type": "process", "path": path, "arguments": []});
        json!({"type": kind, "name": name, "tolerance": 0, "provider": provider})
    };
    let asked = json!({"type": "http", "url": "http://127.0.0.1:1/", "method": "GET"});
    json!({
        "title": "T", "description": "D",
        "steady-state-hypothesis": {"title": "H", "probes": [process("probe", "steady", "true")]},
        "method": [
            process("action", "a", "true"),
            {"type": "probe", "name": "b", "provider": asked},
        ],
        "rollbacks": [process("action", "r", "true")],
    })
}

/// A journal of the real Chaos Toolkit.
fn real() -> Value {
    let held = Held::of("");
    fs::write(held.path("e.json"), experiment().to_string()).expect("room");
    let mut chaos = Command::new("chaos");
    chaos.args(["--no-version-check", "--no-log-file", "run", "e.json"]);
    chaos.current_dir(held.path("")).envs(peers(&held));
    let output = chaos.output().expect("it runs");
    let text = fs::read(held.path("journal.json"));
    let text = text.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_slice(&text).expect("JSON")
}

/// The journal of a drill that was run.
fn ours() -> Value {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let number = port.local_addr().expect("bound").port().to_string();
    let held = Held::of(&PLAN.replace("PORT", &number));
    held.say(&["drill", "run", "d"]);
    let run = held.run();
    let output = held.say(&["drill", "report", &run, "--format", "ctk"]);
    assert_eq!(output.status.code(), Some(1), "it failed");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Every key of a value with the type of what stands there, by its route. What is free is left out:
/// what an activity put out, and what is stated of it.
fn shape(value: &Value, route: &str, into: &mut BTreeMap<String, &'static str>) {
    let word = match value {
        Value::Null => return,
        Value::Bool(_) => "a truth",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "keys",
    };
    into.insert(route.to_owned(), word);
    match value {
        Value::Array(list) => {
            let each = format!("{route}[]");
            list.iter().for_each(|it| shape(it, &each, into));
        }
        Value::Object(map) => {
            let free = ["output", "provider", "extensions", "tolerance", "exception"];
            for (key, it) in map.iter().filter(|(key, _)| !free.contains(&key.as_str())) {
                shape(it, &format!("{route}/{key}"), into);
            }
        }
        _ => {}
    }
}

#[test]
fn a_report_has_the_keys_and_types_of_a_real_journal() {
    let (real, ours) = (real(), ours());
    let shaped = |journal: &Value| {
        let mut shaped = BTreeMap::new();
        shape(journal, "", &mut shaped);
        shaped
    };
    assert_eq!(shaped(&ours), shaped(&real), "{ours:#}");
    let failed = |journal: &Value| {
        let runs = journal["run"].as_array().expect("a list");
        let failed = runs.iter().find(|run| run["status"] == "failed");
        failed.expect("one failed").clone()
    };
    assert!(failed(&real)["exception"][0].is_string());
    assert!(failed(&ours)["exception"][0].is_string());
    assert_eq!(failed(&ours)["output"], failed(&real)["output"]);
    let date = |journal: &Value, key: &str| {
        let text = journal[key].as_str().expect("a text");
        chrono::DateTime::parse_from_rfc3339(text).expect("a moment")
    };
    for journal in [&real, &ours] {
        assert!(date(journal, "start") <= date(journal, "end"));
    }
}

#[test]
fn a_report_as_a_journal_says_what_came_of_the_drill() {
    let ours = ours();
    assert_eq!(
        (&ours["status"], &ours["deviated"]),
        (&json!("failed"), &json!(false))
    );
    assert_eq!(ours["steady_states"]["before"]["steady_state_met"], true);
    let names = |key: &str| {
        let runs = ours[key].as_array().expect("a list").iter();
        let names = runs.map(|it| (it["activity"]["name"].as_str(), it["status"].as_str()));
        names
            .map(|(name, status)| format!("{} {}", name.unwrap_or("-"), status.unwrap_or("-")))
            .collect::<Vec<_>>()
    };
    assert_eq!(names("run"), ["p/a succeeded", "p/b failed"]);
    assert_eq!(names("rollbacks"), ["p/a succeeded"]);
    let process = &ours["run"][0]["activity"]["provider"];
    assert_eq!(
        *process,
        json!({"type": "process", "path": "sh", "arguments": ["-c", "echo hi"]})
    );
}

//! What was written for other tools becomes part of a plan, and all of it is said.

use std::fs;

use crate::held::Held;
use crate::kinds::peers;
use crate::support::{golden, root};

const EXPERIMENTS: [&str; 3] = ["shop", "volumes", "smallest"];

/// A workspace in which an experiment was made a plan; what was said of it.
fn imported(name: &str) -> (Held, String) {
    let held = Held::of("");
    let text = fs::read_to_string(root().join(format!("tests/import/{name}.json")));
    fs::write(held.path("e.json"), text.expect("there")).expect("room");
    let words = ["import", "chaostoolkit", "e.json", "--out", "plans/e.yaml"];
    let output = held.say(&words);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{said}");
    (held, said)
}

#[test]
fn an_experiment_becomes_the_plan_that_is_expected() {
    for name in EXPERIMENTS {
        let (held, said) = imported(name);
        let plan = fs::read_to_string(held.path("plans/e.yaml")).expect("written");
        golden(&root().join(format!("tests/import/{name}.yaml")), &plan);
        golden(&root().join(format!("tests/import/{name}.txt")), &said);
        assert!(!plan.contains("never-in-a-plan") && !said.contains("never-in-a-plan"));
    }
}

#[test]
fn what_was_imported_loads_and_shows_what_it_is_going_to_do() {
    for name in EXPERIMENTS {
        let (held, _) = imported(name);
        let listed = held.told(&["drill", "list", "--format", "json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
        let drill = listed["drills"][0].as_str().expect("a drill");
        held.told(&["drill", "show", drill]);
        // Roles and lines of communication are for people to add; nothing else is wrong.
        let report = held.say(&["check", "--format", "json"]).stdout;
        let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
        let steps = |finding: &&serde_json::Value| {
            let check = finding["check"].as_str().expect("an id");
            finding["severity"] == "error" && (check.starts_with("step") || is_of_load(check))
        };
        let findings = report["findings"].as_array().expect("a list").iter();
        let wrong = findings.filter(steps).filter_map(|it| it["check"].as_str());
        let wrong: Vec<_> = wrong.filter(|check| !WANTING.contains(check)).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

/// What only people can say.
const WANTING: [&str; 2] = ["step-without-role", "step-without-communication"];

fn is_of_load(check: &str) -> bool {
    [
        "wrong-value",
        "unknown-key",
        "missing-key",
        "dangling-reference",
    ]
    .contains(&check)
}

#[test]
fn the_experiments_are_ones_that_chaos_toolkit_accepts() {
    for name in EXPERIMENTS {
        let (held, _) = imported(name);
        let mut chaos = std::process::Command::new("chaos");
        let options = ["--no-version-check", "--no-log-file", "validate", "e.json"];
        chaos.args(options).current_dir(held.path(""));
        chaos.env("SHOP_TOKEN", "x").env("SHOP_REGION", "x");
        let output = chaos.envs(peers(&held)).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {said}");
    }
}

#[test]
fn what_is_no_experiment_is_refused_and_nothing_is_written_over() {
    let held = Held::of("");
    for (text, why) in [
        ("[1]", "it has no keys"),
        ("{\"a\": 1}", "it has no `title`"),
        ("{\"title\": \"T\"}", "it has no `method`"),
        ("{", "it is neither JSON nor YAML"),
    ] {
        fs::write(held.path("e.json"), text).expect("room");
        let output = held.say(&["import", "chaostoolkit", "e.json"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(why), "{said}");
    }
    let (held, _) = imported("smallest");
    let words = ["import", "chaostoolkit", "e.json", "--out", "plans/e.yaml"];
    let output = held.say(&words);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("it is there already"));
}

#[test]
fn an_imported_drill_does_what_the_experiment_did() {
    let (held, _) = imported("smallest");
    let said = held.told(&["drill", "run", "nothing-happens-drill"]);
    assert!(said.contains("look"), "{said}");
}

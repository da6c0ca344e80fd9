//! Graph, impact and explanations by the command, on the sample and on one small company.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{done, fails};
use crate::support::{self, NOW};

/// Two systems in a row below a function, each with a name that means harm.
const PLAN: &str = r#"
organization: {name: Row, detection: 10m, declaration: 20m}
functions:
  - {id: sell, name: 'Sell "<b>" \ %', rto: 2h, mtpd: 8h, depends-on: [{on: shop}]}
systems:
  - id: shop
    name: "A\e[31m;#&|"
    rto: 2h
    rpo: 1h
    holds-data: true
    depends-on: [{on: net}, {on: mail, kind: soft}]
    recovery: {strategy: Restore, worst: 1h}
  - {id: net, name: 株式会社 Ő, rto: 1h, recovery: {strategy: Call, worst: 45m}}
  - {id: mail, name: דואר, rto: 1d}
"#;

fn row() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().expect("a folder");
    fs::write(temp.path().join("mainstay.yaml"), PLAN).expect("written");
    let folder = temp.path().to_owned();
    (temp, folder)
}

fn golden(name: &str, arguments: &[&str]) {
    let (_temp, folder) = row();
    let text = done(&folder, arguments);
    assert!(!text.contains('\u{1b}'), "{text}");
    support::golden(&support::root().join("tests/cli").join(name), &text);
}

#[test]
fn the_graph_is_shown_in_the_order_of_recovery() {
    golden("graph.txt", &["graph"]);
}

#[test]
fn the_graph_is_written_for_other_programs() {
    golden("graph.dot", &["graph", "--format", "dot"]);
    golden("graph.mmd", &["graph", "--format", "mermaid"]);
    golden("graph.json", &["graph", "--format", "json"]);
}

#[test]
fn a_focus_leaves_out_what_does_not_matter_to_it() {
    let (_temp, folder) = row();
    let ids = |arguments: &[&str]| {
        let text = done(
            &folder,
            &[&["graph", "--format", "json"], arguments].concat(),
        );
        let graph: Value = serde_json::from_str(&text).expect("JSON");
        let nodes = graph["nodes"].as_array().expect("nodes").iter();
        nodes
            .map(|node| node["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&["--focus", "net"]), ["sell", "net", "shop"]);
    assert_eq!(ids(&["--focus", "net", "--depth", "1"]), ["net", "shop"]);
    assert_eq!(ids(&["--focus", "net", "--depth", "0"]), ["net"]);
    assert_eq!(ids(&["--focus", "mail"]), ["sell", "mail", "shop"]);
}

#[test]
fn the_picture_is_one_whole_element() {
    let text = done(
        &support::root(),
        &["graph", "--format", "svg", "--now", NOW],
    );
    assert!(text.starts_with("<svg ") && text.ends_with("</svg>\n"));
    assert!(text.contains("Deliver courses"));
}

#[test]
fn a_recovery_time_is_explained_with_its_chain() {
    golden("explain-rto.txt", &["explain", "rto", "sell"]);
    golden(
        "explain-rto.json",
        &["explain", "rto", "sell", "--format", "json"],
    );
}

#[test]
fn a_recovery_point_is_explained_with_its_stores() {
    golden("explain-rpo.txt", &["explain", "rpo", "sell"]);
    golden(
        "explain-rpo.json",
        &["explain", "rpo", "sell", "--format", "json"],
    );
}

#[test]
fn what_fails_is_followed_to_the_functions() {
    golden("impact.txt", &["impact", "net"]);
    golden("impact.json", &["impact", "net", "--format", "json"]);
}

#[test]
fn everything_of_the_sample_can_fail_and_be_explained() {
    let root = support::root();
    let graph = done(&root, &["graph", "--format", "json", "--now", NOW]);
    let graph: Value = serde_json::from_str(&graph).expect("JSON");
    // One of each kind is enough; what is computed is tested where it is computed.
    for (kind, target) in [("function", "explain"), ("system", "impact")] {
        let nodes = graph["nodes"].as_array().expect("nodes").iter();
        let mut ids = nodes
            .filter(|node| node["kind"] == kind)
            .map(|node| &node["id"]);
        let id = ids.next().and_then(Value::as_str).expect("an id");
        match target {
            "explain" => {
                assert!(done(&root, &["explain", "rto", id]).contains("Expected: back at "));
                assert!(done(&root, &["explain", "rpo", id]).contains("Expected: "));
            }
            _ => assert!(done(&root, &["impact", id]).contains("are down")),
        }
    }
}

#[test]
fn every_check_is_explained_with_its_examples() {
    let root = support::root();
    let list = done(&root, &["explain"]);
    let first: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let all: Vec<&str> = mainstay::checks::CHECKS
        .iter()
        .map(|check| check.id)
        .collect();
    assert_eq!(first, all);
    let page = done(&root, &["explain", "no-alternate"]);
    support::golden(&root.join("tests/cli/explain-check.txt"), &page);
    let json = done(&root, &["explain", "no-alternate", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&json["check"], &json["severity"]),
        (&"no-alternate".into(), &"warning".into())
    );
}

#[test]
fn an_id_of_several_kinds_must_say_which() {
    let temp = tempfile::tempdir().expect("a folder");
    let plan = "systems: [{id: x, name: X}]\npeople: [{id: x, name: X}]\n";
    fs::write(temp.path().join("mainstay.yaml"), plan).expect("written");
    let said = fails(temp.path(), 2, &["impact", "x"]);
    assert!(said.contains("`system:x` or `person:x`"), "{said}");
    done(temp.path(), &["impact", "person:x"]);
}

#[test]
fn what_no_function_notices_is_still_found_where_it_is_named() {
    let temp = tempfile::tempdir().expect("a folder");
    let plan = r#"
organization: {name: Row}
people: [{id: ada, name: Ada}]
sites:
  - {id: office, name: Office, kind: office}
  - {id: cellar, name: Cellar, kind: office}
systems: [{id: shop, name: Shop, site: office}]
credentials:
  - {id: root-key, name: Root key, holders: [ada]}
procedures:
  - {id: restore, name: Restore, steps: [{id: x, do: X., credentials: [root-key]}]}
"#;
    fs::write(temp.path().join("mainstay.yaml"), plan).expect("written");
    let impact = |target: &str| done(temp.path(), &["impact", target]);
    assert!(impact("root-key").contains("The credential is named by procedure `restore`.\n"));
    assert!(impact("office").contains("The site is named by system `shop`.\n"));
    assert!(impact("cellar").contains("Nothing in the plans refers to this site"));
    let json = done(temp.path(), &["impact", "office", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["named_by"][0]["id"], "shop");
}

#[test]
fn what_waits_for_a_circle_is_never_said_to_be_in_time() {
    let temp = tempfile::tempdir().expect("a folder");
    let plan = "organization: {name: Ring}
functions: [{id: sell, name: Sell, rto: 8h, mtpd: 1d, depends-on: [{on: shop}]}]
systems:
  - {id: shop, name: Shop, rto: 4h, depends-on: [{on: login}], recovery: {strategy: s, worst: 1h}}
  - {id: login, name: Login, rto: 4h, depends-on: [{on: shop}], recovery: {strategy: s, worst: 1h}}
  - {id: mail, name: Mail, rto: 4h, recovery: {strategy: s, worst: 1h}}
";
    fs::write(temp.path().join("mainstay.yaml"), plan).expect("written");
    let explained = |id: &str| done(temp.path(), &["explain", "rto", id]);
    assert!(explained("sell").contains("whether it is in time cannot be told"));
    assert!(explained("mail").contains("it is in time"));
    let out = ["render", "--format", "md", "--now", NOW, "--out", "out"];
    done(temp.path(), &out);
    let text = fs::read_to_string(temp.path().join("out/plan.md")).expect("the plan");
    assert!(
        text.contains("0 of 1 critical function would be back in time"),
        "{text}"
    );
    assert!(text.contains("cannot be told: it waits for a circle"));
}

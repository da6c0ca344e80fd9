//! All that one verification showed, for people and for programs.

use std::fs;

use serde_json::Value;

use crate::held::Held;

fn verified() -> Held {
    let held = Held::of(
        "systems: [{id: orders-db, name: Orders}]
backups:
  - id: orders
    name: Orders
    of: [orders-db]
    every: 24h
    verify:
      with: {directory: {path: copy}}
      expect: [{files: {at-least: 1, present: [<b>.csv]}}]\n",
    );
    fs::create_dir_all(held.path("copy/monday")).expect("room");
    fs::write(held.path("copy/monday/orders.csv"), "1,2,3\n").expect("room");
    held.told(&["backup", "manifest", "copy/monday"]);
    held.say(&["backup", "verify", "orders"]);
    held
}

#[test]
fn every_format_shows_the_trials_and_the_entry_of_the_chain() {
    let held = verified();
    let output = held.say(&["backup", "report", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "a file is missing");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let hash = report["chain"]["hash"].as_str().expect("a hash");
    let id = report["verification"]["id"].as_str().expect("an id");
    let text = held.say(&["backup", "report", id]);
    let text = String::from_utf8(text.stdout).expect("UTF-8");
    assert!(text.contains(hash) && text.contains("FAIL"), "{text}");
    held.say(&[
        "backup", "report", id, "--format", "html", "--out", "reports",
    ]);
    let page = fs::read_to_string(held.path(&format!("reports/backup-{id}.html")));
    let page = page.expect("it is written");
    for trial in report["verification"]["trials"].as_array().expect("a list") {
        let what = trial["what"].as_str().expect("text");
        assert!(page.contains(what), "{what}");
    }
    assert!(page.contains(hash));
    assert!(
        page.contains("&lt;b&gt;.csv") && !page.contains("<b>.csv"),
        "escaped"
    );
}

#[test]
fn where_nothing_was_verified_it_is_said_how() {
    let held = Held::of("");
    let output = held.say(&["backup", "report"]);
    assert_eq!(output.status.code(), Some(4));
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        complaint.contains("`mainstay backup verify` makes one"),
        "{complaint}"
    );
}

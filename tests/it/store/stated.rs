//! Where journals are kept that a flag names: also those of what this program starts, and nobody
//! else is told.

use std::fs;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::server::{PASSWORD, Server};
use crate::held::{Held, until};

const PLAN: &str = "
systems: [{id: shop, name: Shop}]
backups:
  - id: orders
    name: Orders
    of: [shop]
    every: 24h
    take:
      with: {sqlite: {from: orders.db, to: copies/orders, prefix: orders-}}
      write-under: copies
    verify:
      with: {sqlite: {folder: copies/orders, prefix: orders-}}
      expect: [{query: {query: 'select count(*) from event', is: '0'}}]
drills:
  - id: d
    name: D
    kind: functional
    unattended: true
    procedures: [p]
    schedule: {zone: UTC, from: FROM, every: P1Y, at: '00:00'}
procedures:
  - id: p
    name: P
    steps:
      - id: look
        do: Look at what is told
        run: {command: {argv: [sh, -c, 'env > seen']}}
        undo: {none: It looks}
      - {id: restore, do: Restore the orders, run: {restore: {backup: orders}}}
";

struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_the_daemon_and_its_drills_begin_keeps_its_journals_where_the_flag_says() {
    let server = Server::start();
    let url = server.url(&server.database());
    let now = mainstay::clock::now().expect("a clock").wall;
    let from = (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d");
    let held = Held::of(&PLAN.replace("FROM", &from.to_string()));
    held.add_database("orders.db");
    let told = |words: &[&str]| -> Value {
        let words = [&["--store", &url], words, &["--format", "json"]].concat();
        let output = held.command(&words).env_remove("MAINSTAY_STORE").output();
        serde_json::from_slice(&output.expect("it starts").stdout).unwrap_or_default()
    };
    let taken = held.say(&["--store", &url, "backup", "take-full", "orders"]);
    assert!(taken.status.success(), "{taken:?}");
    let mut serve = held.command(&["--store", &url, "serve"]);
    serve
        .env_remove("MAINSTAY_STORE")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _serve = Ends(serve.spawn().expect("it starts"));
    let succeeded = until("the run is over", || {
        let listed = told(&["drill", "list"]);
        let phase = listed["runs"][0]["phase"].as_str()?;
        let is_over = ["succeeded", "failed"].iter().any(|it| phase.contains(it));
        is_over.then(|| phase == "succeeded")
    });
    assert!(succeeded, "{}", told(&["drill", "list"]));
    let listed = told(&["backup", "list"]);
    assert_eq!(listed[0]["number"], 5, "{listed}");
    assert!(!held.path(".mainstay/state/journal.db").exists());
    let seen = fs::read_to_string(held.path("seen")).expect("it looked");
    assert!(seen.contains("PATH=") && !seen.contains(PASSWORD), "{seen}");
    assert!(!seen.contains("MAINSTAY_STORE"), "{seen}");
}

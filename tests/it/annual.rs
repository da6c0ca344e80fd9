//! The drill that restores every system with data: its steps come from the inventory.

use std::fs;

use serde_json::Value;

use crate::held::Held;

/// Three in a chain, with one between them that holds no data; one alone; and one that nobody
/// copies.
const PLAN: &str = "
systems:
  - {id: files, name: Files, holds-data: true, rto: 4h}
  - {id: orders, name: Orders, holds-data: true, rto: 4h, depends-on: [{on: files}]}
  - {id: web, name: Web, depends-on: [{on: orders}]}
  - {id: shop, name: Shop, holds-data: true, rto: 4h, depends-on: [{on: web}]}
  - {id: mail, name: Mail, holds-data: true}
  - {id: wiki, name: Wiki, holds-data: true}
backups:
  - id: a-shop
    name: Shop
    of: [shop]
    every: 24h
    take: {with: {directory: {from: data, to: copies/shop}}, write-under: copies}
    verify:
      with: {directory: {path: copies/shop}}
      expect: [{files: {at-least: 2, present: [a]}}]
  - id: b-orders
    name: Orders
    of: [orders]
    every: 24h
    take:
      with: {sqlite: {from: orders.db, to: copies/orders, prefix: orders-}}
      write-under: copies
    verify:
      with: {sqlite: {folder: copies/orders, prefix: orders-}}
      expect: [{query: {query: 'select count(*) from event', is: '0'}}]
  - id: c-files
    name: Files
    of: [files]
    every: 24h
    take: {with: {directory: {from: data, to: copies/files}}, write-under: copies}
    verify: {with: {directory: {path: copies/files}}}
  - id: d-mail
    name: Mail
    of: [mail]
    every: 24h
    take: {with: {directory: {from: data, to: copies/mail}}, write-under: copies}
    verify: {with: {directory: {path: copies/mail}}}
drills: [{id: d, name: D, kind: functional, restores: all}]
";

/// A workspace of which every copy was made.
fn workspace(plan: &str) -> Held {
    let held = Held::of(plan);
    fs::create_dir_all(held.path("data/b")).expect("room");
    for (name, text) in [("a", "one"), ("b/two", "two")] {
        fs::write(held.path("data").join(name), text).expect("room");
    }
    held.add_database("orders.db");
    for backup in ["a-shop", "b-orders", "c-files", "d-mail"] {
        held.told(&["backup", "take-full", backup]);
    }
    held
}

/// What a drill is going to do: each step, and the steps before it.
fn steps(held: &Held) -> Vec<String> {
    let script = held.told(&["drill", "show", "d", "--format", "json"]);
    let script: Value = serde_json::from_str(&script).expect("JSON");
    let tasks = script["tasks"].as_array().expect("a list");
    let name = |place: &Value| {
        let place = usize::try_from(place.as_u64().expect("a place")).expect("small");
        tasks[place]["name"].as_str().expect("a name").to_owned()
    };
    let told = tasks.iter().map(|task| {
        let before = task["before"].as_array().expect("a list").iter();
        let before: Vec<String> = before.map(name).collect();
        let own = task["name"].as_str().expect("a name");
        match before.as_slice() {
            [] => own.to_owned(),
            before => format!("{own} after {}", before.join(", ")),
        }
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

/// Each system, how it came out, and why.
fn rows(report: &Value) -> Vec<String> {
    let rows = report["restores"]["rows"].as_array().expect("rows").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = rows.map(|row| {
        let why = row["left-out"].as_array().expect("a list").iter();
        let why: Vec<String> = why.map(text).collect();
        format!(
            "{}: {}; {}",
            text(&row["system"]),
            text(&row["outcome"]),
            why.join("; ")
        )
    });
    told.collect()
}

fn findings(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["findings"].as_array().expect("a list").iter();
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
    let of_systems = findings.filter(|it| {
        let id = text(&it["id"]);
        [
            "system-not-restored",
            "copy-not-restored",
            "system-back-too-late",
        ]
        .contains(&id.as_str())
    });
    of_systems
        .map(|it| {
            (
                it["id"].as_str().expect("text"),
                it["about"].as_str().expect("text"),
            )
        })
        .collect()
}

#[test]
fn every_system_is_restored_after_what_it_depends_on_and_none_is_left_out_silently() {
    let held = workspace(PLAN);
    let expected = [
        "restore/a-shop after restore/b-orders",
        "restore/b-orders after restore/c-files",
        "restore/c-files",
        "restore/d-mail",
    ];
    assert_eq!(steps(&held), expected);
    let shown = held.told(&["drill", "show", "d"]);
    for line in [
        "Restores 4 of 5 systems with data",
        "Not restored, of wiki: no backup of it is stated",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1), "one was not restored");
    let report = held.report(&held.run());
    assert_eq!(report["succeeded"], false);
    assert_eq!(report["restores"]["percent"], 80);
    let why = report["verdict"]["why"].as_str().expect("a sentence");
    let missing = "1 system with data was not restored: `wiki`";
    assert!(why.contains(missing), "{why}");
    let expected = [
        "files: restored; ",
        "mail: restored; ",
        "orders: restored; ",
        "shop: restored; ",
        "wiki: NOT RESTORED; no backup of it is stated",
    ];
    assert_eq!(rows(&report), expected);
    assert_eq!(findings(&report), [("system-not-restored", "wiki")]);
    let measured = report["measured"].as_array().expect("a list").len();
    assert_eq!(measured, 3, "those with an RTO");
    let listed = held.told(&["drill", "list"]);
    assert!(
        listed.contains("not every system with data was restored"),
        "{listed}"
    );
}

#[test]
fn the_critical_path_is_made_of_what_was_measured() {
    // One after the other, so that the whole takes longer than what held the last one up.
    let held = workspace(&PLAN.replace("restores: all", "restores: all, parallel: 1"));
    held.say(&["drill", "run", "d"]);
    let report = held.report(&held.run());
    let restores = &report["restores"];
    let path = restores["path"].as_array().expect("a path");
    let names: Vec<&str> = path.iter().filter_map(|leg| leg["step"].as_str()).collect();
    // Mail is alone: it holds nothing up that takes three times as long.
    assert_eq!(
        names,
        ["restore/c-files", "restore/b-orders", "restore/a-shop"]
    );
    let number = |value: &Value| value.as_u64().expect("a number");
    let legs: u64 = path.iter().map(|leg| number(&leg["took-ms"])).sum();
    let (path, took) = (number(&restores["path-ms"]), number(&restores["took-ms"]));
    assert!(legs > 0 && path.abs_diff(legs) <= 3, "{restores}");
    assert!(path < took, "mail held nothing up: {restores}");
    let back = &restores["rows"][3]["back-ms"];
    assert_eq!(number(back), path, "the shop is the last one");
    let told = restores["path-took"].as_str().expect("text");
    assert!(told.starts_with("at least"), "one was not restored: {told}");
}

#[test]
fn what_fails_keeps_nothing_else_from_being_restored() {
    let held = workspace(PLAN);
    let folder = fs::read_dir(held.path("copies/files")).expect("copies");
    for copy in folder.map(|entry| entry.expect("an entry").path()) {
        if copy.is_dir() {
            fs::write(copy.join("a"), "changed").expect("room");
        }
    }
    assert_eq!(held.say(&["drill", "run", "d"]).status.code(), Some(1));
    let report = held.report(&held.run());
    assert_eq!(report["restores"]["percent"], 60);
    let expected = [
        "files: NOT RESTORED; `restore/c-files` did not succeed",
        "mail: restored; ",
        "orders: restored; ",
        "shop: restored; ",
    ];
    assert_eq!(rows(&report)[..4], expected);
    let formats = ["html", "md", "text", "junit"];
    for format in formats {
        let output = held.say(&["drill", "report", &held.run(), "--format", format]);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = "3 of 5 systems with data were restored (60 %)";
        assert!(
            told.contains(line) || format == "junit" && told.contains("NOT RESTORED"),
            "{told}"
        );
    }
}

/// The steps after a change of the plan, and whether what an approval covers has changed.
#[track_caller]
fn check(from: &str, to: &str, expected: &[&str]) {
    assert!(PLAN.contains(from), "{from}");
    let (old, new) = (Held::of(PLAN), Held::of(&PLAN.replacen(from, to, 1)));
    assert_eq!(steps(&new), expected);
    let covered = |held: &Held| {
        let shown = held.told(&["drill", "show", "d"]);
        let digest = shown.split("has the SHA-256\n").nth(1).expect("a digest");
        digest.lines().next().expect("a line").to_owned()
    };
    assert_ne!(covered(&old), covered(&new));
}

#[test]
fn the_inventory_decides_what_is_restored_and_what_was_approved() {
    let chain = [
        "restore/a-shop after restore/b-orders",
        "restore/b-orders after restore/c-files",
        "restore/c-files",
        "restore/d-mail",
    ];
    // One more system that nobody copies changes no step, and voids the approval.
    let more = "- {id: wiki, name: Wiki, holds-data: true}\n  - {id: x, name: X, holds-data: true}";
    check("- {id: wiki, name: Wiki, holds-data: true}", more, &chain);
    // What holds several is restored once, after what any of them needs.
    let shared = [
        "restore/a-shop after restore/b-orders",
        "restore/b-orders after restore/c-files",
        "restore/c-files",
        "restore/d-mail after restore/b-orders",
    ];
    check("of: [mail]", "of: [mail, shop]", &shared);
    // A backup that holds both ends of the chain comes back together with what is between them.
    let ends = [
        "restore/a-shop after restore/c-files",
        "restore/b-orders after restore/c-files",
        "restore/c-files",
        "restore/d-mail",
    ];
    check("of: [shop]", "of: [shop, files]", &ends);
    // So does what needs each other in a circle.
    let circle = "name: Files, holds-data: true, depends-on: [{on: shop}],";
    let side_by_side = [
        "restore/a-shop",
        "restore/b-orders",
        "restore/c-files",
        "restore/d-mail",
    ];
    check("name: Files, holds-data: true,", circle, &side_by_side);
}

#[test]
fn a_drill_that_restores_touches_something_and_has_something_to_restore() {
    let refused = |plan: &str| {
        let output = Held::of(plan).say(&["drill", "show", "d"]);
        assert_eq!(output.status.code(), Some(6));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = refused(&PLAN.replace("kind: functional", "kind: tabletop"));
    assert!(told.contains("write `kind: functional`"), "{told}");
    let told = refused(&PLAN.replace("restores: all", "restores: full-local"));
    assert!(told.contains("restores every full local copy"), "{told}");
    let held = Held::of(
        &PLAN
            .replace("restores: all", "restores: full-local")
            .replace("of: [mail]", "of: [mail]\n    kind: full-local"),
    );
    assert_eq!(steps(&held), ["restore/d-mail"]);
    let shown = held.told(&["drill", "show", "d"]);
    let line = "Not restored, of shop: no full local copy of it is stated";
    assert!(shown.contains(line), "{shown}");
}

#[test]
fn what_was_restored_counts_in_the_graph_until_there_is_more_to_restore() {
    let stated = "name: Files, holds-data: true, rto: 4h";
    assert!(PLAN.contains(stated));
    let held = workspace(&PLAN.replacen(stated, &stated.replace("4h", "1s"), 1));
    // Nothing is left of the second for whoever has to notice first.
    let organization = "organization: {name: Example, detection: 1s}\n";
    fs::write(held.path("mainstay.yaml"), organization).expect("room");
    let explained = || held.told(&["explain", "rto", "files"]);
    let assumed = "assumed to meet its objective";
    assert!(explained().contains(assumed), "{}", explained());
    held.told(&["backup", "verify", "c-files", "--level", "4"]);
    let measured = "restore of its data, measured on";
    assert!(explained().contains(measured), "{}", explained());
    // The moment in the name of a copy is in whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    fs::write(held.path("data/more"), "more than there ever was").expect("room");
    held.told(&["backup", "take-full", "c-files"]);
    held.told(&["backup", "verify", "c-files", "--level", "2"]);
    let estimated = "estimated from one part alone, as it has grown since it was restored on";
    assert!(explained().contains(estimated), "{}", explained());
    let checked = held.say(&["check", "--only", "restore-slower-than-rto"]);
    let told = String::from_utf8_lossy(&checked.stdout);
    assert!(told.contains("restoring `c-files` may take"), "{told}");
}

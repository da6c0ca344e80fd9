//! What cannot be told is never said to be as promised, by any command.

use std::fs;

use mainstay::model::Visibility;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{done, mainstay};
use crate::documents;
use crate::support::{self, NOW};

/// A workspace of one file.
fn workspace(plan: &str) -> TempDir {
    let temp = tempfile::tempdir().expect("a folder");
    fs::write(temp.path().join("mainstay.yaml"), plan).expect("written");
    temp
}

/// What a command says of a plan on the day of the tests.
fn says(temp: &TempDir, command: &[&str]) -> String {
    done(temp.path(), &[command, &["--now", NOW]].concat())
}

/// That a text says something; where it does not, the lines near it are shown.
#[track_caller]
fn has(text: &str, expected: &str) {
    let about = expected.split(' ').next().expect("a word");
    let near: Vec<&str> = text.lines().filter(|line| line.contains(about)).collect();
    assert!(
        text.contains(expected),
        "{expected}\n--- in\n{}",
        near.join("\n")
    );
}

/// The consolidated plan, with the names in it as they are.
fn document(temp: &TempDir) -> String {
    says(temp, &["render", "--format", "md", "--out", "out"]);
    let text = fs::read_to_string(temp.path().join("out/plan.md")).expect("the plan");
    text.replace('\\', "")
}

const BAKERY: &str = "organization: {name: Bakery, detection: 10m, declaration: 20m}
functions:
  - {id: bake, name: Bake, rto: 4h, mtpd: 1d, rpo: 1h, depends-on: [{on: oven}, {on: mill}]}
  - {id: sell, name: Sell, rto: 8h, mtpd: 1d, depends-on: [{on: bake}]}
systems:
  - {id: oven, name: Oven, rto: 2h, holds-data: true, rpo: 1h}
  - {id: mill, name: Mill, rto: 2h, recovery: {strategy: Repair it, worst: 1h}}
backups: [{id: copy, name: Copy, of: [oven], every: 1h}]
";

#[test]
fn what_is_known_is_told() {
    let temp = workspace(BAKERY);
    assert!(says(&temp, &["explain", "rto", "bake"]).contains("it is in time"));
    assert!(says(&temp, &["explain", "rpo", "bake"]).contains("up to 1 h of data lost"));
    let text = document(&temp);
    has(&text, "2 of 2 critical functions would be back in time.");
    let assumed = "0 of 2 were ever measured; 1 is only assumed to meet its objective";
    has(&text, assumed);
}

/// That nobody can tell when `bake` and `sell` are back, and why.
fn untold(plan: &str, why: &str, named: &str) {
    let temp = workspace(plan);
    for id in ["bake", "sell"] {
        let text = says(&temp, &["explain", "rto", id]);
        has(&text, "whether it is in time cannot be told");
        has(&text, why);
    }
    let impact = says(&temp, &["impact", "mill", "--format", "json"]);
    let impact: Value = serde_json::from_str(&impact).expect("JSON");
    let bake = &impact["functions"][0];
    assert_eq!(
        (&bake["id"], &bake["declare_by_for_rto"]),
        (&"bake".into(), &Value::Null)
    );
    assert_eq!(bake["doubt"], why);
    let text = says(&temp, &["impact", "mill"]);
    has(&text, &format!("cannot be told: {why}"));
    assert!(!text.contains("declare by"), "{text}");
    let text = document(&temp);
    has(&text, "0 of 2 critical functions would be back in time");
    has(
        &text,
        "0 of 2 | ■ gap | Late, without an objective, or nobody can tell",
    );
    has(&text, &format!("cannot be told: {named}"));
}

#[test]
fn what_needs_something_that_is_not_declared_is_never_in_time() {
    untold(
        &BAKERY.replace("{on: oven}", "{on: ovne}"),
        "bake needs `ovne`, which is not declared",
        "Bake needs `ovne`, which is not declared",
    );
}

#[test]
fn what_needs_something_that_is_not_declared_may_notice_anything() {
    let temp = workspace(&BAKERY.replace("{on: oven}", "{on: ovne}"));
    let text = says(&temp, &["impact", "oven"]);
    has(&text, "Nobody can tell whether these go down too");
    has(&text, "bake: bake needs `ovne`, which is not declared");
    let text = says(&temp, &["impact", "mill"]);
    assert!(!text.contains("Nobody can tell whether"), "{text}");
}

#[test]
fn what_waits_for_something_of_which_nothing_is_said_is_never_in_time() {
    let silent = BAKERY.replace(", rto: 2h, recovery: {strategy: Repair it, worst: 1h}", "");
    untold(
        &silent,
        "nothing says how long mill takes, nor by when it must be back",
        "nothing says how long Mill takes, nor by when it must be back",
    );
    // What still works holds nobody up.
    let temp = workspace(&silent);
    let text = says(&temp, &["impact", "oven"]);
    assert!(
        !text.contains("cannot be told") && text.contains("declare by"),
        "{text}"
    );
    let text = document(&temp);
    has(
        &text,
        "to meet its objective; of 1 nothing is stated at all",
    );
}

#[test]
fn a_store_without_a_backup_keeps_no_promise() {
    let none = BAKERY.split("backups:").next().expect("the rest");
    for (plan, why) in [
        (none, "has no backup"),
        (
            &BAKERY.replace(", every: 1h", ""),
            "does not say how often it is copied",
        ),
    ] {
        let temp = workspace(plan);
        let text = says(&temp, &["explain", "rpo", "bake"]);
        let expected = format!("unknown, up to all of the data lost: oven {why}");
        has(&text, &expected);
        let text = document(&temp);
        assert!(
            text.contains("nobody can say")
                && text.contains(&format!("[Oven](#system-oven) {why}")),
            "{text}"
        );
        assert!(!text.contains("as promised"), "{text}");
    }
    let typo = workspace(&BAKERY.replace("{on: oven}", "{on: ovne}"));
    let text = says(&typo, &["explain", "rpo", "bake"]);
    has(&text, "bake needs something that is not declared");
}

const FLOUR: &str = "organization: {name: Bakery}
functions:
  - id: bake
    name: Bake
    rto: 4h
    mtpd: 1d
    depends-on: [{on: oven}]
    needs: {people: [{role: baker, count: 2}]}
systems:
  - id: oven
    name: Oven
    rto: 2h
    recovery: {strategy: Repair it, worst: 1h, uses: [baker], credentials: [key]}
people: [{id: anna, name: Anna}, {id: bert, name: Bert}, {id: cleo, name: Cleo, until: 2026-11-21}]
roles: [{id: baker, name: Baker, primary: anna, alternates: [bert]}]
credentials: [{id: key, name: Key, holders: [anna, bert]}]
";

#[test]
fn who_has_left_covers_for_nobody() {
    let left = workspace(
        &FLOUR
            .replace("[bert]", "[cleo]")
            .replace(", bert]", ", cleo]"),
    );
    let none = workspace(&FLOUR.replace("[bert]", "[]").replace(", bert]", "]"));
    let impact = says(&left, &["impact", "anna"]);
    assert_eq!(impact, says(&none, &["impact", "anna"]));
    assert!(!impact.contains("No function notices"), "{impact}");
    has(&document(&left), "Roles with an alternate | 0 of 1");
    let ran = mainstay(left.path(), &["check", "--now", NOW]);
    for check in [
        "no-alternate",
        "needs-unfilled",
        "credential-single-holder",
        "person-has-left",
    ] {
        has(&ran.out, &format!("[{check}]"));
    }
    // On their last day they are still there.
    let before = done(left.path(), &["impact", "anna", "--now", "2026-11-21"]);
    has(&before, "works worse");
}

#[test]
fn the_future_proves_nothing() {
    let measured = |on: &str| {
        let worst = "worst: 1h";
        workspace(&FLOUR.replace(
            worst,
            &format!("worst: 9h, measured: {{took: 1m, on: {on}}}"),
        ))
    };
    let text = says(&measured("2026-11-22"), &["explain", "rto", "bake"]);
    has(&text, "measured on 2026-11-22");
    has(&text, "it is in time");
    let future = measured("2026-11-23");
    let text = says(&future, &["explain", "rto", "bake"]);
    has(&text, "worst case, declared");
    has(&text, "it is 5 h late");
    has(&document(&future), "0 of 1 were ever measured");
    let history =
        "organization: {name: Bakery, history: [{what: approval, on: 2036-01-02, by: anna}]}";
    let drill =
        "drills: [{id: d, name: D, kind: tabletop, held: [{on: 2036-03-04, result: passed}]}]";
    let plan = FLOUR.replace("organization: {name: Bakery}", history) + drill;
    let text = document(&workspace(&plan));
    for day in ["2 January 2036", "4 March 2036"] {
        assert!(!text.contains(day), "{day}");
    }
}

#[test]
fn what_is_in_a_file_that_cannot_be_read_is_missed_aloud() {
    let temp = workspace(BAKERY);
    let utf16: Vec<u8> = "team: {id: x, name: X}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::create_dir(temp.path().join("plans")).expect("a folder");
    fs::write(temp.path().join("plans/old.yaml"), utf16).expect("written");
    fs::write(
        temp.path().join("plans/tab.yaml"),
        "systems:\n\t- {id: till, name: Till}\n",
    )
    .expect("written");
    for command in [
        &["render", "--format", "md", "--out", "out"][..],
        &["explain", "rto", "bake"],
        &["explain", "rpo", "bake"],
        &["impact", "mill"],
        &["graph"],
        &["drill", "list"],
    ] {
        let ran = mainstay(temp.path(), &[command, &["--now", NOW]].concat());
        assert_eq!(ran.status, 0, "{}", ran.err);
        has(
            &ran.err,
            "warning: `plans/old.yaml` could not be read to its end",
        );
        has(
            &ran.err,
            "warning: `plans/tab.yaml` could not be read to its end",
        );
    }
    for command in [
        &["explain", "rto", "till"][..],
        &["impact", "till"],
        &["graph", "--focus", "till"],
    ] {
        let ran = mainstay(temp.path(), &[command, &["--now", NOW]].concat());
        assert_eq!(ran.status, 4, "{}", ran.err);
        has(
            &ran.err,
            "It may be in `plans/old.yaml`, which could not be read",
        );
    }
    let text = document(&temp);
    has(
        &text,
        "2 files could not be read, so whatever is declared there is missing in this plan. If",
    );
    has(&text, "2 of 2 | ▲ attention | All that could be read.");
    assert!(!text.contains("All of them."));
}

#[test]
fn a_copy_that_is_lost_with_its_system_is_no_backup_on_page_one() {
    let plan = |site: &str| {
        format!(
            "organization: {{name: Example}}\n\
             sites:\n- {{id: here, name: Here, kind: office}}\n\
             - {{id: there, name: There, kind: office}}\n\
             systems: [{{id: db, name: Database, site: here, holds-data: true, rpo: 1h}}]\n\
             backups: [{{id: copy, name: Copy, of: [db], site: {site}, every: 1h}}]\n"
        )
    };
    let told = |site: &str| {
        let loaded = support::load_text("plan.yaml", &plan(site));
        let view = documents::view(&loaded, Visibility::Internal);
        documents::document(&view, "markdown")
    };
    let line = |text: &str| {
        let line = text
            .lines()
            .find(|line| line.contains("backup that is not lost with them"));
        line.expect("a measure").to_owned()
    };
    assert!(
        line(&told("here")).contains("0 of 1"),
        "{}",
        line(&told("here"))
    );
    assert!(
        line(&told("there")).contains("1 of 1"),
        "{}",
        line(&told("there"))
    );
}

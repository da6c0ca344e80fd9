//! Things are added to plans, and nothing else in the files changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::cli::{done, fails, mainstay, workspace};
use crate::support::NOW;

fn files(folder: &Path) -> BTreeMap<String, String> {
    let plans = fs::read_dir(folder.join("plans")).expect("plans");
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read_to_string(entry.path()).expect("text"))
    };
    plans.map(|entry| read(entry.expect("an entry"))).collect()
}

fn errors(folder: &Path) -> usize {
    let text = mainstay(folder, &["check", "--now", NOW, "--format", "json"]).out;
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let findings = report["findings"].as_array().expect("findings").iter();
    // What is added is not complete; that it is read without complaint is what matters.
    let load = [
        "wrong-value",
        "unknown-key",
        "missing-key",
        "dangling-reference",
        "yaml-invalid",
    ];
    findings
        .filter(|f| load.contains(&f["check"].as_str().expect("an id")))
        .count()
}

/// Every kind of thing, with flags of every shape.
const ADDITIONS: [&[&str]; 12] = [
    &[
        "team",
        "Finance",
        "--summary",
        "Counts: money",
        "--lead",
        "first-person",
    ],
    &[
        "person",
        "Zoë Ő",
        "--contact",
        "phone:+1 202 555 0133",
        "--contact",
        "email:z@example.com",
    ],
    &[
        "role",
        "Treasurer",
        "--primary",
        "zoë-ő",
        "--alternate",
        "first-person",
        "--skill",
        "no",
    ],
    &[
        "vendor",
        "Bank",
        "--contact",
        "portal:https://bank.example",
        "--restores-within",
        "4h",
    ],
    &[
        "procedure",
        "Pay by hand",
        "--step",
        "Find the cheques",
        "--step",
        "Sign: twice",
    ],
    &[
        "system",
        "Ledger",
        "--rto",
        "4h",
        "--rpo",
        "15m",
        "--needs",
        "shop",
        "--holds-data",
        "true",
        "--vendor",
        "bank",
        "--strategy",
        "Restore #1",
        "--worst",
        "2h",
        "--procedure",
        "pay-by-hand",
    ],
    &[
        "function",
        "Pay wages",
        "--mtpd",
        "3d",
        "--rto",
        "1d",
        "--needs",
        "ledger",
        "--needs",
        "shop",
        "--workaround",
        "Pay by hand",
        "--holds",
        "2d",
    ],
    &[
        "risk",
        "Fraud",
        "--likelihood",
        "possible",
        "--impact",
        "major",
        "--affects",
        "ledger",
    ],
    &[
        "scenario",
        "Bank gone",
        "--class",
        "vendor-failure",
        "--down-vendor",
        "bank",
        "--procedure",
        "pay-by-hand",
        "--activate-when",
        "No payment for an hour",
    ],
    &[
        "backup",
        "Ledger nightly",
        "--of",
        "ledger",
        "--every",
        "1d",
        "--immutable",
        "false",
        "--retention",
        "P1M",
    ],
    &[
        "drill",
        "Pay by hand once",
        "--kind",
        "walkthrough",
        "--scope",
        "pay-wages",
        "--success",
        "Wages are paid",
        "--next",
        "2027-01-15",
    ],
    &[
        "action",
        "Print more cheques",
        "--observed",
        "Two were left: not enough",
        "--drill",
        "pay-by-hand-once",
        "--run",
        "pay-by-hand-once-2026-11-20",
        "--about",
        "pay-wages",
        "--owner",
        "zoë-ő",
        "--due",
        "2027-02-01",
    ],
];

#[test]
fn everything_that_is_added_loads_and_the_rest_stays_as_it_was() {
    let (_temp, folder) = workspace();
    assert_eq!(errors(&folder), 0);
    for addition in ADDITIONS {
        let before = files(&folder);
        let team: &[&str] = if addition[0] == "team" {
            &[]
        } else {
            &["--team", "finance"]
        };
        let text = done(&folder, &[&["new"], addition, team].concat());
        assert!(text.ends_with("to plans/finance.yaml\n"), "{text}");
        assert_eq!(errors(&folder), 0, "{addition:?}");
        for (name, text) in &before {
            let after = &files(&folder)[name];
            let kept = is_subsequence(text, after);
            assert!(kept, "{addition:?} changed {name}:\n{after}");
        }
    }
    let written = &files(&folder)["finance.yaml"];
    let path = crate::support::root().join("tests/cli/new-finance.yaml");
    crate::support::golden(&path, written);
}

/// Whether every line of the one stands in the other, in order.
fn is_subsequence(before: &str, after: &str) -> bool {
    let mut after = after.lines();
    before.lines().all(|line| after.any(|other| other == line))
}

#[test]
fn what_would_not_load_is_refused_and_nothing_is_written() {
    let (_temp, folder) = workspace();
    let before = files(&folder);
    for (status, addition, said) in [
        (2, &["system"][..], "without a name"),
        (2, &["system", "X", "--rto", "4 hous"], "4 hous"),
        (2, &["system", "X", "--needs", "nothing"], "`nothing`"),
        (
            2,
            &["system", "X", "--holds-data", "maybe"],
            "Write `true` or `false`.",
        ),
        (2, &["system", "Shop"], "there is one already"),
        (2, &["system", "X", "--id", "a b"], "an id has letters"),
        (2, &["system", "!"], "make an id"),
        (2, &["person", "X", "--contact", "phone"], "Write `BY:TO`."),
        (2, &["person", "X", "--contact", "pigeon:coop"], "`pigeon`"),
        (2, &["drill", "X"], "without `--kind`"),
        (2, &["risk", "X"], "`--likelihood` and `--impact`"),
        (
            2,
            &["drill", "X", "--kind", "tabletopp"],
            "Did you mean `tabletop`?",
        ),
        (2, &["team", "Shop"], "there is one already"),
        (
            4,
            &["system", "X", "--team", "shopp"],
            "Did you mean `shop`?",
        ),
    ] {
        let text = fails(&folder, status, &[&["new"], addition].concat());
        assert!(text.contains(said), "{addition:?}: {text}");
        assert_eq!(files(&folder), before, "{addition:?}");
    }
}

#[test]
fn a_section_that_cannot_be_added_to_is_left_to_its_author() {
    let (_temp, folder) = workspace();
    let text = "team: {id: it, name: IT}\nsystems: [{id: a, name: A}]\n";
    fs::write(folder.join("plans/it.yaml"), text).expect("written");
    let said = fails(
        &folder,
        2,
        &["new", "system", "B", "--team", "it", "--rto", "1h"],
    );
    assert!(
        said.contains("systems:\n  - id: b\n    name: B\n    rto: 1h"),
        "{said}"
    );
    assert_eq!(files(&folder)["it.yaml"], text);
}

#[test]
fn one_team_need_not_be_named_and_several_must() {
    let (_temp, folder) = workspace();
    done(&folder, &["new", "system", "One"]);
    done(&folder.join("plans"), &["new", "team", "Two"]);
    let said = fails(&folder, 2, &["new", "system", "Three"]);
    assert!(said.contains("`--team`: shop, two."), "{said}");
}

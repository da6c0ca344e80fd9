//! A drill does not begin where something it is made of cannot be understood.

use crate::held::Held;

const PLAN: &str = "\
drills:
  - id: d
    name: D
    kind: functional
    procedures: [p]
    measures: [{name: M, from: p/a/a, until: p/a/a, within: 1h}]
  - {id: other, name: O, kind: functional, procedures: [q]}
procedures:
  - {id: p, name: P, steps: [{id: a, do: A, run-procedure: r}]}
  - {id: q, name: Q, steps: [{id: a, do: A, timeout: 1h}]}
  - id: r
    name: R
    steps: [{id: a, do: A, timeout: 2h, run: {command: {argv: ['true']}}, undo: {none: x}}]
systems:
  - {id: db, name: Store}
  - {id: app, name: Shop, rto: 4h, depends-on: [{on: db}]}
";

/// What keeps the drill from beginning where a piece of the plan is another; empty if nothing does.
fn refusal(from: &str, to: &str) -> String {
    assert!(PLAN.contains(from), "{from}");
    let held = Held::of(&PLAN.replace(from, to));
    let output = held.say(&["drill", "run", "d"]);
    let status = output.status.code();
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    match status {
        Some(0) => String::new(),
        Some(6) => said,
        other => panic!("{other:?}: {said}"),
    }
}

#[test]
fn what_cannot_be_understood_in_a_drill_keeps_it_from_beginning() {
    for (from, to, key) in [
        ("within: 1h", "within: 1 hour", "`measures` in line"),
        (
            "kind: functional\n",
            "kind: functional\n    scope: db\n",
            "`scope`",
        ),
        ("timeout: 2h", "timeout: 3 bananas", "`steps` in line"),
        (
            "[{on: db}]",
            "[db]",
            "`depends-on` in line 17 of `plans/t.yaml`",
        ),
        (
            "kind: functional\n",
            "kind: functional\n    lead: nobody\n",
            "`nobody`",
        ),
    ] {
        let said = refusal(from, to);
        assert!(said.contains(key), "{from}: {said}");
        assert!(said.contains("Nothing was touched"), "{said}");
    }
}

#[test]
fn what_cannot_be_understood_elsewhere_does_not() {
    for (from, to) in [("timeout: 1h", "timeout: soon"), ("rto: 4h", "rto: 4 hous")] {
        assert_eq!(refusal(from, to), "");
    }
}

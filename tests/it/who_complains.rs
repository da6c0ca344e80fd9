//! One mistake draws one complaint: where two checks could speak, only the one whose business it
//! is does.

use mainstay::model::Kind;

use crate::support;

/// How often a check complains of a plan.
fn complaints(check: &str, plan: &str) -> usize {
    assert!(
        mainstay::checks::find(check).is_some(),
        "there is no `{check}`"
    );
    let loaded = support::load_text("plan.yaml", plan);
    let findings = support::findings(&loaded);
    findings
        .iter()
        .filter(|finding| finding.check == check)
        .count()
}

/// The first check complains of a plan, once, and the second leaves it to the first.
fn left_to(owner: &str, silent: &str, plan: &str) {
    assert_eq!(complaints(owner, plan), 1, "`{owner}` on\n{plan}");
    assert_eq!(complaints(silent, plan), 0, "`{silent}` on\n{plan}");
}

#[test]
fn what_needs_itself_is_no_circle() {
    let plan = "systems: [{id: a, name: A, depends-on: [{on: a}]}]";
    left_to("dependency-on-itself", "dependency-cycle", plan);
}

#[test]
fn a_circle_is_found_behind_one_that_needs_itself() {
    let plan = "systems:
  - {id: a, name: A, depends-on: [{on: a}, {on: b}]}
  - {id: b, name: B, depends-on: [{on: a}]}";
    assert_eq!(complaints("dependency-on-itself", plan), 1);
    assert_eq!(complaints("dependency-cycle", plan), 1);
}

#[test]
fn what_was_measured_silences_what_was_declared() {
    let slow = "systems:
  - {id: a, name: A, rto: 1h, recovery: {strategy: s, worst: 9h,
     measured: {took: 2h, on: 2026-10-01}}}";
    left_to("measured-slower-than-rto", "recovery-slower-than-rto", slow);
    let fast = slow.replace("took: 2h", "took: 20m");
    assert_eq!(complaints("measured-slower-than-rto", &fast), 0);
    assert_eq!(complaints("recovery-slower-than-rto", &fast), 0);
}

#[test]
fn noticing_and_declaring_count_against_a_recovery() {
    let plan = |detection: &str| {
        format!(
            "organization: {{name: X, detection: {detection}}}
systems: [{{id: a, name: A, rto: 1h, recovery: {{strategy: s, worst: 50m}}}}]"
        )
    };
    assert_eq!(complaints("recovery-slower-than-rto", &plan("10m")), 0);
    assert_eq!(complaints("recovery-slower-than-rto", &plan("11m")), 1);
}

#[test]
fn a_vendor_restores_its_own_system() {
    let plan = "functions: [{id: f, name: F, depends-on: [{on: a}]}]
systems: [{id: a, name: A, vendor: v}]
vendors: [{id: v, name: V}]";
    let owner = "vendor-without-restoration-plan";
    left_to(owner, "system-without-procedure", plan);
    left_to(owner, "system-without-recovery", plan);
}

#[test]
fn what_a_function_needs_softly_needs_no_procedure() {
    let plan = |kind: &str| {
        format!(
            "functions: [{{id: f, name: F, depends-on: [{{on: a}}]}}]
systems:
  - {{id: a, name: A, depends-on: [{{on: b, kind: {kind}}}], procedure: p}}
  - {{id: b, name: B}}
procedures: [{{id: p, name: P}}]"
        )
    };
    assert_eq!(complaints("system-without-procedure", &plan("hard")), 1);
    assert_eq!(complaints("system-without-procedure", &plan("soft")), 0);
}

#[test]
fn data_without_any_backup_draws_one_complaint() {
    let plan = "systems: [{id: a, name: A, holds-data: true}]";
    left_to("data-without-backup", "no-full-local-copy", plan);
    left_to("data-without-backup", "backup-can-be-deleted", plan);
}

#[test]
fn the_most_frequent_and_the_fastest_copy_count() {
    let plan = "systems: [{id: a, name: A, rto: 2h, rpo: 1h, holds-data: true}]
backups:
  - {id: weekly, name: W, of: [a], kind: full-local, every: 7d,
     restored: {took: 9h, on: 2026-10-01}}
  - {id: log, name: L, of: [a], every: 5m, restored: {took: 1h, on: 2026-10-01}}";
    assert_eq!(complaints("backup-slower-than-rpo", plan), 0);
    assert_eq!(complaints("restore-slower-than-rto", plan), 0);
    let without = plan.split("  - {id: log").next().expect("a plan");
    assert_eq!(complaints("backup-slower-than-rpo", without), 1);
    assert_eq!(complaints("restore-slower-than-rto", without), 1);
}

#[test]
fn a_rhythm_in_words_is_not_compared() {
    let plan = "systems: [{id: a, name: A, rpo: 1h, holds-data: true}]
backups:
  - {id: weekly, name: W, of: [a], every: 7d}
  - {id: log, name: L, of: [a], schedule: continuously}";
    assert_eq!(complaints("backup-slower-than-rpo", plan), 0);
}

#[test]
fn a_reviewed_plan_confirms_what_stands_in_it() {
    let plan = |reviewed: &str| {
        format!(
            "team: {{id: t, name: T, reviewed-at: {reviewed}}}
systems: [{{id: a, name: A}}]"
        )
    };
    assert_eq!(complaints("facts-not-verified", &plan("2026-10-01")), 0);
    assert_eq!(complaints("facts-not-verified", &plan("2026-01-01")), 1);
}

#[test]
fn a_drill_that_was_never_held_still_plays_its_scenario() {
    let plan = "scenarios: [{id: s, name: S}]
drills: [{id: d, name: D, kind: tabletop, scenario: s}]";
    left_to("drill-never-held", "scenario-never-drilled", plan);
    let none = "organization: {name: X}
scenarios: [{id: s, name: S}]";
    left_to("no-drill", "scenario-never-drilled", none);
}

#[test]
fn steps_in_a_circle_have_no_sum() {
    let plan = "systems:
  - {id: a, name: A, procedure: p, recovery: {strategy: s, worst: 1m}}
procedures:
  - {id: p, name: P, steps: [{id: x, do: X., expected: 1h, after: [x]}]}";
    left_to("steps-circular", "procedure-slower-than-recovery", plan);
}

#[test]
fn the_strictest_dependant_sets_what_a_vendor_must_meet() {
    let plan = |promise: &str| {
        format!(
            "functions:
  - {{id: slow, name: S, rto: 9h, depends-on: [{{on: pay}}]}}
  - {{id: fast, name: F, rto: 3h, depends-on: [{{on: shop}}]}}
systems:
  - {{id: shop, name: Shop, depends-on: [{{on: pay}}], recovery: {{strategy: s, worst: 2h}}}}
  - {{id: pay, name: Pay, vendor: v}}
vendors: [{{id: v, name: V, restores-within: {promise}}}]"
        )
    };
    assert_eq!(complaints("vendor-slower-than-needed", &plan("1h")), 0);
    assert_eq!(complaints("vendor-slower-than-needed", &plan("61m")), 1);
}

#[test]
fn a_plan_that_says_nothing_draws_no_complaint_of_its_parts() {
    let loaded = support::load_text("plan.yaml", "organization: {name: X}");
    let ids: Vec<_> = support::findings(&loaded).iter().map(|f| f.check).collect();
    assert!(ids.contains(&"no-drill"), "{ids:?}");
    for finding in support::findings(&loaded) {
        let about = finding.subject.map(|subject| subject.kind);
        let parts = about.filter(|kind| *kind != Kind::Organization);
        assert_eq!(parts, None, "{}", finding.check);
    }
}

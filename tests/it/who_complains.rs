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
systems: [{{id: a, name: A, verified-at: 2025-01-01}}]"
        )
    };
    assert_eq!(complaints("facts-not-verified", &plan("2026-10-01")), 0);
    assert_eq!(complaints("facts-not-verified", &plan("2026-01-01")), 1);
}

#[test]
fn a_plan_that_nobody_read_through_is_told_once_and_not_for_each_system() {
    let plan = "organization: {name: X, cadences: {review: P6M}}
team: {id: t, name: T}
systems: [{id: a, name: A}, {id: b, name: B}]";
    left_to("team-review-overdue", "facts-not-verified", plan);
    let nobodys = "systems: [{id: a, name: A}]";
    assert_eq!(complaints("facts-not-verified", nobodys), 1);
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
fn a_procedure_for_several_systems_is_compared_with_none_of_them() {
    let plan = "systems:
  - {id: a, name: A, procedure: p, recovery: {strategy: s, worst: 1h}}
procedures: [{id: p, name: P, steps: [{id: x, do: X., expected: 2h}]}]";
    assert_eq!(complaints("procedure-slower-than-recovery", plan), 1);
    let two = plan.replace(
        "procedures:",
        "  - {id: b, name: B, procedure: p}\nprocedures:",
    );
    assert_eq!(complaints("procedure-slower-than-recovery", &two), 0);
}

#[test]
fn a_restore_that_was_the_measured_recovery_is_told_once() {
    let plan = "systems:
  - {id: a, name: A, rto: 1h, recovery: {strategy: s, measured: {took: 3h, on: 2026-09-01}}}
backups: [{id: k, name: K, of: [a], restored: {took: 2h, on: 2026-09-01}}]";
    left_to("measured-slower-than-rto", "restore-slower-than-rto", plan);
}

#[test]
fn what_one_team_leaves_out_another_may_state() {
    let plan = "vendors: [{id: v, name: V}]
---
vendors: [{id: v, name: V, contacts: [{by: phone, to: '1'}]}]";
    assert_eq!(complaints("vendor-without-contact", plan), 0);
    assert_eq!(complaints("vendor-without-escalation", plan), 1);
}

#[test]
fn no_vendor_is_fast_enough_when_no_time_is_left() {
    let plan = "functions: [{id: f, name: F, rto: 1h, depends-on: [{on: shop}]}]
systems:
  - {id: shop, name: S, depends-on: [{on: pay}], recovery: {strategy: s, worst: 2h}}
  - {id: pay, name: P, vendor: v}
vendors: [{id: v, name: V, restores-within: 5m}]";
    assert_eq!(complaints("vendor-slower-than-needed", plan), 0);
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
fn the_drill_that_was_never_held_answers_for_the_plan_that_was_never_tested() {
    let plan = |drills: &str| {
        format!("organization: {{name: X, cadences: {{drill: P12M}}}}\ndrills: [{drills}]")
    };
    let overdue = "drill-overdue";
    left_to("no-drill", overdue, &plan(""));
    let on_paper = plan("{id: d, name: D, kind: functional}");
    left_to("drill-never-held", overdue, &on_paper);
    let talked = plan("{id: d, name: D, kind: tabletop, held: [{on: 2026-10-01, result: passed}]}");
    assert_eq!(complaints(overdue, &talked), 1);
    let recorded = talked.replace(
        "cadences:",
        "history: [{what: drill, on: 2026-10-01, by: ada}], cadences:",
    );
    assert_eq!(complaints(overdue, &recorded), 0);
}

#[test]
fn no_cadence_means_nothing_is_overdue() {
    let plan = "organization: {name: X}
team: {id: t, name: T}
drills: [{id: d, name: D, kind: tabletop, held: [{on: 2020-10-01, result: passed}]}]";
    for silent in [
        "review-overdue",
        "approval-overdue",
        "communication-overdue",
        "drill-overdue",
        "team-review-overdue",
    ] {
        left_to("cadence-missing", silent, plan);
    }
}

#[test]
fn what_lies_in_the_future_was_not_done() {
    let plan = |on: &str| {
        format!(
            "organization: {{name: X, cadences: {{review: P6M}},
  history: [{{what: review, on: {on}, by: ada}}]}}"
        )
    };
    assert_eq!(complaints("review-overdue", &plan("2026-11-22")), 0);
    assert_eq!(complaints("review-overdue", &plan("2026-11-23")), 1);
}

#[test]
fn a_section_that_does_not_apply_is_not_asked_for() {
    let plan = |section: &str| {
        format!("organization: {{name: X, not-applicable: [{{section: {section}, reason: R}}]}}")
    };
    for (check, section) in [
        ("insurance-not-considered", "insurance"),
        ("no-risks", "risks"),
        ("no-stakeholders", "stakeholders"),
        ("stage-without-communication", "communications"),
        ("cadence-missing", "cadences"),
    ] {
        assert_eq!(complaints(check, &plan("frameworks")), 1, "{check}");
        assert_eq!(complaints(check, &plan(section)), 0, "{check}");
        assert_eq!(complaints("not-applicable-unknown", &plan(section)), 0);
    }
    // A plan without functions is not a plan, whatever it says.
    assert_eq!(complaints("no-functions", &plan("functions")), 1);
}

#[test]
fn who_has_left_need_not_be_reached() {
    let plan = |until: &str| {
        format!(
            "people: [{{id: ada, name: Ada, until: {until}}}]
roles: [{{id: dba, name: DBA, primary: ada}}]"
        )
    };
    left_to("person-has-left", "contact-missing", &plan("2026-11-21"));
    left_to("contact-missing", "person-has-left", &plan("2026-11-22"));
}

#[test]
fn nobody_else_is_no_alternate() {
    let plan = "people: [{id: ada, name: Ada}]
roles: [{id: dba, name: DBA, primary: ada, alternates: [ada]}]";
    left_to("no-alternate", "alternate-is-primary", plan);
}

#[test]
fn a_role_that_owns_a_function_brings_its_own_deputy() {
    let plan = |owner: &str| {
        format!(
            "people: [{{id: ada, name: Ada}}]
roles: [{{id: dba, name: DBA, primary: ada}}]
functions: [{{id: f, name: F, owner: {owner}}}]"
        )
    };
    assert_eq!(complaints("function-without-deputy", &plan("ada")), 1);
    left_to("no-alternate", "function-without-deputy", &plan("dba"));
}

#[test]
fn what_only_one_declaration_states_is_stated() {
    let plan = "team: {id: a, name: A}
functions: [{id: f, name: F}]
---
team: {id: b, name: B}
functions: [{id: f, name: F, owner: a, mbco: Half., bia: {impacts: []}, rto: 4h}]";
    assert_eq!(complaints("function-without-owner", plan), 0);
    assert_eq!(complaints("function-without-minimum", plan), 0);
    left_to("declared-twice", "function-without-bia", plan);
}

#[test]
fn teams_may_state_the_same_system_and_must_agree() {
    let plan = |rto: &str| {
        format!(
            "systems: [{{id: s, name: S, rto: 4h}}]
---
systems: [{{id: s, name: S, rto: {rto}}}]"
        )
    };
    left_to("objectives-disagree", "declared-twice", &plan("2h"));
    left_to("declared-twice", "objectives-disagree", &plan("4h"));
}

#[test]
fn an_acceptance_that_is_renewed_has_not_expired() {
    let acceptance = |until: &str| {
        format!("\n  - {{check: no-alternate, about: dba, reason: R, by: ada, until: {until}}}")
    };
    let plan = "people: [{id: ada, name: Ada}]
roles: [{id: dba, name: DBA, primary: ada}]
accepted:"
        .to_owned()
        + &acceptance("2026-11-21");
    assert_eq!(complaints("acceptance-expired", &plan), 1);
    let renewed = plan.clone() + &acceptance("2026-11-22");
    assert_eq!(complaints("acceptance-expired", &renewed), 0);
    let mended = plan.replace("primary: ada", "primary: ada, alternates: [ben]");
    let mended = mended.replace("people: [", "people: [{id: ben, name: Ben}, ");
    left_to("acceptance-matches-nothing", "acceptance-expired", &mended);
}

#[test]
fn a_call_and_a_message_to_one_number_are_one_way() {
    let plan = |sms: &str| {
        format!(
            "people:
  - {{id: ada, name: Ada, contacts: [{{by: phone, to: '1'}}, {{by: sms, to: '{sms}'}}]}}
roles: [{{id: dba, name: DBA, primary: ada}}]"
        )
    };
    assert_eq!(complaints("contact-missing", &plan("1")), 1);
    assert_eq!(complaints("contact-missing", &plan("2")), 0);
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

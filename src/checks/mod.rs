//! Rules about plans, one file each; the file's name is the complaint.
//!
//! A check looks at the merged programme and what was computed on it and says what is wrong, where
//! and what to do. It decides nothing else: whether a finding is accepted, shown or counts is the
//! business of others. To add one: write `a_new_complaint.rs` with `pub const CHECK`, its
//! explanation `a_new_complaint.md`, and `tests/checks/a-new-complaint/` with `bad.yaml`,
//! `good.yaml` and `expected.txt`; then add its name to the table below. A check that looks at past
//! runs says `runs: beside` and brings `bad-runs.yaml` and `good-runs.yaml`, too.

// What several checks share.
mod age;
mod agenda;
mod approved;
mod completeness;
mod duties;
mod impact;
mod late;
mod needed;
mod overdue;
mod proven;
mod spelling;
mod steps;
mod supplied;
mod within;
mod words;

use rayon::prelude::*;

use crate::finding::{self, Accepted, Finding, Severity};
use crate::graph::Analysis;
use crate::load::{self, Loaded};
use crate::model::{Acceptance, Declared, Drill, Kind, Programme};
use crate::record::Record;
use crate::time::Date;

/// A rule about plans.
pub struct Check {
    /// The complaint, which is also the file's name.
    pub id: &'static str,
    /// How bad it is when the rule is broken.
    pub severity: Severity,
    /// What is wrong when it is broken, in one sentence.
    pub title: &'static str,
    /// The requirements and clauses of standards it serves.
    pub clauses: &'static [&'static str],
    /// Why it matters and what to do, in Markdown.
    pub explanation: &'static str,
    /// A plan that breaks the rule.
    pub bad: &'static str,
    /// The same plan, mended.
    pub good: &'static str,
    /// What was run before the plan that breaks the rule, as a [`Record`] in YAML; empty where
    /// that makes no difference.
    pub bad_runs: &'static str,
    /// The same for the plan that is mended.
    pub good_runs: &'static str,
    /// Who finds out.
    pub run: Run,
}

/// Who finds out whether a rule is broken.
pub enum Run {
    /// The check itself, by looking at the whole programme.
    Programme(fn(&Context, &mut Vec<Finding>)),
    /// The check itself, by looking at what all the others found.
    Findings(fn(&Context, &[Finding], &mut Vec<Finding>)),
    /// The loader, while it reads the files.
    Load,
}

/// What a check may look at.
pub struct Context<'a> {
    /// Everything the plans say.
    pub programme: &'a Programme,
    /// Everything that was computed on it.
    pub analysis: &'a Analysis<'a>,
    /// What happened in past runs, until the day for which the plan is checked.
    pub record: &'a Record,
    /// The day for which the plan is checked.
    pub now: Date,
}

impl Check {
    /// A finding of this check; say where, about what and what to do.
    pub fn finding(&self, message: impl Into<String>) -> Finding {
        Finding::new(self.id, self.severity, message)
    }
}

/// Makes a check from its name and texts; explanation and examples are found by the name.
macro_rules! check {
    ($name:ident, $id:literal, $severity:ident, $title:literal,
        clauses: [$($clause:literal),* $(,)?], run: $run:expr $(,)?) => {
        check!($name, $id, $severity, $title, clauses: [$($clause),*], run: $run, after: ["", ""])
    };
    ($name:ident, $id:literal, $severity:ident, $title:literal,
        clauses: [$($clause:literal),* $(,)?], run: $run:expr, runs: beside $(,)?) => {
        check!($name, $id, $severity, $title, clauses: [$($clause),*], run: $run, after: [
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/tests/checks/", $id, "/bad-runs.yaml"
            )),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/tests/checks/", $id, "/good-runs.yaml"
            ))
        ])
    };
    ($name:ident, $id:literal, $severity:ident, $title:literal,
        clauses: [$($clause:literal),*], run: $run:expr, after: [$bad:expr, $good:expr]) => {
        $crate::checks::Check {
            id: $id,
            severity: $crate::finding::Severity::$severity,
            title: $title,
            clauses: &[$($clause),*],
            explanation: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/src/checks/", stringify!($name), ".md"
            )),
            bad: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/tests/checks/", $id, "/bad.yaml"
            )),
            good: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/tests/checks/", $id, "/good.yaml"
            )),
            bad_runs: $bad,
            good_runs: $good,
            run: $run,
        }
    };
}

macro_rules! table {
    ($($name:ident)+) => {
        $(mod $name;)+

        /// Every check, in the order of ids.
        pub const CHECKS: &[Check] = &[$($name::CHECK,)+];
    };
}

table! {
    acceptance_expired
    acceptance_matches_nothing
    action_closed_unproven
    action_overdue
    action_without_due
    action_without_owner
    activation_authority_missing
    alternate_is_primary
    approval_overdue
    approver_missing
    assumptions_missing
    backup_can_be_deleted
    backup_fault_found
    backup_job_silent
    backup_never_restored
    backup_of_nothing
    backup_older_than_rpo
    backup_shares_fate
    backup_slower_than_rpo
    backup_unverified_since_change
    backup_verification_overdue
    backup_verification_untested
    backup_verify_unclear
    backup_without_retention
    backup_without_schedule
    bia_incomplete
    bootstrap_without_procedure
    bottleneck
    cadence_missing
    calendar_ends
    calendar_unreadable
    call_tree_circular
    call_tree_misses_people
    call_tree_missing
    call_unclear
    changed_since_last_drill
    channel_unclear
    class_objective_looser
    communication_overdue
    communication_without_owner
    communication_without_words
    contact_missing
    contact_not_verified
    contract_ended
    contract_missing
    control_owner_missing
    copy_not_independent
    coverage_incomplete
    credential_locked_in
    credential_single_holder
    credential_without_second_copy
    dangling_reference
    data_not_stated
    data_without_backup
    date_in_future
    declared_twice
    dependency_cycle
    dependency_on_itself
    dependency_slower_than_dependant
    dependency_twice
    distribution_missing
    distribution_online_only
    drill_approval_lapsed
    drill_changed_since_approval
    drill_date_blocked
    drill_failed_last_time
    drill_load_exceeded
    drill_missed
    drill_never_held
    drill_overdue
    drill_without_action
    drill_without_contacts
    drill_without_criteria
    drill_without_incident_criteria
    drill_without_procedure
    drill_without_scenario
    drills_collide
    environment_not_covered
    exclusion_without_reason
    facts_not_verified
    file_unreadable
    framework_missing
    full_copy_not_tested
    function_needs_nothing
    function_without_bia
    function_without_deputy
    function_without_minimum
    function_without_owner
    function_without_workaround
    id_names_two_things
    insurance_not_considered
    journal_broken
    likely_exceeds_worst
    measured_slower_than_rto
    message_undelivered
    missing_key
    mtpd_later_than_bia
    needs_unfilled
    no_alternate
    no_drill
    no_full_local_copy
    no_functions
    no_organization
    no_out_of_band_contact
    no_risks
    no_stakeholders
    not_applicable_unknown
    objective_exceeds_tier
    objective_missing
    objective_not_approved
    objectives_disagree
    organization_declared_twice
    peak_stricter_than_rto
    person_has_left
    person_overloaded
    predicted_too_late
    procedure_not_used
    procedure_not_verified
    procedure_slower_than_recovery
    procedure_without_owner
    procedure_without_steps
    quorum_cannot_be_met
    reaction_not_stated
    reconstitution_incomplete
    recovery_at_lost_site
    recovery_slower_than_rto
    reminder_reaches_nobody
    restore_outgrows_rto
    restore_slower_than_rto
    review_overdue
    risk_accepted_but_high
    risk_without_owner
    risk_without_scenario
    risk_without_treatment
    role_unfilled
    rpa_exceeds_rpo
    rpo_older_than_function
    rpo_skew
    rta_exceeds_rto
    rto_exceeds_mtpd
    scenario_breaks_mtpd
    scenario_never_drilled
    scenario_takes_nothing_down
    scenario_without_class
    scenario_without_criteria
    scenario_without_procedure
    scenarios_leave_class_open
    schedule_clock_change
    schedule_misses_cadence
    schedule_never_comes
    schedule_on_holiday
    schedule_unclear
    scope_missing
    single_point_of_failure
    site_within_itself
    site_without_alternative
    site_without_support
    spelling_variant
    stage_without_communication
    stakeholder_not_told
    step_after_unknown
    step_declared_twice
    step_run_unclear
    step_tool_down
    step_without_communication
    step_without_role
    step_without_time
    step_without_undo
    step_without_verify
    steps_circular
    sub_processor_shared
    system_not_used
    system_predicted_too_late
    system_without_objectives
    system_without_owner
    system_without_procedure
    system_without_recovery
    team_review_overdue
    team_without_deputy
    team_without_lead
    tier_missing
    too_few_independent_copies
    too_many_problems
    undo_without_rehearsal
    unknown_disruption_class
    unknown_key
    vendor_not_used
    vendor_not_verified
    vendor_slower_than_needed
    vendor_without_alternative
    vendor_without_contact
    vendor_without_escalation
    vendor_without_restoration_plan
    wording_broken
    workaround_shorter_than_rto
    workaround_without_limit
    wrong_value
    yaml_duplicate_key
    yaml_syntax
    yaml_tag
    yaml_too_complex
    zero_duration
}

/// The check with this id.
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

/// Runs every check and adds what the loader found; accepted findings are marked as such.
pub fn run(loaded: &Loaded, analysis: &Analysis, record: &Record, now: Date) -> Vec<Finding> {
    let context = Context {
        programme: &loaded.programme,
        analysis,
        record,
        now,
    };
    let ran = CHECKS.par_iter().flat_map_iter(|check| {
        let mut findings = Vec::new();
        if let Run::Programme(run) = check.run {
            run(&context, &mut findings);
        }
        findings
    });
    let mut findings: Vec<Finding> = ran.collect();
    load::point_at_left_out(&loaded.sources, &mut findings);
    findings.extend(loaded.findings.iter().cloned());
    findings.extend(on_findings(&context, &findings));
    accept(&mut findings, &loaded.programme.accepted, now);
    finding::sort(&mut findings);
    findings
}

/// Why whoever is to be called when something goes wrong in a drill may not be reached, if so.
pub fn unreachable(programme: &Programme, drill: &Drill, now: Date) -> Vec<String> {
    let people = [&drill.primary_contact, &drill.secondary_contact];
    let people = people.into_iter().flatten();
    let people = people.filter_map(|id| programme.people.get(id.as_str()));
    let every = age::contact_verification(programme);
    people
        .filter_map(|person| contact_not_verified::complaint(person, every, now))
        .collect()
}

/// Runs the checks that look at what the others found.
fn on_findings(context: &Context, all: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in CHECKS {
        if let Run::Findings(run) = check.run {
            run(context, all, &mut findings);
        }
    }
    findings
}

/// Marks the findings that somebody accepts, while the acceptance lasts.
fn accept(findings: &mut [Finding], acceptances: &[Declared<Acceptance>], now: Date) {
    for acceptance in acceptances.iter().filter(|a| a.until >= now) {
        let meant = findings.iter_mut().filter(|f| covers(acceptance, f));
        for finding in meant {
            finding.accepted = Some(Accepted {
                by: acceptance.by.to_string(),
                reason: acceptance.reason.clone(),
                until: acceptance.until,
            });
        }
    }
}

/// Whether an acceptance is about a finding: the same check and the same thing.
pub fn covers(acceptance: &Acceptance, finding: &Finding) -> bool {
    let subject = finding.subject.as_ref();
    let about = subject.is_some_and(|subject| match subject.kind {
        Kind::Organization => acceptance.about == "organization",
        _ => subject.id == acceptance.about,
    });
    about && acceptance.check.as_str() == finding.check
}

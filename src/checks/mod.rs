//! Rules about plans, one file each; the file's name is the complaint.
//!
//! A check looks at the merged programme and what was computed on it and says what is wrong, where
//! and what to do. It decides nothing else: whether a finding is accepted, shown or counts is the
//! business of others. To add one: write `a_new_complaint.rs` with `pub const CHECK`, its
//! explanation `a_new_complaint.md`, and `tests/checks/a-new-complaint/` with `bad.yaml`,
//! `good.yaml` and `expected.txt`; then add its name to the table below.

use rayon::prelude::*;

use crate::finding::{self, Accepted, Finding, Severity};
use crate::graph::Analysis;
use crate::load::Loaded;
use crate::model::{Acceptance, Declared, Kind, Programme};
use crate::time::Date;

mod age;
mod copies;
mod late;
mod listing;
mod needed;
mod steps;
mod supplied;
mod within;

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
    /// Who finds out.
    pub run: Run,
}

/// Who finds out whether a rule is broken.
pub enum Run {
    /// The check itself, by looking at the whole programme.
    Programme(fn(&Context, &mut Vec<Finding>)),
    /// The loader, while it reads the files.
    Load,
}

/// What a check may look at.
pub struct Context<'a> {
    /// Everything the plans say.
    pub programme: &'a Programme,
    /// Everything that was computed on it.
    pub analysis: &'a Analysis<'a>,
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
    backup_can_be_deleted
    backup_never_restored
    backup_of_nothing
    backup_slower_than_rpo
    backup_without_retention
    backup_without_schedule
    bootstrap_without_procedure
    class_objective_looser
    contract_ended
    contract_missing
    credential_single_holder
    credential_without_second_copy
    dangling_reference
    data_not_stated
    data_without_backup
    dependency_cycle
    dependency_on_itself
    dependency_slower_than_dependant
    dependency_twice
    drill_date_blocked
    drill_failed_last_time
    drill_never_held
    drill_without_contacts
    drill_without_criteria
    drill_without_scenario
    facts_not_verified
    file_unreadable
    full_copy_not_tested
    likely_exceeds_worst
    measured_slower_than_rto
    missing_key
    no_alternate
    no_drill
    no_full_local_copy
    no_organization
    objective_exceeds_tier
    procedure_not_used
    procedure_not_verified
    procedure_slower_than_recovery
    procedure_without_owner
    procedure_without_steps
    recovery_at_lost_site
    recovery_slower_than_rto
    restore_slower_than_rto
    risk_accepted_but_high
    risk_without_owner
    risk_without_scenario
    risk_without_treatment
    rto_exceeds_mtpd
    scenario_never_drilled
    scenario_takes_nothing_down
    scenario_without_class
    scenario_without_criteria
    scenario_without_procedure
    scenarios_leave_class_open
    site_within_itself
    site_without_alternative
    step_after_unknown
    step_declared_twice
    step_without_communication
    step_without_role
    step_without_time
    steps_circular
    system_not_used
    system_without_objectives
    system_without_owner
    system_without_procedure
    system_without_recovery
    tier_missing
    too_many_problems
    unknown_disruption_class
    unknown_key
    vendor_not_used
    vendor_not_verified
    vendor_slower_than_needed
    vendor_without_alternative
    vendor_without_contact
    vendor_without_escalation
    vendor_without_restoration_plan
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
pub fn run(loaded: &Loaded, analysis: &Analysis, now: Date) -> Vec<Finding> {
    let context = Context {
        programme: &loaded.programme,
        analysis,
        now,
    };
    let ran = CHECKS.par_iter().filter_map(|check| match check.run {
        Run::Programme(run) => Some(run),
        Run::Load => None,
    });
    let found = ran.flat_map_iter(|run| {
        let mut findings = Vec::new();
        run(&context, &mut findings);
        findings
    });
    let mut findings: Vec<Finding> = found.collect();
    findings.extend(loaded.findings.iter().cloned());
    accept(&mut findings, &loaded.programme.accepted, now);
    finding::sort(&mut findings);
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

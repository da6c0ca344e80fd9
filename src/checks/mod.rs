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
    backup_shares_fate
    bottleneck
    credential_locked_in
    dangling_reference
    dependency_slower_than_dependant
    no_alternate
    predicted_too_late
    rpo_older_than_function
    rpo_skew
    rto_exceeds_mtpd
    scenario_breaks_mtpd
    single_point_of_failure
    step_tool_down
    sub_processor_shared
    unknown_key
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

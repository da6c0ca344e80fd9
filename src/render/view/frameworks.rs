//! Which sections and checks answer to which criterion of which framework.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::value::{Mood, Named};
use super::{Part, SECTIONS, Section, shown};
use crate::checks::{CHECKS, Check};
use crate::finding::Severity;
use crate::model::Visibility;

pub const SECTION: Section = Section {
    id: "frameworks",
    title: "Framework mapping",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &["BC-36"],
    keys: &["frameworks"],
    missing: "",
    build,
};

#[derive(Serialize)]
struct Frameworks {
    frameworks: Vec<FrameworkView>,
    inside: bool,
}

#[derive(Serialize)]
struct FrameworkView {
    name: String,
    criteria: Vec<Criterion>,
}

#[derive(Serialize)]
struct Criterion {
    name: String,
    sections: Vec<Named>,
    checks: Vec<CheckView>,
    errors: usize,
    warnings: usize,
    mood: Mood,
}

#[derive(Serialize)]
struct CheckView {
    id: &'static str,
    anchor: Option<String>,
    open: usize,
}

/// What BC.1.01 asks a plan to hold, with the requirements each point became.
const BC_1_01: [(&str, &[&str]); 14] = [
    (
        "Reviewed, approved and communicated on a cadence",
        &["BC-01", "BC-02", "BC-03"],
    ),
    (
        "Scope: the sites, and the processes that support them",
        &["BC-12", "BC-13", "BC-15"],
    ),
    ("Critical business functions", &["BC-04", "BC-16"]),
    (
        "Critical systems and their dependencies",
        &["BC-05", "BC-17"],
    ),
    ("Risks to the business", &["BC-18"]),
    (
        "Data backup and recovery, specified and confirmed",
        &["BC-19", "BC-28"],
    ),
    (
        "Functions, procedures and who leads",
        &["BC-06", "BC-07", "BC-20"],
    ),
    (
        "Communication plan with everybody involved",
        &["BC-11", "BC-21"],
    ),
    (
        "Tested, assessed and improved every year",
        &["BC-22", "BC-34"],
    ),
    (
        "RTO and RPO, decided and approved by management",
        &["BC-25"],
    ),
    (
        "Procedures for the most likely scenarios",
        &["BC-08", "BC-27"],
    ),
    (
        "Line of communication and role at each step, at hand",
        &["BC-29", "BC-30"],
    ),
    (
        "Vendor communication and restoration of service",
        &["BC-31"],
    ),
    (
        "Team plans rolled up and signed off",
        &["BC-23", "BC-32", "BC-33"],
    ),
];

fn build(context: &Context) -> Option<Value> {
    // In the public variant a section that has nothing to show is left out, so nothing links to it.
    let there = |section: &&Section| match context.section_shows(section.id) {
        Some(shows) => shows || !context.public(),
        None => section.id == SECTION.id,
    };
    let there: Vec<&Section> = SECTIONS.iter().filter(there).collect();
    let control = BC_1_01.map(|(name, clauses)| {
        let answers = |clause: &str| clauses.contains(&clause);
        criterion(context, &there, name, &answers)
    });
    let control = FrameworkView {
        name: "BC.1.01 Business Continuity Plan".to_owned(),
        criteria: control.into(),
    };
    let stated = context.organization().map_or(&[][..], |o| &o.frameworks);
    let stated = stated.iter().map(|framework| FrameworkView {
        name: framework.name.clone(),
        criteria: framework
            .criteria
            .iter()
            .map(|name| {
                let answers = |clause: &str| serves(clause, &framework.name, name);
                criterion(context, &there, name, &answers)
            })
            .collect(),
    });
    let frameworks = std::iter::once(control).chain(stated).collect();
    Some(shown(Frameworks {
        frameworks,
        inside: !context.public(),
    }))
}

/// Whether a clause is this criterion or a point of it: `A1.3(2)` serves `A1.3`.
fn serves(clause: &str, framework: &str, criterion: &str) -> bool {
    let bare = clause
        .strip_prefix(framework)
        .map_or(clause, str::trim_start);
    let rest = bare.strip_prefix(criterion);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', '.']))
}

fn criterion(
    context: &Context,
    there: &[&Section],
    name: &str,
    answers: &dyn Fn(&str) -> bool,
) -> Criterion {
    let served = |clauses: &[&str]| clauses.iter().any(|clause| answers(clause));
    let sections: Vec<_> = there
        .iter()
        .filter(|section| served(section.serves))
        .collect();
    let missing = |section: &&&&Section| {
        let shows = context.section_shows(section.id).unwrap_or(true);
        !shows && super::absent(context, section).word == super::MISSING
    };
    let missing = sections.iter().filter(missing).count();
    let checks: Vec<&Check> = CHECKS
        .iter()
        .filter(|check| served(check.clauses))
        .collect();
    let inside = !context.public();
    let open = |severity: Severity| {
        let findings = context.input.findings.iter();
        let ours = findings.filter(|f| checks.iter().any(|check| check.id == f.check));
        ours.filter(|f| inside && f.counts() && f.severity == severity)
            .count()
    };
    let (errors, warnings) = (open(Severity::Error), open(Severity::Warning));
    let named = |section: &&Section| Named {
        name: section.title.to_owned(),
        anchor: Some(section.id.to_owned()),
    };
    let sections: Vec<Named> = sections.into_iter().map(named).collect();
    let mood = match (errors + missing, warnings, sections.is_empty()) {
        (0, 0, false) => Mood::Fine,
        (0, _, false) => Mood::Attention,
        _ => Mood::Gap,
    };
    let checks = checks
        .iter()
        .filter(|_| inside)
        .map(|check| view(context, check))
        .collect();
    Criterion {
        name: name.to_owned(),
        sections,
        checks,
        errors,
        warnings,
        mood,
    }
}

fn view(context: &Context, check: &Check) -> CheckView {
    let ours = context
        .input
        .findings
        .iter()
        .filter(|finding| finding.check == check.id);
    let (all, open) = ours.fold((0, 0), |(all, open), f| {
        (all + 1, open + usize::from(f.counts()))
    });
    CheckView {
        id: check.id,
        anchor: (all > 0).then(|| format!("check-{}", check.id)),
        open,
    }
}

#[cfg(test)]
mod tests {
    use super::serves;

    #[test]
    fn a_point_of_a_criterion_serves_it() {
        assert!(serves("A1.3(2)", "SOC 2", "A1.3"));
        assert!(serves("SOC 2 A1.3", "SOC 2", "A1.3"));
        assert!(serves("ISO 22301 8.2.2", "ISO 22301", "8.2"));
        assert!(!serves("A1.30", "SOC 2", "A1.3"));
        assert!(!serves("ISO 22301 8.2.2", "SOC 2", "8.2"));
    }
}

//! The report for people at a terminal.

use std::fmt::Write;

use super::ReportFormat;
use crate::model::DrillApproval;
use crate::render::run::Report;
use crate::render::run::view::{
    Decision, Finding, IncidentLine, RehearsalLine, RestoresLine, StepLine,
};
use crate::text::visible;

pub const FORMAT: ReportFormat = ReportFormat {
    name: "text",
    extension: "txt",
    summary: "for people at a terminal",
    write: |report, _| Ok(text(report).into_bytes()),
};

fn text(report: &Report) -> String {
    let mut text = String::new();
    let mut add = |line: &str| writeln!(text, "{}", visible(line)).expect("a string takes all");
    let (name, kind) = (&report.name, &report.kind);
    add(&format!("{name} ({kind})"));
    add(&format!("{}: {}", report.verdict.word, report.verdict.why));
    add(&format!(
        "run {}, of plans {}",
        report.run,
        report.plans_short()
    ));
    add(&match &report.approved {
        Some(DrillApproval { by, on, .. }) => format!("approved as it is by {by} on {on}"),
        None => "approved by nobody: its criteria are proposed".to_owned(),
    });
    if let Some((began, took)) = report.began_words.as_ref().zip(report.took.as_ref()) {
        add(&format!("began {began}, took {took}"));
    }
    for (title, lines) in [
        ("It was to show", &report.objectives),
        ("Success was to be", &report.success_criteria),
        ("An incident was to be", &report.incidents.agreed.criteria),
    ] {
        lines
            .iter()
            .for_each(|line| add(&format!("{title}: {line}")));
    }
    report
        .incidents
        .agreed
        .rules
        .iter()
        .for_each(|line| add(line));
    report.measured.iter().for_each(|line| add(&line.told()));
    report.lost.iter().for_each(|line| add(&line.told()));
    let restores = report.restores.iter().flat_map(RestoresLine::lines);
    restores.for_each(|line| add(&line));
    add("");
    let widths = report.steps.iter().map(|line| line.step.chars().count());
    let width = widths.max().unwrap_or(0);
    report.steps.iter().for_each(|line| add(&step(line, width)));
    let rehearsals = report.rehearsals.iter();
    let rehearsals = rehearsals.map(RehearsalLine::told).collect();
    let decisions = report.decisions.iter().map(Decision::told).collect();
    let notes = report.notes.iter().map(note).collect();
    let findings = report.findings.iter().map(finding).collect();
    let incidents = report.incidents.opened.iter();
    let incidents = incidents.map(IncidentLine::told).collect();
    let lists: [(_, Vec<String>); 5] = [
        ("Tried before", rehearsals),
        ("Incidents", incidents),
        ("Decided", decisions),
        ("Noted", notes),
        ("Found", findings),
    ];
    for (title, lines) in lists.iter().filter(|(_, lines)| !lines.is_empty()) {
        add(&format!("\n{title}:"));
        lines.iter().for_each(|line| add(line));
    }
    if !report.findings.is_empty() {
        add(&format!("\nMake actions of that: {}", new_action(report)));
    }
    add(&format!(
        "\njournal: {} entries, the chain holds; the last is",
        report.entries
    ));
    add(&report.hash);
    text
}

/// The command that writes down what is to be done because of a run.
fn new_action(report: &Report) -> String {
    let (drill, run) = (&report.drill, &report.run);
    format!("mainstay new action \"WHAT\" --drill {drill} --run {run} --owner ID --due DAY")
}

fn step(line: &StepLine, width: usize) -> String {
    let (step, state) = (&line.step, &line.state);
    let (took, expected) = line.took_of_expected();
    let mut told = format!("{step:width$}  {took:>10} of {expected:<10}  {state}");
    for more in [line.again().as_ref(), line.undo.as_ref()]
        .into_iter()
        .flatten()
    {
        told.push_str(&format!(", {more}"));
    }
    told
}

fn note(note: &Decision) -> String {
    format!("{}  {}: {}", note.at.words, note.by, note.what).replace('\n', " ")
}

fn finding(finding: &Finding) -> String {
    let about = finding.about.as_ref();
    let about = about.map_or_else(String::new, |about| format!("{about}: "));
    format!("{}: {about}{}", finding.id, finding.what)
}

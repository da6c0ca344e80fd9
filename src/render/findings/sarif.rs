//! Findings as SARIF 2.1.0, which code hosts and editors read.
//!
//! Only the few objects that hold what we know. Accepted findings are results with a suppression,
//! so that they stay visible; a decision asked of management is in the result's properties.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Format, Report};
use crate::checks::{CHECKS, Check};
use crate::finding::{Accepted, Decision, Finding, Place, Severity, Spot, Subject};
use crate::load::Located;
use crate::text::json;

pub const FORMAT: Format = Format {
    name: "sarif",
    summary: "SARIF 2.1.0, for code hosts and editors",
    write,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    artifacts: Vec<Artifact>,
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    help: Help,
    default_configuration: Configuration,
    properties: Tags,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Tags {
    tags: &'static [&'static str],
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Artifact {
    location: ArtifactLocation,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
    index: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    // Present and empty where nothing is suppressed: readers may treat absence as unknown.
    suppressions: Vec<Suppression>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct Properties {
    decision: String,
    options: Vec<String>,
}

/// The files that results point into, each with its place in the list of artifacts.
type Files = BTreeMap<String, usize>;

fn write(report: &Report) -> String {
    let files = files(report);
    let artifacts = files.iter().map(|(uri, index)| Artifact {
        location: artifact(uri, *index),
    });
    json(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "Mainstay",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: CHECKS.iter().map(rule).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            artifacts: artifacts.collect(),
            results: report.findings.iter().map(|f| outcome(report, &files, f)).collect(),
        }],
    })
}

fn files(report: &Report) -> Files {
    let mut files: Files = report.located.values().map(|at| (uri(report, at), 0)).collect();
    for (index, place) in files.values_mut().enumerate() {
        *place = index;
    }
    files
}

fn rule(check: &Check) -> Rule {
    let examples = format!(
        "A plan that breaks the rule:\n\n```yaml\n{}```\n\nThe same plan, mended:\n\n\
         ```yaml\n{}```\n",
        check.bad, check.good
    );
    Rule {
        id: check.id,
        short_description: message(check.title),
        help: Help {
            text: check.explanation.to_owned(),
            markdown: format!("{}\n{examples}", check.explanation),
        },
        default_configuration: Configuration {
            level: level(check.severity),
        },
        properties: Tags {
            tags: check.clauses,
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn outcome(report: &Report, files: &Files, finding: &Finding) -> Outcome {
    let mut location = finding.place.as_ref().map_or_else(Location::default, |place| Location {
        physical_location: physical(report, files, place),
        ..Location::default()
    });
    location.logical_locations.extend(finding.subject.as_ref().map(logical));
    let known = location.physical_location.is_some() || !location.logical_locations.is_empty();
    let related = finding.related.iter().enumerate().map(|(i, (place, note))| Location {
        id: Some(i),
        physical_location: physical(report, files, place),
        logical_locations: Vec::new(),
        message: Some(message(note)),
    });
    let text = match &finding.help {
        None => finding.message.clone(),
        Some(help) => format!("{}. {help}", finding.message),
    };
    Outcome {
        rule_id: finding.check,
        rule_index: CHECKS.iter().position(|check| check.id == finding.check),
        level: level(finding.severity),
        message: message(&text),
        locations: known.then_some(location).into_iter().collect(),
        related_locations: related.collect(),
        suppressions: finding.accepted.iter().map(suppression).collect(),
        properties: finding.decision.as_ref().map(properties),
    }
}

fn physical(report: &Report, files: &Files, place: &Place) -> Option<PhysicalLocation> {
    let at = report.located.get(place)?;
    let uri = uri(report, at);
    let whole = place.spot == Spot::File;
    Some(PhysicalLocation {
        artifact_location: artifact(&uri, files[&uri]),
        region: (!whole).then_some(Region {
            start_line: at.start.line,
            start_column: at.start.column,
            end_line: at.end.line,
            end_column: at.end.column,
        }),
    })
}

fn logical(subject: &Subject) -> LogicalLocation {
    let kind = subject.kind.word();
    LogicalLocation {
        name: if subject.id.is_empty() { kind.to_owned() } else { subject.id.clone() },
        fully_qualified_name: format!("{}/{}", subject.kind.section(), subject.id),
        kind,
    }
}

fn suppression(accepted: &Accepted) -> Suppression {
    Suppression {
        // The acceptance is written in the plans, beside what it is about.
        kind: "inSource",
        status: "accepted",
        justification: format!(
            "{} (accepted by {} until {})",
            accepted.reason, accepted.by, accepted.until
        ),
    }
}

fn properties(decision: &Decision) -> Properties {
    Properties {
        decision: decision.question.clone(),
        options: decision.options.clone(),
    }
}

fn artifact(uri: &str, index: usize) -> ArtifactLocation {
    ArtifactLocation {
        uri: uri.to_owned(),
        index,
    }
}

/// A message's text; braces would begin a placeholder (SARIF 2.1.0, 3.11.5).
fn message(text: &str) -> Message {
    Message {
        text: text.replace('{', "{{").replace('}', "}}"),
    }
}

/// A file as a relative URI reference: everything but letters, digits, `-._~` and `/` is encoded.
fn uri(report: &Report, at: &Located) -> String {
    let mut uri = String::new();
    for byte in report.path_in_repository(at).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

//! Findings for programs. The shape is stable: keys are added, never renamed, and `version` goes
//! up when the meaning of one changes.
//!
//! ```json
//! { "version": 1,
//!   "findings": [ {
//!     "check": "no-alternate", "severity": "warning",
//!     "message": "only `ada` holds the role `treasurer`", "help": "Name somebody else.",
//!     "path": "plans/finance.yaml",
//!     "start": { "line": 4, "column": 14 }, "end": { "line": 4, "column": 17 },
//!     "subject": { "kind": "role", "id": "treasurer" },
//!     "related": [ { "path": "…", "start": {…}, "end": {…}, "note": "…" } ],
//!     "decision": { "question": "…?", "options": ["…"] },
//!     "accepted": { "by": "grace", "reason": "…", "until": "2027-01-31" } } ],
//!   "summary": { "errors": 0, "warnings": 1, "notes": 0, "accepted": 0 } }
//! ```
//!
//! What is not known is `null`. Lines and columns count from one, columns in characters; the end
//! is the column after the last. The summary counts accepted findings once, as accepted.

use serde::Serialize;

use super::{Format, Report};
use crate::finding::{Accepted, Counts, Decision, Finding, Subject};
use crate::load::{Located, Position};
use crate::text::json;
use crate::time::Date;

pub const FORMAT: Format = Format {
    name: "json",
    summary: "for programs",
    write,
};

/// Goes up when the meaning of a key changes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    findings: Vec<Entry<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Entry<'a> {
    check: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    at: At<'a>,
    subject: Option<About<'a>>,
    related: Vec<Related<'a>>,
    decision: Option<Choice<'a>>,
    accepted: Option<Consent<'a>>,
}

/// A place; all `null` where a finding has none.
#[derive(Default, Serialize)]
struct At<'a> {
    path: Option<&'a str>,
    start: Option<Point>,
    end: Option<Point>,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct About<'a> {
    kind: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    at: At<'a>,
    note: &'a str,
}

#[derive(Serialize)]
struct Choice<'a> {
    question: &'a str,
    options: &'a [String],
}

#[derive(Serialize)]
struct Consent<'a> {
    by: &'a str,
    reason: &'a str,
    until: Date,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    accepted: usize,
}

fn write(report: &Report) -> String {
    let counts = Counts::of(report.findings);
    json(&Whole {
        version: VERSION,
        findings: report.findings.iter().map(|f| entry(report, f)).collect(),
        summary: Summary {
            errors: counts.errors,
            warnings: counts.warnings,
            notes: counts.notes,
            accepted: counts.accepted,
        },
    })
}

fn entry<'a>(report: &'a Report, finding: &'a Finding) -> Entry<'a> {
    let related = finding.related.iter().map(|(place, note)| Related {
        at: report.located.get(place).map_or_else(At::default, at),
        note,
    });
    Entry {
        check: finding.check,
        severity: finding.severity.word(),
        message: &finding.message,
        help: finding.help.as_deref(),
        at: report.at(finding).map_or_else(At::default, at),
        subject: finding.subject.as_ref().map(about),
        related: related.collect(),
        decision: finding.decision.as_ref().map(choice),
        accepted: finding.accepted.as_ref().map(consent),
    }
}

fn at<'a>(located: &'a Located) -> At<'a> {
    At {
        path: Some(&located.source.path),
        start: Some(point(located.start)),
        end: Some(point(located.end)),
    }
}

fn point(Position { line, column }: Position) -> Point {
    Point { line, column }
}

fn about(subject: &Subject) -> About<'_> {
    About {
        kind: subject.kind.word(),
        id: &subject.id,
    }
}

fn choice(decision: &Decision) -> Choice<'_> {
    Choice {
        question: &decision.question,
        options: &decision.options,
    }
}

fn consent(accepted: &Accepted) -> Consent<'_> {
    Consent {
        by: &accepted.by,
        reason: &accepted.reason,
        until: accepted.until,
    }
}

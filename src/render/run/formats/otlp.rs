//! The run as a trace of OpenTelemetry (OTLP/JSON), for tools that show what took how long.
//!
//! The run is a span, and each attempt at a step, or at taking one back, a span below it. Ids
//! follow from the run, so whoever sends a trace twice has it once. A span is sent when it is over,
//! so a run that is not has no trace yet.
//! <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>

use std::borrow::Cow;

use chrono::DateTime;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ReportFormat;
use crate::error::{Error, Result};
use crate::render::run::Report;
use crate::render::run::view::Attempt;
use crate::text::{self, hex};

pub const FORMAT: ReportFormat = ReportFormat {
    name: "otlp",
    extension: "otlp.json",
    summary: "for tools that read OpenTelemetry: a span for the run and for each attempt",
    write: |report, _| Ok(text::json(&trace(report)?).into_bytes()),
};

/// How many bytes the id of a trace has, and that of a span.
const TRACE_ID: usize = 16;
const SPAN_ID: usize = 8;
/// What an attempt at taking a step back is called.
const UNDO: &str = "undo";
/// `SPAN_KIND_INTERNAL`: nobody was asked over a network on its behalf.
const INTERNAL: u8 = 1;

/// A span before it is written.
struct Span<'s> {
    /// What makes it this span of the run and no other.
    key: String,
    name: Cow<'s, str>,
    began: &'s str,
    ended: &'s str,
    /// What went wrong, if anything did.
    wrong: Option<String>,
    facts: Value,
}

fn trace(report: &Report) -> Result<Value> {
    let (Some(began), Some(ended)) = (&report.began, &report.ended) else {
        let what = format!(
            "write the trace of the run `{}`: it is not over",
            report.run
        );
        return Err(Error::conflict(what).hint(
            "A span is sent when it is over; `--format json` says how far the run has come.",
        ));
    };
    let run = Span {
        key: String::new(),
        name: report.name.as_str().into(),
        began,
        ended,
        wrong: (report.succeeded != Some(true)).then(|| report.verdict.why.clone()),
        facts: attributes(&[
            ("mainstay.run", json!(report.run)),
            ("mainstay.drill", json!(report.drill)),
            ("mainstay.kind", json!(report.kind)),
            ("mainstay.mode", json!(report.mode)),
            ("mainstay.state", json!(report.state)),
            ("mainstay.plans", json!(report.plans)),
            ("mainstay.journal.hash", json!(report.hash)),
        ]),
    };
    let all = &report.activities;
    let attempts = [("step", &all.done), (UNDO, &all.taken_back)];
    let attempts = attempts.into_iter().flat_map(|(part, attempts)| {
        let numbered = attempts.iter().enumerate();
        numbered.filter_map(move |(number, it)| attempt(it, (part, number)))
    });
    let spans = std::iter::once(run).chain(attempts);
    let spans: Result<Vec<Value>> = spans.map(|span| span.written(report)).collect();
    let resource = attributes(&[
        ("service.name", json!("mainstay")),
        ("service.version", json!(env!("CARGO_PKG_VERSION"))),
    ]);
    Ok(json!({
        "resourceSpans": [{
            "resource": { "attributes": resource },
            "scopeSpans": [{ "scope": { "name": "mainstay.drill" }, "spans": spans? }],
        }],
    }))
}

/// An attempt as a span; nothing where it never came to an end.
fn attempt<'r>(it: &'r Attempt, (part, number): (&str, usize)) -> Option<Span<'r>> {
    let (ended, _) = it.ended.as_ref()?;
    Some(Span {
        key: format!("{part} {number}"),
        name: match part {
            UNDO => format!("{UNDO} {}", it.activity.name).into(),
            _ => it.activity.name.as_str().into(),
        },
        began: &it.began,
        ended,
        wrong: (!it.succeeded).then(|| it.facts.join("\n")),
        facts: attributes(&[
            ("mainstay.part", json!(part)),
            (
                "mainstay.by",
                json!(if it.activity.action.is_some() {
                    "engine"
                } else {
                    "people"
                }),
            ),
            ("mainstay.facts", json!(it.facts)),
        ]),
    })
}

impl Span<'_> {
    fn written(&self, report: &Report) -> Result<Value> {
        let mut span = json!({
            "traceId": id(&report.run, TRACE_ID),
            "spanId": id(&format!("{} {}", report.run, self.key), SPAN_ID),
            "name": self.name,
            "kind": INTERNAL,
            "startTimeUnixNano": nanos(self.began)?,
            "endTimeUnixNano": nanos(self.ended)?,
            "attributes": self.facts,
            "status": match &self.wrong {
                // `STATUS_CODE_ERROR`, or `STATUS_CODE_OK`.
                Some(why) => json!({ "code": 2, "message": why }),
                None => json!({ "code": 1 }),
            },
        });
        if !self.key.is_empty() {
            span["parentSpanId"] = id(&format!("{} ", report.run), SPAN_ID).into();
        }
        Ok(span)
    }
}

/// An id of so many bytes, in hexadecimal digits as OTLP/JSON has them.
fn id(of: &str, bytes: usize) -> String {
    hex(&Sha256::digest(format!("mainstay trace {of}"))[..bytes])
}

/// A moment in nanoseconds since 1970: as text, since JSON has no whole numbers of that size.
fn nanos(stamp: &str) -> Result<String> {
    let moment = DateTime::parse_from_rfc3339(stamp).ok();
    let nanos = moment.and_then(|moment| moment.timestamp_nanos_opt());
    let nanos = nanos.ok_or_else(|| Error::internal(format!("tell `{stamp}` in nanoseconds")))?;
    Ok(nanos.to_string())
}

/// Names and values, each with its type.
fn attributes(all: &[(&str, Value)]) -> Value {
    let typed = |value: &Value| match value {
        Value::Array(values) => json!({
            "arrayValue": {
                "values": values.iter().map(|it| json!({ "stringValue": it })).collect::<Vec<_>>(),
            },
        }),
        value => json!({ "stringValue": value }),
    };
    all.iter()
        .map(|(key, value)| json!({ "key": key, "value": typed(value) }))
        .collect()
}

//! The report of a drill as a trace, read by the schema of OpenTelemetry itself.

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::held::{Held, kill, kill_shims};
use crate::python::python;

/// A drill whose second step fails after the first, so that the first is taken back.
const PLAN: &str = "
drills: [{id: d, name: D, kind: functional, procedures: [p]}]
procedures:
  - id: p
    name: P
    steps:
      - {id: a, do: Begin, run: {command: {argv: [sh, -c, echo hi]}},
         undo: {run: {command: {argv: ['true']}}}}
      - {id: b, do: Ask, run: {http: {url: 'http://127.0.0.1:1/'}}}
";

/// Reads a trace as a collector does, and says of each span its name, whether it is below another,
/// its status, and whether it ends after it began. What the schema does not know is refused.
const READ: &str = "
import json, sys
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
request = json_format.Parse(sys.stdin.read(), ExportTraceServiceRequest())
spans = request.resource_spans[0].scope_spans[0].spans
print(json.dumps([
    [it.name, bool(it.parent_span_id), it.status.code,
     0 < it.start_time_unix_nano <= it.end_time_unix_nano]
    for it in spans]))
";

fn report(held: &Held, run: &str) -> Output {
    held.say(&["drill", "report", run, "--format", "otlp"])
}

#[test]
fn a_run_is_a_trace_as_opentelemetry_has_it() {
    let held = Held::of(PLAN);
    held.say(&["drill", "run", "d"]);
    let written = report(&held, &held.run()).stdout;
    let mut program = python(READ);
    let program = program.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = program.spawn().expect("it starts");
    let mut input = program.stdin.take().expect("a pipe");
    input.write_all(&written).expect("it reads");
    drop(input);
    let read = program.wait_with_output().expect("it ends").stdout;
    let read: Value = serde_json::from_slice(&read).expect("it is understood");
    let expected = serde_json::json!([
        ["D", false, 2, true],
        ["p/a", true, 1, true],
        ["p/b", true, 2, true],
        ["undo p/a", true, 1, true],
    ]);
    assert_eq!(read, expected);
    // Ids are digits of a length of their own, which the schema of protocol buffers cannot say.
    let trace: Value = serde_json::from_slice(&written).expect("JSON");
    let spans = trace["resourceSpans"][0]["scopeSpans"][0]["spans"]
        .as_array()
        .expect("spans");
    let digits = |value: &Value| {
        let text = value.as_str().expect("text");
        assert!(text.bytes().all(|it| it.is_ascii_hexdigit()), "{text}");
        text.len()
    };
    for span in spans {
        assert_eq!(
            (digits(&span["traceId"]), digits(&span["spanId"])),
            (32, 16)
        );
        assert_eq!(span["traceId"], spans[0]["traceId"]);
    }
    let below = spans[1..].iter();
    for span in below.clone() {
        assert_eq!(span["parentSpanId"], spans[0]["spanId"]);
    }
    let ids: std::collections::BTreeSet<&str> = spans
        .iter()
        .filter_map(|it| it["spanId"].as_str())
        .collect();
    assert_eq!(ids.len(), spans.len(), "each is another");
    // Whoever sends it again sends the same.
    assert_eq!(report(&held, &held.run()).stdout, written);
}

#[test]
fn a_run_that_is_not_over_has_no_trace() {
    let held = Held::of(&PLAN.replace("[sh, -c, echo hi]", "[sleep, '60']"));
    let running = held.start(&["drill", "run", "d"]);
    let run = held.run();
    let refused = report(&held, &run);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    kill(running);
    kill_shims(&held, &run);
    assert_eq!(refused.status.code(), Some(6), "{said}");
    assert!(said.contains("it is not over"), "{said}");
}

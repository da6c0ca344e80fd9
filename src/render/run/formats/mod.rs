//! The report of a run in every format.
//!
//! A format is one file with `pub const FORMAT` and one word in the table below. Documents have
//! their template `report` beside those of the plan, and share its pieces, looks and escaping.

mod ctk;
mod html;
mod json;
mod junit;
mod markdown;
mod otlp;
#[cfg(feature = "pdf")]
mod pdf;
mod svg;
mod text;

use serde_json::Value;

use super::Report;
use crate::error::Result;
use crate::render::document::Templates;
use crate::text::visible;

/// A way to write the report of a run.
pub struct ReportFormat {
    /// The word for `--format`.
    pub name: &'static str,
    /// What follows the dot in the name of the file.
    pub extension: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes the report. The same report and templates give the same bytes.
    pub write: fn(&Report, &Templates) -> Result<Vec<u8>>,
}

/// Every format.
pub const FORMATS: &[ReportFormat] = &[
    text::FORMAT,
    json::FORMAT,
    html::FORMAT,
    markdown::FORMAT,
    #[cfg(feature = "pdf")]
    pdf::FORMAT,
    junit::FORMAT,
    svg::FORMAT,
    ctk::FORMAT,
    otlp::FORMAT,
];

/// The format with this name.
pub fn format(name: &str) -> Option<&'static ReportFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A report as templates read it: each text on one line, and nothing in it that cannot be seen.
fn values(report: &Report) -> Value {
    let mut values = serde_json::to_value(report).expect("a report has text keys and no fractions");
    on_one_line(&mut values);
    values
}

fn on_one_line(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible(text).replace('\n', " "),
        Value::Array(list) => list.iter_mut().for_each(on_one_line),
        Value::Object(map) => map.values_mut().for_each(on_one_line),
        _ => {}
    }
}

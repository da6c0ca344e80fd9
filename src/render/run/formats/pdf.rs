//! PDF, archivable and accessible, made as that of the plan is.

use serde_json::Value;

use super::{ReportFormat, values};
use crate::error::Result;
use crate::render::document::{Templates, pdf};
use crate::render::run::{Report, chart};

pub const FORMAT: ReportFormat = ReportFormat {
    name: "pdf",
    extension: "pdf",
    summary: "for paper, signatures and the archive: PDF/A-2a and PDF/UA-1",
    write,
};

/// The most letters of one text. The standards take no text of more than 32,767 bytes.
const LETTERS_MAX: usize = 4_000;

fn write(report: &Report, templates: &Templates) -> Result<Vec<u8>> {
    let mut values = values(report);
    shorten(&mut values);
    let mut pictures = Vec::new();
    for (i, page) in chart::pages(&report.chart).into_iter().enumerate() {
        pictures.push((format!("chart-{i}.svg"), page.into_bytes()));
    }
    let names = pictures.iter().map(|(name, _)| name.as_str().into());
    values["pictures"] = names.collect::<Vec<Value>>().into();
    let source = [
        templates.get("typst/pieces.typ"),
        templates.get("typst/report.typ"),
    ]
    .concat();
    pdf::typeset("the report", &source, &values, pictures, report.now)
}

/// Cuts what nobody reads on paper, and says so; the other formats have all of it.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            let count = text.chars().count();
            if let Some((end, _)) = text.char_indices().nth(LETTERS_MAX) {
                text.truncate(end);
                text.push_str(&format!("… ({} more letters)", count - LETTERS_MAX));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(shorten),
        Value::Object(map) => map.values_mut().for_each(shorten),
        _ => {}
    }
}

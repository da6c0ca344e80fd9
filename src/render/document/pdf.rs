//! PDF, archivable and accessible: the templates are Typst itself, which reads the view as data.
//!
//! Text of the plans reaches the typesetter as values, never as source, so nothing in a plan can
//! be taken for an instruction.

use chrono::NaiveDateTime;
use serde_json::Value;

use super::{DocumentFormat, Templates};
use crate::error::{Error, Result};
use crate::render::diagram::{Theme, svg};
use crate::render::pdf::{PdfError, pdf};
use crate::render::view::{SECTIONS, View};

pub const FORMAT: DocumentFormat = DocumentFormat {
    name: "pdf",
    extension: "pdf",
    summary: "for paper and the archive: PDF/A-2a and PDF/UA-1",
    write,
};

fn write(view: &View, templates: &Templates) -> Result<Vec<u8>> {
    let picture = view.picture.as_ref().map(|picture| {
        let picture = svg(&picture.diagram, Theme::Print).into_bytes();
        ("diagram.svg".to_owned(), picture)
    });
    let (source, values) = (source(templates), super::values(view));
    let pictures = picture.into_iter().collect();
    typeset("the plan", &source, &values, pictures, view.now.naive_utc())
}

/// Typesets `what` from a source that reads its values as `view.json`, dated `when` (UTC).
pub fn typeset(
    what: &str,
    source: &str,
    values: &Value,
    pictures: Vec<(String, Vec<u8>)>,
    when: NaiveDateTime,
) -> Result<Vec<u8>> {
    let mut files = pictures;
    files.push(("view.json".to_owned(), values.to_string().into_bytes()));
    pdf(source, &files, when).map_err(|error| failed(what, &error))
}

/// What the typesetter's refusal means: a template that is wrong, or a fault that is not theirs.
fn failed(what: &str, error: &PdfError) -> Error {
    let text = error.to_string();
    if text.contains(INTERNAL) {
        let first = text.lines().next().unwrap_or(INTERNAL);
        return Error::internal(format!("typeset {what} as PDF: {first}")).hint(format!(
            "Write {what} as HTML or Markdown meanwhile. This is a fault of Mainstay or of its \
             typesetter; please report it with {what}, if you may.",
        ));
    }
    Error::invalid(format!("typeset {what}"))
        .hint("Correct the Typst templates; the built-in ones show how it is done.")
        .because(text)
}

/// How the typesetter begins the report of a fault of its own.
const INTERNAL: &str = "internal error";

/// The pieces, a function for each section, and the frame that calls them.
fn source(templates: &Templates) -> String {
    let mut source = templates.get("typst/pieces.typ").to_owned();
    for section in SECTIONS {
        source.push_str(templates.get(&format!("typst/{}.typ", section.id)));
    }
    let names = SECTIONS
        .iter()
        .map(|section| format!("{0}: {0}", section.id));
    let names: Vec<String> = names.collect();
    source.push_str(&format!("#let sections = ({})\n", names.join(", ")));
    source.push_str(templates.get("typst/plan.typ"));
    source
}

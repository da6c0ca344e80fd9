//! One self-contained HTML file: no network, readable on a phone, on paper and without scripts.

use handlebars::html_escape;
use serde_json::Value;

use super::handlebars::{Style, fill, sections};
use super::{DocumentFormat, Templates};
use crate::error::Result;
use crate::render::diagram::{Theme, svg};
use crate::render::verify;
use crate::render::view::View;

pub const FORMAT: DocumentFormat = DocumentFormat {
    name: "html",
    extension: "html",
    summary: "one self-contained page: search, print, light and dark",
    write,
};

const STYLE: Style = Style {
    text: html_escape,
    code: |code| format!("<code>{}</code>", html_escape(code)),
};

fn write(view: &View, templates: &Templates) -> Result<Vec<u8>> {
    let html = page(templates, "plan", || values(view, templates))?;
    verify::html(view, &html)?;
    Ok(html.into_bytes())
}

/// A page of its own, with our looks, from the template `frame`.
pub fn page(
    templates: &Templates,
    frame: &'static str,
    values: impl FnOnce() -> Value + Send,
) -> Result<String> {
    let styled = || {
        let mut values = values();
        values["style"] = templates.get("html/style.css").into();
        values
    };
    fill(templates, "html", frame, styled, STYLE)
}

/// What the templates show: the view, what helps to read it, and the picture in its section.
fn values(view: &View, templates: &Templates) -> Value {
    let mut values = super::values(view);
    values["script"] = templates.get("html/script.js").into();
    let drawn = sections(&mut values)
        .find(|section| section["id"] == "diagram" && section["content"].is_object());
    if let (Some(picture), Some(drawn)) = (&view.picture, drawn) {
        drawn["content"]["picture"] = svg(&picture.diagram, Theme::Page).into();
    }
    values
}

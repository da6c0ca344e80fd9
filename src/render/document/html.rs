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
    let html = fill(templates, "html", || values(view, templates), STYLE)?;
    verify::html(view, &html)?;
    Ok(html.into_bytes())
}

/// What the templates show: the view, how it looks, and the picture in its section.
fn values(view: &View, templates: &Templates) -> Value {
    let mut values = super::values(view);
    values["style"] = templates.get("html/style.css").into();
    values["script"] = templates.get("html/script.js").into();
    let drawn = sections(&mut values)
        .find(|section| section["id"] == "diagram" && section["content"].is_object());
    if let (Some(picture), Some(drawn)) = (&view.picture, drawn) {
        drawn["content"]["picture"] = svg(&picture.diagram, Theme::Page).into();
    }
    values
}

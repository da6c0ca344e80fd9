//! A template becomes words: its first line the title, the rest the text.

use handlebars::{Handlebars, RenderError, RenderErrorReason, TemplateError, TemplateErrorReason};
use serde_json::Value;

use super::{News, Words, built_in};
use crate::model::NoticeAudience;
use crate::template::{before_blank, name_empty, strict};

/// What a template says of news to an audience.
///
/// # Errors
/// Why it cannot be filled in, as the rest of a sentence.
pub fn tried(template: &str, news: &News, to: &NoticeAudience) -> Result<Words, String> {
    let mut values = news.values(to);
    name_empty(&mut values);
    let mut engine = strict(str::to_owned);
    let why = engine.register_template_string("why", built_in::WHY.trim_end());
    why.map_err(|error| unreadable(&error, 0))?;
    let (title, text) = template.split_once('\n').unwrap_or((template, ""));
    let words = Words {
        title: filled(&mut engine, (title, 0), &values)?,
        text: filled(&mut engine, (text, 1), &values)?,
    };
    match (words.title.is_empty(), words.text.is_empty()) {
        (true, _) => Err("have no title: their first line says nothing".to_owned()),
        (_, true) => Err("have a title and no text, which begins on the second line".into()),
        _ => Ok(words),
    }
}

/// A part of a template, filled in; so many lines stand before it.
fn filled(
    engine: &mut Handlebars,
    (part, before): (&str, usize),
    values: &Value,
) -> Result<String, String> {
    let read = engine.register_template_string("part", part);
    read.map_err(|error| unreadable(&error, before))?;
    let text = engine.render("part", values);
    let text = text.map_err(|error| failed(&error, before))?;
    match before_blank(&text) {
        None => Ok(text.trim().to_owned()),
        Some(after) => Err(format!("show a value that is absent after `{after}`")),
    }
}

fn unreadable(error: &TemplateError, before: usize) -> String {
    let (line, column) = error.pos().unwrap_or((1, 1));
    let line = line + before;
    let why = match error.reason() {
        // It lists its grammar.
        TemplateErrorReason::InvalidSyntax(_) => {
            "this is no Handlebars, or something is not closed".to_owned()
        }
        other => other.to_string(),
    };
    format!("cannot be read at {line}:{column}: {why}")
}

fn failed(error: &RenderError, before: usize) -> String {
    let line = error.line_no.map(|line| line + before);
    let line = line.map_or_else(String::new, |line| format!(" at line {line}"));
    let why = match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => format!("there is no `{name}`"),
        other => other.to_string(),
    };
    format!("cannot be filled in{line}: {why}")
}

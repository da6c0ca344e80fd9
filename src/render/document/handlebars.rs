//! Documents are filled in: strictly, as [`crate::template`] does it, in the text of their format.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    TemplateError,
};
use rayon::prelude::*;
use serde_json::Value;

use super::Templates;
use crate::error::{Error, Result};
use crate::template::{before_blank, first, name_empty, strict};

/// How a format writes text that comes from the plans.
#[derive(Clone, Copy)]
pub struct Style {
    /// Text, so that it shows as it is.
    pub text: fn(&str) -> String,
    /// Words of a machine, such as a key or an id, that stood in backquotes.
    pub code: fn(&str) -> String,
}

/// Fills the template `frame` of a format with the values of a view.
///
/// # Errors
/// `Invalid` when a template cannot be read, asks for what the view does not have, or shows what
/// is absent; with the template and the line.
pub fn fill(
    templates: &Templates,
    format: &'static str,
    frame: &'static str,
    values: impl FnOnce() -> Value + Send,
    style: Style,
) -> Result<String> {
    let (engine, mut view) = rayon::join(|| engine(templates, format, style), values);
    let engine = engine?;
    name_empty(&mut view);
    // A section knows nothing of the others, so they are filled side by side.
    let sections: Vec<&mut Value> = sections(&mut view).collect();
    sections
        .into_par_iter()
        .try_for_each(|section| fill_section(&engine, section))
        .map_err(|error| failed(format, frame, &error))?;
    let text = engine
        .render(frame, &view)
        .map_err(|error| failed(format, frame, &error))?;
    match before_blank(&text) {
        None => Ok(text),
        Some(before) => Err(blank(before)),
    }
}

/// The sections of a view, as values.
pub fn sections(view: &mut Value) -> impl Iterator<Item = &mut Value> {
    let parts = view["parts"].as_array_mut().into_iter().flatten();
    let sections = parts.filter_map(|part| part["sections"].as_array_mut());
    sections.flatten()
}

/// Puts the text of a section in the place of what it shows.
fn fill_section(engine: &Handlebars, section: &mut Value) -> Result<(), RenderError> {
    let content = section["content"].take();
    if let (Some(id), false) = (section["id"].as_str(), content.is_null()) {
        section["content"] = engine.render(id, &content)?.into();
    }
    Ok(())
}

fn engine<'t>(templates: &'t Templates, format: &'t str, style: Style) -> Result<Handlebars<'t>> {
    let mut engine = strict(style.text);
    engine.register_helper("prose", Box::new(Prose(style)));
    for (name, source) in templates.of(format) {
        let short = name.split_once('/').map_or(name, |(_, short)| short);
        if let Some(short) = short.strip_suffix(".hbs") {
            engine
                .register_template_string(short, source)
                .map_err(|error| unreadable(name, &error))?;
        }
    }
    Ok(engine)
}

/// `prose TEXT`: a message in which ids and keys stand in backquotes.
struct Prose(Style);

impl HelperDef for Prose {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = first(helper)?;
        let Some(text) = value.value().as_str() else {
            return Err(RenderError::strict_error(value.relative_path()));
        };
        let pieces: Vec<&str> = text.split('`').collect();
        for (i, piece) in pieces
            .iter()
            .enumerate()
            .filter(|(_, piece)| !piece.is_empty())
        {
            let quoted = i % 2 == 1 && i + 1 < pieces.len();
            out.write(&if quoted {
                (self.0.code)(piece)
            } else {
                (self.0.text)(piece)
            })?;
        }
        Ok(())
    }
}

fn unreadable(name: &str, error: &TemplateError) -> Error {
    let (line, column) = error.pos().unwrap_or((1, 1));
    Error::invalid(format!(
        "read the template `{name}` at {line}:{column}: {}",
        error.reason()
    ))
    .hint("Correct the template; the built-in one of this name shows how it is done.")
}

fn failed(format: &str, frame: &str, error: &RenderError) -> Error {
    let name = error.template_name.as_deref().unwrap_or(frame);
    let line = error
        .line_no
        .map_or_else(String::new, |line| format!(" at line {line}"));
    Error::invalid(format!(
        "fill the template `{format}/{name}.hbs`{line}: {}",
        error.reason()
    ))
    .hint("A template may ask only for what the view has; look at the built-in one.")
}

fn blank(before: &str) -> Error {
    Error::invalid(format!(
        "fill the templates: a value is absent after `{before}`"
    ))
    .hint("Ask with `#if` before showing what may be absent, and say what is missing.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> Result<String> {
        let mut templates = Templates::embedded();
        templates
            .replace("markdown/plan.hbs", template.to_owned())
            .expect("a name");
        let view = serde_json::json!({
            "there": "yes", "said": "a `b` c`", "absent": null, "empty": "", "none": [],
        });
        let style = Style {
            text: str::to_owned,
            code: |code| format!("<{code}>"),
        };
        fill(&templates, "markdown", "plan", || view, style)
    }

    #[track_caller]
    fn check(template: &str, expected: Result<&str, &str>) {
        match (filled(template), expected) {
            (Ok(text), Ok(expected)) => assert_eq!(text, expected),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (got, _) => panic!("{template}: {got:?}"),
        }
    }

    #[test]
    fn a_missing_value_fails_wherever_it_stands() {
        check("{{there}}", Ok("yes"));
        check("a\n{{nowhere}}", Err("`markdown/plan.hbs` at line 2"));
        check("{{#if nowhere}}x{{/if}}", Err("nowhere"));
        check("{{#unless nowhere}}x{{/unless}}", Err("nowhere"));
        check("{{#each nowhere}}x{{/each}}", Err("nowhere"));
        check("{{> nowhere}}", Err("nowhere"));
        check("{{help there}}", Err("help"));
        check("{{#if}}x{{/if}}", Err("`if` is given nothing"));
        check("{{prose}}", Err("prose"));
    }

    #[test]
    fn what_is_absent_may_be_asked_for_but_not_shown() {
        check("{{#if absent}}x{{else}}not stated{{/if}}", Ok("not stated"));
        check("{{#unless none}}nobody{{/unless}}", Ok("nobody"));
        check("Owner: {{absent}}", Err("absent after `Owner:`"));
        check("{{empty}}", Ok(crate::template::EMPTY));
        check("{{prose absent}}", Err("absent"));
        check("{{prose said}}", Ok("a <b> c"));
    }

    #[test]
    fn a_broken_template_is_named_with_its_line() {
        check(
            "a\n{{#if there}}",
            Err("read the template `markdown/plan.hbs` at 2"),
        );
    }
}

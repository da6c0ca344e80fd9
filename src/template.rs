//! Handlebars as Mainstay needs it: strict, and never blank.
//!
//! A name that the values do not have is an error wherever it stands, also in a condition. A value
//! that is absent (`null`) may decide a condition, but showing it is an error: what a template
//! shows is there, or nothing is written.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, PathAndJson, RenderContext,
    RenderError, RenderErrorReason, Renderable,
};
use serde_json::Value;

/// Stands where a template showed nothing; no text that people write has it.
pub const BLANK: &str = "\u{10FFFE}";
/// What is shown for text that is empty in the plans.
pub const EMPTY: &str = "(empty)";
/// How many letters before a blank are told, to find it.
const BEFORE: usize = 60;

/// An engine that is strict, and writes text as it is told.
pub fn strict<'t>(written: impl Fn(&str) -> String + Send + Sync + 'static) -> Handlebars<'t> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.set_prevent_indent(true);
    engine.register_escape_fn(move |text| match text.is_empty() {
        true => BLANK.to_owned(),
        false => written(text),
    });
    engine.register_helper("if", Box::new(When::Holds));
    engine.register_helper("unless", Box::new(When::Fails));
    engine
}

/// `if` and `unless` for which a name that the values do not have is an error, not a no.
#[derive(Clone, Copy)]
enum When {
    Holds,
    Fails,
}

impl HelperDef for When {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = first(helper)?;
        if value.is_value_missing() {
            return Err(RenderError::strict_error(value.relative_path()));
        }
        let holds = holds(value.value()) == matches!(self, When::Holds);
        let template = if holds {
            helper.template()
        } else {
            helper.inverse()
        };
        template.map_or(Ok(()), |template| {
            template.render(engine, context, render, out)
        })
    }
}

/// What a helper is asked about.
///
/// # Errors
/// When it is given nothing.
pub fn first<'h, 'rc>(helper: &'h Helper<'rc>) -> Result<&'h PathAndJson<'rc>, RenderError> {
    let nothing = || RenderErrorReason::Other(format!("`{}` is given nothing", helper.name()));
    helper.param(0).ok_or_else(|| nothing().into())
}

/// Whether a value counts as a yes: it is there and not empty. Zero counts as a no.
fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_u64() != Some(0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(_) => true,
    }
}

/// Text that is empty in the plans is shown as such, so that a blank is always a fault.
pub fn name_empty(value: &mut Value) {
    match value {
        Value::String(text) if text.trim().is_empty() => EMPTY.clone_into(text),
        Value::Array(list) => list.iter_mut().for_each(name_empty),
        Value::Object(map) => map.values_mut().for_each(name_empty),
        _ => {}
    }
}

/// What stands before the first blank of a text that was filled in, if it has one.
pub fn before_blank(text: &str) -> Option<&str> {
    let (before, _) = text.split_once(BLANK)?;
    let mut letters = before.char_indices().rev();
    let start = letters.nth(BEFORE).map_or(0, |(place, _)| place);
    Some(before[start..].trim())
}

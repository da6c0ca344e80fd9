//! One verification as one self-contained page.

use serde_json::Value;

use super::{Place, Report};
use crate::error::Result;
use crate::proof::Verification;
use crate::render::document::{Templates, html};
use crate::text::visible;

/// One self-contained page: print, light and dark.
///
/// # Errors
/// `Invalid` when a template cannot be read, or asks for what is not there.
pub fn page(found: &Verification, place: &Place, templates: &Templates) -> Result<String> {
    html::page(templates, "verification", || {
        let report = serde_json::to_value(Report::new(found, place));
        let mut values = report.expect("a report has text keys and no fractions");
        make_visible(&mut values);
        values
    })
}

/// What programs of others wrote may hold anything.
fn make_visible(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible(text).into_owned(),
        Value::Array(list) => list.iter_mut().for_each(make_visible),
        Value::Object(map) => map.values_mut().for_each(make_visible),
        _ => {}
    }
}

//! The JSON Schema of plan files, from the types: what editors complete, explain and check.
//!
//! It accepts what the loader accepts. Where YAML would make a number of an id such as `0777`, the
//! loader keeps the text, so the schema takes both.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::{DISRUPTION_CLASSES, Document};

/// The schema of one document of a plan file.
pub fn schema() -> Schema {
    let mut schema = schemars::schema_for!(Document).to_value();
    finish(&mut schema);
    schema["title"] = json!("Mainstay plan");
    let built_in = DISRUPTION_CLASSES.iter().map(|(id, _)| *id);
    schema["$defs"]["DisruptionClassId"]["examples"] = built_in.collect();
    Schema::try_from(schema).expect("a schema stays one")
}

/// Makes a schema and all within it fit for editors.
fn finish(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = paragraphs(description);
    }
    // That a key may be left out is said by its not being required.
    if matches!(schema.get("default"), Some(default) if *default == json!([]) || default.is_null())
    {
        schema.shift_remove("default");
    }
    widen(schema);
    for (keyword, within) in schema {
        match (keyword.as_str(), within) {
            ("properties" | "$defs", Value::Object(named)) => {
                named.values_mut().for_each(finish);
            }
            ("anyOf" | "oneOf", Value::Array(choices)) => choices.iter_mut().for_each(finish),
            ("items", item) => finish(item),
            _ => {}
        }
    }
}

/// Text may look like a number, a list with nothing in it like nothing, and no time like zero.
fn widen(schema: &mut Map<String, Value>) {
    let zero = matches!(schema.get("pattern"), Some(Value::String(form)) if form.contains("^0$"));
    let free = !schema.contains_key("pattern") && !schema.contains_key("const");
    let Some(kind) = schema.get_mut("type") else {
        return;
    };
    if *kind == "array" {
        *kind = json!(["array", "null"]);
    } else if free && *kind == "string" {
        *kind = json!(["string", "number"]);
        schema.extend(something());
    } else if free && *kind == json!(["string", "null"]) {
        *kind = json!(["string", "number", "null"]);
        schema.extend(something());
    } else if zero {
        *kind = json!(["string", "integer"]);
        schema.extend([
            ("minimum".to_owned(), json!(0)),
            ("maximum".to_owned(), json!(0)),
        ]);
    }
}

/// That white space alone says nothing.
fn something() -> [(String, Value); 2] {
    let message = "Write something, or leave the key out.";
    [
        ("pattern".to_owned(), json!(r"\S")),
        ("patternErrorMessage".to_owned(), json!(message)),
    ]
}

/// Text as it reads without the line breaks of the source code.
fn paragraphs(text: &str) -> String {
    let paragraphs = text
        .split("\n\n")
        .map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Adds the other spelling of `mtpd` to a function's keys; editors strike it through.
pub(super) fn accept_mtd(function: &mut Schema) {
    if let Some(Value::Object(properties)) = function.get_mut("properties")
        && let Some(mut mtd) = properties.get("mtpd").cloned()
    {
        mtd["description"] = json!("Another spelling of `mtpd`. State only one of the two.");
        mtd["deprecated"] = json!(true);
        properties.insert("mtd".to_owned(), mtd);
    }
    function.insert("not".to_owned(), json!({ "required": ["mtpd", "mtd"] }));
}

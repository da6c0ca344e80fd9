//! The schema of plan files is good enough for an editor: it says something about everything.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support;

fn schema() -> Value {
    mainstay::model::schema().to_value()
}

pub fn validator() -> Validator {
    jsonschema::validator_for(&schema()).expect("a schema")
}

/// Every object of the schema's definitions and its root, with its name.
fn objects(schema: &Value) -> Vec<(&str, &Value)> {
    let definitions = schema["$defs"].as_object().expect("definitions").iter();
    let named = definitions.map(|(name, definition)| (name.as_str(), definition));
    let all = named.chain([("plan", schema)]);
    all.filter(|(_, definition)| definition["properties"].is_object())
        .collect()
}

fn assert_reads_well(description: &Value, whose: &str) {
    let text = description.as_str().unwrap_or_default();
    let begins = text.starts_with(|c: char| c.is_uppercase() || c == '`');
    assert!(begins && text.ends_with('.'), "{whose}: {text:?}");
    assert!(
        !text.replace("\n\n", "").contains('\n'),
        "{whose}: {text:?}"
    );
}

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let path = support::root().join("templates/schema/plan.schema.json");
    support::golden(&path, &mainstay::text::json(&mainstay::model::schema()));
}

#[test]
fn every_key_and_every_word_is_described_in_a_sentence() {
    let schema = schema();
    for (name, object) in objects(&schema) {
        assert_reads_well(&object["description"], name);
        assert_eq!(object["additionalProperties"], json!(false), "{name}");
        for (key, property) in object["properties"].as_object().expect("keys") {
            assert_reads_well(&property["description"], &format!("{name}.{key}"));
        }
    }
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        assert_reads_well(&definition["description"], name);
        for word in definition["oneOf"].as_array().into_iter().flatten() {
            assert!(word["const"].is_string());
            assert_reads_well(&word["description"], &format!("{name} {}", word["const"]));
        }
        assert!(
            definition["enum"].is_null(),
            "{name} has words without descriptions"
        );
    }
}

#[test]
fn lists_may_be_left_out_and_ids_and_names_must_be_there() {
    let schema = schema();
    for (name, object) in objects(&schema) {
        let required = object["required"].as_array().into_iter().flatten();
        let required: Vec<_> = required.filter_map(Value::as_str).collect();
        for (key, property) in object["properties"].as_object().expect("keys") {
            let list = property["type"][0] == "array";
            assert!(!list || !required.contains(&key.as_str()), "{name}.{key}");
            let meant = key == "id" || key == "name";
            assert!(!meant || required.contains(&key.as_str()), "{name}.{key}");
        }
    }
}

#[test]
fn every_text_with_a_form_has_a_pattern_that_its_examples_match() {
    let schema = schema();
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        let Some(examples) = definition["examples"].as_array() else {
            continue;
        };
        let mut one = definition.clone();
        one["$defs"] = schema["$defs"].clone();
        let validator = jsonschema::validator_for(&one).expect("a schema");
        for example in examples {
            assert!(validator.is_valid(example), "{name} {example}");
        }
        assert!(!validator.is_valid(&json!("not this one: /")), "{name}");
    }
}

#[test]
fn the_schema_takes_what_the_loader_takes() {
    let validator = validator();
    let function = |key: &str, value: Value| {
        let mut function = json!({ "id": "f", "name": "F" });
        function[key] = value;
        validator.is_valid(&json!({ "functions": [function] }))
    };
    for (key, value) in [
        ("mtd", json!("4h")),
        ("mtpd", json!("4h")),
        ("rto", json!("0")),
        ("rto", json!(0)),
        ("rto", json!("P1DT2H")),
        ("rto", json!("1d 12h")),
        ("rto", json!(null)),
        ("id", json!(777)),
        ("id", json!("株式会社")),
        ("name", json!(2026)),
        ("depends-on", json!(null)),
    ] {
        assert!(function(key, value.clone()), "{key}: {value}");
    }
    for (key, value) in [
        ("rto", json!("4 hous")),
        ("rto", json!("P6M")),
        ("rto", json!("PT")),
        ("rto", json!(4)),
        ("id", json!("a b")),
        ("rot", json!("4h")),
        ("id", json!(null)),
        ("depends-on", json!("x")),
    ] {
        assert!(!function(key, value.clone()), "{key}: {value}");
    }
    let both = json!({ "functions": [{ "id": "f", "name": "F", "mtd": "4h", "mtpd": "4h" }] });
    assert!(!validator.is_valid(&both));
}

//! Plans made at random from the schema, so that a new concept is tested without a word here.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A valid plan file as a value: every key that is offered comes up sooner or later.
pub fn document() -> BoxedStrategy<Value> {
    let schema = mainstay::model::schema().to_value();
    from(&schema, &schema["$defs"], "")
}

/// A value that the schema accepts. `name` is the name of the definition, which some texts need.
fn from(schema: &Value, definitions: &Value, name: &str) -> BoxedStrategy<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return from(&definitions[name], definitions, name);
    }
    if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let choices: Vec<_> = choices
            .iter()
            .map(|choice| from(choice, definitions, name))
            .collect();
        return proptest::strategy::Union::new(choices).boxed();
    }
    if let Some(words) = schema["enum"].as_array() {
        return proptest::sample::select(words.clone()).boxed();
    }
    if !schema["const"].is_null() {
        return Just(schema["const"].clone()).boxed();
    }
    let kind = schema["type"].as_str().or(schema["type"][0].as_str());
    match kind.expect("a schema says what it takes") {
        "object" => object(schema, definitions),
        "array" => {
            let entry = from(&schema["items"], definitions, name);
            proptest::collection::vec(entry, 0..3)
                .prop_map(Value::Array)
                .boxed()
        }
        "boolean" => any::<bool>().prop_map(Value::Bool).boxed(),
        "integer" => {
            let most = schema["maximum"].as_u64().unwrap_or(1_000);
            (1..=most.min(1_000)).prop_map(|n| json!(n)).boxed()
        }
        "null" => Just(Value::Null).boxed(),
        _ if name.ends_with("Id") => id().prop_map(Value::String).boxed(),
        _ => match schema["examples"]
            .as_array()
            .filter(|_| schema["pattern"].is_string())
        {
            Some(examples) => proptest::sample::select(examples.clone()).boxed(),
            None => text().prop_map(Value::String).boxed(),
        },
    }
}

fn object(schema: &Value, definitions: &Value) -> BoxedStrategy<Value> {
    let required = |key: &str| {
        let mut required = schema["required"].as_array().into_iter().flatten();
        required.any(|name| name == key)
    };
    let properties = schema["properties"]
        .as_object()
        .expect("an object has keys");
    // Another spelling of a key must not stand beside it.
    let keys = properties.iter().filter(|(key, _)| *key != "mtd");
    let mut whole = Just(Map::new()).boxed();
    for (key, schema) in keys {
        let value = from(schema, definitions, "");
        let value = if required(key) {
            value.prop_map(Some).boxed()
        } else {
            proptest::option::weighted(0.3, value).boxed()
        };
        let key = key.clone();
        whole = (whole, value)
            .prop_map(move |(mut map, value)| {
                map.extend(value.map(|value| (key.clone(), value)));
                map
            })
            .boxed();
    }
    whole.prop_map(Value::Object).boxed()
}

const ODD_IDS: [&str; 8] = [
    "no",
    "0777",
    "1e3",
    "null",
    "2026-05-01",
    "株式会社",
    "-",
    ".",
];

fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z][a-z0-9._+-]{0,8}",
        1 => proptest::sample::select(&ODD_IDS[..]).prop_map(str::to_owned),
    ]
}

/// Texts that mean something else in YAML unless they are quoted.
#[rustfmt::skip]
const ODD: [&str; 34] = [
    "", " ", "~", "null", "no", "0x1F", "- a", "a: b", "a #b", "#", "'", "\"", "\\", "<<", "*a",
    "&a", "!a", "%", "@", "`", "a\nb", "a\n\n b\n", "\ta", "a\t", "a ", "Ő ß 株式会社 שלום",
    "\u{feff}", "\u{7}", "\r\n", "---", "...", "2026-05-01", "1.5", "?",
];

// `serde_yaml` follows YAML 1.1, to which these are line breaks; to YAML 1.2 they are characters.
const BREAKS_OF_OLD: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[ -~]{0,20}",
        1 => "\\PC{0,12}".prop_map(|text| text.replace(BREAKS_OF_OLD, "")),
        1 => proptest::sample::select(&ODD[..]).prop_map(str::to_owned),
    ]
    .prop_filter("free text says something", |text| {
        text.contains(|c: char| !c.is_whitespace() && c != '\u{feff}')
    })
}

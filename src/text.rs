//! Values that people write as one piece of text: how serde and the schema see them.
//!
//! A value type brings `FromStr` (with a message for people), `Display` (the canonical text) and
//! the words of its schema; `text_value!` does the rest. Nothing here knows any of the types.

use std::borrow::Cow;

use serde_json::Value;

/// A text that is safe to show on a terminal: what would move its cursor or turn the direction of
/// what follows is shown as `\u{fffd}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(hidden) {
        Cow::Owned(text.replace("\r\n", "\n").replace(hidden, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A word as it is typed in a shell.
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.+/:@,%=".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => Cow::Borrowed(word),
        false => Cow::Owned(format!("'{}'", word.replace('\'', "'\\''"))),
    }
}

/// A value as JSON for a person or a program to read, with a line break at the end.
pub fn json(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(value);
    text.expect("our own types have text keys and cannot fail") + "\n"
}

/// The canonical JSON (RFC 8785) of a value, over which a digest is made.
pub fn canonical(value: &impl serde::Serialize) -> String {
    serde_json_canonicalizer::to_string(value).expect("it has no odd numbers")
}

/// A value without what is absent or empty in it, so that a key of a later version changes no
/// digest by its absence.
pub fn present(value: &impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(value).expect("our own types have text keys");
    drop_absent(&mut value);
    value
}

fn drop_absent(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(drop_absent);
            map.retain(|_, value| {
                let empty = value.as_array().is_some_and(Vec::is_empty);
                !value.is_null() && !empty
            });
        }
        Value::Array(list) => list.iter_mut().for_each(drop_absent),
        _ => {}
    }
}

/// Bytes as hexadecimal digits, in lowercase.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).expect("less than sixteen");
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}

/// Gives a type its place in YAML and in the schema, through its `FromStr` and `Display`.
macro_rules! text_value {
    ($type:ident, $description:literal, pattern: $pattern:literal, examples: $examples:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
                crate::text::parsed(source, $description)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let description = crate::text::sentence($description);
                schemars::json_schema!({
                    "type": "string",
                    "patternErrorMessage": format!("Write {}.", $description),
                    "description": description,
                    "pattern": $pattern,
                    "examples": $examples,
                })
            }
        }
    };
}
pub(crate) use text_value;

/// A fragment such as `a day` as a sentence.
pub(crate) fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let first: String = first.collect();
    format!("{first}{}.", letters.as_str())
}

/// Reads text and parses it; the parser's own message reaches the person who wrote the plan.
pub(crate) fn parsed<'de, T, D>(source: D, expected: &'static str) -> Result<T, D::Error>
where
    T: std::str::FromStr<Err = String>,
    D: serde::Deserializer<'de>,
{
    struct Text<T>(&'static str, std::marker::PhantomData<T>);

    impl<T: std::str::FromStr<Err = String>> serde::de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    source.deserialize_str(Text(expected, std::marker::PhantomData))
}

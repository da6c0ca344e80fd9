//! What an answer must be like, where that can be said exactly.

use serde_json::{Map, Value as Json};
use serde_yaml::Value;

use crate::import::map;

/// The most statuses that a range is written out as.
const STATUSES_MAX: u64 = 100;

/// What is expected of a web service's answer, as keys of `http`; nothing where it cannot be said.
pub fn of_answer(tolerance: &Json) -> Option<Vec<(&'static str, Value)>> {
    if let Some(statuses) = statuses(tolerance) {
        return Some(vec![("status", statuses)]);
    }
    let it = tolerance.as_object()?;
    let target = it.get("target").and_then(Json::as_str);
    let kind = it.get("type").and_then(Json::as_str);
    match (kind, target) {
        (Some("regex"), Some("body")) => {
            let text = literal(it.get("pattern")?.as_str()?)?;
            Some(vec![("contains", text.into())])
        }
        (Some("jsonpath"), Some("body")) if !it.contains_key("count") => json(it),
        (Some("range"), Some("status")) => {
            let range = it.get("range")?.as_array()?;
            let (from, until) = (range.first()?.as_u64()?, range.get(1)?.as_u64()?);
            (from <= until && until - from < STATUSES_MAX)
                .then(|| vec![("status", (from..=until).collect::<Vec<u64>>().into())])
        }
        _ => None,
    }
}

/// The statuses of a tolerance, of which one will do.
pub fn statuses(tolerance: &Json) -> Option<Value> {
    let one = |value: &Json| value.as_u64().map(Value::from);
    match tolerance {
        Json::Number(_) => Some(vec![one(tolerance)?].into()),
        Json::Array(list) if !list.is_empty() => {
            Some(list.iter().map(one).collect::<Option<Vec<_>>>()?.into())
        }
        _ => None,
    }
}

/// The text that a pattern looks for, where it looks for one text alone.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next().filter(char::is_ascii_punctuation)?),
            _ if ".^$*+?{}[]|()".contains(letter) => return None,
            _ => text.push(letter),
        }
    }
    (!text.is_empty()).then_some(text)
}

fn json(it: &Map<String, Json>) -> Option<Vec<(&'static str, Value)>> {
    let expected = match it.get("expect")? {
        Json::Array(list) if list.len() == 1 => list.first()?,
        other => other,
    };
    // Here values are compared as text, so only text is the same.
    let value = map([
        ("at", Some(pointer(it.get("path")?.as_str()?)?.into())),
        ("is", Some(expected.as_str()?.into())),
    ]);
    Some(vec![("json", vec![Value::Mapping(value)].into())])
}

/// The JSON pointer of a path that leads to one place: `$.a.b[0]`.
fn pointer(path: &str) -> Option<String> {
    let mut pointer = String::new();
    let mut rest = path.trim().strip_prefix('$')?;
    while !rest.is_empty() {
        let (part, behind) = match rest.strip_prefix('[') {
            Some(rest) => {
                let (index, behind) = rest.split_once(']')?;
                (index.parse::<u32>().ok().map(|_| index)?, behind)
            }
            None => {
                let rest = rest.strip_prefix('.')?;
                rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()))
            }
        };
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if part.is_empty() || !part.chars().all(plain) {
            return None;
        }
        pointer += &format!("/{part}");
        rest = behind;
    }
    (!pointer.is_empty()).then_some(pointer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(tolerance: &Json, expected: Option<&str>) {
        let got = of_answer(tolerance).map(|keys| {
            let keys = keys
                .into_iter()
                .map(|(key, value)| (Value::from(key), value));
            serde_json::to_string(&keys.collect::<serde_yaml::Mapping>()).expect("JSON")
        });
        assert_eq!(got.as_deref(), expected, "{tolerance}");
    }

    #[test]
    fn what_can_be_said_exactly_is_said_and_nothing_else() {
        check(&json!(200), Some(r#"{"status":[200]}"#));
        check(&json!([200, 204]), Some(r#"{"status":[200,204]}"#));
        check(&json!(true), None);
        check(&json!("up"), None);
        let of = |kind: &str, more: Json| {
            let mut it = json!({"type": kind, "target": "body"});
            it.as_object_mut()
                .expect("keys")
                .extend(more.as_object().expect("keys").clone());
            it
        };
        check(
            &of("regex", json!({"pattern": "all up"})),
            Some(r#"{"contains":"all up"}"#),
        );
        check(
            &of("regex", json!({"pattern": r"v1\.2"})),
            Some(r#"{"contains":"v1.2"}"#),
        );
        check(&of("regex", json!({"pattern": "^up"})), None);
        check(&of("regex", json!({"pattern": r"\d"})), None);
        let path =
            |path: &str, expect: Json| of("jsonpath", json!({"path": path, "expect": expect}));
        let at = r#"{"json":[{"at":"/a/0/b","is":"up"}]}"#;
        check(&path("$.a[0].b", json!(["up"])), Some(at));
        check(&path("$.a[0].b", json!("up")), Some(at));
        check(&path("$.a[*].b", json!(["up"])), None);
        check(&path("$..b", json!(["up"])), None);
        check(&path("$.a", json!([1])), None);
        check(
            &json!({"type": "range", "target": "status", "range": [200, 201]}),
            Some(r#"{"status":[200,201]}"#),
        );
        check(
            &json!({"type": "range", "target": "body", "range": [1, 2]}),
            None,
        );
    }
}

//! What the names in an experiment stand for: its configuration and its secrets.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};
use serde_yaml::Value;

use crate::import::map;

/// What the names in an experiment stand for.
pub struct Values(BTreeMap<String, Stand>);

/// What a name stands for.
enum Stand {
    /// A value that the drill states.
    Setting(String),
    /// An environment variable.
    Variable(String),
    /// Something that is made out while the experiment runs.
    Unknown,
}

/// What may stand in a text for the value of an environment variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Into {
    /// `${NAME}`, which a web service's address and headers understand, and a shell.
    Braces,
    /// Nothing: the text is handed over as it is.
    Nothing,
}

impl Values {
    /// Reads the configuration and the secrets of an experiment.
    pub fn new(experiment: &Map<String, Json>, notes: &mut Vec<String>) -> Self {
        let section = |key: &str| experiment.get(key).and_then(Json::as_object);
        let mut known = BTreeMap::new();
        for (name, value) in section("configuration").into_iter().flatten() {
            known.insert(name.clone(), configured(name, value, notes));
        }
        for (name, value) in section("secrets").into_iter().flatten() {
            // Secrets stand in groups, or alone.
            match value
                .as_object()
                .filter(|group| !group.contains_key("type"))
            {
                Some(group) => known.extend(
                    group
                        .iter()
                        .map(|(name, value)| (name.clone(), secret(name, value, notes))),
                ),
                None => drop(known.insert(name.clone(), secret(name, value, notes))),
            }
        }
        Values(known)
    }

    /// The values that the drill states, as `with` has them.
    pub fn settings(&self) -> Vec<Value> {
        let stated = self.0.iter().filter_map(|(name, stand)| match stand {
            Stand::Setting(value) => Some(map([
                ("name", Some(name.as_str().into())),
                ("value", Some(value.as_str().into())),
            ])),
            Stand::Variable(_) | Stand::Unknown => None,
        });
        stated.map(Value::Mapping).collect()
    }

    /// The environment variables that it names.
    pub fn variables(&self) -> BTreeSet<&str> {
        let named = self.0.values().filter_map(|stand| match stand {
            Stand::Variable(variable) => Some(variable.as_str()),
            Stand::Setting(_) | Stand::Unknown => None,
        });
        named.collect()
    }

    /// Whether a text has the value of an environment variable in it.
    pub fn has_variable(&self, text: &str) -> bool {
        self.fill(text, Into::Braces) != self.fill(text, Into::Nothing)
    }

    /// A text with its names as a plan writes them.
    ///
    /// # Errors
    /// Why it cannot be written so.
    pub fn fill(&self, text: &str, into: Into) -> Result<String, String> {
        if text.contains("{{") {
            return Err("it has double braces, which mean something here".to_owned());
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            filled += before;
            let (name, behind) = named(after);
            match name.map(|name| (name, self.0.get(name))) {
                // `$$` is one, and so is one that no name follows.
                None => filled.push('$'),
                Some((name, Some(Stand::Setting(_)))) => filled += &format!("{{{{{name}}}}}"),
                Some((_, Some(Stand::Variable(variable)))) if into == Into::Braces => {
                    filled += &format!("${{{variable}}}");
                }
                Some((name, Some(_))) => {
                    return Err(format!("the value of `{name}` cannot be put into it"));
                }
                Some((name, None)) => {
                    return Err(format!("nothing says what `{name}` stands for"));
                }
            }
            rest = behind;
        }
        Ok(filled + rest)
    }
}

/// The name after a `$`, if there is one, and what comes behind it.
fn named(after: &str) -> (Option<&str>, &str) {
    if let Some(behind) = after.strip_prefix('$') {
        return (None, behind);
    }
    if let Some((name, behind)) = after.strip_prefix('{').and_then(|it| it.split_once('}')) {
        return (Some(name), behind);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
    let begins = after.starts_with(|c: char| is_name(c) && !c.is_ascii_digit());
    if begins {
        (Some(&after[..end]), &after[end..])
    } else {
        (None, after)
    }
}

fn configured(name: &str, value: &Json, notes: &mut Vec<String>) -> Stand {
    match value {
        Json::String(text) => Stand::Setting(text.clone()),
        Json::Bool(_) | Json::Number(_) => Stand::Setting(value.to_string()),
        Json::Object(it) if it.get("type") == Some(&"env".into()) => variable(name, it, notes),
        _ => unknown("configuration", name, notes),
    }
}

/// A secret is never in a plan: one that stands in the experiment becomes a variable to be set.
fn secret(name: &str, value: &Json, notes: &mut Vec<String>) -> Stand {
    match value {
        Json::Object(it) if it.get("type") == Some(&"env".into()) => variable(name, it, notes),
        Json::String(_) | Json::Number(_) => {
            let variable = name.to_uppercase();
            notes.push(format!(
                "the secret `{name}` stands in the experiment: put its value into the \
                 environment variable `{variable}`"
            ));
            Stand::Variable(variable)
        }
        _ => unknown("secret", name, notes),
    }
}

fn variable(name: &str, it: &Map<String, Json>, notes: &mut Vec<String>) -> Stand {
    let Some(key) = it.get("key").and_then(Json::as_str) else {
        return unknown("variable", name, notes);
    };
    if it.contains_key("default") {
        notes.push(format!(
            "the environment variable `{key}` has no default here: set it before the drill"
        ));
    }
    Stand::Variable(key.to_owned())
}

fn unknown(what: &str, name: &str, notes: &mut Vec<String>) -> Stand {
    notes.push(format!(
        "the {what} `{name}` is made out while the experiment runs, which has no counterpart"
    ));
    Stand::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_settings_and_variables() {
        let experiment = serde_json::json!({
            "configuration": {"port": 80, "host": {"type": "env", "key": "HOST"},
                "made": {"type": "probe"}},
            "secrets": {"shop": {"token": "xyzzy"}},
        });
        let mut notes = Vec::new();
        let values = Values::new(experiment.as_object().expect("keys"), &mut notes);
        let fill = |text: &str| values.fill(text, Into::Braces);
        assert_eq!(
            fill("${host}:$port/$$").as_deref(),
            Ok("${HOST}:{{port}}/$")
        );
        assert_eq!(fill("${token} 5$ $").as_deref(), Ok("${TOKEN} 5$ $"));
        assert!(fill("${made}").is_err());
        assert!(fill("${nowhere}").is_err());
        assert!(fill("{{port}}").is_err());
        assert!(values.fill("$host", Into::Nothing).is_err());
        assert!(values.has_variable("$host") && !values.has_variable("$port"));
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(!format!("{notes:?}").contains("xyzzy"));
    }
}

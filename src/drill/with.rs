//! `{{port}}` in what a step does becomes the value the drill states, before anything starts.

use std::collections::BTreeMap;

use handlebars::{Handlebars, RenderErrorReason};
use serde_json::Value;

use crate::model::Action;

/// The values that stand for names in double braces.
pub type Values = BTreeMap<String, String>;

/// Why an action could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// This name has no value.
    Missing(String),
    /// It cannot be read, and why.
    Unreadable(String),
}

/// An action with every name in double braces replaced by its value.
///
/// # Errors
/// The name that has no value, or the braces that cannot be read.
pub fn resolve(action: &Action, values: &Values) -> Result<Action, Unresolved> {
    let unreadable = |error: serde_json::Error| Unresolved::Unreadable(error.to_string());
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(handlebars::no_escape);
    let mut value = serde_json::to_value(action).map_err(unreadable)?;
    fill(&engine, &mut value, values)?;
    serde_json::from_value(value).map_err(unreadable)
}

/// An action with every name replaced that has a value; the others stay as they are written.
pub fn resolve_known(action: &Action, values: &Values) -> Action {
    let mut values = values.clone();
    loop {
        match resolve(action, &values) {
            Ok(resolved) => return resolved,
            // Each turn adds a name that stands in the action, of which there are only so many.
            Err(Unresolved::Missing(name)) if !values.contains_key(&name) => {
                let braces = format!("{{{{{name}}}}}");
                values.insert(name, braces);
            }
            Err(_) => return action.clone(),
        }
    }
}

fn fill(engine: &Handlebars, value: &mut Value, values: &Values) -> Result<(), Unresolved> {
    match value {
        Value::String(text) if text.contains("{{") => {
            let filled = engine.render_template(text, values);
            *text = filled.map_err(|error| match error.reason() {
                RenderErrorReason::MissingVariable(Some(name)) => Unresolved::Missing(name.clone()),
                reason => Unresolved::Unreadable(format!("`{text}` cannot be made out: {reason}")),
            })?;
            Ok(())
        }
        Value::Array(list) => list
            .iter_mut()
            .try_for_each(|one| fill(engine, one, values)),
        Value::Object(map) => map
            .values_mut()
            .try_for_each(|one| fill(engine, one, values)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let action = serde_json::json!({"command": {"argv": ["echo", text]}});
        let action: Action = serde_json::from_value(action).expect("an action");
        let values = Values::from([("port".to_owned(), "80 & <up>".to_owned())]);
        match (resolve(&action, &values), expected) {
            (Ok(action), Ok(expected)) => {
                assert_eq!(action.command.expect("still a command").argv[1], expected);
            }
            (Err(Unresolved::Missing(why) | Unresolved::Unreadable(why)), Err(part)) => {
                assert!(why.contains(part), "{why}");
            }
            (got, _) => panic!("{text}: {got:?}"),
        }
    }

    #[test]
    fn a_name_without_a_value_may_stay() {
        let action = serde_json::json!({"command": {"argv": ["{{a}} {{b}}", "{{b}}{{"]}});
        let action: Action = serde_json::from_value(action).expect("an action");
        let argv = |action: &Action| action.command.clone().expect("a command").argv;
        let values = Values::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(
            argv(&resolve_known(&action, &values)),
            argv(&action),
            "unreadable"
        );
        let action = serde_json::json!({"command": {"argv": ["{{a}} {{b}}", "{{c}}"]}});
        let action: Action = serde_json::from_value(action).expect("an action");
        assert_eq!(argv(&resolve_known(&action, &values)), ["1 {{b}}", "{{c}}"]);
    }

    #[test]
    fn a_name_becomes_its_value_as_it_stands() {
        check("on {{port}}", Ok("on 80 & <up>"));
        check("${HOME} {plain}", Ok("${HOME} {plain}"));
        check("{{host}}", Err("host"));
        check("{{port", Err("{{port"));
    }
}

//! What the schema of plan files says about a key: its meaning, its words, what it refers to.

use serde_json::Value;

use super::kinds::{Addition, Field, Shape};
use crate::model::{Kind, schema};
use crate::sections;

/// The schema of plan files.
pub struct Schema(Value);

/// What is known about a key.
#[derive(Debug, Default)]
pub struct Known {
    /// What it means.
    pub meaning: String,
    /// The words that are accepted, where there is a list of them.
    pub words: Vec<String>,
    /// The kinds of thing whose ids are accepted, where it is a reference.
    pub refers_to: Vec<Kind>,
    /// Whether it must be given.
    pub required: bool,
}

impl Schema {
    /// The schema, from the types.
    pub fn new() -> Self {
        Schema(schema().to_value())
    }

    /// What is known about a key of a thing.
    pub fn known(&self, addition: &Addition, field: &Field) -> Known {
        let mut known = Known::default();
        let Some(mut object) = self.entity(addition.kind) else {
            return known;
        };
        for (depth, key) in field.at.iter().enumerate() {
            let Some(property) = object.get("properties").and_then(|all| all.get(key)) else {
                return known;
            };
            known.meaning = text(property, "description");
            let required = object.get("required").and_then(Value::as_array);
            // A required key of a part that may be left out is not required.
            known.required = depth == 0
                && field.at.len() == 1
                && required.is_some_and(|keys| keys.iter().any(|k| k == key));
            let item = property.get("items").unwrap_or(property);
            known.refers_to = reference(item).map_or(Vec::new(), kinds);
            object = self.resolve(item);
        }
        let inner = |key: &str| object.get("properties").and_then(|all| all.get(key));
        match field.shape {
            Shape::Each(key) => {
                known.refers_to = inner(key).and_then(reference).map_or(Vec::new(), kinds);
            }
            Shape::Pair(first, _) => {
                known.words = inner(first).map_or(Vec::new(), |first| words(self.resolve(first)));
            }
            _ => known.words = words(object),
        }
        known
    }

    fn entity(&self, kind: Kind) -> Option<&Value> {
        let section = self.0.get("properties")?.get(kind.section())?;
        Some(self.resolve(section.get("items").unwrap_or(section)))
    }

    /// The definition that a schema refers to, else itself.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let definition = |name| self.0.get("$defs")?.get(name);
        reference(schema).and_then(definition).unwrap_or(schema)
    }
}

/// The name of the definition that a schema refers to, directly or beside `null`.
fn reference(schema: &Value) -> Option<&str> {
    let named = |schema: &'_ Value| schema.get("$ref").is_some();
    let choices = schema.get("anyOf").and_then(Value::as_array);
    let chosen = choices.and_then(|all| all.iter().find(|choice| named(choice)));
    chosen.unwrap_or(schema).get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

fn words(schema: &Value) -> Vec<String> {
    let choices = schema.get("oneOf").and_then(Value::as_array);
    let listed = schema.get("enum").and_then(Value::as_array);
    let constants = choices.into_iter().flatten().filter_map(|choice| choice.get("const"));
    let all = constants.chain(listed.into_iter().flatten());
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text(schema: &Value, key: &str) -> String {
    schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// The kinds of thing that a type of id names.
        fn kinds(id: &str) -> Vec<Kind> {
            match id {
                "TeamId" => vec![Kind::Team],
                "NodeId" => vec![Kind::System, Kind::Function],
                "PartyId" => vec![Kind::Person, Kind::Role, Kind::Team],
                $(stringify!($id) => vec![Kind::$kind],)+
                _ => Vec::new(),
            }
        }
    };
}
sections!(kinds);

#[cfg(test)]
mod tests {
    use super::super::kinds::ADDITIONS;
    use super::*;

    #[test]
    fn every_field_is_a_key_of_the_schema() {
        let schema = Schema::new();
        for addition in ADDITIONS {
            for field in addition.fields {
                let known = schema.known(addition, field);
                assert!(!known.meaning.is_empty(), "{} --{}", addition.word, field.flag);
            }
        }
    }

    #[test]
    fn every_required_key_can_be_given() {
        let schema = Schema::new();
        for addition in ADDITIONS {
            let entity = schema.entity(addition.kind).expect("a definition");
            let required = entity["required"].as_array().expect("keys");
            for key in required.iter().filter(|key| *key != "id" && *key != "name") {
                let given = addition.fields.iter().any(|field| field.at == [key.as_str().expect("text")]);
                assert!(given, "{} {key}", addition.word);
            }
        }
    }

    fn known(word: &str, flag: &str) -> Known {
        let addition = ADDITIONS.iter().find(|a| a.word == word).expect("an addition");
        let field = addition.fields.iter().find(|f| f.flag == flag).expect("a field");
        Schema::new().known(addition, field)
    }

    #[test]
    fn the_schema_says_what_a_key_accepts() {
        assert_eq!(known("system", "site").refers_to, [Kind::Site]);
        assert_eq!(known("system", "needs").refers_to, [Kind::System, Kind::Function]);
        assert_eq!(known("role", "alternate").refers_to, [Kind::Person]);
        assert!(known("drill", "kind").words.contains(&"tabletop".to_owned()));
        assert!(known("person", "contact").words.contains(&"phone".to_owned()));
        assert!(known("drill", "kind").required);
        assert!(!known("system", "strategy").required);
    }
}

//! What was given becomes an entry of a plan.

use serde_yaml::{Mapping, Value};

use super::kinds::{Field, Shape};
use crate::error::{Error, Result};

/// A field with the values that were given for it.
pub struct Given<'a> {
    /// The field.
    pub field: &'a Field,
    /// What was given, in order; never empty.
    pub values: Vec<String>,
}

/// The entry: id and name first, then what was given, in the order of the fields.
pub fn entry(id: &str, name: &str, given: &[Given]) -> Result<Mapping> {
    let mut entry = Mapping::new();
    entry.insert("id".into(), id.into());
    entry.insert("name".into(), name.into());
    for Given { field, values } in given {
        let value = value(field, values)?;
        let (last, above) = field.at.split_last().expect("a field has a key");
        let mut part = &mut entry;
        for key in above {
            let below = part.entry((*key).into()).or_insert_with(|| Mapping::new().into());
            part = below.as_mapping_mut().expect("only parts have keys below them");
        }
        part.insert((*last).into(), value);
    }
    Ok(entry)
}

fn value(field: &Field, values: &[String]) -> Result<Value> {
    let text = |text: &String| Value::from(text.as_str());
    let list = |each: &dyn Fn(&String) -> Result<Value>| {
        values.iter().map(each).collect::<Result<Vec<_>>>().map(Value::from)
    };
    match field.shape {
        Shape::Text => Ok(text(&values[0])),
        Shape::Truth => truth(field, &values[0]),
        Shape::List => list(&|value| Ok(text(value))),
        Shape::Each(key) => list(&|value| Ok(map([(key, value)]))),
        Shape::Pair(first, second) => list(&|value| pair(field, value, first, second)),
        Shape::Steps => {
            let numbered = values.iter().zip(1..).map(|(text, number)| {
                map([("id", &format!("step-{number}")), ("do", text)])
            });
            Ok(numbered.collect::<Vec<_>>().into())
        }
    }
}

fn truth(field: &Field, value: &str) -> Result<Value> {
    value.parse::<bool>().map(Value::from).map_err(|_| {
        let message = format!("read `--{} {}`", field.flag, value.escape_debug());
        Error::usage(message).hint("Write `true` or `false`.")
    })
}

fn pair(field: &Field, value: &str, first: &'static str, second: &'static str) -> Result<Value> {
    let halves = value.split_once(':').map(|(a, b)| (a.trim(), b.trim()));
    let (a, b) = halves.filter(|(a, b)| !a.is_empty() && !b.is_empty()).ok_or_else(|| {
        let message = format!("read `--{} {}`", field.flag, value.escape_debug());
        Error::usage(message).hint(format!("Write `{}`.", example(first, second)))
    })?;
    Ok(map([(first, &a.to_owned()), (second, &b.to_owned())]))
}

/// How a pair is written.
pub fn example(first: &str, second: &str) -> String {
    format!("{}:{}", first.to_uppercase(), second.to_uppercase())
}

fn map<const N: usize>(entries: [(&'static str, &String); N]) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value.as_str().into()));
    Value::Mapping(entries.collect())
}

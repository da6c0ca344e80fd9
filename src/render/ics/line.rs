//! Lines of a calendar: values as they must be written.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use icalendar::parser::{Component, Parameter, Property};

/// The most octets of a line, without its end.
const OCTETS_MAX: usize = 75;

/// A component with all that is in it, as lines that end and fold as they must. `icalendar` 0.17
/// would fold, too, but lets the last piece of a line be an octet too long, and panics at spaces
/// behind letters of several octets.
pub fn written(component: &Component) -> String {
    let mut all = String::new();
    write(component, &mut all);
    all
}

fn write(component: &Component, to: &mut String) {
    fold(&format!("BEGIN:{}", component.name), to);
    for Property { name, val, params } in &component.properties {
        let params = params.iter().map(|Parameter { key, val }| match val {
            Some(val) => format!(";{key}={val}"),
            None => format!(";{key}"),
        });
        let params: String = params.collect();
        fold(&format!("{name}{params}:{val}"), to);
    }
    for inner in &component.components {
        write(inner, to);
    }
    fold(&format!("END:{}", component.name), to);
}

/// Writes a line, in pieces where it is too long.
fn fold(line: &str, to: &mut String) {
    let mut room = OCTETS_MAX;
    for letter in line.chars() {
        if letter.len_utf8() > room {
            to.push_str("\r\n ");
            // The space that begins the line counts.
            room = OCTETS_MAX - 1;
        }
        room -= letter.len_utf8();
        to.push(letter);
    }
    to.push_str("\r\n");
}

/// A value that stands as it is.
pub fn plain(name: &str, value: impl Into<String>) -> Property<'static> {
    Property {
        name: name.to_owned().into(),
        val: value.into().into(),
        params: Vec::new(),
    }
}

/// A value with a parameter.
pub fn with(name: &str, (key, word): (&str, &str), value: impl Into<String>) -> Property<'static> {
    let mut property = plain(name, value);
    property.params.push(Parameter {
        key: key.to_owned().into(),
        val: Some(word.to_owned().into()),
    });
    property
}

/// A text that people wrote.
pub fn text(name: &str, value: &str) -> Property<'static> {
    plain(name, escaped(value))
}

/// Several texts.
pub fn texts(name: &str, values: &[&str]) -> Property<'static> {
    let values: Vec<String> = values.iter().map(|value| escaped(value)).collect();
    plain(name, values.join(","))
}

/// A text without what means something in a calendar or must not be in one.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' | '\r' => escaped.push_str("\\n"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A moment.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A civil time.
pub fn civil(time: NaiveDateTime) -> String {
    time.format("%Y%m%dT%H%M%S").to_string()
}

/// A day.
pub fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

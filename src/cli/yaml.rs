//! YAML that commands write into plan files.

use serde_yaml::{Mapping, Value};

use crate::error::{Error, Result};
use crate::id;

/// A text as a YAML scalar on one line.
pub fn scalar(text: &str) -> Result<String> {
    if text.trim().is_empty() || text.contains(char::is_control) {
        let message = format!("write `{}` as a name", text.escape_debug());
        return Err(Error::usage(message).hint("Give one line of text."));
    }
    let written = serde_yaml::to_string(text);
    let written = written.map_err(|error| Error::internal("write a text").because(error))?;
    Ok(written.trim_end().to_owned())
}

/// Keys with their values as lines of a plan, written as people write them.
pub fn lines(entry: &Mapping) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, value) in entry {
        let key = one_line(key);
        match value {
            Value::Mapping(part) => {
                lines.push(format!("{key}:"));
                lines.extend(self::lines(part).iter().map(|line| format!("  {line}")));
            }
            Value::Sequence(list) if !list.is_empty() => {
                lines.push(format!("{key}:"));
                let items = list.iter().flat_map(item);
                lines.extend(items.map(|line| format!("  {line}")));
            }
            value => lines.push(format!("{key}: {}", one_line(value))),
        }
    }
    lines
}

/// An entry of a list as lines, the first after a dash.
pub fn item(value: &Value) -> Vec<String> {
    let lines = match value {
        Value::Mapping(map) => lines(map),
        value => vec![one_line(value)],
    };
    let marks = std::iter::once("- ").chain(std::iter::repeat("  "));
    lines
        .iter()
        .zip(marks)
        .map(|(line, mark)| format!("{mark}{line}"))
        .collect()
}

/// A scalar on one line; JSON's quotes hold what YAML would write on several.
fn one_line(value: &Value) -> String {
    let plain = serde_yaml::to_string(value).unwrap_or_default();
    match (plain.trim_end(), value.as_str()) {
        (plain, Some(text)) if plain.contains('\n') => serde_json::Value::from(text).to_string(),
        (plain, _) => plain.to_owned(),
    }
}

/// An id made of a name: small letters and digits, all else becomes `-`.
pub fn id_from(name: &str) -> Result<String> {
    id::from_name(name).ok_or_else(|| {
        Error::usage(format!("make an id of `{}`", name.escape_debug()))
            .hint("Give a short name with letters or digits in it.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_reads_back_as_the_same_text() {
        for text in [
            "Ő & ß: 株式会社",
            "no",
            "- # 'x' \"y\"",
            "{a: b}",
            "0777",
            "עברית",
            "a: b #c",
        ] {
            let written = scalar(text).expect(text);
            assert!(!written.contains('\n'), "{written}");
            assert_eq!(serde_yaml::from_str::<String>(&written).expect(text), text);
        }
        let long = "word ".repeat(60);
        assert!(!scalar(long.trim()).expect("long").contains('\n'));
    }

    #[test]
    fn an_entry_reads_back_as_it_was_given() {
        let text = "id: a\nname: 'a: b'\nparts:\n  how: |\n    one\n    two\nlist: [x, {by: b, \
                    steps: [{id: s}]}]\nyes: true\nnone: []\n";
        let entry: Mapping = serde_yaml::from_str(text).expect("an entry");
        let written = lines(&entry).join("\n");
        assert_eq!(
            serde_yaml::from_str::<Mapping>(&written).expect(&written),
            entry
        );
        assert!(
            written.contains("  - by: b\n    steps:\n      - id: s"),
            "{written}"
        );
    }

    #[test]
    fn a_name_of_several_lines_is_refused() {
        for text in ["", "  ", "a\nb", "a\u{1b}[31m"] {
            assert!(scalar(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_id_keeps_letters_of_every_script() {
        assert_eq!(id_from("Shop & Oven").expect("id"), "shop-oven");
        assert_eq!(
            id_from("Ügyfélszolgálat 2").expect("id"),
            "ügyfélszolgálat-2"
        );
        assert!(id_from("!?").is_err());
    }
}

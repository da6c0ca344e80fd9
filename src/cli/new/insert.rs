//! An entry goes to the end of its section; every other byte of the file stays as it is.
//!
//! The text is read line by line, not as YAML, because comments and formatting must stay. That the
//! result says what it should is then checked by reading it as YAML, before and after.

use std::ops::Range;

use serde::Deserialize;
use serde_yaml::{Mapping, Value};

use crate::cli::yaml;

/// How far entries are indented where there are none to go by.
const INDENT: usize = 2;

/// The text with the entry added, or nothing where that cannot be done without touching the rest.
pub fn insert(text: &str, document: usize, section: &str, entry: &Mapping) -> Option<String> {
    let break_ = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if let Some(last) = lines.last_mut().filter(|last| !last.ends_with('\n')) {
        last.push_str(break_);
    }
    let body = document_lines(&lines, document)?;
    let new = match key_line(&lines, body.clone(), section) {
        None => {
            let end = last_filled(&lines, body.clone()).map_or(body.start, |last| last + 1);
            let gap = end > body.start;
            let key = [gap.then(String::new), Some(format!("{section}:"))];
            (end, key.into_iter().flatten().collect(), INDENT)
        }
        Some(key) => {
            // An empty list becomes one that is written entry by entry.
            lines[key] = lines[key].replacen(" []", "", 1);
            let place = Place::find(&lines, key, body.end);
            (place.line, place.gap.then(String::new).into_iter().collect(), place.indent)
        }
    };
    let (at, mut new, indent): (usize, Vec<String>, usize) = new;
    let written = yaml::item(&entry.clone().into());
    new.extend(written.iter().map(|line| format!("{:indent$}{line}", "")));
    let new = new.into_iter().map(|line| line.trim_end().to_owned() + break_);
    lines.splice(at..at, new);
    let result = lines.concat();
    says(text, &result, document, section, entry).then_some(result)
}

/// The lines of a document.
fn document_lines(lines: &[String], document: usize) -> Option<Range<usize>> {
    let mut starts = vec![0];
    let mut begun = false;
    for (number, line) in lines.iter().enumerate() {
        if marks("---", line) {
            // What stands before the first mark is a document only if something is in it.
            if !begun {
                starts.clear();
            }
            starts.push(number + 1);
            begun = true;
        } else if !line.trim().is_empty() && !line.starts_with(['#', '%']) {
            begun = true;
        }
    }
    let start = *starts.get(document)?;
    let ends = |line: &String| marks("---", line) || marks("...", line);
    let length = lines[start..].iter().position(ends);
    Some(start..length.map_or(lines.len(), |length| start + length))
}

fn marks(mark: &str, line: &str) -> bool {
    let rest = line.strip_prefix(mark);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// The line with the key of a section.
fn key_line(lines: &[String], mut body: Range<usize>, section: &str) -> Option<usize> {
    body.find(|number| lines[*number].strip_prefix(section).is_some_and(|rest| marks(":", rest)))
}

fn last_filled(lines: &[String], mut body: Range<usize>) -> Option<usize> {
    body.rfind(|number| !lines[*number].trim().is_empty())
}

/// Where an entry goes in a section that there is.
struct Place {
    /// Before this line.
    line: usize,
    /// How far its entries are indented.
    indent: usize,
    /// Whether an empty line sets entries apart.
    gap: bool,
}

impl Place {
    fn find(lines: &[String], key: usize, end: usize) -> Self {
        // A comment at the margin belongs to the key that follows it.
        let inside = |line: &str| line.starts_with([' ', '-', '\t']);
        let next_key = |n: &usize| {
            let line = &lines[*n];
            !inside(line) && !line.trim().is_empty() && !line.starts_with('#')
        };
        let body = key + 1..(key + 1..end).find(next_key).unwrap_or(end);
        let last = body.clone().rfind(|n| inside(&lines[*n]) && !lines[*n].trim().is_empty());
        let indents = body.filter_map(|n| Some((n, lines[n].find("- ")?)));
        let entries: Vec<(usize, usize)> =
            indents.filter(|(n, at)| lines[*n][..*at].trim().is_empty()).collect();
        let indent = entries.iter().map(|(_, at)| *at).min().unwrap_or(INDENT);
        let second = entries.iter().filter(|(_, at)| *at == indent).nth(1);
        Place {
            line: last.map_or(key + 1, |last| last + 1),
            indent,
            gap: second.is_some_and(|(line, _)| set_apart(&lines[..*line])),
        }
    }
}

/// Whether an empty line stands last, or only comments after it.
fn set_apart(above: &[String]) -> bool {
    let mut above = above.iter().rev().map(|line| line.trim());
    above.find(|line| !line.starts_with('#')).is_some_and(str::is_empty)
}

/// Whether the result says what the text said, and the entry, and nothing else.
fn says(text: &str, result: &str, document: usize, section: &str, entry: &Mapping) -> bool {
    let Some((mut expected, found)) = values(text).zip(values(result)) else {
        return false;
    };
    expected.resize(expected.len().max(document + 1), Value::Null);
    added(&mut expected[document], section, entry).is_some() && expected == found
}

/// Adds the entry to a document's value; nothing where the section is no list.
fn added(document: &mut Value, section: &str, entry: &Mapping) -> Option<()> {
    if document.is_null() {
        *document = Mapping::new().into();
    }
    let list = document.as_mapping_mut()?.entry(section.into()).or_insert(Value::Null);
    if list.is_null() {
        *list = Value::Sequence(Vec::new());
    }
    list.as_sequence_mut()?.push(entry.clone().into());
    Some(())
}

/// Every document of a text, or nothing where one of them is not YAML.
fn values(text: &str) -> Option<Vec<Value>> {
    serde_yaml::Deserializer::from_str(text).map(|one| Value::deserialize(one).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Mapping {
        serde_yaml::from_str("{ id: x, name: X }").expect("an entry")
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(insert(text, 0, "systems", &entry()).as_deref(), Some(expected));
    }

    #[test]
    fn an_entry_goes_to_the_end_of_its_section() {
        check(
            "team: {id: t, name: T}\nsystems:\n  - id: a # first\n    name: A\n\n# Suppliers.\nvendors: []\n",
            "team: {id: t, name: T}\nsystems:\n  - id: a # first\n    name: A\n  - id: x\n    \
             name: X\n\n# Suppliers.\nvendors: []\n",
        );
    }

    #[test]
    fn entries_keep_their_indentation_and_their_distance() {
        check(
            "systems:\n- id: a\n  name: A\n\n# The second.\n- id: b\n  name: B\nroles: []",
            "systems:\n- id: a\n  name: A\n\n# The second.\n- id: b\n  name: B\n\n- id: x\n  \
             name: X\nroles: []\n",
        );
    }

    #[test]
    fn a_missing_or_empty_section_is_begun() {
        let begun = "systems:\n  - id: x\n    name: X\n";
        check("", begun);
        check("systems:\n", begun);
        check("systems: []\n", begun);
        check("team: {id: t, name: T}", &format!("team: {{id: t, name: T}}\n\n{begun}"));
        check("# only a comment\n", &format!("# only a comment\n\n{begun}"));
    }

    #[test]
    fn line_ends_stay_as_they_are() {
        check("systems:\r\n  - id: a\r\n", "systems:\r\n  - id: a\r\n  - id: x\r\n    name: X\r\n");
    }

    #[test]
    fn an_entry_goes_into_its_own_document() {
        let text = "%YAML 1.2\n---\nteam: {id: t, name: T}\n---\nsystems:\n  - id: a\n...\n";
        let second = insert(text, 1, "systems", &entry()).expect("added");
        assert!(second.ends_with("  - id: a\n  - id: x\n    name: X\n...\n"), "{second}");
        let first = insert(text, 0, "systems", &entry()).expect("added");
        assert!(first.contains("T}\n\nsystems:\n  - id: x\n    name: X\n---\n"), "{first}");
        assert_eq!(insert(text, 2, "systems", &entry()), None);
    }

    #[test]
    fn text_that_only_looks_like_a_section_or_an_entry_is_left_alone() {
        let text = "team:\n  id: t\n  summary: |\n    systems:\n      - not one\nsystems:\n  - id: a\n    \
                    summary: |\n      - a dash\n      # no comment\n";
        let result = insert(text, 0, "systems", &entry()).expect("added");
        assert_eq!(result, format!("{text}  - id: x\n    name: X\n"));
    }

    #[test]
    fn what_cannot_be_added_to_safely_is_refused() {
        for text in [
            "systems: [{id: a, name: A}]\n",
            "{systems: []}\n",
            "systems: text\n",
            "systems: *nowhere\n",
            "- a list\n",
            "systems:\n  - id: a\n    summary: |+\n      kept\n\n\nvendors: []\n",
        ] {
            assert_eq!(insert(text, 0, "systems", &entry()), None, "{text}");
        }
    }
}

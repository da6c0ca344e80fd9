//! Markdown, for wikis and code review: the same words and tables, no picture.

use serde_json::Value;

use super::handlebars::{Style, fill};
use super::{DocumentFormat, Templates};
use crate::error::Result;
use crate::render::view::View;

pub const FORMAT: DocumentFormat = DocumentFormat {
    name: "markdown",
    extension: "md",
    summary: "for wikis and code review",
    write,
};

const STYLE: Style = Style {
    text: escape,
    code: |code| format!("`{}`", code.replace('|', "\\|")),
};

fn write(view: &View, templates: &Templates) -> Result<Vec<u8>> {
    Ok(page(templates, "plan", || super::values(view))?.into_bytes())
}

/// A document of its own, from the template `frame`.
pub fn page(
    templates: &Templates,
    frame: &'static str,
    values: impl FnOnce() -> Value + Send,
) -> Result<String> {
    let text = fill(templates, "markdown", frame, values, STYLE)?;
    Ok(tidy(&text))
}

/// Text as Markdown that shows exactly that text, on one line, also inside a table.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let letters = one_line(text);
    let numbered = letters
        .iter()
        .take_while(|letter| letter.is_ascii_digit())
        .count();
    for (i, letter) in letters.iter().enumerate() {
        let next = letters.get(i + 1);
        let before = i.checked_sub(1).map(|before| letters[before]);
        let inside_word = before.is_some_and(char::is_alphanumeric)
            && next.is_some_and(|next| next.is_alphanumeric());
        // Only before a blank would it begin a list.
        let ends_word = next.is_none_or(|next| *next == ' ');
        let special = match letter {
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' => true,
            '_' => !inside_word,
            '#' | '-' | '=' => i == 0,
            '+' => i == 0 && ends_word,
            '.' | ')' => numbered > 0 && i == numbered && ends_word,
            _ => false,
        };
        match letter {
            '<' => escaped.push_str("&lt;"),
            '&' if next.is_some_and(|next| next.is_alphanumeric() || *next == '#') => {
                escaped.push_str("&amp;");
            }
            _ if special => escaped.extend(['\\', *letter]),
            _ => escaped.push(*letter),
        }
    }
    escaped
}

/// The letters of a text with one space for each stretch of blanks.
fn one_line(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let letter = if letter.is_whitespace() { ' ' } else { letter };
        if letter != ' ' || letters.last() != Some(&' ') {
            letters.push(letter);
        }
    }
    letters
}

/// At most one empty line in a row, and one line end at the end.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && empty) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        empty = line.is_empty();
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_would_understand_is_only_text() {
        for (text, escaped) in [
            ("a|b", r"a\|b"),
            ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
            ("snake_case", "snake_case"),
            ("# no heading", r"\# no heading"),
            ("1. no list", r"1\. no list"),
            ("+ no list", r"\+ no list"),
            ("version 1.2", "version 1.2"),
            ("1.2 s, +5 min", "1.2 s, +5 min"),
            (" two\n  lines ", " two lines "),
            ("<script>", "&lt;script>"),
            ("R & D, &amp;", "R & D, &amp;amp;"),
            ("[a](b)", r"\[a\](b)"),
            ("Ő ß 株式会社 שלום", "Ő ß 株式会社 שלום"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn empty_lines_do_not_pile_up() {
        assert_eq!(tidy("\n\na  \n\n\nb\n\n"), "a\n\nb\n");
    }
}

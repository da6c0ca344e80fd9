//! Makes any text safe inside a Typst source.
//!
//! Plans hold whatever people type. Here a `#`, a `]` or a `=` becomes the letter it is, never an
//! instruction to the typesetter. Which letters the fonts have is `pdf`'s business, not ours.

use std::fmt::Write;

/// Text as Typst markup: what stands between `[` and `]` shows exactly `text`.
///
/// Line ends become line breaks, so the result is one line of source and fits a heading, a table
/// cell or a list item. A space that Typst would fold or trim is written as an escape.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut markup = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text.chars().peekable();
    // The edges count as spaces: Typst trims there.
    let mut after_space = true;
    while let Some(letter) = rest.next() {
        if letter == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        let before_space = rest.peek().is_none_or(|next| next.is_whitespace());
        match letter {
            letter if is_line_end(letter) => markup.push_str("\\ "),
            ' ' if !after_space && !before_space => markup.push(' '),
            letter if letter.is_whitespace() || letter.is_control() => {
                escape_code(&mut markup, letter);
            }
            letter if letter.is_ascii_punctuation() => markup.extend(['\\', letter]),
            letter => markup.push(letter),
        }
        after_space = letter.is_whitespace();
    }
    markup
}

/// Text as a Typst string literal, with its quotes.
#[must_use]
pub fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            letter if letter.is_control() || is_line_end(letter) => {
                escape_code(&mut literal, letter);
            }
            letter => literal.push(letter),
        }
    }
    literal.push('"');
    literal
}

/// The line ends Typst knows.
fn is_line_end(letter: char) -> bool {
    matches!(
        letter,
        '\n' | '\r' | '\x0B' | '\x0C' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn escape_code(into: &mut String, letter: char) {
    // Writing to a string cannot fail.
    let _ = write!(into, "\\u{{{:x}}}", u32::from(letter));
}

#[cfg(all(test, feature = "pdf"))]
mod tests {
    use super::{escape, is_line_end, string};
    use proptest::prelude::*;
    use typst::syntax::ast::{self, AstNode, Expr};
    use typst::syntax::{SyntaxKind, SyntaxNode, parse, parse_code};

    /// What a reader sees of `[markup]`, or the first piece that is more than text.
    fn shown(markup: &str) -> Result<String, String> {
        let root = parse(&format!("#[{markup}]"));
        let (errors, warnings) = root.errors_and_warnings();
        if !errors.is_empty() || !warnings.is_empty() {
            return Err(format!("{errors:?} {warnings:?}"));
        }
        let mut pieces = root
            .children()
            .filter(|node| node.kind() != SyntaxKind::Hash);
        let block = pieces
            .next()
            .and_then(|node| node.cast::<ast::ContentBlock>());
        let (Some(block), None) = (block, pieces.next()) else {
            return Err(format!("{markup:?} does not stay inside its brackets"));
        };
        let mut text = String::new();
        for node in block.body().to_untyped().children() {
            // A space after a line break is folded away when the text is laid out.
            if node.kind() != SyntaxKind::Space || !text.ends_with('\n') {
                text.push_str(&piece(node)?);
            }
        }
        Ok(text)
    }

    fn piece(node: &SyntaxNode) -> Result<String, String> {
        match node.cast::<Expr>() {
            Some(Expr::Text(text)) => Ok(text.get().to_string()),
            Some(Expr::Escape(escape)) => Ok(escape.get().to_string()),
            Some(Expr::Linebreak(_)) => Ok("\n".to_owned()),
            None if node.kind() == SyntaxKind::Space && node.full_text() == " " => Ok(" ".into()),
            _ => Err(format!("{:?} {:?}", node.kind(), node.full_text())),
        }
    }

    fn unified(text: &str) -> String {
        text.replace("\r\n", "\n").replace(is_line_end, "\n")
    }

    fn check(text: &str) {
        assert_eq!(
            shown(&escape(text)),
            Ok(unified(text)),
            "{text:?} as {:?}",
            escape(text)
        );
        let literal = parse_code(&string(text));
        let value = literal.children().find_map(|node| node.cast::<ast::Str>());
        assert_eq!(
            value.map(|value| value.get().to_string()),
            Some(text.to_owned())
        );
        assert_eq!(literal.children().count(), 1, "{text:?} escapes its quotes");
    }

    #[test]
    fn what_typst_would_understand_is_only_text() {
        let traps = "#panic() [x] ] *b* _i_ `r` $m$ <l> @r ~ -- --- ... -? 'q' \"q\" \\ // /* */";
        let lines = [
            "= h",
            "- l",
            "+ e",
            "/ t: d",
            "1. one",
            "-1",
            "http://a.b/[c",
            "a:b",
            "#!x",
        ];
        [
            traps, "", " ", "  a  b  ", "a\n\nb", "\r\n", "a\tb", "\0", "a \n b", "\\u{41}",
        ]
        .into_iter()
        .chain(lines)
        .for_each(check);
    }

    #[test]
    fn names_of_the_world_stay_as_they_are() {
        for name in [
            "Ő ß ﬁ",
            "株式会社",
            "שלום",
            "مرحبا",
            "👩🏽‍🚒",
            "e\u{301}",
            "\u{202e}x",
        ] {
            assert_eq!(escape(name), name);
            check(name);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn any_text_of_typst_s_own_letters_comes_back(
            text in r#"[#\[\]{}()*_`$<>@~\-.?'"\\/:=+0-9a-ehtpsu \n\r\t]{0,40}"#
        ) {
            check(&text);
        }
    }
}

//! One Rust file as the rules of `tests/tidy.rs` see it: its code without comments and literals,
//! its tokens, paths, functions and attributes.
//!
//! It is a good-enough reader, not a parser: it trusts that the compiler accepts the file.

use std::ops::Range;

/// A file below the repository's root, with what the rules ask of it.
pub struct File {
    /// From the repository's root, with `/` between folders.
    pub path: String,
    /// As written; empty when the file is not Rust.
    pub text: String,
    /// The same lines and columns, with comments and the insides of literals blanked.
    pub code: String,
    /// The same again, with nothing left but the insides of literals.
    pub literals: String,
}

/// A name, a number or a mark of the code.
#[derive(Clone, Copy)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
    at: usize,
}

/// One `a::b::c` with every group spelled out: `a::{b, c::d}` is two of them.
pub struct Path<'a> {
    pub names: Vec<&'a str>,
    /// Of its last name.
    pub line: usize,
    /// The path calls a macro: `env!(…)`.
    pub calls_macro: bool,
    /// The inline modules around it: one more `super` stays inside the file for each.
    pub inline_modules: usize,
}

/// A function with a body.
pub struct Function<'a> {
    pub name: &'a str,
    pub first_line: usize,
    pub last_line: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Code,
    Comment,
    Literal,
}

impl File {
    /// Read `text`, which is the Rust code of the file at `path`.
    pub fn new(path: &str, text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let classes = classify(&chars);
        let keep = |class| {
            let shown = |(&c, &of)| if of == class || c == '\n' { c } else { ' ' };
            chars.iter().zip(&classes).map(shown).collect()
        };
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: keep(Class::Code),
            literals: keep(Class::Literal),
        }
    }

    /// Whether the file holds tests and nothing else.
    pub fn is_test(&self) -> bool {
        !self.path.starts_with("src/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
    }

    /// The code that is shipped: without what stands under `#[cfg(test)]`.
    pub fn shipped(&self) -> String {
        if self.is_test() {
            return String::new();
        }
        let tokens = tokens(&self.code);
        let mut shipped = self.code.clone();
        for range in test_items(&tokens) {
            let blank: String = shipped[range.clone()]
                .chars()
                .map(|c| if c == '\n' { c } else { ' ' })
                .collect();
            // Blanking a wide character would move what follows it, so keep the byte length.
            let width = range.len() - blank.len();
            shipped.replace_range(range, &(blank + &" ".repeat(width)));
        }
        shipped
    }
}

/// Say for every character what it is part of. Quotation marks count as code.
fn classify(chars: &[char]) -> Vec<Class> {
    let mut classes = vec![Class::Code; chars.len()];
    let mut at = 0;
    while at < chars.len() {
        let (inside, next, class) = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => {
                let end = find(chars, at, '\n');
                (at..end, end, Class::Comment)
            }
            '/' if chars.get(at + 1) == Some(&'*') => {
                let end = block_comment_end(chars, at);
                (at..end, end, Class::Comment)
            }
            '"' => quoted(at, string_end(chars, at)),
            'r' if let Some((open, close)) = raw_string(chars, at) => quoted(open, close),
            '\'' if is_char_literal(chars, at) => quoted(at, char_end(chars, at)),
            _ => (at..at, at + 1, Class::Code),
        };
        let inside = inside.start.min(chars.len())..inside.end.min(chars.len());
        classes[inside].fill(class);
        at = next;
    }
    classes
}

/// What lies between the quotation marks at `open` and `close`, and where to read on.
fn quoted(open: usize, close: usize) -> (Range<usize>, usize, Class) {
    (open + 1..close, close + 1, Class::Literal)
}

fn find(chars: &[char], from: usize, wanted: char) -> usize {
    chars[from..]
        .iter()
        .position(|&c| c == wanted)
        .map_or(chars.len(), |n| from + n)
}

fn block_comment_end(chars: &[char], open: usize) -> usize {
    let (mut depth, mut at) = (0, open);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

fn string_end(chars: &[char], open: usize) -> usize {
    let mut at = open + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at
}

/// The opening and closing quotation marks of `r"…"` or `r#"…"#`, when one starts here.
fn raw_string(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let is_name = |&c: &char| c.is_alphanumeric() || c == '_';
    let before = &chars[at.saturating_sub(2)..at];
    let prefixed =
        matches!(before, [.., 'b' | 'c']) && !before[..before.len() - 1].iter().any(is_name);
    if before.last().is_some_and(is_name) && !prefixed {
        return None;
    }
    let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |&i: &usize| {
        chars[i] == '"'
            && chars[i + 1..]
                .iter()
                .take(hashes)
                .filter(|&&c| c == '#')
                .count()
                == hashes
    };
    Some((
        open,
        (open + 1..chars.len()).find(closes).unwrap_or(chars.len()),
    ))
}

/// Tells `'a'` and `'\n'` from the lifetime `'a`.
fn is_char_literal(chars: &[char], at: usize) -> bool {
    chars.get(at + 1) == Some(&'\\') || chars.get(at + 2) == Some(&'\'')
}

fn char_end(chars: &[char], open: usize) -> usize {
    let escaped = chars.get(open + 1) == Some(&'\\');
    find(
        chars,
        (open + if escaped { 3 } else { 2 }).min(chars.len()),
        '\'',
    )
}

/// Split `code` into names, `::`, `!=` and single marks.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut line, mut at) = (Vec::new(), 1, 0);
    while let Some(c) = code[at..].chars().next() {
        let rest = &code[at..];
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let width = if is_part(c) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") || rest.starts_with("!=") {
            2
        } else {
            c.len_utf8()
        };
        if !c.is_whitespace() {
            tokens.push(Token {
                text: &rest[..width],
                line,
                at,
            });
        }
        line += usize::from(c == '\n');
        at += width;
    }
    tokens
}

/// Whether `text` is a name rather than a mark.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The token that closes the bracket at `open`, or the last one.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len() - 1
}

/// The insides of every `#[…]` and `#![…]`.
pub fn attributes<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let open = |i: usize| match tokens[i..] {
        [Token { text: "#", .. }, Token { text: "[", .. }, ..] => Some(i + 1),
        [
            Token { text: "#", .. },
            Token { text: "!", .. },
            Token { text: "[", .. },
            ..,
        ] => Some(i + 2),
        _ => None,
    };
    let inside = |open: usize| &tokens[open + 1..closing(tokens, open)];
    (0..tokens.len()).filter_map(open).map(inside).collect()
}

/// The bytes of every item under `#[cfg(test)]`, attribute included.
fn test_items(tokens: &[Token]) -> Vec<Range<usize>> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut items = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let marked = tokens
            .get(i..i + 7)
            .is_some_and(|t| t.iter().map(|t| t.text).eq(MARK));
        let end = if marked { item_end(tokens, i + 7) } else { i };
        if marked {
            items.push(tokens[i].at..tokens[end].at + tokens[end].text.len());
        }
        i = end + 1;
    }
    items
}

/// The last token of the item that starts at `i`: its `;` or the `}` of its body.
fn item_end(tokens: &[Token], mut i: usize) -> usize {
    while i < tokens.len() {
        match tokens[i].text {
            ";" | "}" => return i,
            "{" => {
                let close = closing(tokens, i);
                let ends_later = tokens.get(close + 1).is_some_and(|t| t.text == ";");
                return close + usize::from(ends_later);
            }
            "(" | "[" => i = closing(tokens, i) + 1,
            _ => i += 1,
        }
    }
    tokens.len() - 1
}

/// Every function that has a body, nested ones too.
pub fn functions<'a>(tokens: &[Token<'a>]) -> Vec<Function<'a>> {
    let starts =
        |&i: &usize| tokens[i].text == "fn" && tokens.get(i + 1).is_some_and(|t| is_name(t.text));
    let function = |i: usize| {
        let mut body = i;
        while !matches!(tokens.get(body)?.text, "{" | ";") {
            let nested = matches!(tokens[body].text, "(" | "[");
            body = if nested {
                closing(tokens, body) + 1
            } else {
                body + 1
            };
        }
        (tokens[body].text == "{").then(|| Function {
            name: tokens[i + 1].text,
            first_line: tokens[i].line,
            last_line: tokens[closing(tokens, body)].line,
        })
    };
    (0..tokens.len())
        .filter(starts)
        .filter_map(function)
        .collect()
}

/// Every path of two names or more, and every macro call.
pub fn paths<'a>(tokens: &[Token<'a>]) -> Vec<Path<'a>> {
    let mut paths = Vec::new();
    let (mut depth, mut modules, mut i) = (0, Vec::new(), 0);
    while i < tokens.len() {
        let text = tokens[i].text;
        if is_name(text) && !continues_a_path(tokens, i) {
            let opens = text == "mod" && tokens.get(i + 2).is_some_and(|t| t.text == "{");
            if opens {
                modules.push(depth);
            }
            let from = paths.len();
            i = read_path(tokens, i, &[], &mut paths).max(i + 1);
            paths[from..]
                .iter_mut()
                .for_each(|p| p.inline_modules = modules.len());
            continue;
        }
        depth += i32::from(text == "{") - i32::from(text == "}");
        if text == "}" && modules.last() == Some(&depth) {
            modules.pop();
        }
        i += 1;
    }
    paths.retain(|path| path.names.len() > 1 || path.calls_macro);
    paths
}

/// Whether the name at `i` follows `a::`; the `::` of `::std` begins a path instead.
fn continues_a_path(tokens: &[Token], i: usize) -> bool {
    let before = |n: usize| i.checked_sub(n).map_or("", |i| tokens[i].text);
    before(1) == "::" && (is_name(before(2)) && before(2) != "use" || before(2) == ">")
}

/// Add the paths that start at `i` to `paths`, and say where they end.
fn read_path<'a>(
    tokens: &[Token<'a>],
    mut i: usize,
    prefix: &[&'a str],
    paths: &mut Vec<Path<'a>>,
) -> usize {
    let text = |i: usize| tokens.get(i).map_or("", |t| t.text);
    let mut names = prefix.to_vec();
    let line = loop {
        if text(i) == "{" {
            return read_group(tokens, i, &names, paths);
        }
        if !is_name(text(i)) && text(i) != "*" {
            break tokens[i - 1].line;
        }
        names.push(tokens[i].text);
        i += 1;
        if text(i) != "::" {
            break tokens[i - 1].line;
        }
        i += 1;
    };
    paths.push(Path {
        names,
        line,
        calls_macro: text(i) == "!",
        inline_modules: 0,
    });
    i
}

/// Like [`read_path`], for the `{a, b::c as d}` that opens at `i`.
fn read_group<'a>(
    tokens: &[Token<'a>],
    mut i: usize,
    prefix: &[&'a str],
    paths: &mut Vec<Path<'a>>,
) -> usize {
    let close = closing(tokens, i);
    i += 1;
    while i < close {
        i = match tokens[i].text {
            "as" => i + 2,
            text if is_name(text) || text == "*" => read_path(tokens, i, prefix, paths),
            _ => i + 1,
        };
    }
    close + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        File::new("src/a.rs", text).code
    }

    fn spelled(text: &str) -> Vec<String> {
        let code = code(text);
        paths(&tokens(&code))
            .iter()
            .map(|path| path.names.join("::"))
            .collect()
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(
            code("a // b\nc /* d /* e */ f */ g"),
            "a     \nc                   g"
        );
    }

    #[test]
    fn the_insides_of_literals_are_not_code() {
        assert_eq!(
            code(r#"a("{\"//", '{', b'\'')"#),
            r#"a("     ", ' ', b'  ')"#
        );
        assert_eq!(
            code(r##"r#"{"x"# + br"\" + c"{""##),
            r##"r#"   "# + br" " + c" ""##
        );
        assert_eq!(code("\"a\n{\" b"), "\" \n \" b");
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        assert_eq!(
            code("fn r#f<'a>(x: &'a str, c: 'b)"),
            "fn r#f<'a>(x: &'a str, c: 'b)"
        );
    }

    #[test]
    fn an_unclosed_literal_ends_with_the_file() {
        assert_eq!(code("\"a\\"), "\"  ");
        assert_eq!(code("r#\"a\""), "r#\"  ");
        assert_eq!(code("'\\"), "' ");
    }

    #[test]
    fn shipped_code_leaves_tests_out() {
        let text = "#[cfg(test)] use é::{b};\nfn f() {}\n#[cfg(test)]\n#[x]\nmod tests { {} }\ng";
        let shipped = File::new("src/a.rs", text).shipped();
        assert_eq!(shipped.split_whitespace().collect::<String>(), "fnf(){}g");
        assert_eq!(shipped.lines().count(), text.lines().count());
    }

    #[test]
    fn a_test_module_in_its_own_file_is_not_shipped() {
        assert_eq!(File::new("src/a/tests.rs", "fn f() {}").shipped(), "");
    }

    #[test]
    fn groups_are_spelled_out() {
        let text = "use a::{self, b::{C as D, *},\n e}; let f = ::g::h::<i::J>(); k!(l)";
        let wanted = ["a::self", "a::b::C", "a::b::*", "a::e", "g::h", "i::J", "k"];
        assert_eq!(spelled(text), wanted);
    }

    #[test]
    fn a_path_knows_the_inline_modules_around_it() {
        let code = code("a::b; mod m { c::d; fn f() { e::f } } g::h");
        let depths: Vec<_> = paths(&tokens(&code))
            .iter()
            .map(|p| p.inline_modules)
            .collect();
        assert_eq!(depths, [0, 1, 1, 0]);
    }

    #[test]
    fn functions_are_measured_from_their_name_to_their_last_brace() {
        let code = code("fn a(x: [u8; {\n2}]) -> fn(u8) {\n'{';\n}\ntrait T { fn b(); }");
        let tokens = tokens(&code);
        let found: Vec<_> = functions(&tokens)
            .iter()
            .map(|f| (f.name, f.first_line, f.last_line))
            .collect();
        assert_eq!(found, [("a", 1, 4)]);
    }
}

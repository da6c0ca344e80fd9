//! Names are bytes: how they are shown, and in which order they come.

use std::cmp::Ordering;
use std::fmt::Write;

/// A path as it is shown: what is not text, what moves a cursor and what turns the direction of
/// reading is escaped, and so is the backslash, so that two paths never look alike.
pub fn shown(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => text.push_str("\\\\"),
                c if is_odd(c) => text.extend(c.escape_default()),
                c => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").expect("a text takes all that is written to it");
        }
    }
    text
}

/// Whether a name is not text, or is text that people and scripts read wrongly.
pub fn is_strange(name: &[u8]) -> bool {
    std::str::from_utf8(name).map_or(true, |text| text.contains(is_odd))
}

/// Which of two paths comes first: a folder before what is in it, and that before its neighbour.
pub fn order(one: &[u8], other: &[u8]) -> Ordering {
    let names = |path| <[u8]>::split(path, |byte: &u8| *byte == b'/');
    names(one).cmp(names(other))
}

/// Whether a path is below another one.
pub fn is_below(path: &[u8], folder: &[u8]) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with(b"/"))
}

fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_paths_never_look_alike() {
        assert_eq!(shown("Büro/a b".as_bytes()), "Büro/a b");
        assert_eq!(shown(b"a\nb\\n\xff"), "a\\nb\\\\n\\xff");
        assert_eq!(shown("\u{202e}".as_bytes()), "\\u{202e}");
    }

    #[test]
    fn what_is_in_a_folder_comes_before_its_neighbour() {
        assert_eq!(order(b"b/c", b"b!"), Ordering::Less);
        assert_eq!(order(b"b", b"b/c"), Ordering::Less);
        assert!(is_below(b"b/c", b"b") && !is_below(b"b!/c", b"b"));
    }
}

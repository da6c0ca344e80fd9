//! Fits names into boxes without a font at hand: estimates widths, wraps, shortens.
//!
//! Widths are those of Noto Sans Bold, the widest face in use, so a name that fits here fits there.

/// Advance widths of the printable ASCII letters, in thousandths of the font size.
const ASCII: [u16; 95] = [
    260, 286, 472, 646, 572, 901, 750, 266, 339, 339, 545, 572, 285, 322, 285, 413, 572, 572, 572,
    572, 572, 572, 572, 572, 572, 572, 285, 285, 572, 572, 572, 477, 897, 690, 672, 637, 740, 560,
    549, 724, 765, 389, 331, 664, 565, 943, 813, 796, 628, 796, 660, 551, 579, 756, 650, 967, 667,
    624, 579, 331, 413, 331, 572, 411, 362, 604, 633, 514, 633, 591, 387, 633, 657, 305, 305, 620,
    305, 982, 657, 619, 633, 633, 454, 497, 434, 657, 569, 856, 578, 569, 488, 394, 551, 394, 572,
];

/// Stands for the letters that did not fit.
const ELLIPSIS: char = '…';

/// The width of `text` set in letters of `size`.
pub(in crate::render) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// Breaks `text` into at most `lines_max` lines no wider than `room`; the last may be shortened.
pub(super) fn wrap(text: &str, size: f64, room: f64, lines_max: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && width(&line, size) + width(piece.trim_end(), size) > room {
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(piece);
    }
    lines.push(line);
    let rest: String = lines
        .iter()
        .skip(lines_max.saturating_sub(1))
        .map(String::as_str)
        .collect();
    lines.truncate(lines_max.saturating_sub(1));
    lines.push(rest);
    lines
        .iter()
        .map(|line| shorten(line.trim(), size, room))
        .filter(|line| !line.is_empty())
        .collect()
}

/// `text`, cut so that it and an ellipsis fit into `room`, when it does not fit whole.
pub(in crate::render) fn shorten(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = room - advance(ELLIPSIS) * size;
    let mut kept = String::new();
    for letter in text.chars() {
        left -= advance(letter) * size;
        if left < 0.0 {
            break;
        }
        kept.push(letter);
    }
    let end = kept.trim_end().len();
    kept.truncate(end);
    kept.push(ELLIPSIS);
    kept
}

/// Whether the first letter with a direction runs from right to left.
pub(super) fn is_right_to_left(text: &str) -> bool {
    let directed = |letter: &char| letter.is_alphabetic();
    text.chars().find(directed).is_some_and(
        |letter| matches!(u32::from(letter), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC),
    )
}

/// The parts of `text` that must not be broken, each with the blanks that follow it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, letter) in text.char_indices() {
        if before.is_some_and(|before| breaks_between(before, letter)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(letter);
    }
    pieces.push(&text[start..]);
    pieces
}

fn breaks_between(before: char, letter: char) -> bool {
    if letter.is_whitespace() || is_mark(letter) {
        return false;
    }
    let closing = matches!(
        letter,
        '、' | '。' | '，' | '）' | '」' | 'ー' | '・' | ')' | ']' | '.'
    );
    before.is_whitespace()
        || matches!(before, '-' | '/' | '_' | '.' | ':') && letter.is_alphanumeric()
        || !closing && (is_wide(before) || is_wide(letter))
}

fn advance(letter: char) -> f64 {
    let code = u32::from(letter);
    let ascii = code
        .checked_sub(0x20)
        .and_then(|index| ASCII.get(index as usize));
    let thousandths = match ascii {
        Some(width) => f64::from(*width),
        None if is_mark(letter) => 0.0,
        None if is_wide(letter) => 1000.0,
        None if matches!(code, 0x0400..=0x052F) => 700.0,
        None => 625.0,
    };
    thousandths / 1000.0
}

/// Combining marks, joiners and direction marks: they take no room of their own.
fn is_mark(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x0000..=0x001F | 0x0300..=0x036F | 0x0591..=0x05BD | 0x0610..=0x061A | 0x064B..=0x065F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0x20D0..=0x20FF
            | 0xFE00..=0xFE0F | 0xFEFF | 0xE_0100..=0xE_01EF
    )
}

/// The letters that East Asian typography sets twice as wide, and emoji.
fn is_wide(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7A3
            | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6
            | 0x1F300..=0x1F64F | 0x1F680..=0x1FAFF | 0x2_0000..=0x3_FFFD
    )
}

#[cfg(test)]
mod tests {
    use super::{is_right_to_left, shorten, width, wrap};

    #[test]
    fn a_name_breaks_at_its_words() {
        assert_eq!(
            wrap("Customer support portal", 10.0, 100.0, 2),
            ["Customer support", "portal"]
        );
    }

    #[test]
    fn east_asian_names_break_anywhere_and_count_double() {
        assert!((width("株式会社", 10.0) - 40.0).abs() < 0.01);
        assert_eq!(
            wrap("株式会社東京証券取引所", 10.0, 60.0, 2),
            ["株式会社東京", "証券取引所"]
        );
    }

    #[test]
    fn what_does_not_fit_ends_with_an_ellipsis() {
        let lines = wrap(
            "A very long name that cannot possibly fit into two lines",
            10.0,
            80.0,
            2,
        );
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert!(
            lines.iter().all(|line| width(line, 10.0) <= 80.0),
            "{lines:?}"
        );
        assert_eq!(shorten("short", 10.0, 80.0), "short");
    }

    #[test]
    fn the_first_directed_letter_decides_the_direction() {
        assert!(is_right_to_left("1. שלום"));
        assert!(is_right_to_left("مرحبا ERP"));
        assert!(!is_right_to_left("ERP مرحبا"));
    }
}

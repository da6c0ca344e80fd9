//! One verification, for a terminal.

use std::fmt::Write;

use crate::proof::{Kept, Verdict, Verification};
use crate::time::Duration;

/// One verification, line by line.
pub fn verification(found: &Verification) -> String {
    let mut told = String::new();
    let line = |told: &mut String, text: &str| {
        told.push_str(text.trim_end());
        told.push('\n');
    };
    let tool = found.tool.as_ref();
    let tool = tool.map_or(found.provider.as_str(), |tool| tool.version.as_str());
    line(&mut told, &format!("{}  {tool}", found.backup));
    for trial in &found.trials {
        let word = trial.verdict.word();
        let mut text = format!(
            "  {}  {word:4}  {}: {}",
            trial.level.number(),
            trial.what,
            trial.found
        );
        if !trial.expected.is_empty() {
            write!(text, " (expected: {})", trial.expected).expect("a string takes all");
        }
        line(&mut told, &text);
    }
    for note in &found.notes {
        line(&mut told, &format!("     note  {note}"));
    }
    if found.source_unchanged == Some(false) {
        let words = "     note  the backup changed meanwhile: was one being made?";
        line(&mut told, words);
    }
    if let Some(kept) = &found.kept {
        line(&mut told, &format!("     kept  {}", kept_words(kept)));
    }
    let took = found.ended.since(&found.began).micros;
    let ends = match found.verdict() {
        Verdict::Pass => "as far as was asked",
        Verdict::Fail => "with faults",
        Verdict::Inconclusive => "not all could be looked at",
    };
    let text = format!("  level {}, {ends}, in {}", found.level(), words(took));
    line(&mut told, &text);
    told
}

/// Where what was restored is kept, and until when.
pub(super) fn kept_words(kept: &Kept) -> String {
    let until = kept.until.format("%F %T UTC");
    format!("what was restored is in {} until {until}", kept.folder)
}

/// A length of time, to the tenth of a second where it is short.
pub(super) fn words(micros: u64) -> String {
    match micros / 100_000 {
        tenths @ 0..100 => format!("{}.{} s", tenths / 10, tenths % 10),
        tenths => Duration::seconds(tenths / 10).words(),
    }
}

/// A number with a space after each thousand, which does not break.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let tail = tail.as_bytes().chunks(3).map(String::from_utf8_lossy);
    let head = Some(head).filter(|head| !head.is_empty()).map(Into::into);
    let groups: Vec<_> = head.into_iter().chain(tail).collect();
    groups.join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let told = [0, 999, 1_000, 1_234_567].map(grouped);
        assert_eq!(told, ["0", "999", "1\u{a0}000", "1\u{a0}234\u{a0}567"]);
    }
}

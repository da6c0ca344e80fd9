//! One verification, for a terminal.

use std::fmt::Write;

use crate::proof::{Verdict, Verification};
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

/// A length of time, to the tenth of a second where it is short.
fn words(micros: u64) -> String {
    match micros / 100_000 {
        tenths @ 0..100 => format!("{}.{} s", tenths / 10, tenths % 10),
        tenths => Duration::seconds(tenths / 10).words(),
    }
}

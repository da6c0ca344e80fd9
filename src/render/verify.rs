//! Reads the figures back out of a written document and compares them with the model.
//!
//! A document that contradicts its model is worse than none. Each figure in the HTML carries its
//! key and exact value beside the words that people read; all three must agree with the model, and
//! the whole plan must show every figure. A template that drops, invents or rewords one fails.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::view::{Extent, View};
use crate::error::{Error, Result};

/// A figure as it stands in a document.
#[derive(Debug, PartialEq, Eq)]
struct Shown<'h> {
    fact: String,
    value: &'h str,
    words: String,
}

/// What opens a figure in the HTML.
const OPEN: &str = "<data data-fact=\"";
/// What closes it.
const CLOSE: &str = "</data>";
/// The most contradictions that are told at once.
const TOLD_MAX: usize = 5;

/// Compares the figures in the HTML with the model.
///
/// # Errors
/// `Internal` when a figure contradicts the model or the whole plan leaves one out.
pub fn html(view: &View, html: &str) -> Result<()> {
    let shown = figures(html)?;
    let mut wrong: Vec<String> = shown
        .iter()
        .filter_map(|s| contradiction(&view.facts, s))
        .collect();
    if view.extent == Extent::Whole {
        let keys: BTreeSet<&str> = shown.iter().map(|shown| shown.fact.as_str()).collect();
        let left_out = view.facts.iter().filter(|(key, _)| !keys.contains(key));
        wrong.extend(left_out.map(|(key, _)| format!("`{key}` is not shown")));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let told = wrong
        .iter()
        .take(TOLD_MAX)
        .cloned()
        .collect::<Vec<_>>()
        .join("; ");
    let more = wrong.len().saturating_sub(TOLD_MAX);
    let more = if more > 0 {
        format!("; and {more} more")
    } else {
        String::new()
    };
    let error = Error::internal(format!(
        "write a document that agrees with its model: {told}{more}"
    ));
    Err(error.hint(
        "If a template of yours shows figures in its own way, use the `figure` piece; otherwise \
         this is a fault of Mainstay; please report it.",
    ))
}

/// Every figure of a page, in order.
fn figures(html: &str) -> Result<Vec<Shown<'_>>> {
    let mut shown = Vec::new();
    for piece in html.split(OPEN).skip(1) {
        let figure = figure(piece).ok_or_else(|| {
            let start: String = piece.chars().take(80).collect();
            Error::internal(format!("read back a figure that begins with `{start}`"))
        })?;
        shown.push(figure);
    }
    Ok(shown)
}

/// `KEY" value="SECONDS"…>WORDS</data>…`
fn figure(piece: &str) -> Option<Shown<'_>> {
    let (fact, rest) = piece.split_once('"')?;
    let (value, rest) = rest.strip_prefix(" value=\"")?.split_once('"')?;
    let (words, _) = rest.split_once('>')?.1.split_once(CLOSE)?;
    Some(Shown {
        fact: unescape(fact),
        value,
        words: unescape(words),
    })
}

fn contradiction(facts: &Facts, shown: &Shown) -> Option<String> {
    let Shown { fact, value, words } = shown;
    let Some(known) = facts.get(fact) else {
        return Some(format!(
            "`{fact}` is shown, but the model has no such figure"
        ));
    };
    let text = known.text();
    if *value != known.value.to_string() {
        return Some(format!(
            "`{fact}` is shown as {value}, but is {}",
            known.value
        ));
    }
    (*words != text).then(|| format!("`{fact}` reads `{words}`, but is `{text}`"))
}

/// What a reader sees of escaped text.
fn unescape(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x60;", "`"),
        ("&#x3D;", "="),
        ("&amp;", "&"),
    ];
    named
        .iter()
        .fold(text.to_owned(), |text, (escaped, letter)| {
            text.replace(escaped, letter)
        })
}

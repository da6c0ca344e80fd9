//! What is internal stays internal, also inside text that somebody marked as public.
//!
//! A step that may be published can still name a person who may not be named, or a telephone
//! number. The public variant says the post instead of the name, and that it is not public instead
//! of anything else, however it is spelled: `ADA LOVELACE`, `lovelace, ada`, `06-1/555 0199`,
//! `Mueller` for `Müller`.
//!
//! What could be an ordinary word counts only where it is written as a name; `secrets` says when.
//! Nicknames, initials and words with endings (`Lovelacenek`) are not found.

mod numbers;
mod secrets;
mod spellings;
mod words;

use std::ops::Range;

use serde_json::Value;

use self::numbers::Numbers;
use self::words::Words;
use super::context::Context;

/// The keys of a view that hold addresses within the document, not text.
const ADDRESSES: [&str; 2] = ["anchor", "fact"];

/// Takes what may not be published out of texts; each text is read twice, however many secrets
/// there are.
pub struct Redaction {
    words: Words,
    numbers: Numbers,
}

/// A part of a text that may not be published, and what is said instead.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leak<'r> {
    at: Range<usize>,
    stand_in: &'r str,
}

impl Redaction {
    /// Gathers what may not be published.
    pub fn new(context: &Context) -> Self {
        let secrets = secrets::secrets(context);
        Redaction {
            words: Words::new(secrets.words),
            numbers: Numbers::new(&secrets.numbers, &secrets.public_numbers),
        }
    }

    /// Takes what may not be published out of every text of a value.
    pub fn apply(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.apply_to(text),
            Value::Array(list) => list.iter_mut().for_each(|value| self.apply(value)),
            Value::Object(map) => {
                let texts = map
                    .iter_mut()
                    .filter(|(key, _)| !ADDRESSES.contains(&key.as_str()));
                texts.for_each(|(_, value)| self.apply(value));
            }
            _ => {}
        }
    }

    /// Takes what may not be published out of one text.
    pub fn apply_to(&self, text: &mut String) {
        if let Some(redacted) = self.redacted(text) {
            *text = redacted;
        }
    }

    /// The text without what may not be published; `None` where nothing is to be taken out.
    fn redacted(&self, text: &str) -> Option<String> {
        let mut leaks = self.words.leaks(text);
        leaks.extend(self.numbers.leaks(text));
        (!leaks.is_empty()).then(|| replaced(text, apart(leaks)))
    }
}

/// The leaks in their order; those that overlap are one, said as the longest that comes first.
fn apart(mut leaks: Vec<Leak>) -> Vec<Leak> {
    leaks.sort_by_key(|leak| (leak.at.start, std::cmp::Reverse(leak.at.end)));
    let mut apart: Vec<Leak> = Vec::with_capacity(leaks.len());
    for leak in leaks {
        match apart.last_mut() {
            Some(last) if leak.at.start < last.at.end => {
                last.at.end = last.at.end.max(leak.at.end);
            }
            _ => apart.push(leak),
        }
    }
    apart
}

fn replaced(text: &str, leaks: Vec<Leak>) -> String {
    let (mut left, mut done) = (String::with_capacity(text.len()), 0);
    for leak in leaks {
        left.push_str(&text[done..leak.at.start]);
        left.push_str(leak.stand_in);
        done = leak.at.end;
    }
    left + &text[done..]
}

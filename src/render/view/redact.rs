//! What is internal stays internal, also inside text that somebody marked as public.
//!
//! A step that may be published can still name a person who may not be named, or a telephone
//! number. The public variant says the role instead of the name, and nothing instead of the number.

use serde_json::Value;

use super::context::Context;
use crate::model::{Contact, Entity, Kind, Visibility};

/// Shorter texts are too likely to be part of a word.
const LETTERS_MIN: usize = 4;

/// Takes what may not be published out of every text of a value.
pub fn redact(context: &Context, value: &mut Value) {
    let secrets = secrets(context);
    redact_all(&secrets, value);
}

/// Each text that may not be published, with what stands in for it; the longest first, so that a
/// part of a name never stands in for all of it.
fn secrets(context: &Context) -> Vec<(String, String)> {
    let mut secrets = Vec::new();
    for person in &context.programme.people {
        if person.visibility == Visibility::Internal {
            let role = context.named(Kind::Person, person.id()).name;
            secrets.push((person.name.clone(), role));
        }
        secrets.extend(contacts(&person.contacts));
    }
    for vendor in &context.programme.vendors {
        secrets.extend(contacts(&vendor.contacts));
        let steps = vendor
            .escalation
            .iter()
            .filter_map(|step| step.contact.as_ref());
        secrets.extend(contacts(steps));
    }
    secrets.retain(|(secret, _)| secret.chars().count() >= LETTERS_MIN);
    secrets.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.len()));
    secrets
}

fn contacts<'c>(
    contacts: impl IntoIterator<Item = &'c Contact>,
) -> impl Iterator<Item = (String, String)> {
    let internal = contacts
        .into_iter()
        .filter(|c| c.visibility == Visibility::Internal);
    internal.map(|contact| (contact.to.clone(), "not public".to_owned()))
}

fn redact_all(secrets: &[(String, String)], value: &mut Value) {
    match value {
        Value::String(text) => {
            for (secret, stand_in) in secrets {
                if text.contains(secret.as_str()) {
                    *text = replaced(text, secret, stand_in);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| redact_all(secrets, value)),
        Value::Object(map) => map
            .values_mut()
            .for_each(|value| redact_all(secrets, value)),
        _ => {}
    }
}

/// Text with a secret replaced wherever it stands as a word: `Mark`, but not in `Market`. Scripts
/// without spaces have no such words, so there it is replaced everywhere.
fn replaced(text: &str, secret: &str, stand_in: &str) -> String {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let (mut left, mut done) = (String::with_capacity(text.len()), 0);
    for (start, found) in text.match_indices(secret) {
        let end = start + found.len();
        let joined_before =
            letter(text[..start].chars().next_back()) && letter(found.chars().next());
        let joined_after = letter(found.chars().next_back()) && letter(text[end..].chars().next());
        if !joined_before && !joined_after {
            left.push_str(&text[done..start]);
            left.push_str(stand_in);
            done = end;
        }
    }
    left + &text[done..]
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn a_name_is_replaced_as_a_word() {
        for (text, expected) in [
            ("Mark, call Mark.", "X, call X."),
            ("Market Mark-up Denmark", "Market X-up Denmark"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(replaced(text, "Mark", "X"), expected);
        }
        assert_eq!(replaced("会社田中様", "田中", "X"), "会社X様");
    }
}

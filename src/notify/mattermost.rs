//! A channel of Mattermost takes a message by an incoming webhook.
//!
//! Its texts are Markdown, so what would have a meaning there is escaped; nobody is called by a
//! text, either.

use reqwest::Method;
use serde_json::json;

use super::http::{self, Again};
use super::{Delivery, Surroundings, Worded};
use crate::model::Mattermost;
use crate::secret;

/// How much of a text is sent, in bytes: with all that is escaped it is one post.
const TEXT_MAX: usize = 7_000;
/// How much of a title.
const TITLE_MAX: usize = 300;
/// What has a meaning in Markdown.
const MARKS: &str = "\\`*_{}[]()<>#+-!|~:";
/// What calls everybody in a channel.
const CALLS: [&str; 3] = ["all", "channel", "here"];
/// A letter that nobody sees.
const NOTHING: char = '\u{200b}';

pub async fn deliver(
    mattermost: &Mattermost,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let url = http::address(&secret::referred(&mattermost.webhook, on.workspace)?)?;
    let request = http::request_trusting(mattermost.ca.as_deref(), (Method::POST, url), on)?;
    let mut body = json!({ "text": text(message) });
    if let Some(channel) = &mattermost.channel {
        body["channel"] = channel.as_str().into();
    }
    let answer = http::ask(request, body.to_string(), Again::Twice).await;
    Ok(answer.map_or_else(
        |delivery| delivery,
        |answer| match (answer.status, answer.body.trim()) {
            (200, "ok") => Delivery::delivered("Mattermost has taken it"),
            (200..300, _) => answer.odd(),
            _ => answer.not_taken(),
        },
    ))
}

/// Title and text as Markdown that shows what was written.
fn text(message: &Worded) -> String {
    let text = message.text(TEXT_MAX);
    let lines = text.lines().map(|line| {
        let is_link = message.link().is_some_and(|link| link.as_str() == line);
        match is_link {
            true => format!("<{line}>"),
            false => escaped(line),
        }
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    format!("{}\n\n{lines}", escaped(&message.title(TITLE_MAX)))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        if MARKS.contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
        let after = rest.as_str().to_ascii_lowercase();
        if letter == '@' && CALLS.iter().any(|call| after.starts_with(call)) {
            escaped.push(NOTHING);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_shown_and_calls_nobody() {
        assert_eq!(escaped("a *b* [c](d)"), r"a \*b\* \[c\]\(d\)");
        assert_eq!(
            escaped("@Channel ada@x.example"),
            "@\u{200b}Channel ada@x.example"
        );
    }
}

//! A workflow of Microsoft Teams takes a message as an Adaptive Card.
//!
//! Texts are `TextRun`s, in which nothing has a meaning as it would in a `TextBlock`.

use reqwest::Method;
use serde_json::{Value, json};

use super::http::{self, Again};
use super::{Delivery, Surroundings, Worded};
use crate::model::TeamsCarrier;
use crate::secret;

/// How much of a text is sent, in bytes: a message may have 28 KB, with all that is around it.
const TEXT_MAX: usize = 8_000;
/// How much of a title.
const TITLE_MAX: usize = 300;
/// How many lines are shown by themselves; what is beyond stands in one.
const LINES_MAX: usize = 60;

pub async fn deliver(
    teams: &TeamsCarrier,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let url = http::address(&secret::referred(&teams.webhook, on.workspace)?)?;
    let request = http::request(Method::POST, url, on)?;
    let body = json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card(message),
        }],
    });
    let answer = http::ask(request, body.to_string(), Again::Twice).await;
    Ok(answer.map_or_else(
        |delivery| delivery,
        |answer| match answer.status {
            // What the workflow makes of it nobody is told.
            200 | 202 => Delivery::delivered("the workflow has taken it"),
            _ => answer.not_taken(),
        },
    ))
}

fn card(message: &Worded) -> Value {
    let text = message.text(TEXT_MAX);
    let lines = text.splitn(LINES_MAX, '\n');
    let lines = lines.filter(|line| !line.trim().is_empty());
    let shown = lines.map(|line| {
        let mut run = json!({ "type": "TextRun", "text": line });
        if let Some(link) = message.link().filter(|link| link.as_str() == line) {
            run["selectAction"] = json!({ "type": "Action.OpenUrl", "url": link });
        }
        json!({ "type": "RichTextBlock", "inlines": [run] })
    });
    let title = message.title(TITLE_MAX);
    let title = json!({ "type": "TextRun", "text": title, "weight": "Bolder", "size": "Medium" });
    let title = json!({ "type": "RichTextBlock", "inlines": [title] });
    let body: Vec<Value> = [title].into_iter().chain(shown).collect();
    json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    })
}

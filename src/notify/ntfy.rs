//! A topic of ntfy takes a message.

use reqwest::Method;
use serde_json::json;

use super::http::{self, Again};
use super::{Delivery, Surroundings, Urgency, Worded};
use crate::model::Ntfy;
use crate::secret;

/// The server, where nobody says.
const SERVER: &str = "https://ntfy.sh";
/// How much of a text is sent, in bytes: what is longer becomes a file.
const TEXT_MAX: usize = 4_000;
/// How much of a title.
const TITLE_MAX: usize = 250;

pub async fn deliver(
    ntfy: &Ntfy,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let url = http::at(ntfy.url.as_deref().unwrap_or(SERVER), &[])?;
    let mut body = json!({
        "topic": secret::referred(&ntfy.topic, on.workspace)?,
        "title": message.title(TITLE_MAX),
        "message": message.text(TEXT_MAX),
        "priority": match message.urgency() {
            Urgency::Low => 2,
            Urgency::Normal => 3,
            Urgency::High => 4,
            Urgency::Critical => 5,
        },
    });
    if let Some(link) = message.link() {
        body["click"] = link.as_str().into();
    }
    let mut request = http::request_trusting(ntfy.ca.as_deref(), (Method::POST, url), on)?;
    if let Some(token) = &ntfy.token {
        request = request.bearer_auth(secret::referred(token, on.workspace)?);
    }
    let answer = http::ask(request, body.to_string(), Again::Twice).await;
    Ok(answer.map_or_else(
        |delivery| delivery,
        |answer| match (answer.status, answer.json()["id"].as_str()) {
            (200, Some(_)) => Delivery::delivered("the server has taken it"),
            (200..300, _) => answer.odd(),
            _ => answer.not_taken(),
        },
    ))
}

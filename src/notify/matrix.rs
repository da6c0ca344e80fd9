//! A room of Matrix takes a message. It is sent under the id of the message, so that a server that
//! has it already does not show it twice.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::http::{self, Again, Answer};
use super::{Delivery, Surroundings, Worded};
use crate::model::Matrix;
use crate::secret;

/// The server, where nobody says.
const SERVER: &str = "https://matrix.org";
/// How much of a text is sent, in bytes: an event may have 64 KiB, and it is in there twice.
const TEXT_MAX: usize = 8_000;
/// How much of a title.
const TITLE_MAX: usize = 300;

pub async fn deliver(
    matrix: &Matrix,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let id = message.id();
    let way = [
        "_matrix",
        "client",
        "v3",
        "rooms",
        &matrix.room,
        "send",
        "m.room.message",
        &id,
    ];
    let url = http::at(matrix.url.as_deref().unwrap_or(SERVER), &way)?;
    let token = secret::referred(&matrix.token, on.workspace)?;
    let mut body = json!({
        "msgtype": "m.text",
        "body": format!("{}\n\n{}", message.title(TITLE_MAX), message.text(TEXT_MAX)),
        // Nobody is called by what stands in a text.
        "m.mentions": {},
    });
    if let Some(first) = message.handle().filter(|_| message.thread().is_some()) {
        body["m.relates_to"] = json!({ "rel_type": "m.thread", "event_id": first });
    }
    let request =
        http::request_trusting(matrix.ca.as_deref(), (Method::PUT, url), on)?.bearer_auth(token);
    let answer = http::ask(request, body.to_string(), Again::Known).await;
    Ok(answer.map_or_else(|delivery| delivery, |answer| judged(&answer)))
}

fn judged(answer: &Answer) -> Delivery {
    let json = answer.json();
    match (answer.status, json["event_id"].as_str()) {
        (200, Some(event)) => Delivery::Delivered {
            said: "the server has taken it".to_owned(),
            handle: Some(event.to_owned()),
            missed: Vec::new(),
        },
        (200..300, _) => answer.odd(),
        (429, _) => {
            let millis = json["retry_after_ms"].as_u64();
            Delivery::Later {
                after: answer.after.or(millis.map(Duration::from_millis)),
                why: answer.words(),
                reached: Vec::new(),
            }
        }
        _ => answer.not_taken(),
    }
}

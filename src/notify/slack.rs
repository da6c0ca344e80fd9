//! A channel of Slack takes a message: by an incoming webhook, or by `chat.postMessage`.
//!
//! Nothing in a text has a meaning there: `&`, `<` and `>` are escaped, and formats are off.

use reqwest::Method;
use serde_json::{Value, json};

use super::http::{self, Again, Answer};
use super::{Delivery, Surroundings, Worded};
use crate::model::Slack;
use crate::secret;

/// Where the Web API is, where nobody says.
const API: &str = "https://slack.com/api";
/// How much of a text is sent, in bytes: Slack cuts off what is much longer.
const TEXT_MAX: usize = 3_500;
/// How much of a title.
const TITLE_MAX: usize = 300;
/// The errors that pass; all others stay as long as nobody changes anything.
const PASSING: [&str; 7] = [
    "fatal_error",
    "internal_error",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
];
/// The errors by which nobody is let in, whatever is sent.
const LOCKED_OUT: [&str; 6] = [
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "token_revoked",
    "missing_scope",
];

pub async fn deliver(
    slack: &Slack,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let mut body = json!({
        "text": text(message),
        "mrkdwn": false,
        "unfurl_links": false,
        "unfurl_media": false,
    });
    if let Some(webhook) = &slack.webhook {
        let url = http::address(&secret::referred(webhook, on.workspace)?)?;
        let request = http::request(Method::POST, url, on)?;
        let answer = http::ask(request, body.to_string(), Again::Twice).await;
        return Ok(answer.map_or_else(|delivery| delivery, |answer| by_webhook(&answer)));
    }
    let (Some(token), Some(channel)) = (&slack.token, &slack.channel) else {
        return Err("it says neither `webhook` nor `token` with `channel`".to_owned());
    };
    body["channel"] = channel.as_str().into();
    if let Some(first) = message.handle().filter(|_| message.thread().is_some()) {
        body["thread_ts"] = first.into();
    }
    let url = http::at(slack.url.as_deref().unwrap_or(API), &["chat.postMessage"])?;
    let token = secret::referred(token, on.workspace)?;
    let request = http::request(Method::POST, url, on)?.bearer_auth(token);
    let answer = http::ask(request, body.to_string(), Again::Twice).await;
    Ok(answer.map_or_else(|delivery| delivery, |answer| by_api(&answer)))
}

/// Title and text, with nothing in them that means anything.
fn text(message: &Worded) -> String {
    let text = format!("{}\n\n{}", message.title(TITLE_MAX), message.text(TEXT_MAX));
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn by_webhook(answer: &Answer) -> Delivery {
    match (answer.status, answer.body.trim()) {
        (200, "ok") => Delivery::delivered("Slack has taken it"),
        (200..300, _) => answer.odd(),
        _ => answer.not_taken(),
    }
}

fn by_api(answer: &Answer) -> Delivery {
    if !(200..300).contains(&answer.status) {
        return answer.not_taken();
    }
    let json = answer.json();
    match (json["ok"].as_bool(), json["error"].as_str()) {
        (Some(true), _) if json["ts"].is_string() => Delivery::Delivered {
            said: "Slack has taken it".to_owned(),
            handle: json["ts"].as_str().map(str::to_owned),
            missed: Vec::new(),
        },
        (Some(false), Some(error)) => refused(error, &json, answer),
        _ => answer.odd(),
    }
}

fn refused(error: &str, json: &Value, answer: &Answer) -> Delivery {
    let needed = json["needed"].as_str();
    let needed = needed.map_or_else(String::new, |it| format!(", the token needs `{it}`"));
    let why = format!("Slack says `{error}`{needed}");
    match (PASSING.contains(&error), error) {
        (true, "fatal_error" | "internal_error" | "request_timeout") => {
            Delivery::later(format!("{why}; it may have been taken, and come twice"))
        }
        (true, _) => Delivery::Later {
            after: answer.after,
            why,
            reached: Vec::new(),
        },
        (false, _) if LOCKED_OUT.contains(&error) => Delivery::unready(why),
        (false, _) => Delivery::refused(why),
    }
}

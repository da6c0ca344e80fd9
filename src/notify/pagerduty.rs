//! PagerDuty takes a message as an event (Events API v2). All that is about the same has one key
//! for deduplication, so that nobody is called twice.

use reqwest::Method;
use serde_json::{Value, json};

use super::http::{self, Again, Answer};
use super::{Delivery, State, Surroundings, Urgency, Worded};
use crate::model::PagerDuty;
use crate::secret;

/// Where events are taken, where nobody says.
const EVENTS: &str = "https://events.pagerduty.com";
/// What events come from, where nobody says.
const SOURCE: &str = "mainstay";
/// The longest summary, in letters; here in bytes, which are no fewer.
const SUMMARY_MAX: usize = 1_024;
/// How much of a text is sent, in bytes: an event may have 512 KB.
const TEXT_MAX: usize = 100_000;

pub async fn deliver(
    pagerduty: &PagerDuty,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let key = match (message.is_exercise(), &pagerduty.exercise_routing_key) {
        (false, _) => &pagerduty.routing_key,
        (true, Some(key)) => key,
        (true, None) => {
            let why = "no exercise goes there without `exercise-routing-key`";
            return Ok(Delivery::refused(why));
        }
    };
    let key = secret::referred(key, on.workspace)?;
    let url = pagerduty.url.as_deref().unwrap_or(EVENTS);
    let request = http::request(Method::POST, http::at(url, &["v2", "enqueue"])?, on)?;
    let source = pagerduty.source.as_deref().unwrap_or(SOURCE);
    let body = event(&key, source, message).to_string();
    let answer = http::ask(request, body, Again::Known).await;
    Ok(answer.map_or_else(|delivery| delivery, |answer| judged(&answer)))
}

fn event(key: &str, source: &str, message: &Worded) -> Value {
    let names: Vec<&str> = message.to().iter().map(|it| it.name.as_str()).collect();
    let mut event = json!({
        "routing_key": key,
        "event_action": match message.state() {
            State::Trigger => "trigger",
            State::Acknowledge => "acknowledge",
            State::Resolve => "resolve",
        },
        "dedup_key": message.subject(),
        "client": "Mainstay",
        "payload": {
            "summary": message.title(SUMMARY_MAX),
            "source": source,
            "severity": match message.urgency() {
                Urgency::Low => "info",
                Urgency::Normal => "warning",
                Urgency::High => "error",
                Urgency::Critical => "critical",
            },
            "custom_details": { "text": message.text(TEXT_MAX), "for": names },
        },
    });
    if let Some(link) = message.link() {
        event["client_url"] = link.as_str().into();
    }
    event
}

fn judged(answer: &Answer) -> Delivery {
    let json = answer.json();
    match (answer.status, json["status"].as_str()) {
        (202, Some("success")) => Delivery::delivered("PagerDuty has taken it"),
        (200..300, _) => answer.odd(),
        _ => answer.not_taken(),
    }
}

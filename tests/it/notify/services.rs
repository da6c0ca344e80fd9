//! What each service takes, as its documentation says: method, path, heads and the form of the
//! JSON. All else gets the answer that the real one gives.

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::SECRET;
use super::server::{Asked, Judge};

/// A carrier that talks to a web service.
pub struct Case {
    pub key: &'static str,
    /// What a channel states, with `ADDRESS` for where the service is and `WEBHOOK` for the file
    /// with the address of its webhook.
    pub with: &'static str,
    /// The path of its webhook, which is a secret.
    pub webhook: &'static str,
    pub judge: Judge,
    /// What a person reads of a request, text by text.
    pub shown: fn(&Value) -> Vec<String>,
    /// By what the service knows a message, if it does.
    pub known_by: fn(&Asked) -> Option<String>,
}

/// A way to a webhook: whoever knows it can write.
const HOOK: &str = "/services/T0/B0/canary-0f4a-password";

pub const CASES: [Case; 8] = [
    Case {
        key: "matrix",
        with: "{matrix: {url: ADDRESS, room: '!room/1:x.example', token: 'file:secret'}}",
        webhook: "",
        judge: matrix,
        shown: |json| texts(json, &["/body"]),
        known_by: |asked| asked.path.rsplit('/').next().map(str::to_owned),
    },
    Case {
        key: "mattermost",
        with: "{mattermost: {webhook: 'file:WEBHOOK'}}",
        webhook: HOOK,
        judge: mattermost,
        shown: |json| texts(json, &["/text"]),
        known_by: |_| None,
    },
    Case {
        key: "ntfy",
        with: "{ntfy: {url: ADDRESS, topic: 'file:secret', token: 'file:secret'}}",
        webhook: "",
        judge: ntfy,
        shown: |json| texts(json, &["/title", "/message"]),
        known_by: |_| None,
    },
    Case {
        key: "pagerduty",
        with: "{pagerduty: {url: ADDRESS, routing-key: 'file:key', \
               exercise-routing-key: 'file:exercise-key'}}",
        webhook: "",
        judge: pagerduty,
        shown: |json| texts(json, &["/payload/summary", "/payload/custom_details/text"]),
        known_by: |asked| asked.json()["dedup_key"].as_str().map(str::to_owned),
    },
    Case {
        key: "slack",
        with: "{slack: {webhook: 'file:WEBHOOK'}}",
        webhook: HOOK,
        judge: slack_webhook,
        shown: |json| texts(json, &["/text"]),
        known_by: |_| None,
    },
    Case {
        key: "slack",
        with: "{slack: {url: ADDRESS/api, token: 'file:secret', channel: C0123456789}}",
        webhook: "",
        judge: slack_api,
        shown: |json| texts(json, &["/text"]),
        known_by: |_| None,
    },
    Case {
        key: "teams",
        with: "{teams: {webhook: 'file:WEBHOOK'}}",
        webhook: "/workflows/0a1b/triggers/manual/paths/invoke?sig=canary-0f4a-password",
        judge: teams,
        shown: |json| {
            let body = &json["attachments"][0]["content"]["body"];
            let blocks = body.as_array().expect("blocks").iter();
            let runs = blocks.map(|block| block["inlines"][0]["text"].as_str().expect("text"));
            vec![runs.collect::<Vec<_>>().join("\n")]
        },
        known_by: |_| None,
    },
    Case {
        key: "webhook",
        with: "{webhook: {url: ADDRESS/mainstay, key: 'file:secret', token: 'file:secret'}}",
        webhook: "",
        judge: webhook,
        shown: |json| texts(json, &["/title", "/text"]),
        known_by: |asked| Some(asked.head("idempotency-key").to_owned()),
    },
];

fn texts(json: &Value, at: &[&str]) -> Vec<String> {
    let text = |at: &&str| {
        json.pointer(at)
            .and_then(Value::as_str)
            .expect("text")
            .to_owned()
    };
    at.iter().map(text).collect()
}

/// Whether a request is JSON of a form, to a path.
fn is_right(asked: &Asked, (method, path): (&str, &str), schema: &Value) -> Result<(), String> {
    let kind = asked.head("content-type");
    if (asked.method.as_str(), asked.path.as_str()) != (method, path) {
        return Err(format!("{} {}", asked.method, asked.path));
    }
    if !kind.starts_with("application/json") {
        return Err(format!("content type {kind}"));
    }
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let json = asked.json();
    let wrong = validator
        .iter_errors(&json)
        .next()
        .map(|error| error.to_string());
    wrong.map_or(Ok(()), Err)
}

fn has_token(asked: &Asked) -> bool {
    asked.head("authorization") == format!("Bearer {SECRET}")
}

/// Nothing that calls people may be in what Slack gets: `<`, `>` and `&` only as they are escaped.
fn calls(text: &str) -> bool {
    let plain = ["&amp;", "&lt;", "&gt;"]
        .iter()
        .fold(text.to_owned(), |it, mark| it.replace(mark, ""));
    plain.contains(['<', '>', '&'])
}

fn slack_form(more: &Value) -> Value {
    let mut properties = json!({
        "text": { "type": "string", "minLength": 1, "maxLength": 40_000 },
        "mrkdwn": { "const": false },
        "unfurl_links": { "type": "boolean" },
        "unfurl_media": { "type": "boolean" },
    });
    let own = properties.as_object_mut().expect("an object");
    own.extend(more.as_object().expect("an object").clone());
    let keys = more.as_object().expect("an object").keys();
    let own = keys.map(String::as_str).filter(|key| *key != "thread_ts");
    let required: Vec<&str> = ["text"].into_iter().chain(own).collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn slack_webhook(asked: &Asked) -> (u16, String) {
    let right = is_right(asked, ("POST", HOOK), &slack_form(&json!({})));
    match right {
        Ok(()) if !calls(asked.json()["text"].as_str().expect("text")) => (200, "ok".to_owned()),
        _ => (400, "invalid_payload".to_owned()),
    }
}

fn slack_api(asked: &Asked) -> (u16, String) {
    let form = json!({
        "channel": { "type": "string", "pattern": "^[CDG][A-Z0-9]{8,}$" },
        "thread_ts": { "type": "string", "pattern": "^[0-9]{10}\\.[0-9]{6}$" },
    });
    let json = asked.json();
    let error = |error: &str| (400, json!({ "ok": false, "error": error }).to_string());
    if !has_token(asked) {
        return (
            200,
            json!({ "ok": false, "error": "invalid_auth" }).to_string(),
        );
    }
    match is_right(asked, ("POST", "/api/chat.postMessage"), &slack_form(&form)) {
        Ok(()) if calls(json["text"].as_str().expect("text")) => error("invalid_arguments"),
        Ok(()) => {
            let taken =
                json!({ "ok": true, "channel": json["channel"], "ts": "1503435956.000247" });
            (200, taken.to_string())
        }
        Err(why) => error(&why),
    }
}

fn teams(asked: &Asked) -> (u16, String) {
    let run = json!({
        "type": "object",
        "required": ["type", "text"],
        "properties": {
            "type": { "const": "TextRun" },
            "text": { "type": "string", "minLength": 1 },
            "weight": { "enum": ["Lighter", "Default", "Bolder"] },
            "size": { "enum": ["Small", "Default", "Medium", "Large", "ExtraLarge"] },
            "selectAction": {
                "required": ["type", "url"],
                "properties": { "type": { "const": "Action.OpenUrl" } },
            },
        },
        "additionalProperties": false,
    });
    let block = json!({
        "required": ["type", "inlines"],
        "properties": { "type": { "const": "RichTextBlock" }, "inlines": { "items": run } },
    });
    let card = json!({
        "required": ["type", "version", "body"],
        "properties": {
            "type": { "const": "AdaptiveCard" },
            "version": { "pattern": "^1\\.[0-5]$" },
            "body": { "type": "array", "minItems": 1, "items": block },
        },
    });
    let kind = "application/vnd.microsoft.card.adaptive";
    let form = json!({
        "required": ["type", "attachments"],
        "properties": {
            "type": { "const": "message" },
            "attachments": { "minItems": 1, "maxItems": 1, "items": {
                "required": ["contentType", "content"],
                "properties": { "contentType": { "const": kind }, "content": card },
            } },
        },
    });
    let path = "/workflows/0a1b/triggers/manual/paths/invoke?sig=canary-0f4a-password";
    match is_right(asked, ("POST", path), &form) {
        Ok(()) if asked.body.len() <= 28 * 1024 => (202, String::new()),
        Ok(()) => (413, "too large".to_owned()),
        Err(why) => (400, why),
    }
}

fn mattermost(asked: &Asked) -> (u16, String) {
    let form = json!({
        "type": "object",
        "required": ["text"],
        "properties": { "text": { "type": "string", "minLength": 1, "maxLength": 16_383 } },
        "additionalProperties": false,
    });
    match is_right(asked, ("POST", HOOK), &form) {
        Ok(()) => (200, "ok".to_owned()),
        Err(why) => (
            400,
            json!({ "status_code": 400, "message": why }).to_string(),
        ),
    }
}

fn matrix(asked: &Asked) -> (u16, String) {
    let form = json!({
        "type": "object",
        "required": ["msgtype", "body"],
        "properties": {
            "msgtype": { "const": "m.text" },
            "body": { "type": "string", "minLength": 1, "maxLength": 60_000 },
            "m.mentions": { "type": "object", "maxProperties": 0 },
            "m.relates_to": {
                "required": ["rel_type", "event_id"],
                "properties": {
                    "rel_type": { "const": "m.thread" },
                    "event_id": { "pattern": "^\\$" },
                },
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
    });
    let error = |code: &str, why: &str| json!({ "errcode": code, "error": why }).to_string();
    if !has_token(asked) {
        return (401, error("M_UNKNOWN_TOKEN", "unknown token"));
    }
    let (way, id) = asked.path.rsplit_once('/').unwrap_or_default();
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if id.is_empty() || !id.chars().all(safe) {
        return (400, error("M_INVALID_PARAM", "no transaction"));
    }
    let room = "/_matrix/client/v3/rooms/!room%2F1:x.example/send/m.room.message";
    let right = match way == room {
        true => is_right(asked, ("PUT", &asked.path), &form),
        false => Err(asked.path.clone()),
    };
    match right {
        // The same transaction is the same event.
        Ok(()) => (200, json!({ "event_id": format!("${id}") }).to_string()),
        Err(why) => (400, error("M_BAD_JSON", &why)),
    }
}

fn ntfy(asked: &Asked) -> (u16, String) {
    let form = json!({
        "type": "object",
        "required": ["topic", "title", "message", "priority"],
        "properties": {
            "topic": { "pattern": "^[-_A-Za-z0-9]{1,64}$" },
            "title": { "type": "string", "minLength": 1 },
            "message": { "type": "string", "minLength": 1, "maxLength": 4_096 },
            "priority": { "type": "integer", "minimum": 1, "maximum": 5 },
            "click": { "pattern": "^https?://" },
        },
        "additionalProperties": false,
    });
    if !has_token(asked) {
        return (
            401,
            json!({ "code": 40101, "http": 401, "error": "unauthorized" }).to_string(),
        );
    }
    match is_right(asked, ("POST", "/"), &form) {
        Ok(()) => (
            200,
            json!({ "id": "hwQ2YpKdmg", "event": "message" }).to_string(),
        ),
        Err(why) => (
            400,
            json!({ "code": 40024, "http": 400, "error": why }).to_string(),
        ),
    }
}

fn pagerduty(asked: &Asked) -> (u16, String) {
    let payload = json!({
        "type": "object",
        "required": ["summary", "source", "severity"],
        "properties": {
            "summary": { "type": "string", "minLength": 1, "maxLength": 1_024 },
            "source": { "type": "string", "minLength": 1 },
            "severity": { "enum": ["critical", "error", "warning", "info"] },
            "custom_details": { "type": "object" },
        },
        "additionalProperties": false,
    });
    let form = json!({
        "type": "object",
        "required": ["routing_key", "event_action", "dedup_key", "payload"],
        "properties": {
            "routing_key": { "type": "string", "minLength": 32, "maxLength": 32 },
            "event_action": { "enum": ["trigger", "acknowledge", "resolve"] },
            "dedup_key": { "type": "string", "minLength": 1, "maxLength": 255 },
            "client": { "type": "string" },
            "client_url": { "pattern": "^https?://" },
            "payload": payload,
        },
        "additionalProperties": false,
    });
    match is_right(asked, ("POST", "/v2/enqueue"), &form) {
        Ok(()) => {
            let key = &asked.json()["dedup_key"];
            let taken =
                json!({ "status": "success", "message": "Event processed", "dedup_key": key });
            (202, taken.to_string())
        }
        Err(why) => {
            let wrong = json!({
                "status": "invalid event", "message": "Event object is invalid", "errors": [why],
            });
            (400, wrong.to_string())
        }
    }
}

fn webhook(asked: &Asked) -> (u16, String) {
    let form = json!({
        "type": "object",
        "required": [
            "id", "thread", "mode", "run", "state", "urgency", "to", "title", "text", "link",
        ],
        "properties": { "id": { "const": asked.head("idempotency-key") } },
    });
    let (at, stated) = (
        asked.head("mainstay-timestamp"),
        asked.head("mainstay-signature"),
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(format!("{at}.{}", asked.body).as_bytes());
    let stated = stated.strip_prefix("v1=").unwrap_or_default();
    let bytes: Vec<u8> = (0..stated.len() / 2)
        .filter_map(|i| u8::from_str_radix(stated.get(2 * i..2 * i + 2)?, 16).ok())
        .collect();
    if mac.verify_slice(&bytes).is_err() || !has_token(asked) {
        return (401, "not signed".to_owned());
    }
    match is_right(asked, ("POST", "/mainstay"), &form) {
        Ok(()) => (204, String::new()),
        Err(why) => (400, why),
    }
}

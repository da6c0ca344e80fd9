//! A web service of one's own takes a message as JSON, signed.
//!
//! | header | what it is |
//! |---|---|
//! | `Idempotency-Key` | the id of the message: the same whenever it is sent |
//! | `Mainstay-Timestamp` | when it was sent, in seconds since 1970 |
//! | `Mainstay-Signature` | `v1=` and the HMAC-SHA256 of the timestamp, a `.` and the body |

use hmac::{Hmac, Mac};
use reqwest::Method;
use sha2::Sha256;

use super::http::{self, Again};
use super::{Delivery, Surroundings, Worded};
use crate::model::Webhook;
use crate::secret;
use crate::text::hex;

pub async fn deliver(
    webhook: &Webhook,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let key = secret::referred(&webhook.key, on.workspace)?;
    let body = message.json().to_string();
    let at = on.now.timestamp().to_string();
    let url = http::address(&webhook.url)?;
    let mut request = http::request_trusting(webhook.ca.as_deref(), (Method::POST, url), on)?
        .header("Idempotency-Key", message.id())
        .header("Mainstay-Signature", signature(&key, &at, &body))
        .header("Mainstay-Timestamp", at);
    if let Some(token) = &webhook.token {
        request = request.bearer_auth(secret::referred(token, on.workspace)?);
    }
    let answer = http::ask(request, body, Again::Known).await;
    Ok(answer.map_or_else(
        |delivery| delivery,
        |answer| match answer.status {
            200..300 => Delivery::delivered(answer.words()),
            _ => answer.not_taken(),
        },
    ))
}

fn signature(key: &str, at: &str, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    let mut mac = mac.expect("a key of any length will do");
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    format!("v1={}", hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_openssl_makes() {
        // printf '1531420618.{"a":"ő"}' | openssl dgst -sha256 -hmac secret
        let expected = "v1=2619f422d292229f2a078dbac11513cb6553148b283befc6442fa28ffc02f1d9";
        assert_eq!(signature("secret", "1531420618", r#"{"a":"ő"}"#), expected);
    }
}

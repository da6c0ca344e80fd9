//! A web service is told something, once. No redirect is followed, and of the answer only a part is
//! read.

use std::error::Error;
use std::sync::Once;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Method, RequestBuilder};
use serde_json::Value;
use url::Url;

use super::{Delivery, Surroundings};

/// How Mainstay names itself.
const AGENT: &str = concat!("mainstay/", env!("CARGO_PKG_VERSION"));
/// How much of an answer is read, in bytes.
const ANSWER_MAX: usize = 64 * 1024;
/// The longest time that a service may ask for until it is tried again.
const AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// How much of the time may pass until there is a connection.
const CONNECT_WITHIN: u32 = 2;

/// What happens when the same message is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The service knows it by its id.
    Known,
    /// It comes twice.
    Twice,
}

impl Again {
    /// What is said where nobody knows whether it was taken.
    fn words(self) -> &'static str {
        match self {
            Again::Known => "nobody knows whether it was taken; sent again it is known by its id",
            Again::Twice => "nobody knows whether it was taken, so it may come twice",
        }
    }
}

/// What a service answered.
pub struct Answer {
    pub status: u16,
    /// Not before so long it wants to be asked again.
    pub after: Option<Duration>,
    /// The beginning of what it wrote.
    pub body: String,
    again: Again,
}

impl Answer {
    /// What it wrote, as JSON; `null` where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// What is said of it.
    pub fn words(&self) -> String {
        let body = self.body.trim();
        match body.is_empty() {
            true => format!("status {}", self.status),
            false => format!("status {}: {body}", self.status),
        }
    }

    /// What a status means that is not the one that says that it was taken.
    pub fn not_taken(&self) -> Delivery {
        let words = self.words();
        match self.status {
            429 => Delivery::Later {
                after: self.after,
                why: words,
                reached: Vec::new(),
            },
            // It does not do this at all.
            501 | 505 => Delivery::refused(words),
            408 | 425 | 500.. => Delivery::Later {
                after: self.after,
                why: format!("{words}; {}", self.again.words()),
                reached: Vec::new(),
            },
            401 | 403 => Delivery::unready(words),
            300..400 => Delivery::refused(format!("{words}; redirects are not followed")),
            400..500 => Delivery::refused(words),
            _ => self.odd(),
        }
    }

    /// That it answers as the service does not that it should be.
    pub fn odd(&self) -> Delivery {
        let (words, again) = (self.words(), self.again.words());
        Delivery::later(format!("{words}, which this service does not say; {again}"))
    }
}

/// A request that is sent with [`ask`].
///
/// # Errors
/// When no request can be made.
pub fn request(method: Method, url: Url, on: &Surroundings) -> Result<RequestBuilder, String> {
    built(Client::builder(), (method, url), on)
}

/// A request to a service that only one's own authority may vouch for, where one is stated.
///
/// # Errors
/// When no request can be made; when its certificates cannot be read, or nobody would be asked for
/// one.
pub fn request_trusting(
    ca: Option<&str>,
    (method, url): (Method, Url),
    on: &Surroundings,
) -> Result<RequestBuilder, String> {
    let Some(ca) = ca else {
        return request(method, url, on);
    };
    if url.scheme() != "https" {
        return Err(
            "it trusts an authority by `ca`, and its address is none of `https`".to_owned(),
        );
    }
    let pem = std::fs::read(on.workspace.join(ca));
    let pem = pem.map_err(|error| format!("`{ca}` cannot be read: {error}"))?;
    let none = format!("there is no certificate in `{ca}`");
    match Certificate::from_pem_bundle(&pem) {
        Ok(all) if all.is_empty() => Err(none),
        Ok(all) => built(Client::builder().tls_certs_only(all), (method, url), on),
        Err(error) => Err(format!("{none}: {error}")),
    }
}

fn built(
    client: ClientBuilder,
    (method, url): (Method, Url),
    on: &Surroundings,
) -> Result<RequestBuilder, String> {
    static PROVIDER: Once = Once::new();
    // It fails only where another one was chosen before, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let client = client
        .redirect(Policy::none())
        .user_agent(AGENT)
        .connect_timeout(on.within / CONNECT_WITHIN)
        .timeout(on.within)
        .build();
    let client = client.map_err(|error| format!("no request can be made: {error}"))?;
    Ok(client.request(method, url))
}

/// An address from where a service is, and the way from there, each part as it is meant.
///
/// # Errors
/// When it is no address; it is not repeated.
pub fn at(base: &str, way: &[&str]) -> Result<Url, String> {
    let mut url = address(base)?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(way);
    }
    Ok(url)
}

/// An address that can be asked.
///
/// # Errors
/// When it is none; it is not repeated, as it may be a secret.
pub fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    url.ok_or_else(|| "the address is none that can be asked".to_owned())
}

/// Sends JSON, and reads what is answered.
///
/// # Errors
/// What came of it, where there is no answer.
pub async fn ask(request: RequestBuilder, body: String, again: Again) -> Result<Answer, Delivery> {
    let request = request
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .body(body);
    // An error of the library names the address, in which a secret may stand.
    let sent = request.send().await.map_err(reqwest::Error::without_url);
    let mut answer = sent.map_err(|error| failed(&error, again))?;
    let (status, after) = (
        answer.status().as_u16(),
        after(answer.headers(), Utc::now()),
    );
    let mut body = Vec::new();
    // What was said so far counts, also where the rest does not come.
    while let Ok(Some(piece)) = answer.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER_MAX {
            body.truncate(ANSWER_MAX);
            break;
        }
    }
    Ok(Answer {
        status,
        after,
        body: String::from_utf8_lossy(&body).into_owned(),
        again,
    })
}

fn failed(error: &reqwest::Error, again: Again) -> Delivery {
    let mut told = error.to_string();
    let mut under = error.source();
    while let Some(error) = under {
        told += &format!(": {error}");
        under = error.source();
    }
    match (error.is_builder(), error.is_connect()) {
        (true, _) => Delivery::refused(format!("no request can be made: {told}")),
        (_, true) => Delivery::later(format!("it cannot be reached: {told}")),
        _ => Delivery::later(format!("{told}; {}", again.words())),
    }
}

/// How long a service wants to be left alone: in seconds, or until a moment.
fn after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse::<u64>().map(Duration::from_secs);
    let until = || {
        let moment = DateTime::parse_from_rfc2822(text).ok()?;
        (moment.to_utc() - now).to_std().ok()
    };
    let after = seconds.ok().or_else(until)?;
    Some(after.min(AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stated: &str, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, stated.parse().expect("a header"));
        let now = "2026-11-28T12:00:00Z".parse().expect("a moment");
        assert_eq!(
            after(&headers, now),
            expected.map(Duration::from_secs),
            "{stated}"
        );
    }

    #[test]
    fn a_service_says_when_to_ask_again_in_seconds_or_by_a_moment() {
        check("30", Some(30));
        check("999999999", Some(24 * 60 * 60));
        check("Sat, 28 Nov 2026 12:01:40 GMT", Some(100));
        check("Sat, 28 Nov 2026 11:00:00 GMT", None);
        check("soon", None);
    }

    #[test]
    fn a_way_is_taken_as_it_is_meant() {
        let url = at("https://x.example/api/", &["rooms", "!a/b:c", "send"]).expect("an address");
        assert_eq!(url.as_str(), "https://x.example/api/rooms/!a%2Fb:c/send");
        assert!(at("file:///etc", &[]).is_err());
    }
}

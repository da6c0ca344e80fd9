//! Asks a web service, and compares the answer.

use std::path::Path;
use std::sync::Once;
use std::time::Instant;

use reqwest::redirect::Policy;

use super::{Ended, Job};
use crate::model::{Http, Method};
use crate::secret::{self, hidden};
use crate::text::visible;
use crate::time::Duration;

/// The most that is read of an answer, in bytes.
const ANSWER_MAX: usize = 4 * 1024 * 1024;
/// How much is told of an answer, in characters.
const TOLD_MAX: usize = 300;

pub fn ready(http: &Http, _: &Path) -> Result<(), String> {
    let headers = http.headers.iter().map(|header| &header.value);
    let mut texts = [&http.url].into_iter().chain(headers);
    texts.try_for_each(|text| filled(text).map(drop))
}

pub async fn carry_out(http: &Http, job: &Job) -> Ended {
    let mut ended = tokio::select! {
        ended = ask(http) => ended.unwrap_or_else(Ended::failed),
        ended = job.cut_off() => ended,
    };
    let secrets = secrets(http);
    // A service may answer with what it was sent.
    for fact in &mut ended.facts {
        *fact = hidden(fact, &secrets, TOLD_MAX);
    }
    ended
}

/// The values of the environment variables that a request names.
fn secrets(http: &Http) -> Vec<String> {
    let headers = http.headers.iter().map(|header| &header.value);
    let texts = [&http.url].into_iter().chain(headers);
    let after = texts.flat_map(|text| text.split("${").skip(1));
    secret::values(after.filter_map(|after| Some(after.split_once('}')?.0)))
}

async fn ask(http: &Http) -> Result<Ended, String> {
    let request = request(http)?;
    let began = Instant::now();
    // An error of the library names the address, in which a secret may stand.
    let sent = request
        .send()
        .await
        .map_err(|error| told(&error.without_url()));
    let mut answer = sent?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(piece) = answer
        .chunk()
        .await
        .map_err(|error| told(&error.without_url()))?
    {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER_MAX {
            return Err(format!("the answer has more than {ANSWER_MAX} bytes"));
        }
    }
    let took = began.elapsed();
    let body = String::from_utf8_lossy(&body);
    judge(http, status, &body)?;
    if let Some(within) = http
        .within
        .filter(|within| took.as_secs() >= within.as_seconds())
    {
        let within = Duration::words(within);
        return Err(format!(
            "it answered in {} ms, not within {within}",
            took.as_millis()
        ));
    }
    Ok(Ended::succeeded(format!(
        "status {status} in {} ms",
        took.as_millis()
    )))
}

/// What asks web services. It goes nowhere but where it is told to.
///
/// # Errors
/// Why no request can be made.
pub fn client() -> Result<reqwest::Client, String> {
    static PROVIDER: Once = Once::new();
    // It fails only where another one was chosen before, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let client = reqwest::Client::builder().redirect(Policy::none()).build();
    client.map_err(|error| format!("no request can be made: {error}"))
}

fn request(http: &Http) -> Result<reqwest::RequestBuilder, String> {
    let client = client()?;
    let method = match http.method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut request = client.request(method, filled(&http.url)?);
    for header in &http.headers {
        request = request.header(&header.name, filled(&header.value)?);
    }
    if let Some(body) = &http.body {
        request = request.body(body.clone());
    }
    Ok(request)
}

/// A text with the values of the environment variables it names.
fn filled(text: &str) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}').ok_or("a `${` has no `}` after it")?;
        filled += before;
        filled += &secret::value(name)?;
        rest = behind;
    }
    Ok(filled + rest)
}

/// An error with all that is under it.
fn told(error: &reqwest::Error) -> String {
    let mut told = format!("it does not answer: {error}");
    let mut under = std::error::Error::source(error);
    while let Some(error) = under {
        told += &format!(": {error}");
        under = error.source();
    }
    told
}

/// Whether the answer is the expected one; why not, otherwise.
fn judge(http: &Http, status: u16, body: &str) -> Result<(), String> {
    let shown = visible(body.trim());
    let expected = match http.status.as_slice() {
        [] => (200..300).contains(&status),
        stated => stated.contains(&status),
    };
    if !expected {
        return Err(format!("the status is {status}: {shown}"));
    }
    if let Some(text) = http
        .contains
        .as_ref()
        .filter(|text| !body.contains(text.as_str()))
    {
        return Err(format!("`{text}` is not in the answer: {shown}"));
    }
    if http.json.is_empty() {
        return Ok(());
    }
    let json: serde_json::Value = serde_json::from_str(body)
        .map_err(|error| format!("the answer is not JSON ({error}): {shown}"))?;
    for value in &http.json {
        let found = json.pointer(&value.at).map(|found| match found {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        match found {
            Some(found) if found == value.is => {}
            Some(found) => {
                return Err(format!("`{}` is `{found}`, not `{}`", value.at, value.is));
            }
            None => return Err(format!("there is nothing at `{}`: {}", value.at, shown)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(yaml: &str, status: u16, body: &str, expected: Result<(), &str>) {
        let http: Http = serde_yaml::from_str(yaml).expect("a request");
        match (judge(&http, status, body), expected) {
            (Ok(()), Ok(())) => {}
            (Err(why), Err(part)) => assert!(why.contains(part), "{why}"),
            (got, _) => panic!("{yaml}: {got:?}"),
        }
    }

    #[test]
    fn an_answer_is_what_was_expected_or_says_what_it_is() {
        check("{url: x}", 204, "", Ok(()));
        check("{url: x}", 503, "down", Err("the status is 503: down"));
        check("{url: x, status: [503]}", 503, "down", Ok(()));
        check("{url: x, contains: up}", 200, "all up", Ok(()));
        check(
            "{url: x, contains: up}",
            200,
            "down",
            Err("`up` is not in the answer: down"),
        );
        let json = "{url: x, json: [{at: /a/0, is: '1'}]}";
        check(json, 200, r#"{"a": [1]}"#, Ok(()));
        check(json, 200, r#"{"a": ["1"]}"#, Ok(()));
        check(json, 200, r#"{"a": [2]}"#, Err("`/a/0` is `2`, not `1`"));
        check(json, 200, "{}", Err("nothing at `/a/0`"));
        check(json, 200, "<html>", Err("not JSON"));
    }

    #[test]
    fn a_variable_that_is_not_there_is_named_and_nothing_is_sent() {
        assert_eq!(filled("a/b").as_deref(), Ok("a/b"));
        assert_eq!(
            filled("a/${MAINSTAY_NOT_SET}/b"),
            Err("the environment has no variable `MAINSTAY_NOT_SET`".to_owned())
        );
        assert!(filled("a/${b").is_err());
    }
}

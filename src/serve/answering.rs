//! `/answer/TOKEN`: somebody who was sent a link says yes or no.
//!
//! Opening the link writes nothing, as programs that look at mail open links, too: only the button
//! does. What is not a link of ours is not found, whatever else is wrong with it.

use std::sync::LazyLock;

use handlebars::Handlebars;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};
use hyper::{Method, StatusCode};
use serde::Serialize;
use tracing::{error, info};

use super::{Answer, Served, text, typed};
use crate::app::{Duties, Question};
use crate::call::{Answered, Means, Response};
use crate::error::Result;
use crate::model::Answers;
use crate::workspace::Workspace;

/// The most that is read of a form, in bytes.
const FORM_MAX: usize = 1024;
/// The page.
const PAGE: &str = include_str!("../../templates/answer/page.html.hbs");
/// Nothing is loaded from anywhere, nothing runs, and the form goes back to where it came from.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

static PAGES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut pages = Handlebars::new();
    pages.set_strict_mode(true);
    let page = pages.register_template_string("page", PAGE);
    page.expect("our own page is well formed");
    pages
});

/// What the page shows.
#[derive(Serialize)]
struct Shown<'s> {
    exercise: bool,
    title: &'s str,
    text: &'s str,
    name: &'s str,
    /// What was said.
    noted: Option<&'static str>,
    at: Option<String>,
}

/// Shows what is asked, or takes the answer.
pub async fn answer(served: &Served, token: &str, method: &Method, form: Incoming) -> Answer {
    let response = match *method {
        Method::GET | Method::HEAD => None,
        Method::POST => match said(form).await {
            Some(response) => Some(response),
            None => return text(StatusCode::BAD_REQUEST, "say yes or no\n"),
        },
        _ => return text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n"),
    };
    let (workspace, stated) = (served.workspace.clone(), served.status.health().answers);
    let token = token.to_owned();
    let work = move || {
        stated.map_or(Ok(None), |stated| {
            asked_and_said(&workspace, &stated, &token, response)
        })
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Some((question, answered)))) => {
            if answered.is_some() {
                served.status.answered();
            }
            shown(&question, answered.as_ref())
        }
        Ok(Ok(None)) => text(
            StatusCode::NOT_FOUND,
            "this link leads nowhere, or no longer\n",
        ),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

/// The question of a link, and the answer as it was written down where one was given.
fn asked_and_said(
    workspace: &Workspace,
    stated: &Answers,
    token: &str,
    response: Option<Response>,
) -> Result<Option<(Question, Option<Answered>)>> {
    let Some(question) = Question::of_link(workspace, stated, token)? else {
        return Ok(None);
    };
    let answered = response.map(|response| {
        let answered = Duties::open(workspace)?.answer(&question, response, Means::Link)?;
        info!(key = question.key, person = %answered.person, "{}", answered.response.word());
        Ok(answered)
    });
    Ok(Some((question, answered.transpose()?)))
}

/// What the form says.
async fn said(form: Incoming) -> Option<Response> {
    let form = Limited::new(form, FORM_MAX)
        .collect()
        .await
        .ok()?
        .to_bytes();
    let mut fields = url::form_urlencoded::parse(&form);
    let (_, value) = fields.find(|(name, _)| name == "response")?;
    let all = [Response::Confirmed, Response::Declined];
    all.into_iter().find(|response| response.word() == value)
}

fn shown(question: &Question, answered: Option<&Answered>) -> Answer {
    let shown = Shown {
        exercise: question.is_exercise,
        title: &question.title,
        text: &question.text,
        name: &question.name,
        noted: answered.map(|answered| match answered.response {
            Response::Confirmed => "yes",
            Response::Declined => "no",
        }),
        at: answered.map(|answered| answered.at.format("%Y-%m-%d %H:%M:%S UTC").to_string()),
    };
    let page = PAGES
        .render("page", &shown)
        .expect("our own page is complete");
    let mut answer = typed(StatusCode::OK, "text/html; charset=utf-8", page);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // The address is the secret.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}

fn failed(error: &dyn std::fmt::Display) -> Answer {
    error!(%error, "could not take an answer");
    let said = "it cannot be noted just now: try again in a minute, or call somebody\n";
    text(StatusCode::SERVICE_UNAVAILABLE, said)
}

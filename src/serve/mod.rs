//! How the daemon goes, over HTTP: for those who watch over it.
//!
//! | request | what is answered |
//! |---|---|
//! | `/healthz` | 200 while the loop goes round; 503 and why, once it hangs |
//! | `/readyz` | 200 while all is done that the plans say; 503 and why not |
//! | `/metrics` | figures, as Prometheus and OpenMetrics have them |
//! | `/schedule` | what comes, as JSON |
//! | `/calendar.ics` | what is planned, as a calendar; 304 to whoever has it |
//! | `/answer/TOKEN` | what somebody was asked; with POST their answer |
//!
//! It runs on a thread of its own, so whoever asks holds up nothing, and it only reads, but for the
//! answers of those who have a signed link. There is no TLS and no password here: what other
//! machines ask belongs behind a proxy that has them. Everything has a limit: sizes, times and
//! connections. It is hyper alone, which is there anyway: six pages need no framework.

mod answering;
mod exposition;
mod pages;

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener as Bound};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tracing::error;

use crate::app::wait_for;
use crate::daemon::{Health, Status};
use crate::error::{Error, Result};
use crate::notify;
use crate::workspace::Workspace;

/// How many connections are served at once; others wait.
const CONNECTIONS: usize = 32;
/// How long somebody may take to send the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(5);
/// How long a connection may last.
const LONGEST: Duration = Duration::from_secs(10);
/// The most that the head of a request may be, in bytes.
const HEAD_MAX: usize = 16 * 1024;
/// The most headers of a request.
const HEADERS_MAX: usize = 64;
/// How long to wait when the system can open no more connections.
const BREATH: Duration = Duration::from_millis(200);

/// What is answered.
type Answer = Response<Full<Bytes>>;
/// A page: what it answers, as things stand, to a request with these headers.
type Page = fn(&Health, &HeaderMap) -> Answer;

/// Every page, by its path.
const PAGES: [(&str, Page); 5] = [
    ("/healthz", pages::healthz::page),
    ("/readyz", pages::readyz::page),
    ("/metrics", pages::metrics::page),
    ("/schedule", pages::schedule::page),
    ("/calendar.ics", pages::calendar::page),
];

/// Begins to answer at an address, for as long as the process lives; gives back where that is.
///
/// # Errors
/// `Io` when the address cannot be had.
pub fn begin(address: SocketAddr, status: Arc<Status>, workspace: Workspace) -> Result<SocketAddr> {
    let failed = |error| {
        Error::io(format!("listen at {address}"), error)
            .hint("Name another address with --listen, such as 127.0.0.1:9411.")
    };
    let bound = Bound::bind(address).map_err(failed)?;
    bound.set_nonblocking(true).map_err(failed)?;
    let address = bound.local_addr().map_err(failed)?;
    std::thread::spawn(move || {
        let Err(error) = wait_for(listen(bound, &Served { status, workspace }));
        error!(%error, "nobody can ask how it goes any more");
    });
    Ok(address)
}

/// What is served.
#[derive(Clone)]
struct Served {
    status: Arc<Status>,
    workspace: Workspace,
}

async fn listen(bound: Bound, served: &Served) -> Result<Infallible> {
    let listener = TcpListener::from_std(bound);
    let listener = listener.map_err(|error| Error::io("listen for requests", error))?;
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let permit = room.clone().acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                let served = served.clone();
                tokio::spawn(async move {
                    let _permit = permit;
                    serve(&served, stream).await;
                });
            }
            // One that went away again, or too many files are open: it goes on.
            Err(_) => tokio::time::sleep(BREATH).await,
        }
    }
}

/// Serves one connection: one request, then it is closed.
async fn serve(served: &Served, stream: TcpStream) {
    let service = service_fn(async |request| Ok::<_, Infallible>(answer(served, request).await));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .keep_alive(false)
        .max_buf_size(HEAD_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    // Somebody who goes away in the middle harms nobody else.
    let _ = tokio::time::timeout(LONGEST, connection).await;
}

async fn answer(served: &Served, request: Request<Incoming>) -> Answer {
    let path = request.uri().path().to_owned();
    if let Some(token) = path.strip_prefix(notify::PATH) {
        let (head, form) = request.into_parts();
        return answering::answer(served, token, &head.method, form).await;
    }
    let Some((_, page)) = PAGES.iter().find(|(known, _)| *known == path) else {
        return text(StatusCode::NOT_FOUND, "not found\n");
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
        let allowed = HeaderValue::from_static("GET, HEAD");
        answer.headers_mut().insert(ALLOW, allowed);
        return answer;
    }
    page(&served.status.health(), request.headers())
}

/// An answer in plain words.
fn text(status: StatusCode, words: impl Into<Bytes>) -> Answer {
    typed(status, "text/plain; charset=utf-8", words)
}

fn typed(status: StatusCode, kind: &'static str, content: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(content.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// That all is well, or why not.
fn judged(fault: Option<String>) -> Answer {
    match fault {
        None => text(StatusCode::OK, "ok\n"),
        Some(why) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

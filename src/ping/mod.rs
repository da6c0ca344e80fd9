//! Hears jobs that make backups: over HTTP, as they would tell healthchecks.io.
//!
//! | request, with or without `/ping` | what the job tells |
//! |---|---|
//! | `/ping/<uuid>/start` | it begins |
//! | `/ping/<uuid>` | it ended well |
//! | `/ping/<uuid>/fail` | it failed |
//! | `/ping/<uuid>/<exit status>` | it ended so |
//! | `/ping/<uuid>/log` | something to be remembered |
//!
//! `?rid=<uuid>` says which run of the job it was; what is sent along with a POST is kept in part.
//! Whoever knows a UUID is believed. There is no TLS here: what comes from other machines belongs
//! behind a proxy that has it. Everything has a limit: sizes, times, connections, and how often.

mod address;
mod rate;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Mutex, Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use self::address::{Told, told};
use self::rate::Rates;
use crate::clock;
use crate::error::{Error, Result};
use crate::id::BackupId;
use crate::model::Uuid;
use crate::proof::{Fact, Ping};
use crate::store::Store;
use crate::text::{hex, visible};

/// How many connections are served at once; others wait.
const CONNECTIONS: usize = 64;
/// How long somebody may take to send the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long a connection may last.
const LONGEST: Duration = Duration::from_secs(30);
/// How long what was begun may take to come to its end when the process is told to end.
const END_WITHIN: Duration = Duration::from_secs(5);
/// The most that the head of a request may be, in bytes.
const HEAD_MAX: usize = 16 * 1024;
/// The most headers of a request.
const HEADERS_MAX: usize = 64;
/// How much of what is sent along is read, in bytes; healthchecks.io reads as much.
const BODY_MAX: usize = 100_000;
/// How much may be sent along, in bytes: what is beyond is passed over, up to here.
const BODY_PASSED_MAX: usize = 16 * 1024 * 1024;
/// How much of the end of what is sent along is kept, in bytes.
const EXCERPT: usize = 2_000;
/// How long to wait when the system can open no more connections.
const BREATH: Duration = Duration::from_millis(200);

/// Told of what was heard.
pub type Heard = fn(&Ping);

/// Hears jobs until the process is told to end.
pub struct Listener {
    listener: TcpListener,
    shared: Arc<Shared>,
    failed: mpsc::Receiver<Error>,
}

/// What all connections share.
struct Shared {
    backups: BTreeMap<Uuid, BackupId>,
    store: Mutex<Store>,
    rates: Mutex<Rates>,
    failed: mpsc::Sender<Error>,
    heard: Heard,
}

impl Listener {
    /// Begins to listen at an address, for these backups.
    ///
    /// # Errors
    /// `Io` when the address cannot be had.
    pub async fn bind(
        address: SocketAddr,
        backups: BTreeMap<Uuid, BackupId>,
        store: Store,
        heard: Heard,
    ) -> Result<Self> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| {
            Error::io(format!("listen at {address}"), error)
                .hint("Name another address with --bind, such as 127.0.0.1:8001.")
        })?;
        let (tell, failed) = mpsc::channel(1);
        Ok(Listener {
            listener,
            shared: Arc::new(Shared {
                backups,
                store: Mutex::new(store),
                rates: Mutex::new(Rates::default()),
                failed: tell,
                heard,
            }),
            failed,
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// `Io` when the system does not say.
    pub fn address(&self) -> Result<SocketAddr> {
        let address = self.listener.local_addr();
        address.map_err(|error| Error::io("ask for the port", error))
    }

    /// Hears jobs until the process is told to end; what was begun by then comes to its end.
    ///
    /// # Errors
    /// `Io` when what was heard cannot be kept: whoever told it was not told that it was.
    pub async fn listen(mut self) -> Result<()> {
        let failed = |error| Error::io("listen to signals", error);
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let (end, ended) = watch::channel(());
        let (room, mut served) = (Arc::new(Semaphore::new(CONNECTIONS)), JoinSet::new());
        let error = loop {
            let accept = async {
                let permit = room.clone().acquire_owned().await;
                (self.listener.accept().await, permit)
            };
            tokio::select! {
                (accepted, permit) = accept => match accepted {
                    Ok((stream, from)) => {
                        let served_by = serve(self.shared.clone(), stream, from, ended.clone());
                        served.spawn(async move {
                            let _permit = permit;
                            served_by.await;
                        });
                    }
                    // One that went away again, or too many files are open: it goes on.
                    Err(_) => tokio::time::sleep(BREATH).await,
                },
                Some(_) = served.join_next() => {}
                error = self.failed.recv() => break error,
                _ = interrupt.recv() => break None,
                _ = terminate.recv() => break None,
            }
        };
        drop(end);
        let all = async { while served.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(END_WITHIN, all).await;
        let late = self.failed.try_recv().ok();
        error.or(late).map_or(Ok(()), Err)
    }
}

/// Serves one connection: one request, then it is closed.
async fn serve(
    shared: Arc<Shared>,
    stream: TcpStream,
    from: SocketAddr,
    mut end: watch::Receiver<()>,
) {
    let service = service_fn(|request| answer(&shared, request, from.ip()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .keep_alive(false)
        .max_buf_size(HEAD_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let served = async {
        tokio::select! {
            // Somebody who goes away in the middle harms nobody else.
            _ = connection.as_mut() => return,
            _ = end.changed() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    };
    let _ = tokio::time::timeout(LONGEST, served).await;
}

type Answer = Response<Full<Bytes>>;

async fn answer(
    shared: &Shared,
    request: Request<Incoming>,
    from: IpAddr,
) -> std::result::Result<Answer, hyper::Error> {
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) {
        let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
        let allowed = HeaderValue::from_static("GET, HEAD, POST");
        answer.headers_mut().insert(ALLOW, allowed);
        return Ok(answer);
    }
    let (path, query) = (request.uri().path(), request.uri().query());
    let told = match told(path, query) {
        Ok(told) => told,
        Err(refusal) => return Ok(text(refusal.status(), refusal.words())),
    };
    let Some(backup) = shared.backups.get(&told.uuid) else {
        return Ok(text(StatusCode::NOT_FOUND, "not found"));
    };
    let Some(body) = read(request.into_body()).await? else {
        return Ok(text(StatusCode::PAYLOAD_TOO_LARGE, "too much"));
    };
    Ok(match keep(shared, (backup, told), &body, from).await {
        Ok(true) => text(StatusCode::OK, "OK"),
        Ok(false) => text(StatusCode::OK, "OK (rate limited)"),
        Err(error) => {
            // Only the first one counts: it ends the process.
            let _ = shared.failed.try_send(error);
            text(StatusCode::INTERNAL_SERVER_ERROR, "it could not be kept")
        }
    })
}

/// Keeps what was told, unless that is told too often.
async fn keep(
    shared: &Shared,
    (backup, told): (&BackupId, Told),
    body: &[u8],
    from: IpAddr,
) -> Result<bool> {
    let at = clock::now()?;
    if !shared
        .rates
        .lock()
        .await
        .may(backup, told.kind, at.boot_micros)
    {
        return Ok(false);
    }
    let excerpt = String::from_utf8_lossy(&body[body.len().saturating_sub(EXCERPT)..]);
    let ping = Ping {
        backup: backup.clone(),
        at,
        kind: told.kind,
        rid: told.rid,
        body_sha256: (!body.is_empty()).then(|| hex(&Sha256::digest(body))),
        excerpt: visible(&excerpt).into_owned(),
        from: from.to_canonical().to_string(),
    };
    let fact = Fact::Pinged(ping);
    shared.store.lock().await.add_fact(&fact).await?;
    if let Fact::Pinged(ping) = &fact {
        (shared.heard)(ping);
    }
    Ok(true)
}

/// The beginning of what is sent along; nothing where that is beyond all measure.
async fn read(mut body: Incoming) -> std::result::Result<Option<Vec<u8>>, hyper::Error> {
    let (mut kept, mut all) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let frame = frame?;
        let Some(bytes) = frame.data_ref() else {
            continue;
        };
        all = all.saturating_add(bytes.len());
        if all > BODY_PASSED_MAX {
            return Ok(None);
        }
        let room = BODY_MAX - kept.len();
        kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
    Ok(Some(kept))
}

fn text(status: StatusCode, words: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(words.as_bytes())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(CONTENT_TYPE, plain);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Clients such as runitor send as much of what a job wrote as this says.
    headers.insert("ping-body-limit", HeaderValue::from(BODY_MAX));
    answer
}

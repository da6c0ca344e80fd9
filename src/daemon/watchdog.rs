//! Tells somebody outside that the daemon lives, so that its death is noticed.
//!
//! It speaks as jobs speak to healthchecks.io: a GET each minute, `/start` once, and `/fail` with
//! the reason. It has a thread of its own and reads only how the loop goes, so it holds up nothing;
//! and whoever hangs is not told to live. Who knows the address can speak in its name: it is in no
//! log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Client;
use tracing::{info, warn};
use url::Url;

use super::Status;
use crate::app::wait_for;
use crate::error::{Error, Result};
use crate::steps::http_client;

/// How often it is told that all is well, or still not.
const EVERY: Duration = Duration::from_secs(60);
/// How often it is looked whether there is another answer than before.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long one request may take.
const WITHIN: Duration = Duration::from_secs(10);
/// How much of a reason is told, in characters.
const REASON_MAX: usize = 1_000;

/// Begins to tell it, for as long as the process lives.
///
/// # Errors
/// When the address is none for that, or no request can be made.
pub fn begin(url: Url, status: Arc<Status>) -> Result<()> {
    let is_web = matches!(url.scheme(), "http" | "https") && !url.cannot_be_a_base();
    if !is_web {
        return Err(Error::invalid("use the address of the watchdog")
            .hint("Give one that begins with `https://`, as healthchecks.io shows it."));
    }
    let client = http_client();
    let client = client.map_err(|why| Error::internal(format!("tell the watchdog: {why}")))?;
    let watchdog = Watchdog { client, url };
    std::thread::spawn(move || {
        wait_for(async {
            watchdog.tell_all(&status).await;
            Ok(())
        })
    });
    Ok(())
}

struct Watchdog {
    client: Client,
    url: Url,
}

/// What is told.
enum Told<'t> {
    Start,
    Well,
    Fail(&'t str),
}

impl Watchdog {
    async fn tell_all(&self, status: &Status) {
        note(status, self.tell(Told::Start).await);
        let mut last: Option<(bool, Instant)> = None;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let health = status.health();
            let stuck = health.stuck();
            if stuck.is_none() && health.looked.is_none() {
                continue;
            }
            let is_same =
                |(was, at): (bool, Instant)| was == stuck.is_none() && at.elapsed() < EVERY;
            if last.is_some_and(is_same) {
                continue;
            }
            last = Some((stuck.is_none(), Instant::now()));
            let told = stuck.as_deref().map_or(Told::Well, Told::Fail);
            note(status, self.tell(told).await);
        }
    }

    /// Tells it once.
    async fn tell(&self, told: Told<'_>) -> Result<(), String> {
        let request = match told {
            Told::Well => self.client.get(self.url.clone()),
            Told::Start => self.client.get(self.below("start")),
            Told::Fail(why) => {
                let why: String = why.chars().take(REASON_MAX).collect();
                self.client.post(self.below("fail")).body(why)
            }
        };
        let answer = request.timeout(WITHIN).send().await;
        // The address says in whose name somebody may speak.
        let answer = answer.map_err(|error| error.without_url().to_string())?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("it answered with status {}", status.as_u16())),
        }
    }

    fn below(&self, name: &str) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(name);
        }
        url
    }
}

/// Keeps whether it was heard, and says so where that has changed.
fn note(status: &Status, told: Result<(), String>) {
    let why = told.clone().err();
    if status.told_outside(told) {
        match why {
            Some(why) => warn!(why, "cannot tell the watchdog; tries again each minute"),
            None => info!("can tell the watchdog again"),
        }
    }
}

//! What wakes the daemon: time, signals, and changes in the plans folder.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::signal::unix::{SignalKind, signal};
use tracing::warn;

use crate::app::wait_for;
use crate::error::{Error, Result};

/// How long it is slept at the most: the clock may be put forward meanwhile.
const TICK: Duration = Duration::from_millis(250);
/// How long the plans folder has to be quiet after a change: editors and git write in several
/// steps.
const QUIET: Duration = Duration::from_millis(500);

/// Why the daemon was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Time has passed.
    Tick,
    /// The plans may have changed.
    Changed,
    /// It is to end.
    End,
}

/// What wakes the daemon.
pub struct Wakes {
    wakes: Receiver<Wake>,
    _watcher: Option<RecommendedWatcher>,
}

impl Wakes {
    /// Listens to signals, and watches a folder: SIGINT and SIGTERM end it, SIGHUP has the plans
    /// read again.
    ///
    /// # Errors
    /// `Io` when the system does not let it listen to signals.
    pub fn new(folder: &Path) -> Result<Self> {
        let (wake, wakes) = channel();
        let (ready, is_ready) = channel();
        let listener = wake.clone();
        std::thread::spawn(move || wait_for(listen(&listener, &ready)));
        let is_ready = is_ready.recv();
        is_ready.unwrap_or_else(|_| Err(Error::internal("listen to signals")))?;
        Ok(Wakes {
            wakes,
            _watcher: watch(folder, wake),
        })
    }

    /// Waits for what comes next.
    pub fn next(&self) -> Wake {
        match self.wakes.recv_timeout(TICK) {
            Ok(Wake::Changed) => self.quiet(),
            Ok(wake) => wake,
            Err(RecvTimeoutError::Timeout) => Wake::Tick,
            Err(RecvTimeoutError::Disconnected) => Wake::End,
        }
    }

    /// Waits until nothing changes any more, but not for ever.
    fn quiet(&self) -> Wake {
        for _ in 0..20 {
            match self.wakes.recv_timeout(QUIET) {
                Ok(Wake::Changed) => {}
                Ok(wake) => return wake,
                Err(_) => break,
            }
        }
        Wake::Changed
    }
}

async fn listen(wake: &Sender<Wake>, ready: &Sender<Result<()>>) -> Result<()> {
    let all = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let all = all.map(|kind| signal(kind).map_err(|error| Error::io("listen to signals", error)));
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = all else {
        let error = all.into_iter().find_map(std::result::Result::err);
        let _ = ready.send(error.map_or(Ok(()), Err));
        return Ok(());
    };
    let _ = ready.send(Ok(()));
    loop {
        let why = tokio::select! {
            _ = interrupt.recv() => Wake::End,
            _ = terminate.recv() => Wake::End,
            _ = hangup.recv() => Wake::Changed,
        };
        if wake.send(why).is_err() {
            return Ok(());
        }
    }
}

/// Watches a folder. Where that cannot be done, SIGHUP and the next day remain.
fn watch(folder: &Path, wake: Sender<Wake>) -> Option<RecommendedWatcher> {
    let root = folder.to_owned();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let is_change = |event: notify::Event| {
            let mut below = event.paths.iter().map(|path| path.strip_prefix(&root));
            !event.kind.is_access() && below.any(|path| path.is_ok_and(is_plan))
        };
        if event.is_ok_and(is_change) {
            let _ = wake.send(Wake::Changed);
        }
    });
    let watched = watcher.and_then(|mut watcher| {
        watcher.watch(folder, RecursiveMode::Recursive)?;
        Ok(watcher)
    });
    watched
        .map_err(|error| warn!(%error, "cannot watch the plans; SIGHUP has them read again"))
        .ok()
}

/// Whether a file below the workspace may be one of the plans: what the daemon itself writes lies
/// in a folder whose name begins with a dot.
fn is_plan(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_hidden = |name: std::path::Component| name.as_os_str().as_encoded_bytes()[0] == b'.';
    matches!(ending, Some("yaml" | "yml" | "ics")) && !path.components().any(is_hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plans_are_looked_at_and_nothing_hidden() {
        let is = |path: &str| is_plan(Path::new(path));
        assert!(is("mainstay.yaml") && is("plans/a/b.yml") && is("plans/holidays.ics"));
        assert!(!is(".mainstay/state/a.yaml") && !is("plans/.a.yaml"));
        assert!(!is("plans/a.yaml~"));
    }
}

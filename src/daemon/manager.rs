//! Tells systemd how the daemon goes, where that has started it.
//!
//! The watchdog of systemd hears from the loop itself and from no thread beside it: a loop that
//! hangs is ended and begun anew. Without `NOTIFY_SOCKET` nothing is told.

use std::time::{Duration, Instant};

use sd_notify::NotifyState;
use tracing::warn;

use super::Health;

/// What systemd was told.
#[derive(Debug)]
pub struct Manager {
    /// How often it wants to hear that the loop lives: at half of the time after which it is ended.
    every: Option<Duration>,
    /// When it heard that last.
    heard: Option<Instant>,
    is_ready: bool,
    /// The words it was told last.
    words: String,
}

impl Manager {
    /// Nothing was told yet.
    pub fn new() -> Self {
        Manager {
            every: sd_notify::watchdog_enabled().map(|longest| longest / 2),
            heard: None,
            is_ready: false,
            words: String::new(),
        }
    }

    /// The loop went round once.
    pub fn went_round(&mut self, health: &Health) {
        if !self.is_ready && health.looked.is_some() {
            self.is_ready = true;
            tell(&[NotifyState::Ready]);
        }
        let words = words(health);
        if words != self.words {
            tell(&[NotifyState::Status(&words)]);
            self.words = words;
        }
        let is_time = |every| self.heard.is_none_or(|heard| heard.elapsed() >= every);
        if self.every.is_some_and(is_time) {
            self.heard = Some(Instant::now());
            tell(&[NotifyState::Watchdog]);
        }
    }

    /// The plans are read again. Once the loop has gone round, it is ready anew.
    pub fn reloads(&mut self) {
        if std::mem::take(&mut self.is_ready)
            && let Ok(now) = NotifyState::monotonic_usec_now()
        {
            tell(&[NotifyState::Reloading, now]);
        }
    }

    /// The daemon ends.
    pub fn stops(&self) {
        tell(&[NotifyState::Stopping]);
    }
}

fn tell(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        warn!(%error, "cannot tell systemd how it goes");
    }
}

/// How it goes, on one line.
fn words(health: &Health) -> String {
    if let Some(why) = health.not_ready() {
        return why.lines().next().unwrap_or_default().to_owned();
    }
    let count = |word| health.seen.obligations.get(word).copied().unwrap_or(0);
    let (due, overdue) = (count("due") + count("overdue"), count("overdue"));
    let next = health.seen.coming.first();
    let next = next.map(|next| format!("; next {} at {}", next.drill, next.at.format("%F %H:%MZ")));
    let (running, next) = (health.running, next.unwrap_or_default());
    format!("{due} to be done, {overdue} overdue; {running} at work{next}")
}

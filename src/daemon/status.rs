//! How the daemon goes, for whoever asks.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::{DateTime, Utc};

use crate::clock;
use crate::error::Error;
use crate::record::Record;

/// How the daemon goes; kept by it, and read by others.
#[derive(Debug, Default)]
pub struct Status(Mutex<Health>);

/// How the daemon goes at a moment.
#[derive(Clone, Debug, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Health {
    /// When it last went through its loop.
    pub beat: Option<DateTime<Utc>>,
    /// When it was last looked whether anything is due.
    pub looked: Option<DateTime<Utc>>,
    /// Why it could not go on, until it can again.
    pub failed: Option<String>,
    /// Which plans cannot be read, while it keeps to what they said before.
    pub plans_broken: Option<String>,
    /// How many pieces of work were done.
    pub done: u64,
    /// How many could not be done.
    pub undone: u64,
    /// How many things in the register became what.
    pub obligations: BTreeMap<String, u64>,
}

impl Status {
    /// How it goes now.
    pub fn health(&self) -> Health {
        self.change(|health| health.clone())
    }

    pub(super) fn beat(&self) {
        let now = clock::now().ok().map(|now| now.wall);
        self.change(|health| health.beat = now);
    }

    pub(super) fn failed(&self, error: &Error) {
        let why = error.to_string();
        self.change(|health| health.failed = Some(why));
    }

    pub(super) fn plans_broken(&self, why: String) {
        self.change(|health| health.plans_broken = Some(why));
    }

    pub(super) fn plans_read(&self) {
        self.change(|health| health.plans_broken = None);
    }

    pub(super) fn looked(&self, record: &Record, now: DateTime<Utc>) {
        let mut counts = BTreeMap::new();
        for it in record.obligations(now) {
            *counts
                .entry(it.disposition.word().to_lowercase())
                .or_default() += 1;
        }
        self.change(|health| {
            health.looked = Some(now);
            health.failed = None;
            health.obligations = counts;
        });
    }

    pub(super) fn ended(&self, is_done: bool) {
        self.change(|health| match is_done {
            true => health.done += 1,
            false => health.undone += 1,
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut Health) -> T) -> T {
        // Whoever panicked while changing it left whole values behind.
        let mut health = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut health)
    }
}

//! How the daemon goes, for whoever asks.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::children::Ended;
use super::{Feed, Seen};
use crate::clock;
use crate::error::Error;
use crate::model::{Answers, Programme};
use crate::store::Counts;

/// How long the loop may take for one round before it is taken for one that hangs.
const ROUND_MAX: Duration = Duration::from_secs(30);

/// How the daemon goes; kept by it, and read by others.
#[derive(Debug, Default)]
pub struct Status(Mutex<Health>);

/// How the daemon goes at a moment.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// When it last went through its loop.
    pub beat: Option<DateTime<Utc>>,
    /// The same, by the clock that nobody puts.
    pub beaten: Option<Instant>,
    /// When it was last looked whether anything is due.
    pub looked: Option<DateTime<Utc>>,
    /// Why it could not go on, until it can again.
    pub failed: Option<String>,
    /// Which plans cannot be read, while it keeps to what they said before.
    pub plans_broken: Option<String>,
    /// How many pieces of work were begun.
    pub begun: u64,
    /// How many were done.
    pub done: u64,
    /// How many could not be done.
    pub undone: u64,
    /// How many are at work.
    pub running: usize,
    /// How many are due and wait until others are over.
    pub waiting: usize,
    /// Whether somebody outside hears that it lives; why not, where it could not be told.
    pub told_outside: Option<Result<(), String>>,
    /// Why messages cannot be delivered, until they can again.
    pub post_failed: Option<String>,
    /// How many messages there are, once they were counted.
    pub post: Option<Counts>,
    /// What the last look showed.
    pub seen: Arc<Seen>,
    /// How people answer messages, by the plans.
    pub answers: Option<Answers>,
    /// Why nobody who is asked gets a link, where the plans say that links are sent.
    pub unsigned: Option<String>,
    /// Whether somebody has answered since it was last looked.
    pub was_answered: bool,
    /// What is planned, as a calendar; nothing until all plans could be read once.
    pub feed: Option<Arc<Feed>>,
}

impl Health {
    /// Why nobody can rely on it to do anything: the loop hangs. Nothing where it does not.
    pub fn hangs(&self) -> Option<String> {
        let Some(beaten) = self.beaten else {
            return Some("the loop has not gone round once".to_owned());
        };
        let since = beaten.elapsed();
        (since >= ROUND_MAX).then(|| format!("the loop last went round {} s ago", since.as_secs()))
    }

    /// Why what is due is not done: the loop hangs, could not look, or nobody is told anything.
    pub fn stuck(&self) -> Option<String> {
        let failed = self.failed.as_ref();
        let failed = failed.map(|why| format!("could not go on: {why}"));
        let post = self.post_failed.as_ref();
        let post = post.map(|why| format!("cannot deliver messages: {why}"));
        self.hangs().or(failed).or(post)
    }

    /// Why it does not do all that the plans say, as they are now.
    pub fn not_ready(&self) -> Option<String> {
        let broken = self.plans_broken.as_ref();
        let broken = broken.map(|why| format!("keeps to the plans as they were: {why}"));
        let unsigned = self.unsigned.as_ref();
        let unsigned = unsigned.map(|why| format!("cannot send links for answers: {why}"));
        let not_looked = self.looked.is_none();
        let not_looked = not_looked.then(|| "has not looked yet what is due".to_owned());
        self.stuck().or(broken).or(unsigned).or(not_looked)
    }
}

impl Status {
    /// How it goes now.
    pub fn health(&self) -> Health {
        self.change(|health| health.clone())
    }

    pub(super) fn beat(&self, running: usize, waiting: usize) {
        let now = clock::now().ok().map(|now| now.wall);
        self.change(|health| {
            health.beat = now;
            health.beaten = Some(Instant::now());
            (health.running, health.waiting) = (running, waiting);
        });
    }

    pub(super) fn failed(&self, error: &Error) {
        let why = error.to_string();
        self.change(|health| health.failed = Some(why));
    }

    pub(super) fn plans_broken(&self, why: String) {
        self.change(|health| health.plans_broken = Some(why));
    }

    pub(super) fn plans_read(&self, programme: &Programme) {
        let organization = programme.organization.as_ref();
        let answers = organization.and_then(|organization| organization.answers.clone());
        self.change(|health| {
            health.plans_broken = None;
            health.answers = answers;
        });
    }

    /// What is planned, as it was last published.
    pub(super) fn feed(&self) -> Option<Arc<Feed>> {
        self.change(|health| health.feed.clone())
    }

    /// Publishes what is planned, unless it says what the last one does.
    pub(super) fn publishes(&self, feed: Feed) {
        self.change(|health| match &health.feed {
            Some(last) if last.tag == feed.tag => {}
            _ => health.feed = Some(Arc::new(feed)),
        });
    }

    pub(super) fn looked(&self, seen: Seen, now: DateTime<Utc>) {
        let seen = Arc::new(seen);
        self.change(|health| {
            health.looked = Some(now);
            health.failed = None;
            health.seen = seen;
        });
    }

    pub(super) fn signs(&self, unsigned: Option<String>) {
        self.change(|health| health.unsigned = unsigned);
    }

    pub(super) fn post_failed(&self, error: &Error) {
        let why = error.to_string();
        self.change(|health| health.post_failed = Some(why));
    }

    pub(super) fn post_counted(&self, counts: Counts) {
        self.change(|health| {
            health.post_failed = None;
            health.post = Some(counts);
        });
    }

    /// Somebody has answered a message.
    pub fn answered(&self) {
        self.change(|health| health.was_answered = true);
    }

    /// Whether somebody has answered since this was last asked.
    pub(super) fn was_answered(&self) -> bool {
        self.change(|health| std::mem::take(&mut health.was_answered))
    }

    pub(super) fn begun(&self) {
        self.change(|health| health.begun += 1);
    }

    pub(super) fn ended(&self, ended: &Ended) {
        self.change(|health| match ended.is_done() {
            true => health.done += 1,
            false => health.undone += 1,
        });
    }

    /// Keeps whether somebody outside was told; whether that is another answer than before.
    pub(super) fn told_outside(&self, told: Result<(), String>) -> bool {
        self.change(|health| {
            let was_well = health.told_outside.as_ref().is_none_or(Result::is_ok);
            let is_well = told.is_ok();
            health.told_outside = Some(told);
            was_well != is_well
        })
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

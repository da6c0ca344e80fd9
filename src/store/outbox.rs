//! Messages to people: posted with what they are about, sent at least once, settled once.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Store, moment};
use crate::error::Result;

/// A message that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// What tells it from every other: what is posted twice under one key is one message.
    pub key: String,
    /// The id of the channel.
    pub channel: String,
    /// What the channel makes the message of, as JSON.
    pub body: String,
    /// Before when it must not be sent; at once, where nothing is said.
    pub not_before: Option<DateTime<Utc>>,
}

/// A message that somebody tries to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its number.
    pub id: i64,
    /// What tells it from every other, also where it arrives.
    pub key: String,
    /// The id of the channel.
    pub channel: String,
    /// What the channel makes the message of, as JSON.
    pub body: String,
    /// Who tries.
    pub holder: String,
    /// Which try it is, from one.
    pub tries: i64,
    /// Rises with each claim; who comes with an older one was overtaken.
    pub epoch: i64,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is delivered.
    Delivered {
        /// What the channel said.
        said: String,
        /// What the channel calls it, where it has a name for it.
        handle: Option<String>,
    },
    /// It is to be tried again.
    Later {
        /// When, at the earliest.
        not_before: DateTime<Utc>,
        /// What the channel said.
        said: String,
    },
    /// It was not tried: it has to wait for its turn.
    PutOff {
        /// Until when, at the least.
        not_before: DateTime<Utc>,
        /// Why.
        said: String,
    },
    /// It is given up.
    Failed {
        /// What the channel said.
        said: String,
    },
}

/// That a message came back that had been delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameBack {
    /// The number of the message.
    pub id: i64,
    /// Its body as it was read: somebody else may have changed it since.
    pub before: String,
    /// Its body from now on, with those whom it did not reach.
    pub body: String,
    /// What is said of it from now on.
    pub said: String,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is to be sent.
    Waiting,
    /// It was.
    Delivered,
    /// It was given up.
    Failed,
}

/// A message as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Message {
    /// Its number.
    pub id: i64,
    /// What tells it from every other.
    pub key: String,
    /// The id of the channel.
    pub channel: String,
    /// What the channel makes the message of, as JSON.
    pub body: String,
    /// What became of it.
    pub state: State,
    /// How often it was tried.
    pub tries: i64,
    /// Before when it is not sent.
    pub not_before: DateTime<Utc>,
    /// When it was posted.
    pub posted_at: DateTime<Utc>,
    /// When it was delivered or given up.
    pub settled_at: Option<DateTime<Utc>>,
    /// What the last try said.
    pub said: Option<String>,
}

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// What tells it from every other.
    pub key: String,
    /// The id of the channel.
    pub channel: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the last try said.
    pub said: String,
}

/// Which messages wait again that were given up.
#[derive(Clone, Copy, Debug)]
pub struct PutBack<'k> {
    /// The one with a key; all, where nothing is said.
    pub key: Option<&'k str>,
    /// Who has it done, and when; it stands before what the last try said.
    pub said: &'k str,
}

/// How long a message of a channel is held by whoever tries to deliver it.
pub type LeaseFor<'a> = dyn Fn(&str) -> Duration + Sync + 'a;

/// How many messages there are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// To be sent.
    pub waiting: i64,
    /// Sent.
    pub delivered: i64,
    /// Given up.
    pub failed: i64,
    /// When the oldest one was posted that is to be sent.
    pub oldest_waiting: Option<DateTime<Utc>>,
}

impl State {
    /// All of them.
    pub const ALL: [State; 3] = [State::Waiting, State::Delivered, State::Failed];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Delivered => "delivered",
            State::Failed => "failed",
        }
    }

    /// The state of which this is the word.
    pub(super) fn of(word: &str) -> sqlx::Result<State> {
        let found = State::ALL.into_iter().find(|state| state.word() == word);
        found.ok_or_else(|| sqlx::Error::Decode(format!("`{word}` is no state").into()))
    }
}

impl Settled {
    /// In which state the message is then.
    pub fn state(&self) -> State {
        match self {
            Settled::Delivered { .. } => State::Delivered,
            Settled::Later { .. } | Settled::PutOff { .. } => State::Waiting,
            Settled::Failed { .. } => State::Failed,
        }
    }

    /// What the channel said.
    pub fn said(&self) -> &str {
        match self {
            Settled::Delivered { said, .. }
            | Settled::Later { said, .. }
            | Settled::PutOff { said, .. }
            | Settled::Failed { said } => said,
        }
    }

    /// What the channel calls it, where it has taken it and has a name for it.
    pub(super) fn handle(&self) -> Option<&str> {
        match self {
            Settled::Delivered { handle, .. } => handle.as_deref(),
            Settled::Later { .. } | Settled::PutOff { .. } | Settled::Failed { .. } => None,
        }
    }

    /// When it is tried again, if ever.
    pub(super) fn not_before(&self) -> Option<DateTime<Utc>> {
        match self {
            Settled::Later { not_before, .. } | Settled::PutOff { not_before, .. } => {
                Some(*not_before)
            }
            Settled::Delivered { .. } | Settled::Failed { .. } => None,
        }
    }

    /// How many tries there were: a claim that came to none is no try.
    pub(super) fn tries(&self) -> i64 {
        match self {
            Settled::PutOff { .. } => 0,
            Settled::Delivered { .. } | Settled::Later { .. } | Settled::Failed { .. } => 1,
        }
    }

    /// What is said by somebody who was overtaken.
    pub(super) fn late(&self) -> String {
        match self {
            Settled::Delivered { said, .. } => format!("delivered: {said}"),
            Settled::Later { said, .. } => format!("to be tried again: {said}"),
            Settled::PutOff { said, .. } => format!("put off: {said}"),
            Settled::Failed { said } => format!("given up: {said}"),
        }
    }
}

impl Counts {
    /// Of how many there are in each state, with when the oldest of them was posted.
    pub(super) fn of(rows: Vec<(String, i64, String)>) -> sqlx::Result<Counts> {
        let mut counts = Counts::default();
        for (state, count, oldest) in rows {
            match State::of(&state)? {
                State::Waiting => {
                    counts.waiting = count;
                    counts.oldest_waiting = Some(moment(&oldest)?);
                }
                State::Delivered => counts.delivered = count,
                State::Failed => counts.failed = count,
            }
        }
        Ok(counts)
    }
}

impl Store {
    /// Posts messages, all or none, but for those whose key was posted before.
    ///
    /// # Errors
    /// `Io` when they cannot be written.
    pub async fn post(&mut self, messages: &[Outgoing]) -> Result<()> {
        self.tables.post(messages).await
    }

    /// Takes the oldest message that is waiting, may be sent by `now`, and goes by a channel by
    /// which nobody delivers at the moment: one channel carries one message at a time, whoever
    /// shares the database, and keeps no other waiting. Where nothing is settled within
    /// `lease_for`, somebody else may take it: a message can arrive more than once. How long it is
    /// held goes by the clock of the database where it has one.
    ///
    /// # Errors
    /// `Io` when they cannot be read or written.
    pub async fn claim_message(
        &mut self,
        node: &str,
        now: DateTime<Utc>,
        lease_for: &LeaseFor<'_>,
    ) -> Result<Option<Claimed>> {
        self.tables.claim(node, now, lease_for).await
    }

    /// Says what came of a try. `false` where somebody else has taken the message since, or it was
    /// settled: nothing changes then, and what is said is kept as late.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn settle(
        &mut self,
        claimed: &Claimed,
        settled: Settled,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.tables.settle(claimed, &settled, now).await
    }

    /// Has a message count as given up that came back, and posts what is sent in its place with
    /// it; `false`, and nothing, where it still waits, or somebody else has changed it since.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn came_back(
        &mut self,
        message: &CameBack,
        instead: &[Outgoing],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.tables.came_back(message, instead, now).await
    }

    /// What a channel calls the message with a key; nothing where it did not take it, or has no
    /// name for it.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn handle(&mut self, key: &str, channel: &str) -> Result<Option<String>> {
        self.tables.handle(key, channel).await
    }

    /// The newest messages, the newest first.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn messages(&mut self, most: u32) -> Result<Vec<Message>> {
        self.tables.messages(most).await
    }

    /// The message with a key, if there is one.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn message(&mut self, key: &str) -> Result<Option<Message>> {
        self.tables.message(key).await
    }

    /// Those of so many of the newest messages that were given up, the newest first.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn given_up(&mut self, among: u32) -> Result<Vec<GivenUp>> {
        self.tables.given_up(among).await
    }

    /// When messages were last delivered by a channel after a moment, by whomever; the last one
    /// first, and no more than so many.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn delivered(
        &mut self,
        by: &str,
        after: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<DateTime<Utc>>> {
        self.tables.delivered(by, after, most).await
    }

    /// Has messages wait again that were given up, as if they were never tried; gives back how
    /// many. What the last try said is kept until the next one.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn put_back(&mut self, which: PutBack<'_>, now: DateTime<Utc>) -> Result<u64> {
        self.tables.put_back(&which, now).await
    }

    /// How many messages there are in each state.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn message_counts(&mut self) -> Result<Counts> {
        self.tables.counts().await
    }

    /// Waits until something may have been posted, or for so long. It is only a hint: whoever
    /// waits has to look either way.
    pub async fn hint(&mut self, at_most: Duration) {
        self.tables.hint(at_most).await;
    }
}

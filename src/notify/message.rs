//! What people are told, as it is kept until it is delivered.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::id::PersonId;

/// Something that people are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Message {
    /// What makes it this message: the same one never has another key, and no other one has it.
    pub key: String,
    /// Whom it is for.
    pub to: Vec<Recipient>,
    /// What it is about, in one line.
    pub title: String,
    /// What it says, in plain text.
    pub text: String,
    /// Where there is more.
    #[serde(default)]
    pub link: Option<Url>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// The key of the first message about the same, unless this is it.
    #[serde(default)]
    pub thread: Option<String>,
    /// What the channel called that first message ([`super::Delivery::Delivered`]).
    #[serde(default)]
    pub thread_handle: Option<String>,
    /// What it says about what it is about.
    pub state: State,
    /// Whether it is serious.
    pub mode: Mode,
    /// Whether the one whom it is for is asked to answer it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
    /// Until when it is of use. What was not delivered by then is given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// What proves an answer, as it is sent and never kept.
    #[serde(skip)]
    pub proofs: Option<Proofs>,
    /// The addresses from which it came back after it had been delivered, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub returned: BTreeMap<String, String>,
}

impl Message {
    /// A serious message to nobody yet, about something that has come up: a key, a line and a text.
    pub fn new(key: String, title: String, text: String) -> Self {
        Message {
            key,
            to: Vec::new(),
            title,
            text,
            link: None,
            urgency: Urgency::Normal,
            thread: None,
            thread_handle: None,
            state: State::Trigger,
            mode: Mode::Live,
            asks: false,
            until: None,
            proofs: None,
            returned: BTreeMap::new(),
        }
    }
}

/// What shows in a reply that it comes from somebody to whom a message was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// Of the message.
    pub own: String,
    /// Of the first one about the same, unless this is it.
    pub thread: Option<String>,
}

/// Somebody who is told something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipient {
    /// Who they are, where the plans name them: of two with one name each is one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Their name.
    pub name: String,
    /// Where they are, on a channel that addresses people.
    #[serde(default)]
    pub address: Option<String>,
}

/// How urgent a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// It can be read whenever there is time.
    Low,
    /// It should be read today.
    Normal,
    /// It should be read now.
    High,
    /// Somebody has to be woken.
    Critical,
}

/// What a message says about what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has come up.
    Trigger,
    /// Somebody sees to it.
    Acknowledge,
    /// It is over.
    Resolve,
}

/// Whether a message is serious.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It is.
    Live,
    /// It belongs to an exercise.
    Exercise {
        /// The run of it.
        run: String,
    },
}

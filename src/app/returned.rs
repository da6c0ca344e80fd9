//! Mail that came back: whom it did not reach is kept with the message, and they are told by the
//! channel that stands in, in one commit.
//!
//! Who sent the news that it came back is not known, and need not be: it changes one message that
//! was sent by us, and has those it names told once more, once.

use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::sleep;

use super::outbox::by_alternate;
use super::place::place;
use super::{Plans, wait_for};
use crate::clock;
use crate::error::Result;
use crate::model::Programme;
use crate::notify::{Message, Missed, Recipient, Returned, Worded};
use crate::store::{self, CameBack, Durability, Outgoing, State, Store};
use crate::text::{canonical, hex};

/// How many messages are looked at, the newest first.
const MESSAGES_MAX: u32 = 10_000;
/// How often it is looked whether a message is settled, and how long is waited in between: mail can
/// be back before the server has been heard that took it.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);
/// How many digits tell addresses from each other.
const DIGITS: usize = 16;

/// What came of a mail that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// No such message is known.
    Unknown,
    /// It is still tried to deliver the message: this is to be said again later.
    Early,
    /// That was known.
    Before,
    /// It is kept.
    Kept {
        /// The key of the message.
        key: String,
        /// Whom it did not reach: names and addresses.
        missed: Vec<String>,
        /// The channels by which they are told instead.
        by: Vec<String>,
    },
}

/// Keeps that a message came back, and has those whom it did not reach told by the channel that
/// stands in.
///
/// # Errors
/// When messages cannot be read or written.
pub fn take_back(plans: &Plans, returned: &Returned) -> Result<TakenBack> {
    wait_for(async {
        let at = place(&plans.workspace);
        let mut store = Store::open(&at, Durability::default()).await?;
        let taken = looked(&mut store, &plans.loaded.programme, returned).await?;
        store.close().await?;
        Ok(taken)
    })
}

/// Looks until the message is settled and nobody else changes it meanwhile.
async fn looked(
    store: &mut Store,
    programme: &Programme,
    returned: &Returned,
) -> Result<TakenBack> {
    for _ in 0..LOOKS {
        let Some((line, message)) = find(store, &returned.id).await? else {
            return Ok(TakenBack::Unknown);
        };
        if line.state == State::Waiting {
            sleep(PAUSE).await;
            continue;
        }
        let is_for = |message: &Message| line.state == State::Failed && message.returned.is_empty();
        let missed = match is_for(&message) {
            // What was given up went by the channel that stands in as it was.
            true => Vec::new(),
            false => missed(&message, &returned.missed),
        };
        if missed.is_empty() {
            return Ok(TakenBack::Before);
        }
        let (back, instead) = changed(programme, &line, message, &missed);
        let now = clock::now()?.wall;
        if store.came_back(&back, &instead, now).await? {
            return Ok(TakenBack::Kept {
                key: line.key,
                missed: missed.iter().map(|(it, _)| told(it)).collect(),
                by: instead.into_iter().map(|it| it.channel).collect(),
            });
        }
    }
    Ok(TakenBack::Early)
}

/// The message with an id.
pub(super) async fn find(store: &mut Store, id: &str) -> Result<Option<(store::Message, Message)>> {
    let lines = store.messages(MESSAGES_MAX).await?;
    let read = lines.into_iter().filter_map(|line| {
        let message: Message = serde_json::from_str(&line.body).ok()?;
        Some((line, message))
    });
    let mut found = read.filter(|(_, message)| Worded::new(message).id() == id);
    Ok(found.next())
}

/// Those of whom it was not known yet that a message did not reach them, and why. Where mail was
/// passed on, nobody can tell by the address who of several it was, so it may be any.
fn missed<'r>(message: &Message, missed: &'r [Missed]) -> Vec<(Recipient, &'r str)> {
    let mut all: Vec<(Recipient, &str)> = Vec::new();
    for one in missed {
        let is_named = |it: &&Recipient| {
            let address = it.address.as_deref();
            let is = |named: &String| address.is_some_and(|it| it.eq_ignore_ascii_case(named));
            one.addresses.iter().any(is)
        };
        let mut meant: Vec<&Recipient> = message.to.iter().filter(is_named).collect();
        if meant.is_empty() {
            meant = message.to.iter().collect();
        }
        for recipient in meant {
            let address = recipient.address.as_ref();
            let is_new = address.is_some_and(|it| !message.returned.contains_key(it));
            if is_new && all.iter().all(|(other, _)| other != recipient) {
                all.push((recipient.clone(), &one.said));
            }
        }
    }
    all
}

/// A message from now on, and what is sent in its place.
fn changed(
    programme: &Programme,
    line: &store::Message,
    mut message: Message,
    missed: &[(Recipient, &str)],
) -> (CameBack, Vec<Outgoing>) {
    let mut said = String::new();
    let mut instead = Vec::new();
    for (recipient, why) in missed {
        let address = recipient.address.clone().unwrap_or_default();
        said += &format!("came back for {}: {why}; ", told(recipient));
        if let Some(channel) = programme.channels.get(&line.channel) {
            let digest = hex(&Sha256::digest(&address));
            let alone = Message {
                // Each address by itself: another one may come back later.
                key: format!("{}/returned-{}", message.key, &digest[..DIGITS]),
                to: vec![recipient.clone()],
                returned: Default::default(),
                ..message.clone()
            };
            instead.extend(by_alternate(programme, channel, alone));
        }
        message.returned.insert(address, (*why).to_owned());
    }
    let back = CameBack {
        id: line.id,
        before: line.body.clone(),
        body: canonical(&message),
        said: said + line.said.as_deref().unwrap_or_default(),
    };
    (back, instead)
}

fn told(recipient: &Recipient) -> String {
    let address = recipient.address.as_deref().unwrap_or_default();
    format!("{} <{address}>", recipient.name)
}

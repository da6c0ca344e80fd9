//! What is sent in place of a message that did not reach somebody: the same by the channel that
//! stands in. Under which keys follows from the message, so that it can be found again.

use std::fmt::Display;

use sha2::{Digest, Sha256};

use super::Addressed;
use crate::error::Result;
use crate::model::{NoticeChannel, Programme};
use crate::notify::Message;
use crate::store::{self, Outgoing, Store};
use crate::text::hex;

/// How many digits tell addresses from each other.
const DIGITS: usize = 16;

/// The same message by the channel that stands in, to whomever that can reach.
pub fn by_alternate(
    programme: &Programme,
    channel: &NoticeChannel,
    mut message: Message,
) -> Vec<Outgoing> {
    let stated = channel.alternate.as_ref();
    let Some(alternate) = stated.and_then(|id| programme.channels.get(id.as_str())) else {
        return Vec::new();
    };
    // Two that stand in for each other do not pass a message on for ever.
    let (own, others) = (stands_in(&channel.id), stands_in(&alternate.id));
    if message.key.split('/').any(|it| it == own || it == others) {
        return Vec::new();
    }
    message.key += &format!("/{own}");
    // What came first about the same went this way, too, if any of it did.
    if let Some(thread) = &mut message.thread {
        *thread += &format!("/{own}");
    }
    message.thread_handle = None;
    let is_addressed = alternate.with.addresses().is_some();
    for recipient in &mut message.to {
        let person = recipient.person.as_ref();
        let address = person.and_then(|person| alternate.address_of(programme, person));
        recipient.address = address.map(str::to_owned);
    }
    message
        .to
        .retain(|it| it.address.is_some() || !is_addressed);
    match message.to.is_empty() && is_addressed {
        true => Vec::new(),
        false => vec![outgoing(alternate, message)],
    }
}

/// The messages with these keys, as far as there are any; behind one that was given up comes what
/// was sent in its place.
pub async fn sent(store: &mut Store, mut keys: Vec<String>) -> Result<Vec<store::Message>> {
    let mut sent = Vec::new();
    while let Some(key) = keys.pop() {
        let Some(message) = store.message(&key).await? else {
            continue;
        };
        if message.state == store::State::Failed {
            keys.extend(sent_on(&message));
        }
        sent.push(message);
    }
    Ok(sent)
}

/// The keys under which a message that was given up may have been sent by the channel that stands
/// in: as it was, or when it came back.
fn sent_on(message: &store::Message) -> Vec<String> {
    let Ok(Message { to, .. }) = serde_json::from_str(&message.body) else {
        return Vec::new();
    };
    let addresses = to.iter().filter_map(|it| it.address.as_deref());
    let returned = addresses.map(|address| came_back(&message.key, address));
    let sent = std::iter::once(message.key.clone()).chain(returned);
    sent.map(|key| format!("{key}/{}", stands_in(&message.channel)))
        .collect()
}

/// The key of a message from when on it came back for an address: each by itself, as another one
/// may come back later.
pub fn came_back(key: &str, address: &str) -> String {
    let digest = hex(&Sha256::digest(address));
    format!("{key}/returned-{}", &digest[..DIGITS])
}

/// A message as it goes by a channel.
pub fn outgoing(channel: &NoticeChannel, message: Message) -> Outgoing {
    let channel = channel.id.clone();
    Addressed { channel, message }.outgoing()
}

/// The part of a key that says for which channel another one stands in.
fn stands_in(channel: impl Display) -> String {
    format!("for-{channel}")
}

//! Messages are delivered: to a real mail server, to real programs, and to services that judge what
//! they get as strictly as the real ones.

mod every;
pub mod mail;
mod postfix;
mod program;
mod relayed;
mod returned;
pub mod server;
pub mod services;
mod shown;
mod threads;
mod trusted;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use mainstay::app::{Channels, Outbox, Tried, wait_for};
use mainstay::model::{NoticeChannel, Programme};
use mainstay::notify::{Delivery, Message, Mode, Recipient, State, Surroundings, Urgency, deliver};
use mainstay::schedule::Known;
use mainstay::workspace::Workspace;
use tempfile::TempDir;

/// What no text may show that Mainstay says.
pub const SECRET: &str = "canary-0f4a-password";
/// How long a delivery may take here.
pub const WITHIN: Duration = Duration::from_secs(20);
/// How long one may take that is to get no answer.
pub const SHORT: Duration = Duration::from_secs(2);

/// A workspace with a secret in a file.
pub fn workspace() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("secret"), format!("{SECRET}\n")).expect("room");
    folder
}

/// A channel `c`, by what its `with` states.
#[track_caller]
pub fn channel(with: &str) -> NoticeChannel {
    let text = format!("{{id: c, name: C, with: {with}}}");
    let channel: NoticeChannel = serde_yaml::from_str(&text).expect(with);
    assert_eq!(channel.unclear(), None, "{with}");
    channel
}

/// The messages of a workspace, by plans that are understood.
pub struct Sender {
    outbox: Outbox,
    channels: Arc<Channels>,
}

impl Sender {
    pub fn open(workspace: &Workspace, programme: Programme) -> Self {
        let outbox = wait_for(Outbox::open(workspace, "n")).expect("it opens");
        let known = Known::All;
        let channels = Arc::new(Channels { programme, known });
        Sender { outbox, channels }
    }

    /// Tries to deliver one message; nothing, where none waits.
    pub fn deliver_one(&mut self) -> Option<Tried> {
        let tried = async {
            let Some(under_way) = self.outbox.next(&self.channels).await? else {
                return Ok(None);
            };
            self.outbox.settle(under_way.await).await.map(Some)
        };
        wait_for(tried).expect("it can be tried")
    }
}

/// A message for somebody with this address.
pub fn message(key: &str, address: &str) -> Message {
    let title = "Drill <fail-over> & more".to_owned();
    let text = "It is due *today* & @channel.\n\nSee [what](it) <is>.".to_owned();
    Message {
        to: vec![recipient("Ada Ő", address)],
        link: Some("https://x.example/?a=1&b=2".parse().expect("an address")),
        urgency: Urgency::High,
        ..Message::new(key.to_owned(), title, text)
    }
}

pub fn recipient(name: &str, address: &str) -> Recipient {
    Recipient {
        person: None,
        name: name.to_owned(),
        address: Some(address.to_owned()),
    }
}

/// The same message as a part of an exercise.
pub fn exercise(mut message: Message) -> Message {
    message.mode = Mode::Exercise {
        run: "run-1".to_owned(),
    };
    message
}

/// This moment for a delivery: always the same.
pub fn now() -> DateTime<Utc> {
    "2026-11-28T03:15:00Z".parse().expect("a moment")
}

/// What comes of a delivery; whatever is said of it shows no secret.
#[track_caller]
pub fn delivered(
    (channel, workspace, within): (&NoticeChannel, &Path, Duration),
    message: &Message,
) -> Delivery {
    let now = now();
    let on = Surroundings {
        workspace,
        now,
        within,
    };
    let delivery = wait_for(async { Ok(deliver(channel, message, &on).await) });
    let delivery = delivery.expect("there is means to wait");
    assert!(!delivery.words().contains(SECRET), "{delivery:?}");
    delivery
}

/// How a delivery should end, and a part of what is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    Delivered,
    Later,
    Unready,
    Refused,
}

#[track_caller]
pub fn check(delivery: &Delivery, ends: Ends, part: &str) {
    let is = match delivery {
        Delivery::Delivered { .. } => Ends::Delivered,
        Delivery::Later { .. } => Ends::Later,
        Delivery::Unready { .. } => Ends::Unready,
        Delivery::Refused { .. } => Ends::Refused,
    };
    assert_eq!(is, ends, "{delivery:?}");
    assert!(delivery.words().contains(part), "{part}: {delivery:?}");
}

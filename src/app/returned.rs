//! Mail that came back: whom it did not reach is kept with the message, and they are told by the
//! channel that stands in, in one commit.
//!
//! Who sent the news that it came back is not known, and need not be: it changes one message that
//! was sent by us, and has those it names told once more, once.

use std::time::Duration;

use tokio::time::sleep;

use super::instead::{by_alternate, came_back};
use super::place::place;
use super::{Plans, wait_for};
use crate::clock;
use crate::error::Result;
use crate::model::Programme;
use crate::notify::{Message, Missed, Recipient, Returned, Worded};
use crate::store::{self, CameBack, Durability, Outgoing, State, Store};
use crate::text::canonical;

/// How many messages are looked at, the newest first.
const MESSAGES_MAX: u32 = 10_000;
/// How often it is looked whether a message is settled, and how long is waited in between: mail can
/// be back before the server has been heard that took it.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

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
        let found = find(store, &returned.id).await?;
        // What went by something else cannot come back as mail.
        let is_mail = |line: &store::Message| {
            let channel = programme.channels.get(&line.channel);
            channel.is_none_or(|channel| channel.with.smtp.is_some())
        };
        let Some((line, message)) = found.filter(|(line, _)| is_mail(line)) else {
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
            let alone = Message {
                key: came_back(&message.key, &address),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::understood;
    use crate::store::{Place, Settled};

    const PLAN: &str = "
organization: {name: Example}
team: {id: t, name: T}
people:
  - {id: ada, name: Ada, contacts: [{by: email, to: ada@a.example}]}
  - {id: bob, name: Bob, contacts: [{by: email, to: bob@b.example}]}
channels:
  - id: mail
    name: Mail
    with: {smtp: {host: mail.example, from: m@example.org}}
    alternate: board
  - {id: board, name: Board, with: {script: {argv: ['true']}}, alternate: mail}
";

    fn message() -> Message {
        let to = [("ada", "ada@a.example"), ("bob", "bob@b.example")];
        let to = to.map(|(id, address)| Recipient {
            person: Some(id.parse().expect("an id")),
            name: id.to_owned(),
            address: Some(address.to_owned()),
        });
        let (title, text) = ("Due now".to_owned(), "Review the plan".to_owned());
        Message {
            to: to.to_vec(),
            ..Message::new("due/x".to_owned(), title, text)
        }
    }

    /// A store in which the message went by a channel, and what came of that.
    fn sent(channel: &str, settled: Option<Settled>) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::Folder(folder.path().to_owned());
        let work = async {
            let mut store = Store::open(&place, Durability::default()).await?;
            let outgoing = Outgoing {
                key: message().key,
                channel: channel.to_owned(),
                body: canonical(&message()),
                not_before: None,
            };
            store.post(&[outgoing]).await?;
            let now = clock::now()?.wall;
            if let Some(settled) = settled {
                let claimed = store.claim_message("n", now, &|_| PAUSE).await?;
                let claimed = claimed.expect("it waits");
                assert!(store.settle(&claimed, settled, now).await?);
            }
            Ok(store)
        };
        (folder, wait_for(work).expect("it is sent"))
    }

    fn delivered() -> Option<Settled> {
        let said = "250 ok".to_owned();
        Some(Settled::Delivered { said, handle: None })
    }

    /// What comes of it that the message came back for these addresses.
    fn came_back(store: &mut Store, addresses: &[&str]) -> TakenBack {
        let message = message();
        let missed = addresses.iter().map(|address| Missed {
            addresses: vec![(*address).to_owned()],
            said: "550 no".to_owned(),
        });
        let returned = Returned {
            id: Worded::new(&message).id(),
            missed: missed.collect(),
        };
        wait_for(looked(store, &understood(PLAN), &returned)).expect("it can be kept")
    }

    #[track_caller]
    fn is_kept(taken: &TakenBack, expected: &[&str]) {
        match taken {
            TakenBack::Kept { missed, by, .. } => {
                assert_eq!(missed, expected);
                assert_eq!(by.len(), expected.len());
            }
            other => panic!("{other:?}"),
        }
    }

    /// Whom what was posted in its place is for, by its key.
    fn instead(store: &mut Store) -> Vec<(String, String)> {
        let lines = wait_for(store.messages(99)).expect("it can be read");
        let lines = lines.into_iter().filter(|line| line.key != "due/x");
        let of = |line: store::Message| {
            let message: Message = serde_json::from_str(&line.body).expect("a message");
            assert!(line.key.ends_with("/for-mail") && message.returned.is_empty());
            (line.channel, message.to[0].name.clone())
        };
        lines.map(of).collect()
    }

    #[test]
    fn each_who_is_missed_is_told_instead_once_however_often_it_is_said() {
        let (_folder, mut store) = sent("mail", delivered());
        let ada = ["ada <ada@a.example>"];
        is_kept(
            &came_back(&mut store, &["Ada@A.example", "ada@a.example"]),
            &ada,
        );
        assert_eq!(came_back(&mut store, &["ada@a.example"]), TakenBack::Before);
        // The other one later, by a message of its own.
        let bob = ["bob <bob@b.example>"];
        is_kept(
            &came_back(&mut store, &["ada@a.example", "bob@b.example"]),
            &bob,
        );
        assert_eq!(came_back(&mut store, &["bob@b.example"]), TakenBack::Before);
        let to = |name: &str| ("board".to_owned(), name.to_owned());
        assert_eq!(instead(&mut store), [to("bob"), to("ada")]);
        let line = wait_for(store.messages(99)).expect("it can be read").pop();
        let said = line.and_then(|line| line.said).expect("it is said");
        let expected = "came back for bob <bob@b.example>: 550 no; \
                        came back for ada <ada@a.example>: 550 no; 250 ok";
        assert_eq!(said, expected);
    }

    #[test]
    fn where_nobody_can_tell_who_it_was_all_are_told() {
        let (_folder, mut store) = sent("mail", delivered());
        let both = ["ada <ada@a.example>", "bob <bob@b.example>"];
        is_kept(&came_back(&mut store, &["somebody@else.example"]), &both);
        assert_eq!(came_back(&mut store, &["a@b", "c@d"]), TakenBack::Before);
        assert_eq!(instead(&mut store).len(), 2);
    }

    #[test]
    fn what_was_given_up_or_never_was_mail_or_still_waits_does_not_come_back() {
        let said = "550".to_owned();
        let (_folder, mut store) = sent("mail", Some(Settled::Failed { said }));
        assert_eq!(came_back(&mut store, &["ada@a.example"]), TakenBack::Before);
        assert_eq!(instead(&mut store), []);
        let (_folder, mut store) = sent("board", delivered());
        assert_eq!(
            came_back(&mut store, &["ada@a.example"]),
            TakenBack::Unknown
        );
        assert_eq!(instead(&mut store), []);
        let (_folder, mut store) = sent("mail", None);
        assert_eq!(came_back(&mut store, &["ada@a.example"]), TakenBack::Early);
        assert_eq!(instead(&mut store), []);
    }
}

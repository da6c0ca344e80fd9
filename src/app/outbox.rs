//! Messages that wait to be delivered: taken one by one, tried, and tried again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tracing::warn;

use super::place::place;
use super::{Addressed, wait_for};
use crate::clock;
use crate::error::Result;
use crate::model::{NoticeChannel, Programme, Rate};
use crate::notify::{Delivery, Message, Recipient, Signer, Surroundings, WITHIN, deliver};
use crate::store::{self, Claimed, Counts, Durability, Outgoing, Settled, Store};
use crate::workspace::Workspace;

/// How long a message is held by whoever tries to deliver it.
const HELD: Duration = Duration::from_secs(180);
/// How long it is waited after each try, in minutes; after the last it is given up. Together that
/// is two days.
const WAIT: [i64; 12] = [1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 720, 1200];

/// The messages of a workspace that wait to be delivered.
pub struct Outbox {
    root: PathBuf,
    store: Store,
    node: String,
    /// When messages went by channels that may carry only so many in a time.
    sent: Vec<(String, DateTime<Utc>)>,
}

/// What came of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The message.
    pub key: String,
    /// The channel.
    pub channel: String,
    /// What became of it.
    pub state: store::State,
    /// What was said.
    pub said: String,
}

impl Outbox {
    /// Opens that of a workspace, in the name of a node.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub fn open(workspace: &Workspace, node: &str) -> Result<Self> {
        Ok(Outbox {
            root: workspace.root.clone(),
            store: wait_for(Store::open(&place(workspace), Durability::default()))?,
            node: node.to_owned(),
            sent: Vec::new(),
        })
    }

    /// The newest messages of a workspace, and how many there are; nothing is written.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read(workspace: &Workspace, most: u32) -> Result<(Vec<store::Message>, Counts)> {
        wait_for(async {
            let mut store = Store::read(&place(workspace)).await?;
            let messages = store.messages(most).await?;
            let counts = store.message_counts().await?;
            store.close().await?;
            Ok((messages, counts))
        })
    }

    /// The message of a workspace with a key, if there is one; nothing is written.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn message(workspace: &Workspace, key: &str) -> Result<Option<store::Message>> {
        wait_for(async {
            let mut store = Store::read(&place(workspace)).await?;
            let message = store.message(key).await?;
            store.close().await?;
            Ok(message)
        })
    }

    /// Posts messages of a workspace, but for those that were posted before.
    ///
    /// # Errors
    /// `Io` when they cannot be written.
    pub fn post(workspace: &Workspace, all: Vec<Addressed>) -> Result<()> {
        let all: Vec<Outgoing> = all.into_iter().map(Addressed::outgoing).collect();
        wait_for(async {
            let mut store = Store::open(&place(workspace), Durability::default()).await?;
            store.post(&all).await?;
            store.close().await
        })
    }

    /// Waits until something may have been posted, or for so long.
    pub fn hint(&mut self, at_most: Duration) {
        let hint = async {
            self.store.hint(at_most).await;
            Ok(())
        };
        // Whoever cannot wait looks at once.
        let _ = wait_for(hint);
    }

    /// Tries to deliver one message; nothing, where none waits.
    ///
    /// # Errors
    /// `Io` when messages cannot be read, or what came of it cannot be written.
    pub fn deliver_one(&mut self, programme: &Programme) -> Result<Option<Tried>> {
        let now = clock::now()?.wall;
        let Some(claimed) = wait_for(self.store.claim_message(&self.node, now, HELD))? else {
            return Ok(None);
        };
        let (settled, more) = self.attempt(programme, &claimed, now)?;
        // What follows from a message is there before it is settled: it is never lost.
        if !more.is_empty() {
            wait_for(self.store.post(&more))?;
        }
        let mut tried = Tried {
            key: claimed.key.clone(),
            channel: claimed.channel.clone(),
            state: settled.state(),
            said: settled.said().to_owned(),
        };
        let now = clock::now()?.wall;
        if !wait_for(self.store.settle(&claimed, settled, now))? {
            tried.said += "; too late, another node has it: kept as evidence, and nothing changed";
        }
        Ok(Some(tried))
    }

    /// What came of a try, and what is to be sent in its place.
    fn attempt(
        &mut self,
        programme: &Programme,
        claimed: &Claimed,
        now: DateTime<Utc>,
    ) -> Result<(Settled, Vec<Outgoing>)> {
        let Some(channel) = programme.channels.get(&claimed.channel) else {
            let said = format!("the plans name no channel `{}`", claimed.channel);
            return Ok((Settled::Failed { said }, Vec::new()));
        };
        let mut message: Message = match serde_json::from_str(&claimed.body) {
            Ok(message) => message,
            Err(error) => {
                let said = format!("it cannot be read: {error}");
                return Ok((Settled::Failed { said }, Vec::new()));
            }
        };
        if let Some(not_before) = self.too_many(channel, now) {
            let said = "as many were sent as the channel may carry".to_owned();
            return Ok((Settled::PutOff { not_before, said }, Vec::new()));
        }
        if let Some(thread) = &message.thread {
            let handle = self.store.handle(thread, &claimed.channel);
            message.thread_handle = wait_for(handle)?;
        }
        let surroundings = Surroundings {
            workspace: &self.root,
            now,
            within: WITHIN,
        };
        let sent = asked(programme, channel, &message, &self.root);
        let delivery = wait_for(async { Ok(deliver(channel, &sent, &surroundings).await) })?;
        Ok(follow_up(
            programme,
            (channel, claimed),
            message,
            delivery,
            now,
        ))
    }

    /// When a channel may carry the next message, where it has carried enough for now.
    fn too_many(&mut self, channel: &NoticeChannel, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let Rate { count, per } = channel.rate.as_ref()?;
        let per = TimeDelta::seconds(i64::try_from(per.as_seconds()).unwrap_or(i64::MAX / 1_000));
        let id = channel.id.as_str();
        self.sent
            .retain(|(other, at)| other != id || *at + per > now);
        let mut own = self.sent.iter().filter(|(other, _)| other == id);
        let first = own.clone().map(|(_, at)| *at).min();
        if own.by_ref().count() >= usize::try_from(*count).unwrap_or(usize::MAX) {
            return first.map(|first| first + per);
        }
        self.sent.push((id.to_owned(), now));
        None
    }
}

/// A message as it is sent: where it asks for an answer, with how one gives it. Whoever cannot be
/// sent a link is told of the command: that they are told at all comes first.
fn asked(
    programme: &Programme,
    channel: &NoticeChannel,
    message: &Message,
    workspace: &Path,
) -> Message {
    if !message.asks {
        return message.clone();
    }
    let organization = programme.organization.as_ref();
    let stated = organization.and_then(|organization| organization.answers.as_ref());
    let signer = stated.map(|stated| Signer::new(stated, workspace));
    let (mut sent, how) = match signer {
        Some(Ok(signer)) => {
            let replies = channel.with.smtp.as_ref();
            let replies = replies.is_some_and(|smtp| smtp.reply_to.is_some());
            let or = match replies {
                true => "Reply with `yes` or `no` in the first line, or say so here:",
                false => "Say yes or no here:",
            };
            (signer.signed(message), or.to_owned())
        }
        refused => {
            if let Some(Err(why)) = refused {
                warn!(key = message.key, why, "is sent without a link");
            }
            let person = message.to.first().and_then(|to| to.person.as_ref());
            let by = person.map_or("PERSON", |person| person.as_str());
            let command = format!("mainstay notify answer {} --by {by}", message.key);
            let how = format!("Say so with `{command}`, or with `--decline` that you do not.");
            (message.clone(), how)
        }
    };
    sent.text = format!("{}\n\n{how}", sent.text);
    sent
}

/// What becomes of a message after a try, and what is sent beside it: to those who were not reached
/// yet, or by the other channel, where this one does not work.
fn follow_up(
    programme: &Programme,
    (channel, claimed): (&NoticeChannel, &Claimed),
    message: Message,
    delivery: Delivery,
    now: DateTime<Utc>,
) -> (Settled, Vec<Outgoing>) {
    match delivery {
        Delivery::Delivered {
            said,
            handle,
            missed,
        } => {
            let settled = Settled::Delivered { said, handle };
            if missed.is_empty() {
                return (settled, Vec::new());
            }
            let is_missed =
                |it: &Recipient| it.address.as_ref().is_some_and(|it| missed.contains(it));
            let others = only(message, is_missed);
            (settled, by_alternate(programme, channel, others))
        }
        Delivery::Later {
            after,
            why,
            reached,
        } => {
            let tried = usize::try_from(claimed.tries).unwrap_or(usize::MAX);
            let Some(wait) = WAIT.get(tried.saturating_sub(1)) else {
                let said = format!("given up after {tried} tries: {why}");
                return (
                    Settled::Failed { said },
                    by_alternate(programme, channel, message),
                );
            };
            let after = after.and_then(|after| TimeDelta::from_std(after).ok());
            let not_before = now + after.unwrap_or_default().max(TimeDelta::minutes(*wait));
            if reached.is_empty() {
                return (
                    Settled::Later {
                        not_before,
                        said: why,
                    },
                    Vec::new(),
                );
            }
            let is_left =
                |it: &Recipient| it.address.as_ref().is_none_or(|it| !reached.contains(it));
            let mut rest = only(message, is_left);
            rest.key += "/rest";
            let mut rest = outgoing(channel, rest);
            rest.not_before = Some(not_before);
            let settled = Settled::Delivered {
                said: why,
                handle: None,
            };
            (settled, vec![rest])
        }
        Delivery::Refused { why } => (
            Settled::Failed { said: why },
            by_alternate(programme, channel, message),
        ),
    }
}

/// A message for some of those it was for.
fn only(mut message: Message, are_meant: impl Fn(&Recipient) -> bool) -> Message {
    message.to.retain(are_meant);
    message
}

/// The same message by the channel that stands in, to whomever that can reach.
pub(super) fn by_alternate(
    programme: &Programme,
    channel: &NoticeChannel,
    mut message: Message,
) -> Vec<Outgoing> {
    let stated = channel.alternate.as_ref();
    let Some(alternate) = stated.and_then(|id| programme.channels.get(id.as_str())) else {
        return Vec::new();
    };
    // Two that stand in for each other do not pass a message on for ever.
    let marked = format!("/for-{}", channel.id);
    if message.key.contains(&format!("/for-{}", alternate.id)) || message.key.contains(&marked) {
        return Vec::new();
    }
    message.key += &marked;
    // What came first about the same went this way, too, if any of it did.
    if let Some(thread) = &mut message.thread {
        *thread += &marked;
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

fn outgoing(channel: &NoticeChannel, message: Message) -> Outgoing {
    let channel = channel.id.clone();
    Addressed { channel, message }.outgoing()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "
organization: {name: Example}
team: {id: t, name: T}
people:
  - {id: ada, name: Alex Kim, contacts: [{by: email, to: ada@a.example}, {by: phone, to: '1'}]}
  - {id: bob, name: Alex Kim, contacts: [{by: email, to: bob@b.example}]}
channels:
  - id: board
    name: Board
    with: {script: {argv: ['true']}}
    alternate: mail
    rate: {count: 2, per: 60s}
  - id: mail
    name: Mail
    with: {smtp: {host: mail.example, from: m@example.org}}
    alternate: board
";

    fn programme() -> Programme {
        let file = crate::load::File {
            path: "plans/t.yaml".to_owned(),
            content: Ok(PLAN.as_bytes().to_vec()),
        };
        let loaded = crate::load::load(vec![file]);
        assert_eq!(loaded.findings, [], "the plan is understood");
        loaded.programme
    }

    fn message(addresses: [Option<&str>; 2]) -> Message {
        let to = ["ada", "bob"].into_iter().zip(addresses);
        let to = to.map(|(id, address)| Recipient {
            person: Some(id.parse().expect("an id")),
            name: "Alex Kim".to_owned(),
            address: address.map(str::to_owned),
        });
        let key = "review@2027-03-01/due/x".to_owned();
        Message {
            to: to.collect(),
            ..Message::new(key, "Due now".to_owned(), "Review the plan".to_owned())
        }
    }

    fn now() -> DateTime<Utc> {
        "2027-03-01T06:00:00Z".parse().expect("a moment")
    }

    /// What is sent: its key, its channel, and where to.
    type Sent = (String, String, Vec<Option<String>>);

    /// What becomes of a message on its n-th try, and what is sent beside it.
    fn after(
        channel: &str,
        message: Message,
        tries: i64,
        delivery: Delivery,
    ) -> (Settled, Vec<Sent>) {
        let programme = programme();
        let claimed = Claimed {
            id: 1,
            key: message.key.clone(),
            channel: channel.to_owned(),
            body: String::new(),
            holder: "n".to_owned(),
            tries,
            epoch: 1,
        };
        let channel = programme.channels.get(channel).expect("it is there");
        let (settled, more) = follow_up(&programme, (channel, &claimed), message, delivery, now());
        let more = more.into_iter().map(|it| {
            let sent: Message = serde_json::from_str(&it.body).expect("a message");
            let to = sent.to.into_iter().map(|to| to.address);
            (it.key, it.channel, to.collect())
        });
        (settled, more.collect())
    }

    fn refused() -> Delivery {
        Delivery::Refused {
            why: "no".to_owned(),
        }
    }

    fn later(reached: &[&str]) -> Delivery {
        Delivery::Later {
            after: Some(Duration::from_secs(90)),
            why: "busy".to_owned(),
            reached: reached.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_refused_goes_by_the_alternate_to_the_same_people_and_once() {
        let (settled, more) = after("board", message([None, None]), 1, refused());
        assert!(matches!(settled, Settled::Failed { .. }));
        let key = "review@2027-03-01/due/x/for-board".to_owned();
        // Two have one name, and each gets what is theirs.
        let to = ["ada@a.example", "bob@b.example"].map(|it| Some(it.to_owned()));
        assert_eq!(more, [(key.clone(), "mail".to_owned(), to.to_vec())]);
        let mut passed_on = message([None, None]);
        passed_on.key = key;
        assert_eq!(after("mail", passed_on, 1, refused()).1, []);
    }

    #[test]
    fn what_is_deferred_waits_longer_each_time_and_is_given_up_in_the_end() {
        let waits = |tries| match after("board", message([None, None]), tries, later(&[])) {
            (Settled::Later { not_before, .. }, more) if more.is_empty() => not_before - now(),
            other => panic!("{other:?}"),
        };
        // The channel asked for a minute and a half.
        assert_eq!(waits(1), TimeDelta::seconds(90));
        assert_eq!(waits(3), TimeDelta::minutes(5));
        assert_eq!(waits(12), TimeDelta::minutes(1200));
        let (settled, more) = after("board", message([None, None]), 13, later(&[]));
        assert!(settled.said().starts_with("given up after 13 tries: busy"));
        assert_eq!(more.len(), 1, "it goes by the alternate");
    }

    #[test]
    fn who_was_reached_gets_it_once_and_the_others_later() {
        let both = [Some("ada@a.example"), Some("bob@b.example")];
        let (settled, more) = after("mail", message(both), 1, later(&["ada@a.example"]));
        assert!(matches!(settled, Settled::Delivered { .. }));
        let rest = ("review@2027-03-01/due/x/rest".to_owned(), "mail".to_owned());
        let to = vec![Some("bob@b.example".to_owned())];
        assert_eq!(more, [(rest.0, rest.1, to)]);
        let missed = Delivery::Delivered {
            said: "250".to_owned(),
            handle: None,
            missed: vec!["bob@b.example".to_owned()],
        };
        let (settled, more) = after("mail", message(both), 1, missed);
        assert!(matches!(settled, Settled::Delivered { .. }));
        assert_eq!(more.len(), 1);
        assert_eq!((more[0].1.as_str(), more[0].2.len()), ("board", 1));
    }

    #[test]
    fn a_channel_carries_no_more_than_it_may() {
        let programme = programme();
        let channel = programme.channels.get("board").expect("it is there");
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace {
            root: folder.path().to_owned(),
            marked: false,
        };
        let mut outbox = Outbox::open(&workspace, "n").expect("it opens");
        let at = |seconds| now() + TimeDelta::seconds(seconds);
        assert_eq!(outbox.too_many(channel, at(0)), None);
        assert_eq!(outbox.too_many(channel, at(10)), None);
        assert_eq!(outbox.too_many(channel, at(20)), Some(at(60)));
        assert_eq!(outbox.too_many(channel, at(60)), None);
        assert_eq!(outbox.too_many(channel, at(61)), Some(at(70)));
    }
}

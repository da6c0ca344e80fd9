//! Messages that wait to be delivered: taken one by one, tried, and tried again.

use std::future::ready;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::attempt::{again, attempt, within};
use super::instead::{by_alternate, outgoing};
use super::place::place;
use super::{Addressed, wait_for};
use crate::clock;
use crate::error::Result;
use crate::id::PersonId;
use crate::model::{NoticeChannel, Programme, Rate};
use crate::notify::{Delivery, Message, Recipient};
use crate::schedule::Known;
use crate::store::{self, Claimed, Counts, Durability, Outgoing, PutBack, Settled, Store};
use crate::workspace::Workspace;

/// How much longer a message is held by whoever tries to deliver it than that may take.
const HELD_AFTER: Duration = Duration::from_secs(30);

/// No rate is counted over a longer time than this.
const RATE_MAX: TimeDelta = TimeDelta::days(366);

/// The messages of a workspace that wait to be delivered.
pub struct Outbox {
    root: PathBuf,
    store: Store,
    node: String,
}

/// What the plans say of channels.
#[derive(Debug)]
pub struct Channels {
    /// The plans, as they were last read.
    pub programme: Programme,
    /// Whether all of them could be.
    pub known: Known,
}

/// A message that is being delivered, and what came of it in the end.
pub type UnderWay = LocalBoxFuture<'static, Done>;

/// What came of a message, which is still to be settled.
#[derive(Debug)]
pub struct Done {
    pub(super) claimed: Claimed,
    pub(super) settled: Settled,
    /// What is sent in its place.
    pub(super) more: Vec<Outgoing>,
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
    pub async fn open(workspace: &Workspace, node: &str) -> Result<Self> {
        Ok(Outbox {
            root: workspace.root.clone(),
            store: Store::open(&place(workspace), Durability::default()).await?,
            node: node.to_owned(),
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

    /// Has messages of a workspace wait again that were given up: the one with a key, or all; gives
    /// back how many.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub fn put_back(workspace: &Workspace, key: Option<&str>, by: &PersonId) -> Result<u64> {
        let now = clock::now()?.wall;
        let at = now.format("%Y-%m-%d %H:%M:%SZ");
        let said = format!("put back by {by} at {at}");
        let which = PutBack { key, said: &said };
        wait_for(async {
            let mut store = Store::open(&place(workspace), Durability::default()).await?;
            let count = store.put_back(which, now).await?;
            store.close().await?;
            Ok(count)
        })
    }

    /// Waits until something may have been posted, or for so long.
    pub async fn hint(&mut self, at_most: Duration) {
        self.store.hint(at_most).await;
    }

    /// How many messages there are.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn counts(&mut self) -> Result<Counts> {
        self.store.message_counts().await
    }

    /// Takes the next message by a channel by which none is under way; nothing, where none waits.
    ///
    /// # Errors
    /// `Io` when messages cannot be read.
    pub async fn next(&mut self, channels: &Arc<Channels>) -> Result<Option<UnderWay>> {
        let now = clock::now()?.wall;
        let programme = &channels.programme;
        let held = |channel: &str| within(programme, channel) + HELD_AFTER;
        let claimed = self.store.claim_message(&self.node, now, &held).await?;
        let Some(claimed) = claimed else {
            return Ok(None);
        };
        if let Some(channel) = programme.channels.get(&claimed.channel)
            && let Some(not_before) = self.too_many(channel, now).await?
        {
            let said = "as many were sent as the channel may carry".to_owned();
            let done = Done {
                claimed,
                settled: Settled::PutOff { not_before, said },
                more: Vec::new(),
            };
            return Ok(Some(ready(done).boxed_local()));
        }
        let handle = self.handle(&claimed).await?;
        let (root, channels) = (self.root.clone(), channels.clone());
        let attempt = attempt(root, channels, (claimed, handle), now);
        Ok(Some(attempt.boxed_local()))
    }

    /// What the channel of a message calls the first one of its thread, if it is in one.
    async fn handle(&mut self, claimed: &Claimed) -> Result<Option<String>> {
        let message: Option<Message> = serde_json::from_str(&claimed.body).ok();
        match message.and_then(|message| message.thread) {
            Some(thread) => self.store.handle(&thread, &claimed.channel).await,
            None => Ok(None),
        }
    }

    /// Writes down what came of a message.
    ///
    /// # Errors
    /// `Io` when it cannot be written; the message is tried again then.
    pub async fn settle(&mut self, done: Done) -> Result<Tried> {
        let Done {
            claimed,
            settled,
            more,
        } = done;
        // What follows from a message is there before it is settled: it is never lost.
        if !more.is_empty() {
            self.store.post(&more).await?;
        }
        let mut tried = Tried {
            key: claimed.key.clone(),
            channel: claimed.channel.clone(),
            state: settled.state(),
            said: settled.said().to_owned(),
        };
        let now = clock::now()?.wall;
        if !self.store.settle(&claimed, settled, now).await? {
            tried.said += "; too late, another node has it: kept as evidence, and nothing changed";
        }
        Ok(tried)
    }

    /// When a channel may carry the next message, where it has carried enough for now, from
    /// whichever node.
    async fn too_many(
        &mut self,
        channel: &NoticeChannel,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let Some(Rate { count, per }) = &channel.rate else {
            return Ok(None);
        };
        let per = per.as_delta().map_or(RATE_MAX, |per| per.min(RATE_MAX));
        let id = channel.id.as_str();
        let carried = self.store.delivered(id, now - per, *count).await?;
        let is_full = carried.len() >= usize::try_from(*count).unwrap_or(usize::MAX);
        let first = carried.last().filter(|_| is_full);
        Ok(first.map(|first| *first + per))
    }
}

/// What becomes of a message after a try, and what is sent beside it: to those who were not reached
/// yet, or by the other channel, where this one does not work.
pub(super) fn follow_up(
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
        Delivery::Unready { why } => {
            let delivery = Delivery::Later {
                after: None,
                why,
                reached: Vec::new(),
            };
            follow_up(programme, (channel, claimed), message, delivery, now)
        }
        Delivery::Later {
            after,
            why,
            reached,
        } => {
            let settled = again(claimed, after, why, now);
            let Settled::Later { not_before, said } = settled else {
                return (settled, by_alternate(programme, channel, message));
            };
            if reached.is_empty() {
                return (Settled::Later { not_before, said }, Vec::new());
            }
            let is_left =
                |it: &Recipient| it.address.as_ref().is_none_or(|it| !reached.contains(it));
            let mut rest = only(message, is_left);
            rest.key += "/rest";
            let mut rest = outgoing(channel, rest);
            rest.not_before = Some(not_before);
            let handle = None;
            (Settled::Delivered { said, handle }, vec![rest])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::understood;
    use crate::notify::WITHIN;

    const PLAN: &str = "
organization: {name: Example}
team: {id: t, name: T}
people:
  - {id: ada, name: Alex Kim, contacts: [{by: email, to: ada@a.example}, {by: phone, to: '1'}]}
  - {id: bob, name: Alex Kim, contacts: [{by: email, to: bob@b.example}]}
channels:
  - id: board
    name: Board
    with: {script: {argv: ['true'], within: 1h}}
    alternate: mail
    rate: {count: 2, per: 60s}
  - id: mail
    name: Mail
    with: {smtp: {host: mail.example, from: m@example.org}}
    alternate: board
";

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

    fn claimed(key: &str, channel: &str, tries: i64) -> Claimed {
        Claimed {
            id: 1,
            key: key.to_owned(),
            channel: channel.to_owned(),
            body: String::new(),
            holder: "n".to_owned(),
            tries,
            epoch: 1,
        }
    }

    /// What becomes of a message on its n-th try, and what is sent beside it.
    fn after(
        channel: &str,
        message: Message,
        tries: i64,
        delivery: Delivery,
    ) -> (Settled, Vec<Sent>) {
        let programme = understood(PLAN);
        let claimed = claimed(&message.key, channel, tries);
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
    fn what_the_channel_lets_not_through_now_is_tried_again_and_then_goes_by_the_alternate() {
        let unready = || Delivery::Unready {
            why: "no secret".to_owned(),
        };
        let (settled, more) = after("board", message([None, None]), 1, unready());
        assert!(matches!(settled, Settled::Later { .. }) && more.is_empty());
        let (settled, more) = after("board", message([None, None]), 13, unready());
        assert!(matches!(settled, Settled::Failed { .. }));
        assert_eq!(more.len(), 1, "it goes by the alternate");
    }

    #[test]
    fn what_went_by_another_channel_of_a_like_name_still_goes_by_the_alternate() {
        let mut message = message([None, None]);
        message.key += "/for-mail-2";
        assert_eq!(after("board", message, 1, refused()).1.len(), 1);
    }

    #[test]
    fn a_channel_carries_no_more_than_it_may_whoever_sends() {
        let programme = understood(PLAN);
        let channel = programme.channels.get("board").expect("it is there");
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace {
            root: folder.path().to_owned(),
            marked: false,
        };
        let at = |seconds| now() + TimeDelta::seconds(seconds);
        let work = async {
            let mut one = Outbox::open(&workspace, "one").await?;
            let mut two = Outbox::open(&workspace, "two").await?;
            for (key, second) in [("a", 0), ("b", 10)] {
                assert_eq!(two.too_many(channel, at(second)).await?, None);
                let mut outgoing = outgoing(channel, message([None, None]));
                (outgoing.key, outgoing.not_before) = (key.to_owned(), Some(now()));
                one.store.post(&[outgoing]).await?;
                let claimed = one.store.claim_message("one", at(second), &|_| WITHIN);
                let claimed = claimed.await?.expect("it waits");
                let said = "it is there".to_owned();
                let handle = None;
                let settled = Settled::Delivered { said, handle };
                assert!(one.store.settle(&claimed, settled, at(second)).await?);
            }
            assert_eq!(two.too_many(channel, at(20)).await?, Some(at(60)));
            assert_eq!(two.too_many(channel, at(60)).await?, None);
            Ok(())
        };
        wait_for(work).expect("it is written");
    }
}

//! One message is tried once: what becomes of it, and when it is tried again.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use tracing::warn;

use super::outbox::{Channels, Done, follow_up};
use crate::model::{NoticeChannel, Programme};
use crate::notify::{Delivery, Message, Signer, Surroundings, WITHIN, deliver};
use crate::schedule::Known;
use crate::store::{Claimed, Settled};

/// How long it is waited after each try, in minutes; after the last it is given up. Together that
/// is two days.
const WAIT: [i64; 12] = [1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 720, 1200];

/// How long a delivery by a channel may take.
pub fn within(programme: &Programme, channel: &str) -> Duration {
    let channel = programme.channels.get(channel);
    let script = channel.and_then(|channel| channel.with.script.as_ref());
    let stated = script.and_then(|script| script.within);
    stated.map_or(WITHIN, |within| Duration::from_secs(within.as_seconds()))
}

/// Tries to deliver a message; `handle` is what its channel calls the first one of its thread.
pub async fn attempt(
    root: PathBuf,
    channels: Arc<Channels>,
    (claimed, handle): (Claimed, Option<String>),
    now: DateTime<Utc>,
) -> Done {
    let programme = &channels.programme;
    let (settled, more) = match (
        programme.channels.get(&claimed.channel),
        serde_json::from_str::<Message>(&claimed.body),
    ) {
        (_, Err(error)) => {
            let said = format!("it cannot be read: {error}");
            (Settled::Failed { said }, Vec::new())
        }
        (None, _) => (unnamed(&claimed, channels.known, now), Vec::new()),
        (Some(_), Ok(message)) if message.until.is_some_and(|until| until <= now) => {
            let said = "it was not delivered while it was of use".to_owned();
            (Settled::Failed { said }, Vec::new())
        }
        (Some(channel), Ok(mut message)) => {
            message.thread_handle = handle;
            let sent = asked(programme, channel, &message, &root);
            let on = Surroundings {
                workspace: &root,
                now,
                within: WITHIN,
            };
            // One message that brings a carrier down keeps no other from being sent.
            let delivery = AssertUnwindSafe(deliver(channel, &sent, &on));
            let delivery = delivery.catch_unwind().await;
            let delivery = delivery.unwrap_or_else(|_| Delivery::Later {
                after: None,
                why: "Mainstay has a fault there; it may have been delivered".to_owned(),
                reached: Vec::new(),
            });
            follow_up(programme, (channel, &claimed), message, delivery, now)
        }
    };
    Done {
        claimed,
        settled,
        more,
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
                true => "Reply with `yes` or `no` alone in the first line, or say so here:",
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

/// What becomes of a message whose channel the plans do not name. Where a part of them could not be
/// read it may stand there.
fn unnamed(claimed: &Claimed, known: Known, now: DateTime<Utc>) -> Settled {
    let said = format!("the plans name no channel `{}`", claimed.channel);
    match known {
        Known::All => Settled::Failed { said },
        Known::Part => again(
            claimed,
            None,
            format!("{said}, as far as they can be read"),
            now,
        ),
    }
}

/// That a message is tried again after a while, or given up where it was tried often enough.
pub fn again(
    claimed: &Claimed,
    after: Option<Duration>,
    why: String,
    now: DateTime<Utc>,
) -> Settled {
    let tried = usize::try_from(claimed.tries).unwrap_or(usize::MAX);
    let Some(wait) = WAIT.get(tried.saturating_sub(1)) else {
        let said = format!("given up after {tried} tries: {why}");
        return Settled::Failed { said };
    };
    let after = after.and_then(|after| TimeDelta::from_std(after).ok());
    let not_before = now + after.unwrap_or_default().max(TimeDelta::minutes(*wait));
    Settled::Later {
        not_before,
        said: why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::understood;
    use crate::store::State;

    const PLAN: &str = "
organization: {name: Example}
team: {id: t, name: T}
channels:
  - {id: board, name: Board, with: {script: {argv: ['true'], within: 1h}}}
  - {id: mail, name: Mail, with: {smtp: {host: mail.example, from: m@example.org}}}
";

    fn now() -> DateTime<Utc> {
        "2027-03-01T06:00:00Z".parse().expect("a moment")
    }

    fn claimed() -> Claimed {
        Claimed {
            id: 1,
            key: "m".to_owned(),
            channel: "pager".to_owned(),
            body: String::new(),
            holder: "n".to_owned(),
            tries: 1,
            epoch: 1,
        }
    }

    #[test]
    fn a_channel_is_gone_only_where_all_plans_were_read() {
        let claimed = claimed();
        let settled = unnamed(&claimed, Known::Part, now());
        assert!(matches!(settled, Settled::Later { .. }), "{settled:?}");
        let settled = unnamed(&claimed, Known::All, now());
        assert!(matches!(settled, Settled::Failed { .. }), "{settled:?}");
    }

    #[test]
    fn what_was_not_delivered_while_it_was_of_use_is_given_up() {
        let channels = Arc::new(Channels {
            programme: understood(PLAN),
            known: Known::All,
        });
        let state_at = |until: DateTime<Utc>| {
            let message = Message {
                until: Some(until),
                ..Message::new("m".to_owned(), "Call".to_owned(), "Come".to_owned())
            };
            let claimed = Claimed {
                channel: "board".to_owned(),
                body: crate::text::canonical(&message),
                ..claimed()
            };
            let attempt = attempt(PathBuf::from("/"), channels.clone(), (claimed, None), now());
            let done = crate::app::wait_for(attempt.map(Ok));
            done.expect("it is tried").settled.state()
        };
        assert_eq!(state_at(now()), State::Failed);
        assert_eq!(state_at(now() + TimeDelta::seconds(1)), State::Delivered);
    }

    #[test]
    fn a_message_is_held_for_as_long_as_its_delivery_may_take() {
        let programme = understood(PLAN);
        let of = |id: &str| within(&programme, id);
        assert_eq!(of("board"), Duration::from_secs(3_600));
        assert_eq!(of("mail"), WITHIN);
    }
}

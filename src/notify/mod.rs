//! One message is delivered by one channel, once: one file for each carrier in `carriers!`.
//!
//! What is sent, to whom and when it is tried again is decided elsewhere. Here is told honestly
//! what came of it: delivered, later, or never. Where nobody knows, such as when no answer came, it
//! is `Later`, as somebody who is told twice is better off than somebody who is not told; it is
//! said.
//!
//! A carrier never sees a [`Message`], only [`Worded`], in which an exercise says so first and last
//! and has a namespace of its own. Redirects are not followed, answers are read in part, everything
//! has a time limit, and no secret is in anything that is said.

mod answers;
mod http;
mod matrix;
mod mattermost;
mod message;
mod ntfy;
mod pagerduty;
mod returned;
mod script;
mod secrets;
mod slack;
mod smtp;
mod teams;
mod webhook;
mod worded;
mod urgency;

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use answers::{PATH, Signer};
pub use message::{Message, Mode, Proofs, Recipient, State, Urgency};
pub use returned::{Arrived, MAIL_MAX, Missed, Reply, Returned};
pub use worded::{EXERCISE, Worded};

use crate::carriers;
use crate::model::{self, NoticeChannel};
pub use crate::news::{Doer, Matter, News, Run, Wait, Words};
use crate::secret::hidden;
use crate::text::visible;

/// How long a delivery may take, where nobody says.
pub const WITHIN: Duration = Duration::from_secs(60);
/// How much is said of what came of it, in characters.
const SAID_MAX: usize = 600;

/// What a delivery needs to know beside the message.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'s> {
    /// The folder of the workspace, where files with secrets and programs are.
    pub workspace: &'s Path,
    /// This moment.
    pub now: DateTime<Utc>,
    /// How long it may take.
    pub within: Duration,
}

/// What came of a delivery. No secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Whoever carries messages has taken it.
    Delivered {
        /// What was said of it.
        said: String,
        /// What the channel calls the message, where it has a name for it: a later one of the same
        /// thread needs it as [`Message::thread_handle`].
        handle: Option<String>,
        /// The addresses that were refused for good. They are named in `said`, too.
        missed: Vec<String>,
    },
    /// It may be tried again.
    Later {
        /// Not before so long.
        after: Option<Duration>,
        /// Why, and whether it may have been delivered all the same.
        why: String,
        /// The addresses that have got it: they need not get it again.
        reached: Vec<String>,
    },
    /// Nothing goes by the channel as it is set up here and now: a secret is missing, or nobody is
    /// let in with it. It may be tried again, as somebody may mend that.
    Unready {
        /// Why.
        why: String,
    },
    /// It never will be, as it is.
    Refused {
        /// Why.
        why: String,
    },
}

impl Delivery {
    /// It was taken.
    fn delivered(said: impl Into<String>) -> Self {
        Delivery::Delivered {
            said: said.into(),
            handle: None,
            missed: Vec::new(),
        }
    }

    /// It may be tried again.
    fn later(why: impl Into<String>) -> Self {
        Delivery::Later {
            after: None,
            why: why.into(),
            reached: Vec::new(),
        }
    }

    /// The channel lets nothing through, as it is set up.
    fn unready(why: impl Into<String>) -> Self {
        Delivery::Unready { why: why.into() }
    }

    /// It never will be, as it is.
    fn refused(why: impl Into<String>) -> Self {
        Delivery::Refused { why: why.into() }
    }

    /// What is said of it.
    pub fn words(&self) -> &str {
        match self {
            Delivery::Delivered { said, .. } => said,
            Delivery::Later { why, .. } | Delivery::Unready { why } | Delivery::Refused { why } => {
                why
            }
        }
    }

    fn words_mut(&mut self) -> &mut String {
        match self {
            Delivery::Delivered { said, .. } => said,
            Delivery::Later { why, .. } | Delivery::Unready { why } | Delivery::Refused { why } => {
                why
            }
        }
    }
}

/// Delivers a message by a channel, once.
pub async fn deliver(
    channel: &NoticeChannel,
    message: &Message,
    on: &Surroundings<'_>,
) -> Delivery {
    let (message, left_out) = match meant(channel, message) {
        Ok(meant) => meant,
        Err(why) => return Delivery::refused(why),
    };
    let worded = Worded::new(&message);
    let mut delivery = carry(&channel.with, &worded, on).await;
    let secrets = secrets::of(&channel.with, on.workspace);
    let words = delivery.words_mut();
    if !left_out.is_empty() {
        *words += &format!("; left out of an exercise: {}", left_out.join(", "));
    }
    // Whoever carries messages may answer with what it was sent.
    *words = hidden(&visible(words), &secrets, SAID_MAX);
    delivery
}

/// The message for those whom it may reach, and the names of all others.
///
/// # Errors
/// Why it may reach nobody.
fn meant(channel: &NoticeChannel, message: &Message) -> Result<(Message, Vec<String>), String> {
    if let Some(why) = channel.unclear() {
        return Err(format!("the channel `{}` {why}", channel.id));
    }
    let mut message = message.clone();
    let only_to = &channel.exercise_only_to;
    if message.mode == Mode::Live || only_to.is_empty() {
        return Ok((message, Vec::new()));
    }
    let may = |recipient: &Recipient| {
        let address = recipient.address.as_deref();
        address.is_some_and(|address| only_to.iter().any(|it| it.eq_ignore_ascii_case(address)))
    };
    let all = std::mem::take(&mut message.to);
    let (reached, others): (Vec<Recipient>, Vec<Recipient>) = all.into_iter().partition(may);
    let others = others
        .into_iter()
        .map(|other| other.name)
        .collect::<Vec<_>>();
    if reached.is_empty() {
        let names = others.join(", ");
        return Err(format!("an exercise may reach none of them here: {names}"));
    }
    message.to = reached;
    Ok((message, others))
}

macro_rules! carrier {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// Has the carrier that a plan states deliver a message.
        async fn carry(
            stated: &model::Carrier,
            message: &Worded<'_>,
            on: &Surroundings<'_>,
        ) -> Delivery {
            $(if let Some(stated) = &stated.$name {
                let delivery = $name::deliver(stated, message, on).await;
                return delivery.unwrap_or_else(Delivery::unready);
            })+
            Delivery::refused("the channel names nothing that carries its messages")
        }
    };
}
carriers!(carrier);

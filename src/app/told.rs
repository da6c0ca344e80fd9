//! Who is told what, in which words, by which channel.

use std::collections::BTreeSet;

use super::Plans;
use crate::due;
use crate::id::{ChannelId, PartyId, PersonId};
use crate::model::{NoticeAudience, NoticeKind, REMIND};
use crate::notify::{Message, Mode, Recipient, State, Urgency};
use crate::schedule::{Duty, Notice, Subject, Told, Which};
use crate::store::Outgoing;
use crate::text::canonical;
use crate::time::Period;

/// Something that people are told, before it is known who they are.
pub struct News<'n> {
    /// What kind it is.
    pub kind: NoticeKind,
    /// How long before something is due it is told, of a reminder.
    pub before: Option<Period>,
    /// What makes it this news and no other.
    pub key: String,
    /// The key of the first news about the same, unless this is it.
    pub thread: Option<String>,
    /// Who sees to it, where that is stated.
    pub who: Option<&'n PartyId>,
    /// In one line.
    pub title: String,
    /// In whole.
    pub text: String,
    /// How urgent it is.
    pub urgency: Urgency,
}

/// A message, and the channel by which it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Addressed {
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub message: Message,
}

impl Addressed {
    /// As it is kept until it is delivered.
    pub fn outgoing(self) -> Outgoing {
        Outgoing {
            key: self.message.key.clone(),
            channel: self.channel.to_string(),
            body: canonical(&self.message),
            not_before: None,
        }
    }
}

impl Plans {
    /// How long before something is due anybody is reminded.
    pub fn reminders(&self) -> Vec<Period> {
        let organization = self.loaded.programme.organization.as_ref();
        let notices = organization.map_or(&[][..], |it| &it.notices);
        let mut all: Vec<Period> = Vec::new();
        for period in notices.iter().flat_map(|notice| notice.reminders()) {
            if !all.contains(period) {
                all.push(*period);
            }
        }
        match notices {
            // Whoever looks later sees when people would have been reminded.
            [] => REMIND.to_vec(),
            _ => all,
        }
    }

    /// One message for each channel by which somebody is to be told.
    pub fn addressed(&self, news: &News) -> Vec<Addressed> {
        let programme = &self.loaded.programme;
        let organization = programme.organization.as_ref();
        let notices = organization.map_or(&[][..], |it| &it.notices);
        let is_meant = |before: Option<Period>, reminders: &[Period]| {
            before.is_none_or(|before| reminders.contains(&before))
        };
        let mut told: Vec<(&ChannelId, BTreeSet<&PersonId>)> = Vec::new();
        for notice in notices {
            if !notice.tells(news.kind) || !is_meant(news.before, notice.reminders()) {
                continue;
            }
            let people = notice.audience.people(programme);
            let people = people.unwrap_or_else(|| self.responsible(news.who));
            match told
                .iter_mut()
                .find(|(channel, _)| **channel == notice.channel)
            {
                Some((_, all)) => all.extend(people),
                None => told.push((&notice.channel, people)),
            }
        }
        let message = |(channel, people): (&ChannelId, BTreeSet<&PersonId>)| {
            let to = self.recipients(channel, &people)?;
            let key = |key: &str| format!("{key}/{channel}");
            let message = Message {
                key: key(&news.key),
                to,
                title: news.title.clone(),
                text: news.text.clone(),
                link: None,
                urgency: news.urgency,
                thread: news.thread.as_deref().map(key),
                thread_handle: None,
                state: State::Trigger,
                mode: Mode::Live,
            };
            Some(Addressed {
                channel: channel.clone(),
                message,
            })
        };
        told.into_iter().filter_map(message).collect()
    }

    /// Whoever sees to something; who owns the control, where nobody is named or is there.
    fn responsible(&self, who: Option<&PartyId>) -> BTreeSet<&PersonId> {
        let programme = &self.loaded.programme;
        let own = who.map(|who| programme.people_behind(who));
        let own = own.filter(|people| !people.is_empty());
        let owner = || NoticeAudience::ControlOwner.people(programme);
        own.or_else(owner).unwrap_or_default()
    }

    /// Those whom a channel can reach; nothing where it can reach none of them, or is not there.
    fn recipients(
        &self,
        channel: &ChannelId,
        people: &BTreeSet<&PersonId>,
    ) -> Option<Vec<Recipient>> {
        let programme = &self.loaded.programme;
        let channel = programme.channels.get(channel.as_str())?;
        let is_addressed = channel.with.addresses().is_some();
        let to = people.iter().filter_map(|id| {
            let person = programme.people.get(id.as_str())?;
            let address = channel.address_of(programme, id).map(str::to_owned);
            (address.is_some() || !is_addressed).then(|| Recipient {
                name: person.name.clone(),
                address,
            })
        });
        let to: Vec<Recipient> = to.collect();
        (!is_addressed || !to.is_empty()).then_some(to)
    }

    /// What is to be said of a reminder.
    pub fn news<'n>(&self, notice: &'n Notice, register: &[Duty]) -> News<'n> {
        let Notice {
            of,
            name,
            which,
            what,
            ..
        } = notice;
        let about = |which: &Which| format!("{of}@{name}/{}", which.key());
        let (kind, before, urgency) = match which {
            Which::Before(period) => (NoticeKind::Reminder, Some(*period), Urgency::Low),
            Which::Due => (NoticeKind::Due, None, Urgency::Normal),
            Which::Overdue(_) | Which::Missed => (NoticeKind::Missed, None, Urgency::High),
        };
        let when = match which {
            Which::Before(period) => format!("in {}: {name}", period.words()),
            Which::Due => format!("due now: {name}"),
            Which::Overdue(_) => format!("overdue since {name}"),
            Which::Missed => format!("missed: {name}"),
        };
        let said = match which {
            Which::Missed => format!(
                "It was not done, and it is too late now. Say who decided that it need not be, and \
                 why: mainstay schedule waive {of} {name} --by PERSON --why REASON"
            ),
            _ => due::how(of),
        };
        News {
            kind,
            before,
            key: about(which),
            thread: first(register, notice)
                .filter(|first| first != which)
                .map(|it| about(&it)),
            who: notice.who.as_ref(),
            title: format!("{what}, {when}"),
            text: format!("{what}\n\n{}.\n\n{said}\n", sentence(&when)),
            urgency,
        }
    }
}

/// The first reminder of the same that was posted.
fn first(register: &[Duty], notice: &Notice) -> Option<Which> {
    let mut posted = register.iter().filter_map(|duty| match duty {
        Duty::Reminded(it) if matches!(it.told, Told::Posted(_)) => Some(it),
        _ => None,
    });
    let is_same = |of: &Subject, nominal| *of == notice.of && nominal == notice.nominal;
    posted
        .find(|it| is_same(&it.of, it.nominal))
        .map(|it| it.which)
}

/// With a capital letter.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

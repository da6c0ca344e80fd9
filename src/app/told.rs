//! Who is told what, in which words, by which channel.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::{Plans, Wrong};
use crate::due;
use crate::error::{Error, Result};
use crate::id::{ChannelId, PartyId, PersonId};
use crate::model::{Notice, NoticeAudience, REMIND, Wording};
use crate::notify::{self, Message, Mode, News, Recipient, Urgency, Words};
use crate::proof::{self, Verified};
use crate::record::Record;
use crate::schedule::{Announced, Duty, Move, Reminder, Subject, Told, Which};
use crate::store::Outgoing;
use crate::text::canonical;
use crate::time::Period;

/// How long after its end a run is told of: longer than a daemon is likely to be down.
const TOLD_FOR: TimeDelta = TimeDelta::days(7);

/// Something that people are told, before it is known who they are.
pub(super) struct Telling<'n> {
    pub(super) news: News<'n>,
    /// How long before something is due it is told, of a reminder.
    pub(super) before: Option<Period>,
    /// What makes it this news and no other.
    pub(super) key: String,
    /// The key of the first news about the same, unless this is it.
    pub(super) thread: Option<String>,
    /// Who sees to it.
    pub(super) who: BTreeSet<&'n PersonId>,
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

impl Telling<'_> {
    /// The message by a channel; where an answer is asked for, or each has to say something else,
    /// one for each whom it reaches.
    fn messages(
        &self,
        (notice, wording): (&Notice, &[Wording]),
        to: Vec<Recipient>,
    ) -> Vec<Addressed> {
        let then = notice.confirm.as_ref().map(|confirm| confirm.then.clone());
        let then = then.map(NoticeAudience::Party);
        let then = then.filter(|_| matches!(self.news, News::Unanswered(_)));
        let audience = then.as_ref().unwrap_or(&notice.audience);
        let asks = notice.confirm.is_some() && self.news.is_answered();
        let is_addressed = to.iter().any(|it| it.address.is_some());
        let is_for_one = asks || is_addressed && matches!(self.news, News::Waits(_));
        let message = |to: Vec<Recipient>| {
            let person = to.first().and_then(|it| it.person.as_ref());
            let person = person.filter(|_| is_for_one);
            let of = person.map_or_else(String::new, |person| format!("/{person}"));
            let news = person.map_or(self.news, |person| self.news.said_to(person));
            let Words { title, text } = news.words(audience, wording);
            let key = |key: &str| format!("{key}/{}{of}", notice.channel);
            Addressed {
                channel: notice.channel.clone(),
                message: Message {
                    to,
                    urgency: self.news.urgency(),
                    thread: self.thread.as_deref().map(key),
                    asks,
                    ..Message::new(key(&self.key), title, text)
                },
            }
        };
        match is_for_one {
            true => to.into_iter().map(|one| message(vec![one])).collect(),
            false => vec![message(to)],
        }
    }
}

impl Plans {
    /// How long before something is due anybody is reminded.
    pub fn remind_before(&self) -> Vec<Period> {
        let organization = self.loaded.programme.organization.as_ref();
        let notices = organization.map_or(&[][..], |it| &it.notices);
        let mut all: Vec<Period> = Vec::new();
        for period in notices.iter().flat_map(Notice::reminders) {
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

    /// How long it is waited until somebody confirms that they see to what these messages tell; the
    /// shortest of what the notices say that ask by the same channels. Nothing where none asks.
    pub fn confirm_within(&self, addressed: &[Addressed]) -> Option<TimeDelta> {
        let organization = self.loaded.programme.organization.as_ref()?;
        let asks = |notice: &&Notice| {
            let mut own = addressed.iter().filter(|it| it.channel == notice.channel);
            own.any(|it| it.message.asks)
        };
        let all = organization
            .notices
            .iter()
            .filter(asks)
            .filter_map(|it| it.confirm.as_ref());
        all.map(|confirm| confirm.within).min()?.as_delta()
    }

    /// One message for each channel by which somebody is to be told.
    pub(super) fn addressed(&self, telling: &Telling) -> Vec<Addressed> {
        let news = &telling.news;
        let programme = &self.loaded.programme;
        let organization = programme.organization.as_ref();
        let notices = organization.map_or(&[][..], |it| &it.notices);
        let wording = organization.map_or(&[][..], |it| &it.wording);
        let is_meant = |before: Option<Period>, reminders: &[Period]| {
            before.is_none_or(|before| reminders.contains(&before))
        };
        let mut told: Vec<(&Notice, BTreeSet<&PersonId>)> = Vec::new();
        for notice in notices {
            let tells = match news {
                News::Unanswered(_) => notice.confirm.is_some(),
                _ => notice.tells(news.kind()),
            };
            if !tells || !is_meant(telling.before, notice.reminders()) {
                continue;
            }
            let people = match (news, &notice.confirm) {
                (News::Unanswered(_), Some(confirm)) => programme.people_behind(&confirm.then),
                _ => {
                    let people = notice.audience.people(programme);
                    people.unwrap_or_else(|| telling.who.clone())
                }
            };
            match told
                .iter_mut()
                .find(|(other, _)| other.channel == notice.channel)
            {
                Some((_, all)) => all.extend(people),
                None => told.push((notice, people)),
            }
        }
        let messages = told.into_iter().flat_map(|(notice, people)| {
            let to = self.recipients(&notice.channel, &people);
            to.map_or_else(Vec::new, |to| telling.messages((notice, wording), to))
        });
        messages.collect()
    }

    /// Those whom a channel can reach; nothing where it can reach none of them, or is not there.
    pub(super) fn recipients(
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
                person: Some(person.id.clone()),
                name: person.name.clone(),
                address,
            })
        });
        let to: Vec<Recipient> = to.collect();
        (!is_addressed || !to.is_empty()).then_some(to)
    }

    /// One message for each channel, which tells people behind a party something.
    ///
    /// # Errors
    /// `NotFound` when the plans name no such party or channel; `Conflict` when a channel reaches
    /// nobody behind it.
    pub fn telling(
        &self,
        (who, by): (&PartyId, &[ChannelId]),
        key: &str,
        text: &str,
        mode: &Mode,
    ) -> Result<Vec<Addressed>> {
        let programme = &self.loaded.programme;
        let people = programme.people_behind(who);
        if people.is_empty() {
            return Err(
                Error::not_found(format!("find anybody behind `{who}`")).hint(
                    "Name a person, a role that somebody holds, or a team that somebody leads.",
                ),
            );
        }
        let title = text.lines().next().unwrap_or_default();
        let message = |channel: &ChannelId| {
            if programme.channels.get(channel.as_str()).is_none() {
                return Err(Error::not_found(format!("find the channel `{channel}`"))
                    .hint("`mainstay notify list` shows the channels of the plans."));
            }
            let to = self.recipients(channel, &people).ok_or_else(|| {
                Error::conflict(format!(
                    "tell `{who}` by `{channel}`: it reaches none of them"
                ))
                .hint("Add the contact that the channel needs to the people.")
            })?;
            let key = format!("{key}/{channel}");
            Ok(Addressed {
                channel: channel.clone(),
                message: Message {
                    to,
                    urgency: Urgency::High,
                    mode: mode.clone(),
                    ..Message::new(key, title.to_owned(), text.to_owned())
                },
            })
        };
        by.iter().map(message).collect()
    }

    /// The messages of all that began or ended a short while ago: runs of drills, whatever came of
    /// them, and verifications that found a fault.
    pub fn runs_told(&self, record: &Record, now: DateTime<Utc>) -> Vec<Addressed> {
        let programme = &self.loaded.programme;
        let is_recent = |at: DateTime<Utc>| now - at < TOLD_FOR;
        let mut all: Vec<Addressed> = Vec::new();
        for run in &record.runs {
            let Some(drill) = programme.drills.get(run.drill.as_str()) else {
                continue;
            };
            let about = notify::Run {
                name: &drill.name,
                id: &run.id,
                more: match run.ended {
                    Some(_) => "mainstay drill report",
                    None => "mainstay drill status",
                },
            };
            let (news, word) = match run.ended {
                Some(at) if is_recent(at) => (News::Ended(about, run.verdict.words()), "ended"),
                None if is_recent(run.began) => (News::Begun(about), "begun"),
                _ => continue,
            };
            // It is about an exercise, and none itself: nobody acts by it.
            all.extend(self.addressed(&Telling {
                news,
                before: None,
                key: format!("run:{}/{word}", run.id),
                thread: None,
                who: self.loaded.programme.responsible(drill.lead.as_ref()),
            }));
        }
        let is_fault = |it: &&Verified| it.verdict == proof::Verdict::Fail && is_recent(it.at);
        for verified in record.verified.iter().filter(is_fault) {
            let Some(backup) = programme.backups.get(verified.backup.as_str()) else {
                continue;
            };
            let about = notify::Run {
                name: &backup.name,
                id: &verified.id,
                more: "mainstay backup report",
            };
            let mut of = backup.of.iter();
            let owner = of.find_map(|of| programme.systems.get(of.as_str())?.owner.as_ref());
            all.extend(self.addressed(&Telling {
                news: News::Ended(about, "a fault was found"),
                before: None,
                key: format!("run:{}/ended", verified.id),
                thread: None,
                who: self.loaded.programme.responsible(owner),
            }));
        }
        all
    }

    /// The messages of something that is wrong with the plans.
    pub fn finding(&self, wrong: &Wrong, at: DateTime<Utc>) -> Vec<Addressed> {
        let of = wrong.key.subject();
        self.addressed(&Telling {
            news: News::Finding {
                check: &wrong.key.check,
                message: &wrong.message,
                place: wrong.place.as_deref(),
            },
            before: None,
            // What comes back is news again.
            key: format!("{of}/{}", at.format("%Y-%m-%dT%H:%M:%SZ")),
            thread: None,
            who: self.loaded.programme.responsible(wrong.who.as_ref()),
        })
    }

    /// The messages of a time to come that is another one, or none.
    pub fn moved(&self, it: &Move, register: &[Duty]) -> Vec<Addressed> {
        let drill = it
            .of
            .as_drill()
            .and_then(|id| self.loaded.programme.drills.get(id));
        let of = it.of.as_drill().unwrap_or(it.of.as_str());
        let known = it.from.as_ref();
        let words = |it: &Option<Announced>| it.as_ref().map(Announced::words);
        let (from, to, why) = (words(&it.from), words(&it.to), it.why());
        let about = |what: &str| format!("{}@{}/{what}", it.of, it.name());
        let first = known.and_then(|known| first(register, (&it.of, known.nominal), &known.name()));
        self.addressed(&Telling {
            news: News::Moved {
                name: drill.map_or(of, |drill| &drill.name),
                from: from.as_deref(),
                to: to.as_deref(),
                why: &why,
            },
            before: None,
            // It may be moved to and fro.
            key: about(&format!("moved-{}", it.at.format("%Y-%m-%dT%H:%M:%SZ"))),
            thread: first.map(|first| about(&first.key())),
            who: self.loaded.programme.responsible(match drill {
                Some(drill) => drill.lead.as_ref(),
                None => known.and_then(|known| known.who.as_ref()),
            }),
        })
    }

    /// The messages of a reminder.
    pub fn reminder(&self, reminder: &Reminder, register: &[Duty]) -> Vec<Addressed> {
        let Reminder {
            of,
            name,
            which,
            what,
            ..
        } = reminder;
        let how = due::how(of);
        let waive = format!("mainstay schedule waive {of} {name} --by PERSON --why REASON");
        let matter = notify::Matter {
            name: what,
            when: name,
            how: &how,
            waive: &waive,
        };
        let about = |which: &Which| format!("{of}@{name}/{}", which.key());
        let (before, news) = match which {
            Which::Before(period) => (Some(*period), News::Reminder(matter, *period)),
            Which::Due => (None, News::Due(matter)),
            Which::Overdue(_) => (None, News::Overdue(matter)),
            Which::Missed => (None, News::Missed(matter, reminder.times)),
            Which::Unanswered => (None, News::Unanswered(matter)),
        };
        let first = first(register, (of, reminder.nominal), name).filter(|first| first != which);
        self.addressed(&Telling {
            news,
            before,
            key: about(which),
            thread: first.map(|first| about(&first)),
            who: self.loaded.programme.responsible(reminder.who.as_ref()),
        })
    }
}

/// The first reminder of something that was posted.
fn first(register: &[Duty], of: (&Subject, NaiveDateTime), name: &str) -> Option<Which> {
    let mut posted = register.iter().filter_map(|duty| match duty {
        Duty::Reminded(it) if matches!(it.told, Told::Posted(_)) => Some(it),
        _ => None,
    });
    let first = posted.find(|it| it.is_about(of, name));
    first.map(|it| it.which)
}

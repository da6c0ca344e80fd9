//! People are called by a call tree, until enough have confirmed.
//!
//! What was said stands in the register and nowhere else: whoever goes on with a call after its
//! process was lost calls nobody twice.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::answers::ANSWERED_FOR;
use super::instead::sent;
use super::{Addressed, Duties, Plans, wait_for};
use crate::call::{Answered, Called, Contact, Next, Progress, Sequence, Stage, Standing};
use crate::clock;
use crate::error::{Error, Result};
use crate::id::{CallTreeId, PersonId};
use crate::model::{CallTree, Item, NoticeChannel, Page};
use crate::notify::{Message, Mode, Urgency};
use crate::schedule::Duty;
use crate::store::State;

/// Everybody who is called about the same.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its id. What was called under it before counts.
    pub id: String,
    /// What people are told.
    pub text: String,
    /// Whether it is serious.
    pub mode: Mode,
}

impl Duties {
    /// Does what is to be done of a call by now: calls who is next, and says how far it has come.
    ///
    /// # Errors
    /// `NotFound` when the plans name no such call tree, `Conflict` when it says nothing of how
    /// Mainstay calls; `Io` when nothing can be written.
    pub fn call(&mut self, plans: &Plans, tree: &str, call: &Call) -> Result<Progress> {
        let mut tree = paged(plans, tree)?;
        let mut register = wait_for(self.store.duties())?;
        self.refuse_another(&register, tree.0, call)?;
        let mut progress = Progress {
            call: call.id.clone(),
            stages: Vec::new(),
            reached: None,
            until: None,
        };
        let mut seen = BTreeSet::new();
        loop {
            let earlier = &progress.stages;
            let (stage, next) = self.stage(plans, tree, (call, earlier), &mut register)?;
            progress.stages.push(stage);
            match next {
                Next::Reached => progress.reached = Some(true),
                Next::Call(_) => {}
                Next::Wait(until) => progress.until = Some(until),
                Next::Exhausted => {
                    seen.insert(&tree.0.id);
                    let then = tree.1.then.as_ref().filter(|then| !seen.contains(then));
                    if let Some(then) = then {
                        tree = paged(plans, then.as_str())?;
                        continue;
                    }
                    progress.reached = Some(false);
                }
            }
            return Ok(progress);
        }
    }

    /// Whether what was called under the id of a call before was the same.
    fn refuse_another(&mut self, register: &[Duty], tree: &CallTree, call: &Call) -> Result<()> {
        let mut called = register.iter().filter_map(|duty| match duty {
            Duty::Called(it) if it.call == call.id => Some(it),
            _ => None,
        });
        let Some(first) = called.clone().next() else {
            return Ok(());
        };
        let key = called.find_map(|it| it.keys.first());
        let message = key
            .map(|key| wait_for(self.store.message(key)))
            .transpose()?;
        let text = message.flatten().and_then(|message| {
            let message: Message = serde_json::from_str(&message.body).ok()?;
            Some(message.text)
        });
        let is_same = |text: String| text.starts_with(&format!("{}\n\n", call.text));
        if first.tree == tree.id && text.is_none_or(is_same) {
            return Ok(());
        }
        let what = format!(
            "call under the id `{}`: it is that of another call",
            call.id
        );
        Err(Error::conflict(what).hint(
            "Leave --id out for a new call; to go on with one, give the same call tree and text.",
        ))
    }

    /// One call tree of a call: calls who is next. Whoever has answered when another one was called
    /// is not called again, and what they said counts.
    fn stage<'p>(
        &mut self,
        plans: &'p Plans,
        (tree, page): (&'p Item<CallTree>, &'p Page),
        (call, earlier): (&Call, &[Stage]),
        register: &mut Vec<Duty>,
    ) -> Result<(Stage, Next<'p>)> {
        let people = plans.loaded.programme.called(tree);
        let need = page.need.map_or(people.len(), |need| {
            usize::try_from(need).unwrap_or(usize::MAX)
        });
        // A tree without people reaches nobody.
        let need = need.max(1);
        let within = within(page);
        let answered = earlier.iter().flat_map(|stage| &stage.contacts);
        let answered = answered.filter(|it| matches!(it.standing, Standing::Answered(..)));
        let answered: Vec<&Contact> = answered.filter(|it| people.contains(&&it.person)).collect();
        loop {
            let now = clock::now()?.wall;
            let mut contacts = self.contacts(&tree.id, call, register)?;
            let own: BTreeSet<PersonId> = contacts.iter().map(|it| it.person.clone()).collect();
            let others = answered.iter().filter(|it| !own.contains(&it.person));
            contacts.extend(others.map(|it| (*it).clone()));
            let sequence = Sequence {
                people: &people,
                need,
                within,
            };
            let next = sequence.next(&contacts, now);
            let Next::Call(people_next) = &next else {
                let (tree, of) = (tree.id.clone(), people.len());
                let stage = Stage {
                    tree,
                    need,
                    of,
                    contacts,
                };
                return Ok((stage, next));
            };
            let (mut duties, mut outgoing) = (Vec::new(), Vec::new());
            for person in people_next {
                let messages = plans.calling((tree, page), (call, now + within), person);
                duties.push(Duty::Called(Called {
                    call: call.id.clone(),
                    tree: tree.id.clone(),
                    person: (*person).clone(),
                    keys: messages.iter().map(|it| it.message.key.clone()).collect(),
                    at: now,
                }));
                outgoing.extend(messages.into_iter().map(Addressed::outgoing));
            }
            wait_for(self.store.add_duties(&duties, &outgoing))?;
            register.append(&mut duties);
        }
    }

    /// Those whom a call has called by a call tree, and what is known of each.
    fn contacts(
        &mut self,
        tree: &CallTreeId,
        call: &Call,
        register: &[Duty],
    ) -> Result<Vec<Contact>> {
        let answers = register.iter().filter_map(|duty| match duty {
            Duty::Answered(it) => Some(it),
            _ => None,
        });
        let answers: Vec<&Answered> = answers.collect();
        let called = register.iter().filter_map(|duty| match duty {
            Duty::Called(it) if it.call == call.id && it.tree == *tree => Some(it),
            _ => None,
        });
        let mut contacts = Vec::new();
        for called in called {
            let is_to = |answer: &&&Answered| {
                let is_own = answer.person == called.person;
                is_own && called.keys.iter().any(|key| answer.is_to(key))
            };
            let answer = answers.iter().rfind(is_to);
            let reach = self.reach(called)?;
            contacts.push(Contact {
                person: called.person.clone(),
                called: called.at,
                delivered: match reach {
                    Reach::Delivered(at) => Some(at),
                    Reach::UnderWay | Reach::Nowhere => None,
                },
                standing: match (answer, reach) {
                    (Some(answer), _) => Standing::Answered(answer.response, answer.at),
                    (None, Reach::Nowhere) => Standing::Unreachable,
                    (None, Reach::Delivered(_) | Reach::UnderWay) => Standing::Silent,
                },
            });
        }
        Ok(contacts)
    }

    /// Whether somebody who was called has a message: one of theirs, or what was sent in its place.
    fn reach(&mut self, called: &Called) -> Result<Reach> {
        let sent = wait_for(sent(&mut self.store, called.keys.clone()))?;
        let delivered = sent.iter().filter(|it| it.state == State::Delivered);
        let is_under_way = sent.iter().any(|it| it.state == State::Waiting);
        Ok(match delivered.filter_map(|it| it.settled_at).min() {
            Some(at) => Reach::Delivered(at),
            None if is_under_way => Reach::UnderWay,
            None => Reach::Nowhere,
        })
    }
}

/// How far the messages to somebody have come.
#[derive(Clone, Copy, Debug)]
enum Reach {
    /// The first one was delivered then.
    Delivered(DateTime<Utc>),
    /// None was yet.
    UnderWay,
    /// There is none, or all were given up.
    Nowhere,
}

impl Plans {
    /// The messages by which somebody is called, one for each channel that reaches them.
    fn calling(
        &self,
        (tree, page): (&Item<CallTree>, &Page),
        (call, until): (&Call, DateTime<Utc>),
        person: &PersonId,
    ) -> Vec<Addressed> {
        let programme = &self.loaded.programme;
        let channels = page
            .by
            .iter()
            .filter_map(|id| programme.channels.get(id.as_str()));
        let messages = channels.filter_map(|channel: &Item<NoticeChannel>| {
            let to = self.recipients(&channel.id, &BTreeSet::from([person]))?;
            channel.with.addresses()?;
            let key = format!("call:{}/{}/{person}/{}", call.id, tree.id, channel.id);
            let text = format!(
                "{}\n\nYou are called by the call tree `{}`. Whoever has not answered in {} may be \
                 passed over.",
                call.text,
                tree.name,
                page.within().words()
            );
            Some(Addressed {
                channel: channel.id.clone(),
                message: Message {
                    to,
                    urgency: Urgency::Critical,
                    mode: call.mode.clone(),
                    asks: true,
                    // Later, somebody else is called in their place.
                    until: Some(until),
                    ..Message::new(key, format!("Answer needed: {}", tree.name), text)
                },
            })
        });
        messages.collect()
    }
}

/// How long an answer is waited for: no longer than one is taken.
fn within(page: &Page) -> TimeDelta {
    let stated = page.within().as_delta();
    stated.map_or(ANSWERED_FOR, |within| within.min(ANSWERED_FOR))
}

/// A call tree by its id, and how Mainstay calls by it.
fn paged<'p>(plans: &'p Plans, tree: &str) -> Result<(&'p Item<CallTree>, &'p Page)> {
    let found = plans.loaded.programme.call_trees.get(tree).ok_or_else(|| {
        Error::not_found(format!("find the call tree `{tree}`"))
            .hint("Call trees stand in the plans under `call-trees`.")
    })?;
    let page = found.page.as_ref().filter(|page| !page.by.is_empty());
    let page = page.ok_or_else(|| {
        Error::conflict(format!(
            "call by `{tree}`: it does not say how Mainstay calls"
        ))
        .hint("Say below `page` of the call tree by which channels, such as `page: {by: [mail]}`.")
    })?;
    Ok((found, page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Duration;

    #[test]
    fn nobody_is_waited_for_longer_than_an_answer_is_taken() {
        let within = |stated| {
            within(&Page {
                by: Vec::new(),
                need: None,
                within: stated,
                then: None,
            })
        };
        assert_eq!(within(None), TimeDelta::minutes(5));
        assert_eq!(within(Some(Duration::hours(2))), TimeDelta::hours(2));
        assert_eq!(within(Some(Duration::seconds(u64::MAX))), ANSWERED_FOR);
    }
}

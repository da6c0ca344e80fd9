//! Who is called next, and whether enough have confirmed: what a call tree asks for.
//!
//! As many are called at once as have to confirm. Where somebody declines or cannot be reached, the
//! next one is called at once; where nobody answers in time, the next one is called, and the time
//! begins anew. So do services for mass notification with groups that are called in sequence. The
//! time of somebody begins when a message is delivered to them, for which it is waited as long.

mod progress;

pub use progress::{Progress, Stage};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{CallTreeId, PersonId};
use crate::model::words;

/// That somebody was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Called {
    /// The id of the call: of everybody who is called about the same.
    pub call: String,
    /// The call tree.
    pub tree: CallTreeId,
    /// Who was called.
    pub person: PersonId,
    /// The keys of the messages; none where nothing reaches them.
    pub keys: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// That somebody answered a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Answered {
    /// The key of the message.
    pub key: String,
    /// Who answered.
    pub person: PersonId,
    /// What.
    pub response: Response,
    /// How it is known who it was.
    pub by: Means,
    /// When.
    pub at: DateTime<Utc>,
}

words! {
    /// What somebody answers.
    pub enum Response {
        /// They see to it, or come.
        Confirmed = "confirmed",
        /// They do not: somebody else has to.
        Declined = "declined",
    }
}

words! {
    /// How an answer came, and so how it is known who gave it.
    pub enum Means {
        /// By the signed link that was sent to them and to nobody else.
        Link = "by the link",
        /// By a reply to what was sent to them and to nobody else.
        Reply = "by a reply",
        /// By a command on a machine of the programme; whoever typed it said who they are.
        Command = "by a command",
    }
}

/// What is known of somebody who was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// There is no answer.
    Silent,
    /// Nothing reaches them.
    Unreachable,
    /// They answered.
    Answered(Response, DateTime<Utc>),
}

/// Somebody who was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Contact {
    /// Who.
    pub person: PersonId,
    /// When.
    pub called: DateTime<Utc>,
    /// When the first message was delivered to them, if one was.
    pub delivered: Option<DateTime<Utc>>,
    /// What is known of them since.
    pub standing: Standing,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'s, 'p> {
    /// Everybody, in the order in which they are called.
    pub people: &'s [&'p PersonId],
    /// How many have to confirm.
    pub need: usize,
    /// How long an answer is waited for.
    pub within: TimeDelta,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<'p> {
    /// These are to be called.
    Call(Vec<&'p PersonId>),
    /// An answer is waited for until then.
    Wait(DateTime<Utc>),
    /// Enough have confirmed.
    Reached,
    /// Nobody is left whose answer could be waited for, and too few have confirmed.
    Exhausted,
}

impl<'p> Sequence<'_, 'p> {
    /// What is to be done next, by what is known of those who were called.
    pub fn next(&self, contacts: &[Contact], now: DateTime<Utc>) -> Next<'p> {
        let confirmed = contacts.iter().filter_map(Contact::confirmed).count();
        let Some(needed) = self
            .need
            .checked_sub(confirmed)
            .filter(|needed| *needed > 0)
        else {
            return Next::Reached;
        };
        let is_called = |person: &PersonId| contacts.iter().any(|it| it.person == *person);
        let mut left = self
            .people
            .iter()
            .filter(|person| !is_called(person))
            .copied();
        let silent = contacts.iter().filter(|it| it.standing == Standing::Silent);
        let missing = needed.saturating_sub(silent.clone().count());
        let next: Vec<&'p PersonId> = left.by_ref().take(missing).collect();
        if !next.is_empty() {
            return Next::Call(next);
        }
        let last = contacts.iter().map(Contact::asked).max();
        let until = last.map(|last| last + self.within);
        match (until.filter(|until| *until > now), left.next()) {
            (Some(until), _) if silent.count() > 0 => Next::Wait(until),
            (None, Some(person)) => Next::Call(vec![person]),
            _ => Next::Exhausted,
        }
    }
}

impl Answered {
    /// Whether it is to the message with a key, by whichever way that went: whoever passes one on
    /// adds a part to its key.
    pub fn is_to(&self, key: &str) -> bool {
        let rest = self.key.strip_prefix(key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Contact {
    /// Since when an answer of theirs is waited for.
    fn asked(&self) -> DateTime<Utc> {
        self.delivered.unwrap_or(self.called)
    }

    /// When they confirmed, if they did.
    pub fn confirmed(&self) -> Option<DateTime<Utc>> {
        match self.standing {
            Standing::Answered(Response::Confirmed, at) => Some(at),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people(count: usize) -> Vec<PersonId> {
        let people = (0..count).map(|number| format!("p{number}").parse());
        people.map(|id| id.expect("an id")).collect()
    }

    fn minute(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    /// Who was called in which minute; whether enough confirmed, and when that was clear.
    type Played = (Vec<(i64, String)>, Option<(bool, i64)>);

    /// Plays a call minute by minute; `answers` says who answers what, and in which minute. Gives
    /// back who was called when, and how it ended.
    fn played(count: usize, need: usize, answers: &[(usize, Response, i64)]) -> Played {
        let people = people(count);
        let people: Vec<&PersonId> = people.iter().collect();
        let sequence = Sequence {
            people: &people,
            need,
            within: TimeDelta::minutes(5),
        };
        let (mut contacts, mut called): (Vec<Contact>, _) = (Vec::new(), Vec::new());
        for now in 0..10_000 {
            for (person, response, at) in answers {
                let mut own = contacts
                    .iter_mut()
                    .filter(|it| it.person == *people[*person]);
                if let Some(contact) = own.find(|_| *at <= now) {
                    contact.standing = Standing::Answered(*response, minute(*at));
                }
            }
            loop {
                match sequence.next(&contacts, minute(now)) {
                    Next::Call(next) => {
                        for person in next {
                            called.push((now, person.to_string()));
                            contacts.push(Contact {
                                person: person.clone(),
                                called: minute(now),
                                delivered: None,
                                standing: Standing::Silent,
                            });
                        }
                    }
                    Next::Wait(_) => break,
                    Next::Reached => return (called, Some((true, now))),
                    Next::Exhausted => return (called, Some((false, now))),
                }
            }
        }
        (called, None)
    }

    #[track_caller]
    fn check(
        (count, need): (usize, usize),
        answers: &[(usize, Response, i64)],
        called: &[(i64, &str)],
        ended: (bool, i64),
    ) {
        let (was_called, was_ended) = played(count, need, answers);
        let was_called: Vec<(i64, &str)> = was_called
            .iter()
            .map(|(at, id)| (*at, id.as_str()))
            .collect();
        assert_eq!(was_called, called);
        assert_eq!(was_ended, Some(ended));
    }

    use Response::{Confirmed, Declined};

    #[test]
    fn as_many_are_called_as_have_to_confirm_and_the_next_as_they_do_not() {
        // Three of five: one confirms, one declines, one is silent.
        check(
            (5, 3),
            &[
                (0, Confirmed, 1),
                (1, Declined, 2),
                (3, Confirmed, 4),
                (4, Confirmed, 9),
            ],
            &[(0, "p0"), (0, "p1"), (0, "p2"), (2, "p3"), (7, "p4")],
            (true, 9),
        );
    }

    #[test]
    fn everybody_is_called_at_once_where_everybody_has_to_confirm() {
        check(
            (2, 2),
            &[(0, Confirmed, 1)],
            &[(0, "p0"), (0, "p1")],
            (false, 5),
        );
        check((0, 0), &[], &[], (true, 0));
        check((0, 1), &[], &[], (false, 0));
    }

    #[test]
    fn an_answer_is_waited_for_from_when_the_message_was_delivered() {
        let people = people(2);
        let people: Vec<&PersonId> = people.iter().collect();
        let sequence = Sequence {
            people: &people,
            need: 1,
            within: TimeDelta::minutes(5),
        };
        let mut contact = Contact {
            person: people[0].clone(),
            called: minute(0),
            delivered: None,
            standing: Standing::Silent,
        };
        let next = |contact: &Contact, at| sequence.next(std::slice::from_ref(contact), minute(at));
        assert_eq!(next(&contact, 4), Next::Wait(minute(5)));
        assert_eq!(next(&contact, 5), Next::Call(vec![people[1]]));
        contact.delivered = Some(minute(4));
        assert_eq!(next(&contact, 5), Next::Wait(minute(9)));
        assert_eq!(next(&contact, 9), Next::Call(vec![people[1]]));
    }

    #[test]
    fn whoever_changes_their_mind_is_asked_for_the_last_word() {
        let answers = [(0, Declined, 1), (0, Confirmed, 3)];
        check((2, 1), &answers, &[(0, "p0"), (1, "p1")], (true, 3));
    }

    fn answer() -> impl Strategy<Value = Option<(Response, i64)>> {
        proptest::option::of((prop_oneof![Just(Confirmed), Just(Declined)], 0..40_i64))
    }

    proptest! {
        #[test]
        fn a_call_ends_and_calls_nobody_twice(
            answers in proptest::collection::vec(answer(), 0..8),
            need in 0..9_usize,
        ) {
            let given: Vec<(usize, Response, i64)> = answers
                .iter()
                .enumerate()
                .filter_map(|(person, answer)| answer.map(|(what, at)| (person, what, at)))
                .collect();
            let (called, ended) = played(answers.len(), need, &given);
            let (reached, at) = ended.expect("it ends");
            let mut once = called.clone();
            once.sort_by(|a, b| a.1.cmp(&b.1));
            once.dedup_by(|a, b| a.1 == b.1);
            prop_assert_eq!(once.len(), called.len());
            // In the order of the tree, and never more than are needed without a reason.
            let first = called.iter().filter(|(at, _)| *at == 0).count();
            prop_assert!(first >= need.min(answers.len()));
            let confirmed = given.iter().filter(|(person, what, when)| {
                let is_called = called.iter().any(|(_, id)| *id == format!("p{person}"));
                is_called && *what == Confirmed && *when <= at
            });
            prop_assert_eq!(reached, confirmed.count() >= need);
            // Nobody is left uncalled where too few confirmed.
            prop_assert!(reached || called.len() == answers.len());
        }
    }
}

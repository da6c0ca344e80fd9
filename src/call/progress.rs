//! How far a call has come, as it is told and kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Contact, Standing};
use crate::id::{CallTreeId, PersonId};
use crate::time::Duration;

/// How far a call has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Progress {
    /// The id of the call.
    pub call: String,
    /// The call trees, in the order in which they were called.
    pub stages: Vec<Stage>,
    /// Whether enough have confirmed; nothing while that is open.
    pub reached: Option<bool>,
    /// Until when an answer is waited for.
    pub until: Option<DateTime<Utc>>,
}

/// How far one call tree of a call has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stage {
    /// The call tree.
    pub tree: CallTreeId,
    /// How many have to confirm.
    pub need: usize,
    /// How many people it names.
    pub of: usize,
    /// Those who were called, in that order.
    pub contacts: Vec<Contact>,
}

impl Progress {
    /// What has happened, one line for each thing. Whatever happens later adds lines.
    pub fn lines(&self) -> Vec<String> {
        let stages = self.stages.iter().enumerate().flat_map(|(at, stage)| {
            let Stage { tree, need, of, .. } = stage;
            let what = format!("{tree}: {need} of {of} have to confirm");
            let earlier = &self.stages[..at];
            let is_new = |it: &&Contact| !earlier.iter().any(|other| other.contacts.contains(it));
            let new = stage.contacts.iter().filter(is_new);
            std::iter::once(what).chain(new.flat_map(happened))
        });
        std::iter::once(format!("call {}", self.call))
            .chain(stages)
            .collect()
    }

    /// How many people were called, how many of them confirmed, and how long that took.
    pub fn summary(&self) -> String {
        let contacts = || self.stages.iter().flat_map(|stage| &stage.contacts);
        let began = contacts().map(|contact| contact.called).min();
        // Whoever is called by several trees is one.
        let called: BTreeSet<&PersonId> = contacts().map(|contact| &contact.person).collect();
        let confirmed: BTreeMap<&PersonId, DateTime<Utc>> = contacts()
            .filter_map(|contact| Some((&contact.person, contact.confirmed()?)))
            .collect();
        let last = began.zip(confirmed.values().max().copied());
        let took =
            last.map(|(began, last)| format!(", the last of them after {}", took(last - began)));
        let word = match self.reached {
            Some(true) => "enough have confirmed",
            Some(false) => "too few have confirmed",
            None => "answers are waited for",
        };
        format!(
            "{word}: {} of {} who were called{}",
            confirmed.len(),
            called.len(),
            took.unwrap_or_default()
        )
    }
}

fn happened(contact: &Contact) -> Vec<String> {
    let Contact { person, called, .. } = contact;
    let delivered = contact.delivered.map(|at| {
        let after = took(at - *called);
        format!("{}  {person} has a message after {after}", clock(at))
    });
    let answer = match contact.standing {
        Standing::Silent => None,
        Standing::Unreachable => Some(format!("nothing reaches {person}")),
        Standing::Answered(response, at) => Some(format!(
            "{}  {person} {} after {}",
            clock(at),
            response.word(),
            took(at - *called)
        )),
    };
    let called = format!("{}  {person} is called", clock(*called));
    std::iter::once(called)
        .chain(delivered)
        .chain(answer)
        .collect()
}

fn clock(at: DateTime<Utc>) -> String {
    at.format("%H:%M:%SZ").to_string()
}

fn took(took: TimeDelta) -> String {
    let seconds = u64::try_from(took.num_seconds()).unwrap_or(0);
    Duration::seconds(seconds).words()
}

#[cfg(test)]
mod tests {
    use super::super::Response::{Confirmed, Declined};
    use super::*;

    #[test]
    fn it_is_told_who_answered_and_how_long_it_took() {
        let at = |time: &str| -> DateTime<Utc> {
            format!("2027-03-06T{time}Z").parse().expect("a moment")
        };
        let contact = |id: &str, called: &str, standing| Contact {
            person: id.parse().expect("an id"),
            called: at(called),
            delivered: (standing != Standing::Unreachable)
                .then(|| at(called) + TimeDelta::seconds(1)),
            standing,
        };
        let progress = Progress {
            call: "c".to_owned(),
            stages: vec![Stage {
                tree: "crisis".parse().expect("an id"),
                need: 2,
                of: 5,
                contacts: vec![
                    contact(
                        "ada",
                        "02:00:00",
                        Standing::Answered(Confirmed, at("02:01:30")),
                    ),
                    contact(
                        "ben",
                        "02:00:00",
                        Standing::Answered(Declined, at("02:02:00")),
                    ),
                    contact("eve", "02:02:00", Standing::Unreachable),
                    contact("joe", "02:02:00", Standing::Silent),
                ],
            }],
            reached: None,
            until: Some(at("02:07:00")),
        };
        let lines = [
            "call c",
            "crisis: 2 of 5 have to confirm",
            "02:00:00Z  ada is called",
            "02:00:01Z  ada has a message after 1 s",
            "02:01:30Z  ada confirmed after 1 min 30 s",
            "02:00:00Z  ben is called",
            "02:00:01Z  ben has a message after 1 s",
            "02:02:00Z  ben declined after 2 min",
            "02:02:00Z  eve is called",
            "nothing reaches eve",
            "02:02:00Z  joe is called",
            "02:02:01Z  joe has a message after 1 s",
        ];
        assert_eq!(progress.lines(), lines);
        let summary =
            "answers are waited for: 1 of 4 who were called, the last of them after 1 min 30 s";
        assert_eq!(progress.summary(), summary);
    }
}

//! What people were asked to see to, and nobody has confirmed: who stands behind them is told.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Duty, Obligation, Reminded, Reminder, Which};
use crate::call::{Answered, Response};
use crate::id::PersonId;
use crate::model::Programme;

/// One reminder for each obligation that is open, of which somebody was asked to confirm that they
/// see to it, and nobody has in time or everybody has declined. It comes once.
pub fn unanswered(
    programme: &Programme,
    obligations: &[Obligation],
    register: &[Duty],
    now: DateTime<Utc>,
) -> Vec<Reminder> {
    let open = obligations.iter().filter(|it| it.disposition.is_open());
    let unanswered = open.filter(|it| {
        let (of, nominal) = (it.term.subject(), it.term.nominal());
        let name = it.name();
        let own = register.iter().filter_map(|duty| match duty {
            Duty::Reminded(it) if it.is_about((&of, nominal), &name) => Some(it),
            _ => None,
        });
        let own: Vec<&Reminded> = own.collect();
        let was_told = own.iter().any(|it| it.which == Which::Unanswered);
        !was_told && is_unanswered(&own, register, now)
    });
    unanswered
        .map(|it| Reminder::of(programme, it, Which::Unanswered, now))
        .collect()
}

/// Whether nobody has confirmed any of these in time, or nobody is left who could.
fn is_unanswered(reminded: &[&Reminded], register: &[Duty], now: DateTime<Utc>) -> bool {
    let asked = reminded.iter().filter(|it| it.confirm_by.is_some());
    let Some(until) = asked.clone().filter_map(|it| it.confirm_by).min() else {
        return false;
    };
    let keys: Vec<&String> = asked.flat_map(|it| it.told.keys()).collect();
    let answers: Vec<&Answered> = register
        .iter()
        .filter_map(|duty| match duty {
            Duty::Answered(it) if keys.iter().any(|key| it.is_to(key)) => Some(it),
            _ => None,
        })
        .collect();
    let people: BTreeSet<&PersonId> = answers.iter().map(|it| &it.person).collect();
    let confirmed = people.iter().any(|person| {
        let last = answers.iter().rfind(|it| it.person == **person);
        last.is_some_and(|last| last.response == Response::Confirmed)
    });
    let is_declined = |key: &&String| answers.iter().any(|it| it.is_to(key));
    !confirmed && (until <= now || !keys.is_empty() && keys.iter().all(is_declined))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Means;
    use crate::schedule::{Opened, Subject, Told, obligations};

    fn moment(text: &str) -> DateTime<Utc> {
        format!("2027-03-{text}:00Z").parse().expect("a moment")
    }

    /// A review of which Ada and Ben were told on the first of March and asked to confirm within
    /// two days; `answers` says who answered what, and when.
    #[track_caller]
    fn check(answers: &[(&str, Response, &str)], now: &str, expected: usize) {
        let of = Subject::only("review");
        let opened = Opened {
            of: of.clone(),
            by: "2027-03-31".parse().expect("a day"),
            what: "Review the plan".to_owned(),
            who: None,
            every: None,
            unattended: false,
            zone: crate::time::TimeZone(chrono_tz::UTC),
            last: None,
            seen: moment("01T00:00"),
        };
        let nominal = opened.by.0.and_time(chrono::NaiveTime::MIN);
        let key = |person: &str| format!("review@2027-03-31/P30D/mail/{person}");
        let mut register = vec![
            Duty::Opened(opened),
            Duty::Reminded(Reminded {
                of,
                nominal,
                named: None,
                which: Which::Before("P30D".parse().expect("a period")),
                announced: None,
                told: Told::Posted(vec![key("ada"), key("ben")]),
                confirm_by: Some(moment("03T00:00")),
                at: moment("01T00:00"),
            }),
        ];
        register.extend(answers.iter().map(|(person, response, at)| {
            Duty::Answered(Answered {
                key: key(person),
                person: person.parse().expect("an id"),
                response: *response,
                by: Means::Link,
                at: moment(at),
            })
        }));
        let now = moment(now);
        let all = obligations(&register, [], now);
        let found = unanswered(&Programme::default(), &all, &register, now);
        assert_eq!(found.len(), expected, "{answers:?}");
        // Once it was told, it is not told again.
        let found = found.into_iter().map(|it| it.became(Told::Nobody, now));
        register.extend(found.map(Duty::Reminded));
        let all = obligations(&register, [], now);
        assert_eq!(unanswered(&Programme::default(), &all, &register, now), []);
    }

    #[test]
    fn who_stands_behind_is_told_once_when_nobody_confirms() {
        use Response::{Confirmed, Declined};
        check(&[], "02T23:59", 0);
        check(&[], "03T00:00", 1);
        check(&[("ada", Confirmed, "02T00:00")], "03T00:00", 0);
        check(&[("ada", Declined, "01T01:00")], "01T02:00", 0);
        check(&[("ada", Declined, "01T01:00")], "03T00:00", 1);
        let both = [("ada", Declined, "01T01:00"), ("ben", Declined, "01T02:00")];
        check(&both, "01T02:00", 1);
        let changed = [both[0], both[1], ("ada", Confirmed, "01T03:00")];
        check(&changed, "05T00:00", 0);
    }
}

//! What people were told of and is over: it was done, or nothing needs to be done about it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Disposition, Duty, Obligation, Reminded, Subject, Told};

/// That the channels which keep something open until it is over were told that it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Over {
    /// What it is about.
    pub of: Subject,
    /// Its time or day, as it is named.
    pub name: String,
    /// Who was told; nobody, where no such channel had been told of it.
    pub told: Told,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that people were told of, and is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing<'r> {
    /// What it is about.
    pub of: Subject,
    /// Its time or day, as it is named.
    pub name: String,
    /// What became of it, in a word.
    pub word: &'static str,
    /// The keys of the messages by which people were told, in the order in which they were.
    pub keys: Vec<&'r String>,
}

/// All that people were told of and is over, but for what was seen to be before. What was missed
/// is not over: somebody has to look at it.
pub fn over<'r>(obligations: &[Obligation], register: &'r [Duty]) -> Vec<Closing<'r>> {
    let mut told: BTreeMap<&Subject, Vec<&Reminded>> = BTreeMap::new();
    let mut seen: BTreeSet<(&Subject, &str)> = BTreeSet::new();
    for duty in register {
        match duty {
            Duty::Over(it) => {
                seen.insert((&it.of, &it.name));
            }
            Duty::Reminded(it) => told.entry(&it.of).or_default().push(it),
            _ => {}
        }
    }
    let is_over =
        |it: &&Obligation| !it.disposition.is_open() && it.disposition != Disposition::Missed;
    let over = obligations.iter().filter(is_over).filter_map(|it| {
        let (of, nominal, name) = (it.term.subject(), it.term.nominal(), it.name());
        if seen.contains(&(&of, &name)) {
            return None;
        }
        let own = told.get(&of)?.iter();
        let own = own.filter(|it| it.is_about((&of, nominal), &name));
        let keys: Vec<&String> = own.flat_map(|it| it.told.keys()).collect();
        let word = it.disposition.word();
        (!keys.is_empty()).then_some(Closing {
            of,
            name,
            word,
            keys,
        })
    });
    over.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{How, Opened, Settled, Which, obligations};
    use crate::time::TimeZone;

    fn now() -> DateTime<Utc> {
        "2027-03-05T12:00:00Z".parse().expect("a moment")
    }

    fn of() -> Subject {
        Subject::of("contract", "hosting")
    }

    fn reminded(which: Which) -> Duty {
        Duty::Reminded(Reminded {
            of: of(),
            nominal: "2027-03-01T00:00:00".parse().expect("a time"),
            named: None,
            which,
            announced: None,
            told: Told::Posted(vec![which.key()]),
            confirm_by: None,
            at: now(),
        })
    }

    fn opened() -> Duty {
        Duty::Opened(Opened {
            of: of(),
            by: "2027-03-01".parse().expect("a day"),
            what: "Renew it".to_owned(),
            who: None,
            every: None,
            unattended: false,
            zone: TimeZone(chrono_tz::UTC),
            last: None,
            seen: now(),
        })
    }

    fn settled(how: How) -> Duty {
        Duty::Settled(Settled {
            of: of(),
            by: "2027-03-01".parse().expect("a day"),
            how,
            seen: now(),
        })
    }

    /// The keys of what is over by a register, with what became of it.
    #[track_caller]
    fn check(register: &[Duty], expected: &[(&str, &[&str])]) {
        let all = obligations(register, [], now());
        let over = over(&all, register);
        let found: Vec<(&str, Vec<&str>)> = over
            .iter()
            .map(|it| (it.word, it.keys.iter().map(|key| key.as_str()).collect()))
            .collect();
        let expected: Vec<(&str, Vec<&str>)> = expected
            .iter()
            .map(|(word, keys)| (*word, keys.to_vec()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_was_told_and_is_settled_is_over_once() {
        let told = [opened(), reminded(Which::Due), reminded(Which::Overdue(1))];
        check(&told, &[]);
        let gone = [&told[..], &[settled(How::Withdrawn)]].concat();
        check(&gone, &[("withdrawn", &["due", "overdue-1"])]);
        let heard = Duty::Over(Over {
            of: of(),
            name: "2027-03-01".to_owned(),
            told: Told::Nobody,
            at: now(),
        });
        let seen = [&gone[..], &[heard]].concat();
        check(&seen, &[]);
        // Nobody was told of it, so nobody needs to hear that it is over.
        check(&[opened(), settled(How::Withdrawn)], &[]);
    }
}

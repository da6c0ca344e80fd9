//! What was found to be wrong with the plans, and who was told of it.
//!
//! What stands is told once, and not again each day: the register says that it was told. What is
//! gone is written down, too, so that it is told again once it comes back.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Duty, Known, Subject, Told};

/// What makes a finding this one and no other: its check, and what it is about. What it says may be
/// said in other words each day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FindingKey {
    /// The id of the check.
    pub check: String,
    /// What it is about, such as `system:ledger`, or the file in which it stands.
    pub about: String,
}

impl FindingKey {
    /// The same as a subject of the register.
    pub fn subject(&self) -> Subject {
        Subject::of("finding", &format!("{}@{}", self.check, self.about))
    }
}

/// That something was found to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Found {
    /// What it is.
    pub finding: FindingKey,
    /// What it said then.
    pub message: String,
    /// Who was told.
    pub told: Told,
    /// When.
    pub at: DateTime<Utc>,
}

/// That something is not wrong any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gone {
    /// What it was.
    pub finding: FindingKey,
    /// When that was seen.
    pub at: DateTime<Utc>,
}

/// Which findings are new by a register, and which are gone. Where only a part of the plans is
/// known, nothing is taken for gone.
pub fn found<'f>(
    findings: impl IntoIterator<Item = &'f FindingKey>,
    known: Known,
    register: &[Duty],
) -> (Vec<FindingKey>, Vec<FindingKey>) {
    let mut standing: BTreeSet<&FindingKey> = BTreeSet::new();
    for duty in register {
        match duty {
            Duty::Found(it) => {
                standing.insert(&it.finding);
            }
            Duty::Gone(it) => {
                standing.remove(&it.finding);
            }
            _ => {}
        }
    }
    let now: BTreeSet<&FindingKey> = findings.into_iter().collect();
    let kept = |keys: Vec<&&FindingKey>| keys.into_iter().map(|it| (*it).clone()).collect();
    let new = kept(now.difference(&standing).collect());
    let gone = match known {
        Known::All => kept(standing.difference(&now).collect()),
        Known::Part => Vec::new(),
    };
    (new, gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(check: &str) -> FindingKey {
        FindingKey {
            check: check.to_owned(),
            about: "system:db".to_owned(),
        }
    }

    /// The register after these looks, and what each of them told and took for gone.
    fn looks(all: &[(&[&str], Known)]) -> Vec<(Vec<String>, Vec<String>)> {
        let at = DateTime::UNIX_EPOCH;
        let (mut register, mut told) = (Vec::new(), Vec::new());
        for (checks, known) in all {
            let keys: Vec<FindingKey> = checks.iter().map(|it| key(it)).collect();
            let (new, gone) = found(&keys, *known, &register);
            let checks = |keys: &[FindingKey]| keys.iter().map(|it| it.check.clone()).collect();
            told.push((checks(&new), checks(&gone)));
            register.extend(new.into_iter().map(|finding| {
                Duty::Found(Found {
                    finding,
                    message: String::new(),
                    told: Told::Nobody,
                    at,
                })
            }));
            register.extend(
                gone.into_iter()
                    .map(|finding| Duty::Gone(Gone { finding, at })),
            );
        }
        told
    }

    #[test]
    fn what_stands_is_told_once_and_again_when_it_comes_back() {
        let told = looks(&[
            (&["a", "b", "a"], Known::All),
            (&["b", "a"], Known::All),
            (&["b"], Known::All),
            (&["a", "b"], Known::All),
        ]);
        let words = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(told[0], (words(&["a", "b"]), words(&[])));
        assert_eq!(told[1], (words(&[]), words(&[])));
        assert_eq!(told[2], (words(&[]), words(&["a"])));
        assert_eq!(told[3], (words(&["a"]), words(&[])));
    }

    #[test]
    fn nothing_is_gone_because_a_part_cannot_be_read() {
        let told = looks(&[
            (&["a"], Known::All),
            (&["yaml-syntax"], Known::Part),
            (&["a"], Known::All),
        ]);
        assert_eq!(told[1], (vec!["yaml-syntax".to_owned()], Vec::new()));
        assert_eq!(told[2], (Vec::new(), vec!["yaml-syntax".to_owned()]));
    }
}

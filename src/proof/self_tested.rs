//! A test of verifications, as it is kept: the detector is tested, too.

use serde::{Deserialize, Serialize};

use super::{Fact, Tool, Verdict};
use crate::time::{Date, Moment, TimeZone};

/// A test of the verifications of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SelfTested {
    /// The key of the provider, such as `restic`.
    pub provider: String,
    /// When it began.
    pub at: Moment,
    /// The program; nothing where there is none, or it is not installed.
    pub tool: Option<Tool>,
    /// What was tested.
    pub tested: Vec<Tested>,
}

/// One thing that was done to a repository, and what a verification said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tested {
    /// What was done, such as `a pack with data is gone`.
    pub fault: String,
    /// What a verification must say of it.
    pub must: Verdict,
    /// What it said.
    pub verdict: Verdict,
    /// What it found.
    pub found: String,
}

/// A provider whose verifications can be tested, and the last test of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Detector {
    /// The key of the provider.
    pub provider: String,
    /// The last test; nothing where there was none.
    #[serde(default)]
    pub last: Option<LastTest>,
}

/// The last test of the verifications of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LastTest {
    /// The day that was, where the organization is.
    pub day: Date,
    /// The program it was made with.
    pub tool: Option<Tool>,
    /// What came of it.
    pub verdict: Verdict,
}

impl Detector {
    /// Each of some providers with its last test among all facts.
    pub fn all<'k>(
        providers: impl IntoIterator<Item = &'k str>,
        facts: &[Fact],
        zone: TimeZone,
    ) -> Vec<Self> {
        let last = |provider: &str| {
            let tests = facts.iter().rev().filter_map(|fact| match fact {
                Fact::SelfTested(test) if test.provider == provider => Some(test),
                _ => None,
            });
            let mut last = tests.map(|test| LastTest {
                day: Date(test.at.wall.with_timezone(&zone.0).date_naive()),
                tool: test.tool.clone(),
                verdict: test.verdict(),
            });
            last.next()
        };
        let all = providers.into_iter().map(|provider| Detector {
            provider: provider.to_owned(),
            last: last(provider),
        });
        all.collect()
    }
}

impl Tested {
    /// What that says of the verification.
    ///
    /// One that cannot tell is no silent pass, and not what must be either.
    pub fn verdict(&self) -> Verdict {
        match (self.must, self.verdict) {
            (must, said) if must == said => Verdict::Pass,
            (_, Verdict::Inconclusive) => Verdict::Inconclusive,
            _ => Verdict::Fail,
        }
    }
}

impl SelfTested {
    /// What came of it: the worst of all.
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.tested.iter().any(|tested| tested.verdict() == verdict);
        if any(Verdict::Fail) {
            Verdict::Fail
        } else if any(Verdict::Inconclusive) || self.tested.is_empty() {
            Verdict::Inconclusive
        } else {
            Verdict::Pass
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_passes_in_silence_is_worse_than_one_that_cannot_be_told() {
        use Verdict::{Fail, Inconclusive, Pass};
        let verdict = |must, verdict| {
            let (fault, found) = (String::new(), String::new());
            Tested {
                fault,
                must,
                verdict,
                found,
            }
            .verdict()
        };
        assert_eq!(verdict(Fail, Fail), Pass);
        assert_eq!(verdict(Fail, Pass), Fail);
        assert_eq!(verdict(Fail, Inconclusive), Inconclusive);
        assert_eq!(verdict(Pass, Fail), Fail);
        assert_eq!(verdict(Inconclusive, Inconclusive), Pass);
        assert_eq!(verdict(Inconclusive, Pass), Fail);
    }
}

//! Something that is asked again and again until it is as it should be.

use super::{Action, Dns, Http, Sql, Stated, Tcp};
use crate::model::plain;
use crate::time::Duration;

plain! {
    /// A probe that is asked again and again, until it succeeds or the step's `timeout` is over.
    pub struct WaitUntil {
        /// What is asked: exactly one thing.
        pub probe: Probe,
        /// How often. Every second, when left out.
        pub every: Option<Duration>,
        /// How long one answer may take before it is given up and asked for again. 10 seconds,
        /// when left out.
        pub answer_within: Option<Duration>,
    }

    /// What is asked. It only looks, however often it is asked.
    #[derive(Default)]
    #[serde(default)]
    pub struct Probe {
        /// Ask a name server. Success is the answer that is expected.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub dns: Option<Box<Dns>>,
        /// Ask a web service. Success is the answer that is expected.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub http: Option<Box<Http>>,
        /// Ask a database. Success is the answer that is expected.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sql: Option<Box<Sql>>,
        /// Connect to a port. Success is that something answers.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tcp: Option<Box<Tcp>>,
    }
}

impl Probe {
    /// The same, as what a step does.
    pub fn action(&self) -> Action {
        let Probe {
            dns,
            http,
            sql,
            tcp,
        } = self.clone();
        Action {
            dns,
            http,
            sql,
            tcp,
            ..Action::default()
        }
    }
}

impl Stated for WaitUntil {
    fn only_looks(&self) -> bool {
        self.probe.action().only_looks()
    }

    fn line(&self) -> String {
        format!("wait until it succeeds: {}", self.probe.action().line())
    }

    fn unclear(&self) -> Option<String> {
        let probe = self.probe.action();
        if let Some(why) = probe.unclear() {
            return Some(format!("waits for a probe that {why}"));
        }
        if !probe.only_looks() {
            return Some(
                "waits for a probe that changes something each time it is asked: ask with `get` \
                 or `head`"
                    .to_owned(),
            );
        }
        let none = |stated: Option<Duration>| stated == Some(Duration::ZERO);
        (none(self.every) || none(self.answer_within))
            .then(|| "takes no time between two answers: state 1s at least".to_owned())
    }
}

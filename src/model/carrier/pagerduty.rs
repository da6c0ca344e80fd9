//! A service of PagerDuty.

use super::{StatedCarrier, no_url};
use crate::model::{SecretRef, plain};

plain! {
    /// A service of PagerDuty with an integration "Events API v2", which calls whoever is on duty.
    pub struct PagerDuty {
        /// Where the integration key is.
        pub routing_key: SecretRef,
        /// Where the key of another integration is, for exercises. Without one no exercise goes
        /// there, so that it can call nobody by mistake.
        pub exercise_routing_key: Option<SecretRef>,
        /// Where events are taken. `https://events.pagerduty.com`, when left out;
        /// `https://events.eu.pagerduty.com` for accounts in Europe.
        pub url: Option<String>,
        /// What events are said to come from. `mainstay`, when left out.
        pub source: Option<String>,
    }
}

impl StatedCarrier for PagerDuty {
    fn unclear(&self) -> Option<String> {
        let why = "has one key for exercises and for all else: make another integration";
        let same = self.exercise_routing_key.as_ref() == Some(&self.routing_key);
        let url = self.url.as_ref().and_then(|url| no_url("url", url));
        url.or_else(|| same.then(|| why.to_owned()))
    }
}

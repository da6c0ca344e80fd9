//! A channel of Slack.

use super::{StatedCarrier, no_url};
use crate::model::{SecretRef, plain};

plain! {
    /// A channel of Slack, by an incoming webhook, or by a token and the channel. With a token
    /// messages that belong together become a thread.
    pub struct Slack {
        /// Where the address of the incoming webhook is; whoever knows it can write.
        pub webhook: Option<SecretRef>,
        /// Where the token of the app is, which needs the scope `chat:write`.
        pub token: Option<SecretRef>,
        /// The channel that goes with the token, by its id such as `C0123456789`.
        pub channel: Option<String>,
        /// Where the Web API is. `https://slack.com/api`, when left out.
        pub url: Option<String>,
    }
}

impl StatedCarrier for Slack {
    fn unclear(&self) -> Option<String> {
        let why = match (&self.webhook, &self.token, &self.channel) {
            (Some(_), None, None) if self.url.is_none() => return None,
            (None, Some(_), Some(_)) => {
                return self.url.as_ref().and_then(|url| no_url("url", url));
            }
            (Some(_), ..) => "has more than a `webhook`, which says all",
            (None, None, _) => "says neither `webhook` nor `token`",
            (None, Some(_), None) => "says no `channel` for its `token`",
        };
        Some(why.to_owned())
    }
}

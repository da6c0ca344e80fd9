//! A channel of Mattermost.

use super::StatedCarrier;
use crate::model::{SecretRef, plain};

plain! {
    /// A channel of Mattermost, by an incoming webhook.
    pub struct Mattermost {
        /// Where the address of the incoming webhook is; whoever knows it can write.
        pub webhook: SecretRef,
        /// Another channel than that of the webhook, where the webhook may choose.
        pub channel: Option<String>,
        /// A file with the certificates of one's own authority, relative to the workspace. Only
        /// servers that it vouches for are trusted then.
        pub ca: Option<String>,
    }
}

impl StatedCarrier for Mattermost {
    fn unclear(&self) -> Option<String> {
        None
    }
}

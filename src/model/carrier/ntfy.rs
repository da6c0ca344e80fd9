//! A topic of ntfy.

use super::{StatedCarrier, no_tls, no_url};
use crate::model::{SecretRef, plain};

plain! {
    /// A topic of ntfy, which shows messages on telephones.
    pub struct Ntfy {
        /// The server. `https://ntfy.sh`, when left out.
        pub url: Option<String>,
        /// Where the name of the topic is. On a server that is open to all, whoever knows it can
        /// read along and write.
        pub topic: SecretRef,
        /// Where the access token is, if the server asks for one.
        pub token: Option<SecretRef>,
        /// A file with the certificates of one's own authority, relative to the workspace. Only
        /// servers that it vouches for are trusted then.
        pub ca: Option<String>,
    }
}

impl StatedCarrier for Ntfy {
    fn unclear(&self) -> Option<String> {
        let url = self.url.as_ref().and_then(|url| no_url("url", url));
        url.or_else(|| no_tls(self.url.as_deref(), self.ca.as_deref()))
    }
}

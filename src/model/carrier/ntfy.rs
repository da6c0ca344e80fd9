//! A topic of ntfy.

use super::{StatedCarrier, no_url};
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
    }
}

impl StatedCarrier for Ntfy {
    fn unclear(&self) -> Option<String> {
        self.url.as_ref().and_then(|url| no_url("url", url))
    }
}

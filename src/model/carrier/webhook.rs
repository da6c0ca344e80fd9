//! A web service of one's own.

use super::{StatedCarrier, no_tls, no_url};
use crate::model::{SecretRef, plain};

plain! {
    /// A web service of one's own, which gets each message as JSON, signed. `examples/webhook` says
    /// what is in it, and shows how the signature is verified.
    pub struct Webhook {
        /// Its address, such as `https://hooks.example/mainstay`.
        pub url: String,
        /// Where the key is with which each message is signed.
        pub key: SecretRef,
        /// Where a token is that the service asks for besides, as `Authorization: Bearer`.
        pub token: Option<SecretRef>,
        /// A file with the certificates of one's own authority, relative to the workspace. Only
        /// servers that it vouches for are trusted then.
        pub ca: Option<String>,
    }
}

impl StatedCarrier for Webhook {
    fn unclear(&self) -> Option<String> {
        no_url("url", &self.url).or_else(|| no_tls(Some(&self.url), self.ca.as_deref()))
    }
}

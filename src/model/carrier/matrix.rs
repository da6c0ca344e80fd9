//! A room of Matrix.

use super::{StatedCarrier, no_tls, no_url};
use crate::model::{SecretRef, plain};

plain! {
    /// A room of Matrix that is not encrypted. Messages that belong together become a thread.
    pub struct Matrix {
        /// The server of the account. `https://matrix.org`, when left out.
        pub url: Option<String>,
        /// The room by its id, such as `!abcdef:example.org`. The account has to be in it.
        pub room: String,
        /// Where the access token of the account is.
        pub token: SecretRef,
        /// A file with the certificates of one's own authority, relative to the workspace. Only
        /// servers that it vouches for are trusted then.
        pub ca: Option<String>,
    }
}

impl StatedCarrier for Matrix {
    fn unclear(&self) -> Option<String> {
        let url = self.url.as_ref().and_then(|url| no_url("url", url));
        let url = url.or_else(|| no_tls(self.url.as_deref(), self.ca.as_deref()));
        url.or_else(|| {
            let why = "has a `room` that is no id such as `!abcdef:example.org`";
            (!self.room.starts_with('!')).then(|| why.to_owned())
        })
    }
}

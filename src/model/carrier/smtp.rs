//! A mail server.

use super::StatedCarrier;
use crate::model::{SecretRef, plain, words};

plain! {
    /// A mail server that takes messages for everybody, and from whom they are.
    pub struct Smtp {
        /// The name of the server, such as `mail.example.org`.
        pub host: String,
        /// Its port. 587, or 465 with `tls: implicit`, or 25 with `tls: none`, when left out.
        pub port: Option<u16>,
        /// How what is said stays secret on the way. By STARTTLS, when left out; a server that does
        /// not offer it gets nothing.
        #[serde(default)]
        pub tls: SmtpTls,
        /// A file with the certificate of one's own authority, relative to the workspace. Only
        /// servers that it vouches for are trusted then.
        pub ca: Option<String>,
        /// The name by which the server knows Mainstay, where it asks for one.
        pub username: Option<String>,
        /// Where the password is that belongs to it.
        pub password: Option<SecretRef>,
        /// Whom messages are from, such as `Mainstay <mainstay@example.org>`.
        pub from: String,
        /// Where answers go. To `from`, when left out.
        pub reply_to: Option<String>,
        /// The name by which this machine introduces itself. Its own name, when left out.
        pub hello: Option<String>,
    }
}

words! {
    /// How what is said to a mail server stays secret on the way.
    #[derive(Default)]
    pub enum SmtpTls {
        /// The server is asked for it as soon as it answers; without it nothing is said.
        #[default]
        Starttls = "STARTTLS",
        /// From the first byte on.
        Implicit = "TLS",
        /// Not at all: everybody on the way can read along.
        None = "nothing",
    }
}

impl StatedCarrier for Smtp {
    fn unclear(&self) -> Option<String> {
        let why = match (&self.username, &self.password) {
            (Some(_), None) => "has a `username` and no `password`",
            (None, Some(_)) => "has a `password` and no `username`",
            (Some(_), Some(_)) if self.tls == SmtpTls::None => {
                "would say its password where everybody can read along: leave out `tls: none`"
            }
            _ if self.tls == SmtpTls::None && self.ca.is_some() => {
                "trusts an authority by `ca`, but asks for none with `tls: none`"
            }
            _ if !self.from.contains('@') => {
                "has a `from` that is no address such as `Mainstay <mainstay@example.org>`"
            }
            _ => return None,
        };
        Some(why.to_owned())
    }
}

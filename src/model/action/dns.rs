//! A name server that is asked.

use super::{Stated, expecting};
use crate::model::{plain, words};
use crate::time::Duration;

plain! {
    /// A name that a name server is asked for. Without any expectation every record will do; the
    /// hosts file of this machine is never asked.
    pub struct Dns {
        /// The whole name, such as `shop.example`; no domain is put behind it.
        pub name: String,
        /// What kind of record is asked for. `A`, when left out.
        #[serde(default)]
        pub record: Record,
        /// The name server, as `host:port`, such as `192.0.2.53:53`. The name servers of this
        /// machine, when left out.
        pub server: Option<String>,
        /// All the values that must be in the answer, in any order, and no others: addresses,
        /// names, texts, `10 mail.example` for `MX` and `10 5 443 www.example` for `SRV`.
        #[serde(default)]
        pub is: Vec<String>,
        /// How long others may keep the answer at most (its TTL), so that a later change of it is
        /// seen in time.
        pub ttl_at_most: Option<Duration>,
    }
}

words! {
    /// A kind of record of a name server.
    #[derive(Default)]
    pub enum Record {
        /// The IPv4 addresses of a name.
        #[default]
        #[serde(rename = "A")]
        A = "A",
        /// The IPv6 addresses of a name.
        #[serde(rename = "AAAA")]
        Aaaa = "AAAA",
        /// The name that a name stands for.
        #[serde(rename = "CNAME")]
        Cname = "CNAME",
        /// The texts that are kept under a name.
        #[serde(rename = "TXT")]
        Txt = "TXT",
        /// Who takes in the mail of a domain.
        #[serde(rename = "MX")]
        Mx = "MX",
        /// Where a service of a domain is to be found.
        #[serde(rename = "SRV")]
        Srv = "SRV",
        /// The name servers of a domain.
        #[serde(rename = "NS")]
        Ns = "NS",
    }
}

impl Stated for Dns {
    fn only_looks(&self) -> bool {
        true
    }

    fn line(&self) -> String {
        let (record, name) = (self.record.word(), &self.name);
        let server = self.server.as_ref();
        let server = server.map_or_else(String::new, |server| format!(" at {server}"));
        let ttl = self
            .ttl_at_most
            .map(|ttl| format!("a TTL of {} at most", ttl.words()));
        let expected = self.is.iter().cloned().chain(ttl);
        expecting(format!("DNS {record} {name}{server}"), expected.collect())
    }
}

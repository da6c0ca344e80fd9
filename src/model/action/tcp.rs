//! A port that is connected to.

use super::Stated;
use crate::model::plain;

plain! {
    /// A port that is connected to; nothing is sent.
    pub struct Tcp {
        /// The host, by name or address.
        pub host: String,
        /// The port.
        pub port: u16,
    }
}

impl Stated for Tcp {
    fn only_looks(&self) -> bool {
        true
    }

    fn line(&self) -> String {
        format!("connect to {}:{}", self.host, self.port)
    }
}

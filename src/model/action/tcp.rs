//! A port that is connected to.

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

impl Tcp {
    /// Whether it changes nothing, so that it can always be done again.
    pub fn only_looks(&self) -> bool {
        true
    }
}

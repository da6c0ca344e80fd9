//! Time that passes.

use crate::model::plain;
use crate::time::Duration;

plain! {
    /// Time that passes.
    pub struct Wait {
        /// How much.
        pub lasting: Duration,
    }
}

impl Wait {
    /// Whether it changes nothing, so that it can always be done again.
    pub fn only_looks(&self) -> bool {
        true
    }
}

//! Time that passes.

use super::Stated;
use crate::model::plain;
use crate::time::Duration;

plain! {
    /// Time that passes.
    pub struct Wait {
        /// How much.
        pub lasting: Duration,
    }
}

impl Stated for Wait {
    fn only_looks(&self) -> bool {
        true
    }

    fn line(&self) -> String {
        format!("wait {}", self.lasting.words())
    }
}

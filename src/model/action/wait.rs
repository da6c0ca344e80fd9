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

//! A channel or chat of Microsoft Teams.

use super::StatedCarrier;
use crate::model::{SecretRef, plain};

plain! {
    /// A channel or chat of Microsoft Teams, by a workflow that begins when a webhook request is
    /// received.
    pub struct TeamsCarrier {
        /// Where the address is that the workflow shows; whoever knows it can write.
        pub webhook: SecretRef,
    }
}

impl StatedCarrier for TeamsCarrier {
    fn unclear(&self) -> Option<String> {
        None
    }
}

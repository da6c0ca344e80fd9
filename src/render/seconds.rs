//! Lengths of time in what programs read.

use serde::Serialize;

use crate::time::Duration;

/// A length of time that is written as a number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(pub Duration);

impl Serialize for Seconds {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0.as_seconds())
    }
}

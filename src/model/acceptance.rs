//! A finding that somebody accepts for a while.

use super::plain;
use crate::id::*;
use crate::time::Date;

plain! {
    /// A finding that somebody accepts for a while. It stays visible, as accepted.
    pub struct Acceptance {
        /// The id of the check, such as `no-alternate`.
        pub check: CheckId,
        /// The id of the thing it is about, such as a role or a system.
        pub about: String,
        /// Why it is accepted.
        pub reason: String,
        /// Who accepts it.
        pub by: PersonId,
        /// The last day of the acceptance.
        pub until: Date,
    }
}

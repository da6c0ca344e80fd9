//! What somebody does in a disruption.

use super::plain;
use crate::id::*;

plain! {
    /// What somebody does in a disruption, whoever holds the role on the day.
    pub struct Role {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: RoleId,
        /// Its name, as people say it.
        pub name: String,
        /// What the role does and decides.
        pub summary: Option<String>,
        /// Who holds it.
        pub primary: Option<PersonId>,
        /// Who stands in, in this order.
        #[serde(default)]
        pub alternates: Vec<PersonId>,
        /// Who takes over for good when the primary and every alternate are lost.
        #[serde(default)]
        pub succession: Vec<PersonId>,
        /// What one must be able to do.
        #[serde(default)]
        pub skills: Vec<String>,
        /// How many recoveries its holders can work on at one time. One, when left out.
        pub parallel: Option<u32>,
    }
}

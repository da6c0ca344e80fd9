//! A credential by name: never its value.

use super::plain;
use crate::id::*;

plain! {
    /// An account, key or token that a recovery needs. The plan names it; it never holds it.
    pub struct Credential {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: CredentialId,
        /// What it opens.
        pub name: String,
        /// Who can use it.
        #[serde(default)]
        pub holders: Vec<PartyId>,
        /// The system it is kept in, such as the password vault.
        pub kept_in: Option<SystemId>,
        /// Where a second copy is that needs none of our systems, such as a sealed envelope.
        pub second_copy: Option<String>,
    }
}

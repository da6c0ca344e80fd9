//! Who is affected by a disruption and must hear from us.

use super::{plain, words};
use crate::id::StakeholderId;

plain! {
    /// Somebody who is affected by a disruption.
    pub struct Stakeholder {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: StakeholderId,
        /// Its name, such as `Customers` or `Data protection authority`.
        pub name: String,
        /// Whether they are part of the organization.
        pub audience: Audience,
        /// What they need to hear, and why.
        pub interest: Option<String>,
    }
}

words! {
    /// Whether somebody is part of the organization.
    pub enum Audience {
        /// Part of the organization.
        Internal = "internal",
        /// Outside the organization: customers, partners, media.
        External = "external",
        /// An authority with a right to be told.
        Authority = "authority",
    }
}

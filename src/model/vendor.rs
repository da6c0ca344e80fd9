//! A supplier.

use super::{Contact, Visibility, plain};
use crate::id::*;
use crate::time::{Date, Duration};

plain! {
    /// A supplier, how to reach it and what it does when its service fails.
    pub struct Vendor {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: VendorId,
        /// Its name, as people say it.
        pub name: String,
        /// What it supplies.
        pub supplies: Option<String>,
        /// Who answers for the relation.
        pub owner: Option<PartyId>,
        /// How to reach it, the best way first.
        #[serde(default)]
        pub contacts: Vec<Contact>,
        /// Whom to turn to next when it does not answer or does not help.
        #[serde(default)]
        pub escalation: Vec<Escalation>,
        /// The contract, and what it promises.
        pub contract: Option<Contract>,
        /// How fast it promises to restore its service.
        pub restores_within: Option<Duration>,
        /// What it does, and what we do, to restore the service.
        pub restoration_plan: Option<String>,
        /// The suppliers it relies on in turn.
        #[serde(default)]
        pub sub_processors: Vec<VendorId>,
        /// What we turn to when it is gone for good.
        pub alternative: Option<String>,
        /// When these facts were last confirmed.
        pub verified_at: Option<Date>,
        /// Whether it may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }

    /// One step up when a vendor does not answer or does not help.
    pub struct Escalation {
        /// After this long without help.
        pub after: Duration,
        /// To whom, such as `duty manager`.
        pub to: String,
        /// How to reach them.
        pub contact: Option<Contact>,
    }

    /// A contract with a vendor.
    pub struct Contract {
        /// Its number or name.
        pub reference: String,
        /// What it promises, in words.
        pub sla: Option<String>,
        /// The last day it holds.
        pub ends: Option<Date>,
    }
}

//! What several recoveries share and can exhaust.

use super::plain;
use crate::id::CapacityId;

plain! {
    /// Something several recoveries share: a restore link, a tape robot, a set of spare servers.
    pub struct Capacity {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: CapacityId,
        /// Its name, as people say it.
        pub name: String,
        /// How many recoveries it carries at one time. One, when left out.
        pub parallel: Option<u32>,
    }
}

//! What several recoveries share and can exhaust.

use super::plain;
use crate::id::CapacityId;

plain! {
    /// Something several recoveries share: a restore link, a tape robot, a set of spare servers.
    pub struct Capacity {
        /// Its id.
        pub id: CapacityId,
        /// Its name.
        pub name: String,
        /// How many recoveries it carries at one time. One, when left out.
        pub parallel: Option<u32>,
    }
}

//! A tier of importance with its ceilings.

use super::{Rpo, Rto, plain};
use crate::id::TierId;

plain! {
    /// A class of importance: how fast everything in it must at least be back.
    pub struct Tier {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: TierId,
        /// Its name, as people say it.
        pub name: String,
        /// The longest recovery time objective a system of this tier may have.
        pub rto: Option<Rto>,
        /// The longest recovery point objective a system of this tier may have.
        pub rpo: Option<Rpo>,
    }
}

//! A human of the programme.

use super::{Contact, Visibility, plain};
use crate::id::*;
use crate::time::{Date, TimeZone};

plain! {
    /// A person and how to reach them.
    pub struct Person {
        /// Their id: how all plans refer to them. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: PersonId,
        /// Their name as they write it.
        pub name: String,
        /// Their position in the organization.
        pub title: Option<String>,
        /// Where they usually work.
        pub site: Option<SiteId>,
        /// Their time zone, by its IANA name, when it differs from the organization's.
        pub time_zone: Option<TimeZone>,
        /// How to reach them, the best way first.
        #[serde(default)]
        pub contacts: Vec<Contact>,
        /// When all of this was last confirmed.
        pub verified_at: Option<Date>,
        /// Who confirmed it.
        pub verified_by: Option<PersonId>,
        /// How many drills they take part in in one month at most. As the organization says for
        /// everybody, when left out.
        pub drills_per_month_max: Option<u32>,
        /// The last day they are with the organization, once that is known.
        pub until: Option<Date>,
        /// Whether their name may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }
}

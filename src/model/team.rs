//! A team and its plan.

use super::plain;
use crate::id::*;
use crate::time::Date;

plain! {
    /// A team: whose plan a document is.
    pub struct Team {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: TeamId,
        /// Its name, as people say it.
        pub name: String,
        /// What the team is there for.
        pub summary: Option<String>,
        /// Who leads the team in a disruption.
        pub lead: Option<PersonId>,
        /// Who leads when the lead cannot.
        pub deputy: Option<PersonId>,
        /// When this plan was last read through and confirmed.
        pub reviewed_at: Option<Date>,
        /// Who confirmed it.
        pub reviewed_by: Option<PersonId>,
    }
}

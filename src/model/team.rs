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
        /// How many drills of this plan, or led by this team, are held in one month at most. As
        /// many as are planned, when left out.
        pub drills_per_month_max: Option<u32>,
        /// When this plan was last read through and confirmed.
        pub reviewed_at: Option<Date>,
        /// Who confirmed it.
        pub reviewed_by: Option<PersonId>,
    }
}

//! A critical business function.

use super::{Bia, Dependency, Mtpd, Rpo, Rto, Wrt, plain};
use crate::id::*;
use crate::time::Duration;

plain! {
    /// Something the organization does that it cannot stop doing for long.
    #[schemars(transform = super::schema::accept_mtd)]
    pub struct Function {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: FunctionId,
        /// Its name, as people say it.
        pub name: String,
        /// What it is, and for whom.
        pub summary: Option<String>,
        /// Who leads its recovery.
        pub owner: Option<PartyId>,
        /// Who leads when the owner cannot.
        pub deputy: Option<PartyId>,
        /// The business impact analysis: how the damage grows while it is down.
        pub bia: Option<Bia>,
        /// The maximum tolerable period of disruption: after this the damage is unacceptable.
        #[serde(alias = "mtd")]
        pub mtpd: Option<Mtpd>,
        /// The recovery time objective: how long after the disruption it must be usable again.
        pub rto: Option<Rto>,
        /// The recovery point objective: how much data, in time, may be lost.
        pub rpo: Option<Rpo>,
        /// The work recovery time: catching up once the systems are back.
        pub wrt: Option<Wrt>,
        /// The minimum business continuity objective: what must go on at the least.
        pub mbco: Option<String>,
        /// When it matters most.
        #[serde(default)]
        pub peaks: Vec<Peak>,
        /// What it needs: systems and other functions.
        #[serde(default)]
        pub depends_on: Vec<Dependency>,
        /// How the work goes on while the systems are down.
        pub workaround: Option<Workaround>,
        /// People, places and equipment it needs in a disruption.
        pub needs: Option<Needs>,
    }

    /// A time in which a function matters most.
    pub struct Peak {
        /// What happens then, such as `year-end close`.
        pub name: String,
        /// When, in words, such as `last week of every quarter`.
        pub when: String,
        /// The recovery time objective in that time, when it is stricter.
        pub rto: Option<Rto>,
    }

    /// How work goes on without the systems: a procedure, words, or an explicit none.
    pub struct Workaround {
        /// The procedure to follow.
        pub procedure: Option<ProcedureId>,
        /// How it is done, in words, when there is no procedure.
        pub how: Option<String>,
        /// How long it can be kept up.
        pub holds: Option<Duration>,
        /// That there is none, who accepts that and why.
        pub none: Option<NoWorkaround>,
    }

    /// An explicit "there is no workaround".
    pub struct NoWorkaround {
        /// Who accepts that.
        pub accepted_by: PartyId,
        /// Why it is accepted.
        pub reason: String,
    }

    /// What a function needs in a disruption beside its systems.
    pub struct Needs {
        /// People, by role and number.
        #[serde(default)]
        pub people: Vec<PeopleNeed>,
        /// Places to work from.
        #[serde(default)]
        pub sites: Vec<SiteId>,
        /// Equipment, transport, forms, cash: whatever must be at hand.
        #[serde(default)]
        pub equipment: Vec<String>,
    }

    /// How many people of a role are needed.
    pub struct PeopleNeed {
        /// The role.
        pub role: RoleId,
        /// How many people. One, when left out.
        pub count: Option<u32>,
    }
}

//! Something functions or other systems need.

use super::{ClassObjective, Dependency, Rpo, Rto, Visibility, plain};
use crate::id::*;
use crate::time::{Date, Duration};

plain! {
    /// An application, data store, network or tool. Software as a service is a system too.
    pub struct System {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: SystemId,
        /// Its name, as people say it.
        pub name: String,
        /// What it is.
        pub summary: Option<String>,
        /// Who answers for it. The team whose plan it stands in, when left out.
        pub owner: Option<PartyId>,
        /// How important it is.
        pub tier: Option<TierId>,
        /// Where it runs.
        pub site: Option<SiteId>,
        /// Who supplies it, when it is not ours.
        pub vendor: Option<VendorId>,
        /// The recovery time objective: how long after the disruption it must be usable again.
        pub rto: Option<Rto>,
        /// The recovery point objective: how much data, in time, may be lost.
        pub rpo: Option<Rpo>,
        /// Objectives that differ for some classes of disruption.
        #[serde(default)]
        pub per_class: Vec<ClassObjective>,
        /// What it needs: other systems.
        #[serde(default)]
        pub depends_on: Vec<Dependency>,
        /// Whether it holds data that must not be lost.
        pub holds_data: Option<bool>,
        /// How many copies of its data have to be proven that are independent of each other. As
        /// many as the organization says, when left out.
        pub independent_copies: Option<u32>,
        /// How it comes back, and how long that takes.
        pub recovery: Option<Recovery>,
        /// The written steps that bring it back.
        pub procedure: Option<ProcedureId>,
        /// What steps reach of it, under names in double braces: `{{shop-host}}`. A drill gets
        /// what is stated for exercises and can reach nothing else.
        #[serde(default)]
        pub targets: Vec<Target>,
        /// When these facts were last confirmed.
        pub verified_at: Option<Date>,
        /// Whether it may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }

    /// Something that steps reach: a host, an address, the name of an environment variable that
    /// holds a credential.
    pub struct Target {
        /// Its name, without the braces.
        pub name: String,
        /// What it is in a drill.
        pub exercise: Option<String>,
        /// What it is when it is serious. No drill can begin that names it in a step.
        pub live: Option<String>,
    }

    /// How a system comes back: the strategy, its time and what it uses meanwhile.
    pub struct Recovery {
        /// The strategy, in words, such as `fail over to the standby in Vienna`.
        pub strategy: String,
        /// How long it usually takes, once what it needs is there.
        pub likely: Option<Duration>,
        /// How long it takes when things go badly.
        pub worst: Option<Duration>,
        /// How long it really took when it was last done, and when that was.
        pub measured: Option<Measured>,
        /// Where it comes back, when its own site is lost.
        pub site: Option<SiteId>,
        /// The roles and capacities it keeps busy while it runs.
        #[serde(default)]
        pub uses: Vec<ResourceId>,
        /// The credentials it cannot do without.
        #[serde(default)]
        pub credentials: Vec<CredentialId>,
    }

    /// A recovery time that was measured.
    pub struct Measured {
        /// How long it took.
        pub took: Duration,
        /// On which day.
        pub on: Date,
        /// Where the proof is kept, such as a drill report.
        pub evidence: Option<String>,
    }
}

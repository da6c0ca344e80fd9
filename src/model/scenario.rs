//! A disruption to prepare for.

use super::{ImpactLevel, Likelihood, plain};
use crate::id::*;
use crate::time::Duration;

plain! {
    /// A disruption to prepare for: what it takes down and what is done then.
    pub struct Scenario {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: ScenarioId,
        /// Its name, as people say it.
        pub name: String,
        /// What happens.
        pub summary: Option<String>,
        /// The class of disruption it belongs to.
        pub class: Option<DisruptionClassId>,
        /// How likely it is.
        pub likelihood: Option<Likelihood>,
        /// How bad it would be.
        pub impact: Option<ImpactLevel>,
        /// What it takes down.
        pub takes_down: Option<TakesDown>,
        /// How long it is assumed to last, when nobody can end it.
        pub lasts: Option<Duration>,
        /// What is done, in this order.
        #[serde(default)]
        pub procedures: Vec<ProcedureId>,
        /// When the plan is activated for it: measurable criteria.
        #[serde(default)]
        pub activation: Vec<String>,
        /// When the plan is stood down again.
        #[serde(default)]
        pub stand_down: Vec<String>,
    }

    /// What a scenario takes down. All that depends on it follows from the graph.
    pub struct TakesDown {
        /// Sites, with everything that runs or works there.
        #[serde(default)]
        pub sites: Vec<SiteId>,
        /// Systems, with all that depends on them.
        #[serde(default)]
        pub systems: Vec<SystemId>,
        /// Vendors, with every system they supply.
        #[serde(default)]
        pub vendors: Vec<VendorId>,
        /// People who cannot be reached or cannot work.
        #[serde(default)]
        pub people: Vec<PersonId>,
        /// Credentials that cannot be used or trusted.
        #[serde(default)]
        pub credentials: Vec<CredentialId>,
    }
}

//! A risk to the business.

use super::{ImpactLevel, plain, words};
use crate::id::*;
use crate::time::Date;

plain! {
    /// What could go wrong, how likely and how bad that is, and what is done about it.
    pub struct Risk {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: RiskId,
        /// Its name, as people say it.
        pub name: String,
        /// What could happen, and why.
        pub summary: Option<String>,
        /// How likely it is.
        pub likelihood: Likelihood,
        /// How bad it would be.
        pub impact: ImpactLevel,
        /// What is done about it.
        pub treatment: Option<Treatment>,
        /// What exactly is done, or will be.
        pub measures: Option<String>,
        /// Who answers for it.
        pub owner: Option<PartyId>,
        /// The functions and systems it is about.
        #[serde(default)]
        pub affects: Vec<NodeId>,
        /// The scenarios in which it comes true.
        #[serde(default)]
        pub scenarios: Vec<ScenarioId>,
        /// When it was last assessed.
        pub reviewed_at: Option<Date>,
    }
}

words! {
    /// How likely something is.
    pub enum Likelihood {
        /// Not expected in ten years.
        Rare = "rare",
        /// Perhaps once in ten years.
        Unlikely = "unlikely",
        /// Perhaps once in three years.
        Possible = "possible",
        /// About once a year.
        Likely = "likely",
        /// Several times a year.
        AlmostCertain = "almost certain",
    }
}

words! {
    /// What is done about a risk.
    pub enum Treatment {
        /// The activity is stopped or changed so that it cannot happen.
        Avoid = "avoid",
        /// It is made less likely or less bad.
        Reduce = "reduce",
        /// Somebody else bears it, such as an insurer.
        Transfer = "transfer",
        /// It is borne as it is.
        Accept = "accept",
    }
}

/// Likelihood times impact, each from 1 to 5: the usual five-by-five matrix.
pub fn rating(likelihood: Likelihood, impact: ImpactLevel) -> u32 {
    (likelihood as u32 + 1) * (impact as u32 + 1)
}

//! Business impact analysis: how the damage grows while a function is down.

use super::{Money, plain, words};
use crate::id::PartyId;
use crate::time::{Date, Duration};

plain! {
    /// How the damage grows while a function is down; the tolerance follows from it.
    pub struct Bia {
        /// When it was assessed.
        pub assessed_at: Option<Date>,
        /// Who assessed it.
        pub assessed_by: Option<PartyId>,
        /// How it was assessed, such as `workshop with finance and sales`.
        pub method: Option<String>,
        /// The level of impact that the organization does not tolerate. `severe`, when left out.
        pub intolerable: Option<ImpactLevel>,
        /// How the damage grows, one entry for each category of harm.
        #[serde(default)]
        pub impacts: Vec<Impact>,
    }

    /// How the damage of one category grows.
    pub struct Impact {
        /// The category of harm.
        pub category: ImpactCategory,
        /// The damage at points in time, each holding until the next.
        #[serde(default)]
        pub over_time: Vec<ImpactPoint>,
    }

    /// The damage once a function has been down for some time.
    pub struct ImpactPoint {
        /// After this long.
        pub after: Duration,
        /// How bad it is by then.
        pub level: ImpactLevel,
        /// What it has cost by then, all together.
        pub cost: Option<Money>,
        /// What that means, in words.
        pub note: Option<String>,
    }
}

words! {
    /// The categories of harm.
    pub enum ImpactCategory {
        /// Lost income, penalties, cost of catching up.
        Financial = "financial",
        /// Breach of law, regulation or contract.
        Legal = "legal",
        /// Trust of customers, partners and the public.
        Reputation = "reputation",
        /// Harm to people or the environment.
        Safety = "safety",
        /// The organization cannot do its work.
        Operations = "operations",
    }
}

words! {
    /// How bad the damage is.
    pub enum ImpactLevel {
        /// Nobody outside the team notices.
        Negligible = "negligible",
        /// An annoyance.
        Minor = "minor",
        /// Clearly felt, and bearable.
        Moderate = "moderate",
        /// Serious harm.
        Major = "major",
        /// Threatens the organization.
        Severe = "severe",
    }
}

impl Bia {
    /// The level that is not tolerated.
    pub fn intolerable(&self) -> ImpactLevel {
        self.intolerable.unwrap_or(ImpactLevel::Severe)
    }

    /// The earliest time at which some category reaches the level that is not tolerated.
    pub fn tolerance(&self) -> Option<Duration> {
        let points = self.impacts.iter().flat_map(|impact| &impact.over_time);
        points
            .filter(|p| p.level >= self.intolerable())
            .map(|p| p.after)
            .min()
    }

    /// What being down this long has cost: for each category the last point reached, by currency.
    ///
    /// The figure is a floor, because the damage goes on growing between two points.
    pub fn cost_after(&self, down: Duration) -> Vec<Money> {
        let mut sums: Vec<Money> = Vec::new();
        for impact in &self.impacts {
            let reached = impact.over_time.iter().filter(|p| p.after <= down);
            let Some(cost) = reached.max_by_key(|p| p.after).and_then(|p| p.cost) else {
                continue;
            };
            match sums.iter_mut().find(|sum| sum.currency == cost.currency) {
                Some(sum) => sum.amount = sum.amount.saturating_add(cost.amount),
                None => sums.push(cost),
            }
        }
        sums.sort();
        sums
    }
}

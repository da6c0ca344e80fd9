//! What if: a thing fails. What goes down, when is each function back, and what does that cost?
//!
//! The forward pass is done again for what is down, and only for that: nobody acts until the
//! disruption is declared; then each thing comes back once what it needs is back and the people
//! and links it uses are free, after its own recovery time. What is down only because of what it
//! needs has its recovery to do too: plans state that time as from when what it needs is there.
//!
//! | what is lost | and a recovery that touches it |
//! |---|---|
//! | its site | needs `recovery.site`, or the site's `alternative`, that is not lost |
//! | its vendor | takes at least as long as the vendor promises under `restores-within` |
//! | everybody in a role it uses | cannot proceed |
//! | a credential it needs, without a second copy | cannot proceed |
//! | the system that credential is kept in | waits until that system is back |
//!
//! Where there is no way back, it is there again once the scenario is over (`lasts`), if that is
//! stated; otherwise *no way back is stated*, and that is what its dependants show too. This is
//! not a forecast that it never comes back: it says that the plan does not say how.

mod plan;
mod stuck;
#[cfg(test)]
mod tests;

use super::doubt::Doubt;
use super::lost::Lost;
use super::schedule::{limited, unlimited};
use super::spread::{Spread, State};
use super::target::Target;
use super::{Analysis, Ix};
use crate::model::*;
use crate::time::Duration;
use plan::Plan;
pub use stuck::Stuck;

/// What follows when something fails.
#[derive(Debug)]
pub struct Failure<'p> {
    /// What fails.
    pub target: Target<'p>,
    /// What goes down or works worse, and because of what.
    pub spread: Spread,
    /// When each node is back, since the disruption; `None` where it was never down, or no way
    /// back is stated. By the number of the node.
    pub back_at: Vec<Option<Duration>>,
    /// What of the plan leaves no way back, by itself. Everything that needs it shows none either.
    pub stuck: Vec<(Ix, Stuck)>,
    /// What takes as long as its data take to come back from a copy.
    pub from_copies: Vec<Ix>,
    /// What comes back, in waves: each needs only what came back in the waves before.
    pub waves: Vec<Vec<Ix>>,
    /// What is down and has no stated way back, in the order of ids.
    pub never: Vec<Ix>,
    /// The functions that do not work as always, the worst first.
    pub functions: Vec<Affected<'p>>,
    /// The systems that are not lost but could not be recovered now, and why.
    pub at_risk: Vec<(Ix, Stuck)>,
}

/// What a failure does to one function.
#[derive(Clone, Debug)]
pub struct Affected<'p> {
    /// The node.
    pub node: Ix,
    /// The function.
    pub function: &'p Item<Function>,
    /// Whether it is down, degraded or only could not be restarted. All below is about *down*.
    pub state: State,
    /// When it is back, with the sharing; `None` where no way back is stated, or it is not down.
    pub back_at: Option<Duration>,
    /// Why it cannot be told when it is back, where it cannot; then it is back no earlier.
    pub doubt: Option<Doubt>,
    /// The same as if there were enough of everything: the rest is waiting.
    pub back_without_waiting: Option<Duration>,
    /// When it has caught up: the work recovery time later.
    pub caught_up_at: Option<Duration>,
    /// The moment it breaches its RTO, if it does: the RTO itself.
    pub breaches_rto_at: Option<Duration>,
    /// The moment it breaches its MTPD, if it has not caught up by then: the MTPD itself.
    pub breaches_mtpd_at: Option<Duration>,
    /// Until when the workaround holds, if there is one and it says so.
    pub workaround_until: Option<Duration>,
    /// What it has cost when it is back, by currency; a floor.
    pub cost_when_back: Vec<Money>,
    /// What it has cost when the MTPD is over, by currency; a floor.
    pub cost_at_mtpd: Vec<Money>,
    /// The latest moment at which declaring still meets the RTO; `None` when it is too late
    /// whatever is done, when no RTO is stated, when no way back is, or when it cannot be told.
    pub declare_by_for_rto: Option<Duration>,
    /// The same for the MTPD, with catching up.
    pub declare_by_for_mtpd: Option<Duration>,
}

impl<'p> Failure<'p> {
    /// Computes everything that follows.
    pub fn new(analysis: &Analysis<'p>, target: Target<'p>) -> Self {
        let Analysis { graph, footing, .. } = analysis;
        let spread = Spread::new(graph, footing, Lost::new(graph.programme, footing, target));
        let plan = Plan::new(analysis, target, spread);
        let shared = analysis.capacity.shared(footing);
        let (alone, together) =
            rayon::join(|| unlimited(&plan.work), || limited(&plan.work, &shared));
        plan.failure(target, &alone, &together)
    }

    /// The first thing that leaves a node without a stated way back: itself or what it needs.
    pub fn why_never(&self, analysis: &Analysis, node: Ix) -> Option<(Ix, Stuck)> {
        let never = |node: Ix| self.spread.is_down(node) && self.back_at[node.at()].is_none();
        let (mut reached, mut next) = (vec![node], 0);
        while let Some(node) = reached.get(next).copied().filter(|_| never(node)) {
            if let Ok(place) = self.stuck.binary_search_by_key(&node, |(node, _)| *node) {
                return Some(self.stuck[place]);
            }
            let members = analysis
                .order
                .groups
                .at(analysis.order.groups.of(node))
                .iter();
            let needed = members
                .flat_map(|node| analysis.graph.needs(*node))
                .map(|e| e.to);
            for needed in needed.filter(|needed| never(*needed)) {
                if !reached.contains(&needed) {
                    reached.push(needed);
                }
            }
            next += 1;
        }
        None
    }

    /// The functions that are down and breach their MTPD.
    pub fn breaches(&self) -> impl Iterator<Item = &Affected<'p>> {
        self.functions
            .iter()
            .filter(|f| f.breaches_mtpd_at.is_some())
    }
}

/// The RTO of a system in this class of disruption, else in general.
pub fn rto_in(system: &System, class: Option<&str>) -> Option<Rto> {
    let mut of_class = system
        .per_class
        .iter()
        .filter(|o| Some(o.class.as_str()) == class);
    of_class.find_map(|objective| objective.rto).or(system.rto)
}

impl Affected<'_> {
    /// Notes that it cannot be told when it is back; then no declaration is known to be in time.
    fn doubted(&mut self, doubt: Option<Doubt>) {
        self.doubt = doubt.filter(|_| self.back_at.is_some());
        if self.doubt.is_some() {
            (self.declare_by_for_rto, self.declare_by_for_mtpd) = (None, None);
        }
    }

    /// What sorts the worst first: how bad, then who is due first, then the id.
    fn urgency(&self) -> impl Ord + use<> {
        let mtpd = self.breaches_mtpd_at.unwrap_or(Duration::seconds(u64::MAX));
        let rto = self.breaches_rto_at.unwrap_or(Duration::seconds(u64::MAX));
        (std::cmp::Reverse(self.state), mtpd, rto, self.node)
    }
}

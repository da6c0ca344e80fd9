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

use super::footing::At;
use super::lost::Lost;
use super::objectives::Basis;
use super::schedule::{Schedule, Work, limited, unlimited};
use super::spread::{Cause, Spread, State};
use super::target::Target;
use super::{Analysis, Ix};
use crate::model::*;
use crate::time::Duration;

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
    /// What comes back, in waves: each needs only what came back in the waves before.
    pub waves: Vec<Vec<Ix>>,
    /// What is down and has no stated way back, in the order of ids.
    pub never: Vec<Ix>,
    /// The functions that do not work as always, the worst first.
    pub functions: Vec<Affected<'p>>,
    /// The systems that are not lost but could not be recovered now, and why.
    pub at_risk: Vec<(Ix, Stuck)>,
}

/// Why there is no stated way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// Its site is lost, and no other that is not lost is stated.
    Site(At),
    /// Its vendor is lost, and does not say how fast it restores its service.
    Vendor(At),
    /// Nobody is left in a role it cannot do without.
    Role(At),
    /// A credential it needs cannot be used.
    Credential(At),
    /// A credential it needs is kept in a system that comes back only after it, or never.
    LockedIn(At),
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
    /// whatever is done, when no RTO is stated, or when no way back is.
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
        let (alone, together) = (unlimited(&plan.work), limited(&plan.work, &shared));
        plan.failure(target, &alone, &together)
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

/// How what is down is to be brought back.
struct Plan<'a, 'p> {
    analysis: &'a Analysis<'p>,
    spread: Spread,
    work: Work<'a>,
    stuck: Vec<(Ix, Stuck)>,
    /// For each wait for a credential: who waits, for which credential, kept where.
    kept: Vec<(Ix, At, Ix)>,
}

impl<'a, 'p> Plan<'a, 'p> {
    fn new(analysis: &'a Analysis<'p>, target: Target<'p>, spread: Spread) -> Self {
        let order = &analysis.order;
        let mut groups: Vec<u32> = spread
            .down
            .iter()
            .map(|node| order.groups.number(*node))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        let count = order.groups.count();
        let mut plan = Plan {
            work: Work {
                graph: &analysis.graph,
                order,
                reaction: analysis.objectives.reaction,
                groups,
                time: vec![Duration::ZERO; count],
                from: vec![Some(analysis.objectives.reaction); count],
                also: Vec::new(),
            },
            analysis,
            spread,
            stuck: Vec::new(),
            kept: Vec::new(),
        };
        let class = match target {
            Target::Scenario(scenario) => scenario.class.as_ref().map(|class| class.as_str()),
            _ => None,
        };
        for node in plan.spread.down.clone() {
            plan.recover(node, class);
        }
        plan
    }

    /// Puts one node that is down into the work.
    fn recover(&mut self, node: Ix, class: Option<&str>) {
        let group = self.work.order.groups.of(node);
        let time = &mut self.work.time[group];
        *time = (*time).max(time_in(self.analysis, node, &self.spread, class));
        if let Some(stuck) = stuck(self.analysis, &self.spread, node) {
            self.stuck.push((node, stuck));
            // Once the scenario is over, all that it took away is there again.
            let over = self.spread.lost.lasts;
            let from = &mut self.work.from[group];
            *from = from.zip(over).map(|(from, over)| from.max(over));
        }
        self.wait_for_credentials(node);
    }

    fn wait_for_credentials(&mut self, node: Ix) {
        let Analysis {
            graph,
            footing,
            order,
            ..
        } = self.analysis;
        let Some(system) = graph.system_place(node) else {
            return;
        };
        for credential in footing.credentials.at(system) {
            let Some(safe) = kept_in(self.analysis, *credential) else {
                continue;
            };
            if self.spread.is_down(safe) {
                let groups = (order.groups.number(node), order.groups.number(safe));
                self.work.also.push(groups);
                self.kept.push((node, *credential, safe));
            }
        }
    }

    fn failure(mut self, target: Target<'p>, alone: &Schedule, together: &Schedule) -> Failure<'p> {
        let order = &self.analysis.order;
        let back = |schedule: &Schedule, node: Ix| {
            self.spread
                .is_down(node)
                .then(|| schedule.finish[order.groups.of(node)])
                .flatten()
        };
        let back_at: Vec<_> = self
            .analysis
            .graph
            .all()
            .map(|node| back(together, node))
            .collect();
        let locked = self
            .kept
            .iter()
            .filter(|(node, _, safe)| back_at[node.at()].is_none() && back_at[safe.at()].is_none());
        let locked: Vec<_> = locked
            .map(|(node, c, _)| (*node, Stuck::LockedIn(*c)))
            .collect();
        self.stuck.extend(locked);
        self.stuck.sort_by_key(|(node, _)| *node);
        self.stuck.dedup_by_key(|(node, _)| *node);
        let affected = |node: Ix| {
            let state = self.spread.state[node.at()];
            (state != State::Works).then(|| self.affected(node, state, alone, together))?
        };
        let mut functions: Vec<_> = self
            .analysis
            .graph
            .functions()
            .filter_map(affected)
            .collect();
        functions.sort_by_key(Affected::urgency);
        let (waves, never) = self.waves(together);
        let at_risk = self.at_risk();
        Failure {
            target,
            back_at,
            stuck: self.stuck,
            waves,
            never,
            functions,
            at_risk,
            spread: self.spread,
        }
    }

    fn affected(
        &self,
        node: Ix,
        state: State,
        alone: &Schedule,
        together: &Schedule,
    ) -> Option<Affected<'p>> {
        let function = self.analysis.graph.function(node)?;
        let down = state == State::Down;
        let group = self.work.order.groups.of(node);
        let back_at = together.finish[group].filter(|_| down);
        let wrt = function.wrt.map_or(Duration::ZERO, |wrt| wrt.0);
        let caught_up_at = back_at.map(|back| back + wrt);
        let late = |at: Option<Duration>, limit: Duration| down && at.is_none_or(|at| at > limit);
        let (rto, mtpd) = (
            function.rto.map(|rto| rto.0),
            function.mtpd.map(|mtpd| mtpd.0),
        );
        let cost = |after: Option<Duration>| {
            let cost = function.bia.as_ref().zip(after).filter(|_| down);
            cost.map(|(bia, after)| bia.cost_after(after))
                .unwrap_or_default()
        };
        let declare_by = |limit: Option<Duration>| {
            let (limit, back) = (limit?, back_at?);
            // Declaring sooner does not help when it is the end of the scenario one waits for.
            let waits = self.spread.lost.lasts.is_some() && !self.stuck.is_empty();
            let work = back.saturating_sub(self.work.reaction);
            limit.less(work).filter(|_| back <= limit || !waits)
        };
        Some(Affected {
            node,
            function,
            state,
            back_at,
            back_without_waiting: alone.finish[group].filter(|_| down),
            caught_up_at,
            breaches_rto_at: rto.filter(|rto| late(back_at, *rto)),
            breaches_mtpd_at: mtpd.filter(|mtpd| late(caught_up_at, *mtpd)),
            workaround_until: function
                .workaround
                .as_ref()
                .and_then(|w| w.holds)
                .filter(|_| down),
            cost_when_back: cost(back_at),
            cost_at_mtpd: cost(mtpd),
            declare_by_for_rto: declare_by(rto),
            declare_by_for_mtpd: declare_by(mtpd.and_then(|mtpd| mtpd.less(wrt))),
        })
    }

    /// What comes back in which wave, and what has no stated way back.
    fn waves(&self, together: &Schedule) -> (Vec<Vec<Ix>>, Vec<Ix>) {
        let (mut waves, mut never): (Vec<Vec<Ix>>, Vec<Ix>) = (Vec::new(), Vec::new());
        for group in self.work.groups.iter().map(|group| *group as usize) {
            let members = self.work.order.groups.at(group);
            if together.finish[group].is_none() {
                never.extend_from_slice(members);
                continue;
            }
            let wave = together.wave[group] as usize;
            if waves.len() <= wave {
                waves.resize(wave + 1, Vec::new());
            }
            waves[wave].extend_from_slice(members);
        }
        waves.iter_mut().for_each(|wave| wave.sort_unstable());
        never.sort_unstable();
        (waves, never)
    }

    /// The systems that still work, but have lost what their recovery cannot do without.
    fn at_risk(&self) -> Vec<(Ix, Stuck)> {
        let lost = &self.spread.lost;
        if !lost.roles.contains(&true) && !lost.credentials.contains(&true) {
            return Vec::new();
        }
        let running = self
            .work
            .graph
            .systems()
            .filter(|node| !self.spread.is_down(*node));
        running
            .filter_map(|node| Some((node, stuck(self.analysis, &self.spread, node)?)))
            .collect()
    }
}

impl Affected<'_> {
    /// What sorts the worst first: how bad, then who is due first, then the id.
    fn urgency(&self) -> impl Ord + use<> {
        let mtpd = self.breaches_mtpd_at.unwrap_or(Duration::seconds(u64::MAX));
        let rto = self.breaches_rto_at.unwrap_or(Duration::seconds(u64::MAX));
        (std::cmp::Reverse(self.state), mtpd, rto, self.node)
    }
}

/// The own recovery time of a node in this failure.
fn time_in(analysis: &Analysis, node: Ix, spread: &Spread, class: Option<&str>) -> Duration {
    let own = analysis.objectives.own[node.at()];
    let (Some(system), Some(place)) = (
        analysis.graph.system(node),
        analysis.graph.system_place(node),
    ) else {
        return own.time;
    };
    let assumed = rto_in(system, class).filter(|_| own.basis == Basis::Assumed);
    let time = assumed.map_or(own.time, |rto| {
        rto.0.saturating_sub(analysis.objectives.reaction)
    });
    let vendor = analysis.footing.systems[place].vendor;
    let vendor = vendor.filter(|vendor| spread.lost.vendors[*vendor as usize]);
    let theirs = vendor.and_then(|v| analysis.graph.programme.vendors[v as usize].restores_within);
    time.max(theirs.unwrap_or_default())
}

/// The system a credential is kept in, unless there is a second copy that needs none.
fn kept_in(analysis: &Analysis, credential: At) -> Option<Ix> {
    let programme = analysis.graph.programme;
    let credential = &programme.credentials[credential as usize];
    let safe = credential
        .kept_in
        .as_ref()
        .filter(|_| credential.second_copy.is_none())?;
    Some(
        analysis
            .graph
            .system_node(programme.systems.position(safe.as_str())?),
    )
}

/// Why a node has no way back by itself, if it has none.
fn stuck(analysis: &Analysis, spread: &Spread, node: Ix) -> Option<Stuck> {
    let lost = &spread.lost;
    let Some(system) = analysis.graph.system_place(node) else {
        return match spread.cause[node.at()] {
            Some(Cause::Site(site)) => Some(Stuck::Site(site)),
            Some(Cause::Role(role)) => Some(Stuck::Role(role)),
            _ => None,
        };
    };
    let (footing, programme) = (&analysis.footing, analysis.graph.programme);
    let stand = footing.systems[system];
    let site = stand.site.filter(|site| lost.sites[*site as usize]);
    if let Some(site) = site.filter(|site| !elsewhere(analysis, lost, *site, stand.recovery_site)) {
        return Some(Stuck::Site(site));
    }
    let silent = |vendor: &At| {
        lost.vendors[*vendor as usize]
            && programme.vendors[*vendor as usize]
                .restores_within
                .is_none()
    };
    let first = |list: &[At], marks: &[bool]| list.iter().find(|at| marks[**at as usize]).copied();
    let vendor = stand.vendor.filter(silent).map(Stuck::Vendor);
    let role = || first(footing.roles.at(system), &lost.roles).map(Stuck::Role);
    let credential = || first(footing.credentials.at(system), &lost.credentials);
    vendor
        .or_else(role)
        .or_else(|| credential().map(Stuck::Credential))
}

/// Whether a system whose site is lost has another place to come back to.
fn elsewhere(analysis: &Analysis, lost: &Lost, site: At, stated: Option<At>) -> bool {
    let sites = &analysis.graph.programme.sites;
    let alternative = |place: &At| {
        let id = sites[*place as usize].alternative.as_ref()?;
        sites.position(id.as_str())
    };
    let places = analysis.footing.places(site);
    let alternatives = places.iter().filter_map(alternative);
    let stated = stated.map(|site| site as usize);
    stated
        .into_iter()
        .chain(alternatives)
        .any(|site| !lost.sites[site])
}

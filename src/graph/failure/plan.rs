//! How what is down is brought back: its time, what keeps it from beginning, what it waits for.

use super::stuck::{kept_in, stuck};
use super::{Affected, Failure, Stuck, rto_in};
use crate::graph::copies::DATA_LOST;
use crate::graph::doubt::{self, Doubt};
use crate::graph::footing::At;
use crate::graph::objectives::Basis;
use crate::graph::schedule::{Schedule, Work};
use crate::graph::spread::{Spread, State};
use crate::graph::target::Target;
use crate::graph::{Analysis, FromCopy, Ix};
use crate::id::DisruptionClassId;
use crate::time::Duration;

/// How what is down is to be brought back.
pub struct Plan<'a, 'p> {
    analysis: &'a Analysis<'p>,
    spread: Spread,
    /// What is to be brought back.
    pub work: Work<'a>,
    stuck: Vec<(Ix, Stuck)>,
    /// What takes as long as its data take to come back from a copy.
    from_copies: Vec<Ix>,
    /// For each wait for a credential: who waits, for which credential, kept where.
    kept: Vec<(Ix, At, Ix)>,
}

impl<'a, 'p> Plan<'a, 'p> {
    /// Plans the recovery of everything that is down.
    pub fn new(analysis: &'a Analysis<'p>, target: Target<'p>, spread: Spread) -> Self {
        let order = &analysis.order;
        let count = order.groups.count();
        let down = |group: &u32| spread.is_down(order.groups.at(*group as usize)[0]);
        let groups = (0u32..).take(count).filter(down).collect();
        let mut plan = Plan {
            work: Work {
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
            from_copies: Vec::new(),
            kept: Vec::new(),
        };
        let class = match target {
            Target::Scenario(scenario) => scenario.class.as_ref().map(DisruptionClassId::as_str),
            _ => None,
        };
        for node in analysis.graph.all() {
            if plan.spread.is_down(node) {
                plan.recover(node, class);
            }
        }
        plan
    }

    /// Puts one node that is down into the work.
    fn recover(&mut self, node: Ix, class: Option<&str>) {
        let group = self.work.order.groups.of(node);
        let time = &mut self.work.time[group];
        let own = time_in(self.analysis, node, &self.spread, class);
        *time = (*time).max(own);
        let copy = copy_in(self.analysis, node, &self.spread, class);
        if copy.is_some_and(|copy| copy.time == own) {
            self.from_copies.push(node);
        }
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

    /// What follows, by the schedules without and with what the recoveries share.
    pub fn failure(
        mut self,
        target: Target<'p>,
        alone: &[Option<Duration>],
        together: &Schedule,
    ) -> Failure<'p> {
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
        let doubts = self.doubts();
        let affected = |node: Ix| {
            let state = self.spread.state[node.at()];
            let affected = || self.affected(node, state, alone, together);
            let mut affected = (state != State::Works).then(affected)??;
            affected.doubted(doubts[order.groups.of(node)]);
            Some(affected)
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
            from_copies: self.from_copies,
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
        alone: &[Option<Duration>],
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
            doubt: None,
            back_without_waiting: alone[group].filter(|_| down),
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

    /// Why it cannot be told when each group is back, by its number. What still works is no cause.
    fn doubts(&self) -> Vec<Option<Doubt>> {
        let Analysis {
            graph,
            order,
            objectives,
            ..
        } = self.analysis;
        let mut doubts = vec![None; order.groups.count()];
        let in_doubt = |node: Ix| objectives.doubt[node.at()].is_some();
        if !graph.functions().any(in_doubt) {
            return doubts;
        }
        for group in self.work.groups.iter().map(|group| *group as usize) {
            if in_doubt(order.groups.at(group)[0]) {
                let own = doubt::own(graph, order, group, |node| objectives.own[node.at()].basis);
                let needed = order.before.at(group).iter();
                let waits = || needed.filter_map(|needed| doubts[*needed as usize]).min();
                doubts[group] = own.or_else(waits);
            }
        }
        doubts
    }

    /// What comes back in which wave, and what has no stated way back.
    fn waves(&self, together: &Schedule) -> (Vec<Vec<Ix>>, Vec<Ix>) {
        let (mut waves, mut never): (Vec<Vec<Ix>>, Vec<Ix>) = (Vec::new(), Vec::new());
        let graph = &self.analysis.graph;
        for node in graph.all().filter(|node| self.spread.is_down(*node)) {
            let group = self.work.order.groups.of(node);
            if together.finish[group].is_none() {
                never.push(node);
                continue;
            }
            let wave = together.wave[group] as usize;
            if waves.len() <= wave {
                waves.resize(wave + 1, Vec::new());
            }
            waves[wave].push(node);
        }
        (waves, never)
    }

    /// The systems that still work, but have lost what their recovery cannot do without.
    fn at_risk(&self) -> Vec<(Ix, Stuck)> {
        let lost = &self.spread.lost;
        if !lost.roles.contains(&true) && !lost.credentials.contains(&true) {
            return Vec::new();
        }
        let running = self
            .analysis
            .graph
            .systems()
            .filter(|node| !self.spread.is_down(*node));
        running
            .filter_map(|node| Some((node, stuck(self.analysis, &self.spread, node)?)))
            .collect()
    }
}

/// How long the data of a node take to come back from a copy, where that counts in this failure:
/// nothing else is known of its recovery, or its data themselves are lost, whatever else would be
/// faster.
fn copy_in<'g>(
    analysis: &'g Analysis,
    node: Ix,
    spread: &Spread,
    class: Option<&str>,
) -> Option<&'g FromCopy> {
    let (graph, own) = (&analysis.graph, analysis.objectives.own[node.at()]);
    let place = graph.system_place(node)?;
    let is_lost = || {
        let mut lost = spread.lost.systems.iter();
        class == Some(DATA_LOST) && lost.any(|at| *at as usize == place)
    };
    let counts = matches!(own.basis, Basis::Restored(_) | Basis::Estimated(_)) || is_lost();
    graph.restore(node).filter(|_| counts)
}

/// The own recovery time of a node in this failure.
fn time_in(analysis: &Analysis, node: Ix, spread: &Spread, class: Option<&str>) -> Duration {
    let (graph, objectives) = (&analysis.graph, &analysis.objectives);
    let own = objectives.own[node.at()];
    let of_class = class.and_then(|class| rto_in(graph.system(node)?, Some(class)));
    let of_class = of_class.map(|rto| rto.0.saturating_sub(objectives.reaction));
    let time = match (own.basis, of_class) {
        (Basis::Assumed, Some(assumed)) => assumed,
        (Basis::Restored(_) | Basis::Estimated(_), Some(assumed)) => assumed.max(own.time),
        _ => own.time,
    };
    let copy = copy_in(analysis, node, spread, class).map(|copy| copy.time);
    let time = time.max(copy.unwrap_or_default());
    let vendor = graph
        .system_place(node)
        .and_then(|at| analysis.footing.systems[at].vendor);
    let vendor = vendor.filter(|vendor| spread.lost.vendors[*vendor as usize]);
    let theirs = vendor.and_then(|v| graph.programme.vendors[v as usize].restores_within);
    time.max(theirs.unwrap_or_default())
}

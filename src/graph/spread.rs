//! How a failure spreads: what goes down, what works worse, and because of what.
//!
//! | the failure meets | and the dependant is then |
//! |---|---|
//! | a `hard` dependency on something down | down |
//! | a `hard` dependency on something degraded | degraded |
//! | a `soft` dependency on something down | degraded |
//! | a `bootstrap` dependency on something down | running, but could not be started again |
//!
//! A function also goes down when nobody is left in a role it needs, or when every site it needs
//! is lost with its alternative.

use std::collections::VecDeque;

use super::footing::{At, Footing};
use super::lost::Lost;
use super::{Edge, Graph, Ix};
use crate::model::*;

/// In what state something is during a failure, better before worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It works as always.
    #[default]
    Works,
    /// It runs, but if it stopped it could not be started.
    CannotRestart,
    /// It works, but worse.
    Degraded,
    /// It does not work.
    Down,
}

/// Why something is not in its best state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is what failed.
    Named,
    /// This site is lost, by its place in the programme's list.
    Site(At),
    /// This vendor is lost.
    Vendor(At),
    /// Nobody, or too few, are left in this role.
    Role(At),
    /// Something it needs is not there: the dependency.
    Needs(Edge),
}

impl Cause {
    /// As people read it, after the name of what it is the cause for.
    pub fn words(self, graph: &Graph) -> String {
        let programme = graph.programme;
        match self {
            Cause::Named => "fails itself".to_owned(),
            Cause::Site(at) => format!("is at `{}`", programme.sites[at as usize].id),
            Cause::Vendor(at) => format!("is supplied by `{}`", programme.vendors[at as usize].id),
            Cause::Role(at) => format!(
                "lacks people in the role `{}`",
                programme.roles[at as usize].id
            ),
            Cause::Needs(edge) => format!("needs `{}`", graph.id(edge.to)),
        }
    }
}

/// How a failure spreads over the graph.
#[derive(Debug)]
pub struct Spread {
    /// What is lost by itself.
    pub lost: Lost,
    /// The state of each node.
    pub state: Vec<State>,
    /// Why it is in that state; `None` where it works.
    pub cause: Vec<Option<Cause>>,
    /// Everything that is down, in the order in which the failure reached it.
    pub down: Vec<Ix>,
}

impl Spread {
    /// Follows what is lost through the graph.
    pub fn new(graph: &Graph, footing: &Footing, lost: Lost) -> Self {
        let mut spread = Spread {
            lost,
            state: vec![State::Works; graph.nodes.len()],
            cause: vec![None; graph.nodes.len()],
            down: Vec::new(),
        };
        spread.begin(graph, footing);
        spread.follow_down(graph);
        spread.follow_degraded(graph);
        spread
    }

    /// What takes a node down, from it to what was lost by itself: a chain of dependencies.
    pub fn chain(&self, node: Ix) -> Vec<Ix> {
        let mut chain = vec![node];
        while let Some(Cause::Needs(edge)) = self.cause[chain[chain.len() - 1].at()] {
            if chain.len() > self.state.len() {
                break;
            }
            chain.push(edge.to);
        }
        chain
    }

    /// Whether a node is down.
    pub fn is_down(&self, node: Ix) -> bool {
        self.state[node.at()] == State::Down
    }

    /// Puts a node into a state, if that is worse than the one it is in.
    fn worsen(&mut self, node: Ix, state: State, cause: Cause) -> bool {
        let worse = state > self.state[node.at()];
        if worse {
            (self.state[node.at()], self.cause[node.at()]) = (state, Some(cause));
        }
        worse
    }

    fn begin(&mut self, graph: &Graph, footing: &Footing) {
        for (i, stand) in footing.systems.iter().enumerate() {
            let lost = |at: Option<At>, marks: &[bool]| at.filter(|at| marks[*at as usize]);
            let site = lost(stand.site, &self.lost.sites).map(Cause::Site);
            let cause = site.or_else(|| lost(stand.vendor, &self.lost.vendors).map(Cause::Vendor));
            if let Some(cause) = cause {
                self.worsen(graph.system_node(i), State::Down, cause);
            }
        }
        for system in self.lost.systems.clone() {
            // That it is named says more than where it is.
            let node = graph.system_node(system as usize);
            (self.state[node.at()], self.cause[node.at()]) = (State::Down, Some(Cause::Named));
        }
        for node in graph.functions() {
            if let Some((state, cause)) = self.work(graph, footing, node) {
                self.worsen(node, state, cause);
            }
        }
    }

    /// What the failure does to a function by way of its people and places.
    fn work(&self, graph: &Graph, footing: &Footing, node: Ix) -> Option<(State, Cause)> {
        let (programme, lost) = (graph.programme, &self.lost);
        let needs = graph.function(node)?.needs.as_ref()?;
        let staffed = needs.people.iter().filter_map(|need| {
            let role = programme.roles.position(need.role.as_str())?;
            let people = footing.people.at(role);
            let left = people
                .iter()
                .filter(|person| !lost.people[**person as usize])
                .count();
            // Too few even on a good day is a finding of its own.
            let short = left < people.len() && left < need.count.unwrap_or(1) as usize;
            let state = if lost.roles[role] {
                State::Down
            } else {
                State::Degraded
            };
            short.then(|| (state, Cause::Role(place(role))))
        });
        let gone = |site: usize| {
            let away = programme.sites[site].alternative.as_ref();
            let away = away.and_then(|id| programme.sites.position(id.as_str()));
            lost.sites[site] && away.is_none_or(|away| lost.sites[away])
        };
        let sites = needs
            .sites
            .iter()
            .filter_map(|id| programme.sites.position(id.as_str()));
        let sites: Vec<usize> = sites.collect();
        let nowhere = sites.iter().all(|site| gone(*site));
        let first = sites.first().filter(|_| nowhere);
        let housed = first.map(|site| (State::Down, Cause::Site(place(*site))));
        staffed.chain(housed).max_by_key(|(state, _)| *state)
    }

    fn follow_down(&mut self, graph: &Graph) {
        self.down = graph.all().filter(|node| self.is_down(*node)).collect();
        let mut next = 0;
        while let Some(node) = self.down.get(next).copied() {
            for edge in graph.needed_by(node) {
                let state = match edge.kind {
                    DependencyKind::Hard => State::Down,
                    DependencyKind::Soft => State::Degraded,
                    DependencyKind::Bootstrap => State::CannotRestart,
                };
                if self.worsen(edge.from, state, Cause::Needs(*edge)) && state == State::Down {
                    self.down.push(edge.from);
                }
            }
            next += 1;
        }
    }

    fn follow_degraded(&mut self, graph: &Graph) {
        let degraded = |node: &Ix| self.state[node.at()] == State::Degraded;
        let mut queue: VecDeque<Ix> = graph.all().filter(degraded).collect();
        while let Some(node) = queue.pop_front() {
            for edge in graph
                .needed_by(node)
                .filter(|e| e.kind == DependencyKind::Hard)
            {
                if self.worsen(edge.from, State::Degraded, Cause::Needs(*edge)) {
                    queue.push_back(edge.from);
                }
            }
        }
    }
}

fn place(i: usize) -> At {
    u32::try_from(i).expect("checked when built")
}

//! The cheapest way to bring a late thing back in time: one recovery to shorten, or one dependency
//! to do without.
//!
//! A thing is late by its longest chain, but often by several. Shortening a recovery helps only if
//! every late chain leads through it, so each candidate is tried on everything the thing needs.
//! Candidates lie on the critical path, which is itself late, and all of them have to give the
//! same: the excess. The cheapest is the one that gives the smallest share of its own time, which
//! is the longest.

use super::objectives::Objectives;
use super::order::Order;
use super::{Edge, Graph, Ix};
use crate::time::Duration;

/// How many recoveries, and how many dependencies, of a critical path are tried at the most.
const TRIED_MAX: usize = 64;

/// What would bring a late thing back in time, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The recovery to shorten, and to what; `None` where no single one is enough.
    pub recovery: Option<(Ix, Duration)>,
    /// The dependency to make `soft`, the deepest that is enough; `None` where no single one is.
    pub dependency: Option<Edge>,
}

/// The cheapest ways to have a node back by a limit; `None` where it is back by then anyway.
pub fn cheapest(
    graph: &Graph,
    order: &Order,
    objectives: &Objectives,
    node: Ix,
    limit: Duration,
) -> Option<Fix> {
    let excess = objectives.back_at[node.at()]
        .less(limit)
        .filter(|e| *e > Duration::ZERO)?;
    let trial = Trial::new(graph, order, objectives, node);
    let path = objectives.critical_path(node);
    Some(Fix {
        recovery: trial.recovery(&path, excess, limit),
        dependency: trial.dependency(&path, limit),
    })
}

/// Everything a node needs, to compute its way back again with one thing changed.
struct Trial<'a> {
    graph: &'a Graph<'a>,
    order: &'a Order,
    objectives: &'a Objectives,
    goal: usize,
    /// The groups that the goal needs, and itself, what is needed first.
    groups: Vec<usize>,
}

impl<'a> Trial<'a> {
    fn new(graph: &'a Graph, order: &'a Order, objectives: &'a Objectives, node: Ix) -> Self {
        let goal = order.groups.of(node);
        let before = order.all_before(node).into_iter();
        let mut groups: Vec<usize> = before.map(|group| group as usize).chain([goal]).collect();
        groups.sort_unstable();
        Trial {
            graph,
            order,
            objectives,
            goal,
            groups,
        }
    }

    fn recovery(&self, path: &[Ix], excess: Duration, limit: Duration) -> Option<(Ix, Duration)> {
        let slowest = |step: &Ix| self.objectives.slowest(self.order, *step);
        let mut able: Vec<(Duration, Ix)> = path
            .iter()
            .map(|step| (self.objectives.own[slowest(step).at()].time, slowest(step)))
            .filter(|(time, _)| *time >= excess)
            .collect();
        able.sort_unstable();
        let enough = |(time, step): &(Duration, Ix)| {
            self.back_at(Some((*step, time.saturating_sub(excess))), |_| false) <= limit
        };
        let best = able.into_iter().rev().take(TRIED_MAX).find(enough);
        best.map(|(time, step)| (step, time.saturating_sub(excess)))
    }

    fn dependency(&self, path: &[Ix], limit: Duration) -> Option<Edge> {
        let groups = |edge: &Edge| {
            (
                self.order.groups.of(edge.from),
                self.order.groups.of(edge.to),
            )
        };
        let steps = path.windows(2).rev().take(TRIED_MAX).filter_map(|pair| {
            let wanted = (self.order.groups.of(pair[0]), self.order.groups.of(pair[1]));
            let members = self.order.groups.at(wanted.0).iter();
            let mut edges = members.flat_map(|node| self.order.needs(self.graph, *node));
            edges.find(|edge| groups(edge) == wanted && edge.to == pair[1])
        });
        let mut enough = steps.filter(|edge| {
            let same = |other: &Edge| (other.from, other.to) == (edge.from, edge.to);
            self.back_at(None, same) <= limit
        });
        enough.next().copied()
    }

    /// When the goal is back with one recovery's time changed, or without some dependencies.
    fn back_at(&self, cut: Option<(Ix, Duration)>, without: impl Fn(&Edge) -> bool) -> Duration {
        let mut back = vec![self.objectives.reaction; self.groups.len()];
        for (i, group) in self.groups.iter().enumerate() {
            let members = self.order.groups.at(*group).iter();
            let needs = members.flat_map(|node| self.order.needs(self.graph, *node));
            let kept = needs.filter(|edge| !without(edge));
            let places = kept.map(|edge| {
                let needed = self.order.groups.of(edge.to);
                self.groups
                    .binary_search(&needed)
                    .expect("the closure holds what it needs")
            });
            let start = places.map(|place| back[place]).max().unwrap_or_default();
            let time = self.order.groups.at(*group).iter().map(|node| match cut {
                Some((step, time)) if step == *node => time,
                _ => self.objectives.own[node.at()].time,
            });
            let time = time.max().unwrap_or_default();
            back[i] = start.max(self.objectives.reaction) + time;
        }
        let goal = self
            .groups
            .binary_search(&self.goal)
            .expect("the closure holds its goal");
        back[goal]
    }
}

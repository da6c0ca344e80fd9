//! When each thing is back when recoveries share people and links, and who or what they wait for.
//!
//! The forward pass of [`objectives`](super::objectives) lets everything be recovered at once.
//! Here a recovery also waits until every role and capacity under its `uses` is free. What goes
//! first is decided by three questions, in this order:
//!
//! 1. which has the least slack: the time it is due less the time it could be back;
//! 2. which has the longest tail: the longest chain of recoveries that wait for it;
//! 3. which id comes first.
//!
//! Finding the best sequence is hard in general (NP-hard already for two resources). This one is
//! what a good coordinator would do on the day, and what it shows is a time that can be kept.

use std::cmp::Reverse;

use super::footing::{At, Footing, Resource};
use super::objectives::Objectives;
use super::order::Order;
use super::schedule::{Load, Schedule, Shared, Work, limited};
use super::{Graph, Ix, Lists};
use crate::time::Duration;

/// The recovery of everything with what the recoveries share.
#[derive(Debug)]
pub struct Capacity {
    /// The resources that each group uses, by number.
    pub uses: Lists,
    /// How urgent each group is; the lowest number goes first.
    pub rank: Vec<u32>,
    /// When each group is back.
    schedule: Schedule,
}

/// A wait on somebody's way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What waited.
    pub node: Ix,
    /// The resource it waited for longest, by its number in [`Footing`].
    pub resource: At,
    /// How long it waited in all.
    pub time: Duration,
}

impl Capacity {
    /// Brings everything back.
    pub fn new(graph: &Graph, order: &Order, objectives: &Objectives, footing: &Footing) -> Self {
        let uses = Lists::new((0..order.groups.count()).map(|group| {
            let nodes = order.groups.at(group).iter();
            let systems = nodes.filter_map(|node| graph.system_place(*node));
            let mut uses: Vec<At> = systems
                .flat_map(|system| footing.uses.at(system))
                .copied()
                .collect();
            uses.sort_unstable();
            uses.dedup();
            uses
        }));
        let time: Vec<Duration> = (0..order.groups.count())
            .map(|group| objectives.time(order, group))
            .collect();
        let rank = rank(graph, order, objectives, &time);
        let groups = (0u32..).take(time.len()).collect();
        let from = vec![Some(objectives.reaction); time.len()];
        let work = Work {
            graph,
            order,
            reaction: objectives.reaction,
            groups,
            time,
            from,
            also: Vec::new(),
        };
        let shared = Shared {
            resources: &footing.resources,
            uses: &uses,
            rank: &rank,
        };
        let schedule = limited(&work, &shared);
        Capacity {
            uses,
            rank,
            schedule,
        }
    }

    /// What a recovery of anything is to be scheduled with.
    pub fn shared<'a>(&'a self, footing: &'a Footing) -> Shared<'a> {
        Shared {
            resources: &footing.resources,
            uses: &self.uses,
            rank: &self.rank,
        }
    }

    /// When a node is back, since the disruption.
    pub fn back_at(&self, order: &Order, node: Ix) -> Duration {
        self.schedule.finish[order.groups.of(node)].expect("everything has a way back here")
    }

    /// What happened at each resource, by its number in [`Footing`].
    pub fn loads(&self) -> &[Load] {
        &self.schedule.loads
    }

    /// What holds a node up longest, with the sharing: from it down to what starts first.
    pub fn critical_path(&self, order: &Order, node: Ix) -> Vec<Ix> {
        let mut path = vec![node];
        let last = |path: &[Ix]| order.groups.of(path[path.len() - 1]);
        while let Some(next) = self.schedule.held_by[last(&path)] {
            path.push(next);
        }
        path
    }

    /// The waits on a node's critical path, its own first.
    pub fn waits(&self, order: &Order, node: Ix) -> Vec<Wait> {
        let path = self.critical_path(order, node).into_iter();
        path.filter_map(|node| {
            let (resource, _) = self.schedule.waited[order.groups.of(node)]?;
            let time = self.waited(order, node);
            (time > Duration::ZERO).then_some(Wait {
                node,
                resource,
                time,
            })
        })
        .collect()
    }

    /// The resource for which a node's critical path waits longest in all, and how long.
    pub fn bottleneck(&self, order: &Order, node: Ix) -> Option<(At, Duration)> {
        let mut sums: Vec<(At, Duration)> = Vec::new();
        for wait in self.waits(order, node) {
            match sums
                .iter_mut()
                .find(|(resource, _)| *resource == wait.resource)
            {
                Some((_, sum)) => *sum = *sum + wait.time,
                None => sums.push((wait.resource, wait.time)),
            }
        }
        // The first of equals, which is nearest to the node.
        sums.into_iter().rev().max_by_key(|(_, time)| *time)
    }

    /// The resource for which all recoveries together waited longest, if any waited.
    pub fn worst<'f>(&self, footing: &'f Footing) -> Option<(&'f Resource, Load)> {
        let loads = footing.resources.iter().zip(self.loads().iter().copied());
        let waited = loads.filter(|(_, load)| load.waited > Duration::ZERO);
        waited.rev().max_by_key(|(_, load)| load.waited)
    }

    /// How long a node waited for resources once what it needs was back.
    fn waited(&self, order: &Order, node: Ix) -> Duration {
        let group = order.groups.of(node);
        let (ready, start) = (self.schedule.ready[group], self.schedule.start[group]);
        start
            .unwrap_or_default()
            .saturating_sub(ready.unwrap_or_default())
    }
}

/// Which group goes before which: the least slack, then the longest tail, then the first id.
fn rank(graph: &Graph, order: &Order, objectives: &Objectives, time: &[Duration]) -> Vec<u32> {
    let mut tail = vec![Duration::ZERO; time.len()];
    for group in (0..time.len()).rev() {
        let through = tail[group] + time[group];
        for node in order.groups.at(group) {
            for edge in order.needs(graph, *node) {
                let theirs = &mut tail[order.groups.of(edge.to)];
                *theirs = through.max(*theirs);
            }
        }
    }
    let slack = |group: usize| {
        let nodes = order.groups.at(group).iter();
        let seconds = |time: Duration| i64::try_from(time.as_seconds()).unwrap_or(i64::MAX);
        let left = nodes.filter_map(|node| {
            let due = objectives.due[node.at()]?;
            Some(seconds(due) - seconds(objectives.back_at[node.at()]))
        });
        left.min().unwrap_or(i64::MAX)
    };
    let mut groups: Vec<u32> = (0u32..).take(time.len()).collect();
    groups.sort_by_cached_key(|group| {
        let at = *group as usize;
        (
            slack(at),
            Reverse(tail[at]),
            order.groups.at(at).iter().min().copied(),
        )
    });
    let mut rank = vec![0; time.len()];
    for (i, group) in (0u32..).zip(groups) {
        rank[group as usize] = i;
    }
    rank
}

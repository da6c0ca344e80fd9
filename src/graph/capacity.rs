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
    rank: Vec<u32>,
    /// The group of each rank.
    by_rank: Vec<u32>,
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
        let by_rank = by_rank(order, objectives, &time);
        let rank = ranks(&by_rank);
        let groups = (0u32..).take(time.len()).collect();
        let from = vec![Some(objectives.reaction); time.len()];
        let work = Work {
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
            by_rank: &by_rank,
        };
        let schedule = limited(&work, &shared);
        Capacity {
            uses,
            rank,
            by_rank,
            schedule,
        }
    }

    /// What a recovery of anything is to be scheduled with.
    pub fn shared<'a>(&'a self, footing: &'a Footing) -> Shared<'a> {
        Shared {
            resources: &footing.resources,
            uses: &self.uses,
            rank: &self.rank,
            by_rank: &self.by_rank,
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
            path.push(order.speaker(next as usize));
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

    /// From when to when each recovery keeps a resource busy.
    pub fn spans(&self, resource: At) -> Vec<(Duration, Duration)> {
        let groups = 0..self.rank.len();
        let using = groups.filter(|group| self.uses.at(*group).contains(&resource));
        using
            .filter_map(|group| self.schedule.start[group].zip(self.schedule.finish[group]))
            .collect()
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

/// The groups, the most urgent first: by slack, then tail, then id.
fn by_rank(order: &Order, objectives: &Objectives, time: &[Duration]) -> Vec<u32> {
    let mut tail = vec![Duration::ZERO; time.len()];
    for group in (0..time.len()).rev() {
        let through = tail[group] + time[group];
        for needed in order.before.at(group) {
            let theirs = &mut tail[*needed as usize];
            *theirs = through.max(*theirs);
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
    groups
}

/// The rank of each group.
fn ranks(by_rank: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0; by_rank.len()];
    for (rank, group) in (0u32..).zip(by_rank) {
        ranks[*group as usize] = rank;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use crate::graph::testing::analyse;
    use crate::graph::{Analysis, footing::Holder};

    /// Three databases that one administrator restores over one link, and a report on two.
    const RESTORES: &str = "
functions:
  - {id: report, name: Report, rto: 4h, depends-on: [{on: a}, {on: b}]}
systems:
  - {id: a, name: A, recovery: {strategy: restore, worst: 1h, uses: [dba]}}
  - {id: b, name: B, recovery: {strategy: restore, worst: 2h, uses: [dba, link]}}
  - {id: c, name: C, rto: 9h, recovery: {strategy: restore, worst: 4h, uses: [dba]}}
people: [{id: ada, name: Ada}, {id: ben, name: Ben}]
roles: [{id: dba, name: Administrator, primary: ada}]
capacities: [{id: link, name: Link}]
";

    fn back(analysis: &Analysis, id: &str) -> String {
        analysis
            .capacity
            .back_at(&analysis.order, analysis.node(id))
            .words()
    }

    fn check(yaml: &str, expected: &[(&str, &str)]) {
        analyse(yaml, |analysis| {
            for (id, at) in expected {
                assert_eq!(back(analysis, id), *at, "{id}");
            }
        });
    }

    #[test]
    fn recoveries_that_share_a_person_go_one_after_the_other_the_least_slack_first() {
        check(
            RESTORES,
            &[("b", "2 h"), ("a", "3 h"), ("report", "3 h"), ("c", "7 h")],
        );
    }

    #[test]
    fn without_declared_resources_nothing_waits() {
        let free = RESTORES
            .replace(", uses: [dba]", "")
            .replace(", uses: [dba, link]", "");
        check(
            &free,
            &[("a", "1 h"), ("b", "2 h"), ("report", "2 h"), ("c", "4 h")],
        );
    }

    #[test]
    fn a_role_that_can_do_two_things_at_once_does() {
        let two = RESTORES.replace("primary: ada", "primary: ada, parallel: 2");
        check(
            &two,
            &[("a", "1 h"), ("b", "2 h"), ("report", "2 h"), ("c", "5 h")],
        );
    }

    #[test]
    fn two_roles_of_one_person_are_not_two_pairs_of_hands() {
        let roles =
            "dba, name: Administrator, primary: ada}, {id: net, name: Network, primary: ada";
        let both = RESTORES.replace("dba, name: Administrator, primary: ada", roles);
        let both = both.replace("worst: 4h, uses: [dba]", "worst: 4h, uses: [net]");
        check(&both, &[("c", "7 h")]);
        check(
            &both.replace("Network, primary: ada", "Network, primary: ben"),
            &[("c", "4 h")],
        );
    }

    #[test]
    fn the_bottleneck_of_a_function_is_who_its_chain_waits_for_longest() {
        analyse(RESTORES, |analysis| {
            let report = analysis.node("report");
            let (order, capacity) = (&analysis.order, &analysis.capacity);
            let (resource, waited) = capacity.bottleneck(order, report).expect("it waits");
            let holder = analysis.footing.resources[resource as usize].holder;
            assert!(matches!(holder, Holder::Person(_)));
            assert_eq!(holder.id(analysis.graph.programme), "ada");
            assert_eq!(waited.words(), "2 h");
            assert_eq!(
                analysis.ids(&capacity.critical_path(order, report)),
                ["report", "a"]
            );
        });
    }

    #[test]
    fn every_resource_tells_how_long_it_was_busy_and_was_waited_for() {
        analyse(RESTORES, |analysis| {
            let (worst, load) = analysis
                .capacity
                .worst(&analysis.footing)
                .expect("somebody waits");
            assert_eq!(worst.holder.id(analysis.graph.programme), "ada");
            assert_eq!((load.busy.words(), load.queued), ("7 h".to_owned(), 2));
            assert_eq!(load.waited.words(), "5 h");
        });
    }

    #[test]
    fn what_needs_each_other_comes_back_together_and_uses_all_that_any_of_it_uses() {
        let yaml = "
systems:
  - {id: a, name: A, depends-on: [{on: b}], recovery: {strategy: s, worst: 1h, uses: [x]}}
  - {id: b, name: B, depends-on: [{on: a}], recovery: {strategy: s, worst: 2h, uses: [y]}}
  - {id: c, name: C, rto: 1d, recovery: {strategy: s, worst: 3h, uses: [x, y]}}
capacities: [{id: x, name: X}, {id: y, name: Y}]
";
        check(yaml, &[("c", "3 h"), ("a", "5 h"), ("b", "5 h")]);
    }
}

//! When is each thing back, and by when must it be.
//!
//! *Forward*: everything is down. Nobody acts until the disruption is noticed and declared; then
//! each thing comes back as soon as all that holds it up is back, plus its own recovery time.
//! *Backward*: what a function promises leaves less for what it needs: the time by which a thing
//! must be back is its own objective, or what its strictest dependant leaves it, if that is less.
//!
//! | quantity | of node `n` |
//! |---|---|
//! | own time | measured in a run or as written, else worst, else likely, else RTO less reaction |
//! | back at | max(reaction, back at of all it needs) + own time |
//! | due | min(RTO, over its dependants: due of the dependant − own time of the dependant) |
//! | excess | back at − due, where positive |
//!
//! Where nothing is stated of a recovery but its RTO, and its data take longer than that to come
//! back from a copy, by what was restored, that is its own time. Where something is stated it is
//! left: a fail-over needs no copy, unless the data themselves are lost: see [`super::failure`].
//!
//! All are durations since the disruption. Things that need each other in a circle come back
//! together, with the longest of their own times; whether they can is not known, so what is
//! predicted of them, and of all that waits for them, is in [`super::doubt`]. So is what
//! waits for something that is not declared, or of which nothing is said. A dependant that would be
//! late even if all it needs were there at once leaves nothing to its dependencies to be blamed
//! for: it sets no due time for them, and is a finding by itself.

use super::doubt::{self, Doubt};
use super::order::Order;
use super::{Edge, Graph, Ix, Recorded, reaction};
use crate::time::{Date, Duration};

/// Where an own recovery time comes from, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// It was measured in a run, on that day.
    Recorded(Date),
    /// It was measured on that day.
    Measured(Date),
    /// The worst case that its team declared.
    Worst,
    /// What its team calls likely; no worst case was declared.
    Likely,
    /// Nobody said, and to restore its data from a copy takes longer than it may; that was last
    /// measured on that day.
    Restored(Date),
    /// The same, estimated from restores until that day.
    Estimated(Date),
    /// Nobody said; it is taken to meet its own objective and no better.
    Assumed,
    /// Nothing was said at all, not even an objective; it counts as no time, and is in doubt.
    Unknown,
    /// It has no recovery of its own: a function is back when what it needs is.
    None,
}

impl Basis {
    /// The day on which it was measured, if it was.
    pub fn measured_on(self) -> Option<Date> {
        match self {
            Basis::Recorded(on) | Basis::Measured(on) => Some(on),
            // A restore is a part of a recovery alone.
            Basis::Restored(_) | Basis::Estimated(_) => None,
            Basis::Worst | Basis::Likely | Basis::Assumed | Basis::Unknown | Basis::None => None,
        }
    }

    /// As people read it beside the figure.
    pub fn words(self) -> String {
        match self {
            Basis::Recorded(on) => format!("measured in a run on {on}"),
            Basis::Measured(on) => format!("measured on {on}"),
            Basis::Worst => "worst case, declared".to_owned(),
            Basis::Likely => "likely, declared".to_owned(),
            Basis::Restored(on) => format!("restore of its data, measured on {on}"),
            Basis::Estimated(on) => format!("restore of its data, estimated on {on}"),
            Basis::Assumed => "assumed to meet its objective".to_owned(),
            Basis::Unknown => "not stated, counted as nothing".to_owned(),
            Basis::None => "no recovery of its own".to_owned(),
        }
    }
}

/// The own recovery time of a node and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// How long.
    pub time: Duration,
    /// Where that comes from.
    pub basis: Basis,
}

/// Forward and backward, for every node, by its number.
#[derive(Debug)]
pub struct Objectives {
    /// How long it takes to notice and declare.
    pub reaction: Duration,
    /// The own recovery time.
    pub own: Vec<Own>,
    /// When it is back, since the disruption.
    pub back_at: Vec<Duration>,
    /// Why nobody can tell when it is back, where nobody can. Then `back_at` is the earliest; of a
    /// circle, it holds only if the circle comes back together.
    pub doubt: Vec<Option<Doubt>>,
    /// The dependency that holds it up longest.
    pub held_by: Vec<Option<Ix>>,
    /// By when it must be back, since the disruption.
    pub due: Vec<Option<Duration>>,
    /// The dependant that sets `due`; `None` where the node's own objective does.
    pub due_by: Vec<Option<Ix>>,
}

impl Objectives {
    /// Computes both directions.
    pub fn new(graph: &Graph, order: &Order) -> Self {
        let reaction = reaction(graph.programme);
        let count = graph.nodes.len();
        let mut objectives = Objectives {
            reaction,
            own: graph.all().map(|node| own(graph, node, reaction)).collect(),
            back_at: vec![Duration::ZERO; count],
            doubt: vec![None; count],
            held_by: vec![None; count],
            due: graph
                .all()
                .map(|node| graph.rto(node).map(|rto| rto.0))
                .collect(),
            due_by: vec![None; count],
        };
        objectives.forward(graph, order);
        objectives.backward(graph, order);
        objectives
    }

    fn forward(&mut self, graph: &Graph, order: &Order) {
        for group in 0..order.groups.count() {
            let members = order.groups.at(group);
            let needs = members.iter().flat_map(|node| order.needs(graph, *node));
            // The last of equals, so that ties go to the higher id, always the same one.
            let last = needs
                .map(|edge| (self.back_at[edge.to.at()], edge.to))
                .max();
            let start = last.map_or(self.reaction, |(back, _)| back.max(self.reaction));
            let time = self.time(order, group);
            let needs = members.iter().flat_map(|node| order.needs(graph, *node));
            let waits = || needs.filter_map(|edge| self.doubt[edge.to.at()]).min();
            let own = doubt::own(graph, order, group, |node| self.own[node.at()].basis);
            let doubt = own.or_else(waits);
            for node in members {
                self.doubt[node.at()] = doubt;
                self.back_at[node.at()] = start + time;
                self.held_by[node.at()] = last.map(|(_, node)| node);
            }
        }
    }

    fn backward(&mut self, graph: &Graph, order: &Order) {
        for group in (0..order.groups.count()).rev() {
            let members = order.groups.at(group);
            self.share_due(members);
            let time = self.time(order, group);
            for node in members {
                // What is late by itself cannot be helped by what it needs.
                let Some(left) = self.left(*node, time) else {
                    continue;
                };
                for edge in order.needs(graph, *node) {
                    let theirs = &mut self.due[edge.to.at()];
                    if theirs.is_none_or(|theirs| left < theirs) {
                        *theirs = Some(left);
                        self.due_by[edge.to.at()] = Some(*node);
                    }
                }
            }
        }
    }

    /// What a node's due time leaves to what it needs; `None` where not even its own recovery
    /// fits, or nothing is due.
    fn left(&self, node: Ix, time: Duration) -> Option<Duration> {
        let left = self.due[node.at()]?.less(time)?;
        (left >= self.reaction).then_some(left)
    }

    /// Things that come back together are all due when the first of them is.
    fn share_due(&mut self, members: &[Ix]) {
        if members.len() < 2 {
            return;
        }
        let due = |node: &Ix| self.due[node.at()].map(|due| (due, *node));
        let Some((first, setter)) = members.iter().filter_map(due).min() else {
            return;
        };
        for node in members.iter().filter(|node| **node != setter) {
            if self.due[node.at()] != Some(first) {
                (self.due[node.at()], self.due_by[node.at()]) = (Some(first), Some(setter));
            }
        }
    }

    /// How much later than due a node is back, if it is.
    pub fn excess(&self, node: Ix) -> Option<Duration> {
        let due = self.due[node.at()]?;
        self.back_at[node.at()]
            .less(due)
            .filter(|excess| *excess > Duration::ZERO)
    }

    /// How much time a node has for its own recovery: what its due time leaves after noticing,
    /// declaring and waiting for what it needs. `None` where nothing is due or nothing is left.
    pub fn budget(&self, node: Ix) -> Option<Duration> {
        let held = self.held_by[node.at()].map_or(self.reaction, |by| self.back_at[by.at()]);
        self.due[node.at()]?.less(held.max(self.reaction))
    }

    /// The chain that makes a node late: from it down to what starts first.
    pub fn critical_path(&self, node: Ix) -> Vec<Ix> {
        follow(node, &self.held_by)
    }

    /// The chain that sets a node's due time: from it up to the objective that counts.
    pub fn due_chain(&self, node: Ix) -> Vec<Ix> {
        follow(node, &self.due_by)
    }

    /// What sets the time of a node's group: itself, unless it is in a circle with a slower one.
    pub fn slowest(&self, order: &Order, node: Ix) -> Ix {
        let members = order.groups.at(order.groups.of(node)).iter();
        let slowest = members.max_by_key(|member| (self.own[member.at()].time, **member == node));
        slowest.copied().unwrap_or(node)
    }

    /// How long a group takes once what it needs is back: the longest of its members' own times.
    pub fn time(&self, order: &Order, group: usize) -> Duration {
        let members = order.groups.at(group).iter();
        let times = members.map(|node| self.own[node.at()].time);
        times.max().unwrap_or_default()
    }
}

/// Follows a chain to its end. Circles come back together and are left by the same door, so a
/// chain is never longer than the graph.
fn follow(start: Ix, next: &[Option<Ix>]) -> Vec<Ix> {
    let mut chain = vec![start];
    while let Some(node) = next[chain[chain.len() - 1].at()] {
        if chain.len() > next.len() {
            break;
        }
        chain.push(node);
    }
    chain
}

fn own(graph: &Graph, node: Ix, reaction: Duration) -> Own {
    let Some(system) = graph.system(node) else {
        return Own {
            time: Duration::ZERO,
            basis: Basis::None,
        };
    };
    let recovery = system.recovery.as_ref();
    let measured = recovery.and_then(|r| r.measured.as_ref());
    // What somebody measured and wrote down later than the run is newer.
    let newer = |recorded: &&Recorded| measured.is_none_or(|m| m.on <= recorded.on);
    if let Some(recorded) = graph.rta(node).filter(newer) {
        return Own {
            time: recorded.time,
            basis: Basis::Recorded(recorded.on),
        };
    }
    let (time, basis) = match (measured, recovery.map(|r| (r.worst, r.likely)), system.rto) {
        (Some(measured), ..) => (measured.took, Basis::Measured(measured.on)),
        (None, Some((Some(worst), _)), _) => (worst, Basis::Worst),
        (None, Some((None, Some(likely))), _) => (likely, Basis::Likely),
        (None, _, Some(rto)) => assumed(graph, node, rto.0.saturating_sub(reaction)),
        (None, _, None) => (Duration::ZERO, Basis::Unknown),
    };
    Own { time, basis }
}

/// What nobody has stated is taken to meet its own objective, unless its data are known to take
/// longer to come back.
fn assumed(graph: &Graph, node: Ix, left: Duration) -> (Duration, Basis) {
    match graph.restore(node).filter(|copy| copy.time > left) {
        Some(copy) => (copy.time, copy.basis),
        None => (left, Basis::Assumed),
    }
}

/// An edge whose two ends promise what cannot both hold: what is needed is promised later than
/// what needs it.
pub fn contradicts(graph: &Graph, edge: &Edge) -> bool {
    matches!((graph.rto(edge.from), graph.rto(edge.to)), (Some(from), Some(to)) if to > from)
}

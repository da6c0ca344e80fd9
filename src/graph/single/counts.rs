//! How much is lost with each thing.
//!
//! Which functions need which group is computed for 64 functions at a time, one bit each, in one
//! walk over the groups from dependants to what they need. Only numbers are kept; the functions
//! behind one number are found again when somebody asks.

use rayon::prelude::*;

use super::held::Held;
use crate::graph::order::Order;
use crate::graph::{Graph, Ix, Lists};
use crate::model::*;

/// How much is lost with each group, and after them with each other thing.
pub struct Counts {
    /// How many functions.
    pub functions: Vec<u32>,
    /// Whether a system of the most important tier.
    pub vital: Vec<bool>,
}

impl Counts {
    /// Counts for everything that is held up.
    pub fn new(graph: &Graph, order: &Order, held: &Held) -> Self {
        let needs = hard_needs(graph, order);
        let functions: Vec<Ix> = graph.functions().collect();
        let vital = vital(graph).into_iter().map(|node| (node, 0));
        let vital = lost(order, &needs, held, vital);
        Counts {
            functions: count(order, &needs, held, &functions),
            vital: vital.into_iter().map(|bits| bits > 0).collect(),
        }
    }
}

/// Counts, for each group and each other thing, how many of these nodes are lost with it.
fn count(order: &Order, needs: &Lists, held: &Held, nodes: &[Ix]) -> Vec<u32> {
    let nothing = || vec![0; order.groups.count() + held.things.len()];
    let counted = nodes.par_chunks(64).fold(nothing, |mut counts, chunk| {
        let lost = lost(order, needs, held, chunk.iter().copied().zip(0..));
        for (count, lost) in counts.iter_mut().zip(lost) {
            *count += lost.count_ones();
        }
        counts
    });
    counted.reduce(nothing, |mut counts, others| {
        counts
            .iter_mut()
            .zip(others)
            .for_each(|(count, other)| *count += other);
        counts
    })
}

/// For each group and each other thing, the bits of the nodes that are lost with it.
fn lost(
    order: &Order,
    needs: &Lists,
    held: &Held,
    bits: impl Iterator<Item = (Ix, u32)>,
) -> Vec<u64> {
    let groups = order.groups.count();
    let mut lost = vec![0u64; groups];
    for (node, bit) in bits {
        lost[order.groups.of(node)] |= 1 << bit;
    }
    for group in (0..groups).rev() {
        let ours = lost[group];
        if ours != 0 {
            needs
                .at(group)
                .iter()
                .for_each(|needed| lost[*needed as usize] |= ours);
        }
    }
    for i in 0..held.things.len() {
        let nodes = held.nodes.at(i).iter();
        lost.push(nodes.fold(0, |all, node| all | lost[order.groups.of(Ix(*node))]));
    }
    lost
}

/// For each group those that it needs by `hard` dependencies, each once.
fn hard_needs(graph: &Graph, order: &Order) -> Lists {
    Lists::new((0..order.groups.count()).map(|group| {
        let members = order.groups.at(group).iter();
        let edges = members.flat_map(|node| graph.needs(*node));
        let hard = edges.filter(|edge| edge.kind == DependencyKind::Hard);
        let mut groups: Vec<u32> = hard.map(|edge| order.groups.number(edge.to)).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }))
}

/// The systems of the most important tier: the one that must be back first.
fn vital(graph: &Graph) -> Vec<Ix> {
    let programme = graph.programme;
    let stated = programme
        .tiers
        .iter()
        .filter_map(|tier| Some((tier.rto?, tier.id())));
    let Some((_, first)) = stated.min() else {
        return Vec::new();
    };
    let of_first = |node: &Ix| {
        let tier = graph.system(*node).and_then(|system| system.tier.as_ref());
        tier.is_some_and(|tier| tier.as_str() == first)
    };
    graph.systems().filter(of_first).collect()
}

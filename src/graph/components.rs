//! Strongly connected components: what needs each other in a circle, by `petgraph`.
//!
//! `petgraph`'s traits are implemented on our adjacency, seen through a filter on edges, so its
//! algorithms run on the graph as it is. Kosaraju's is used because it keeps its own stack; a
//! chain of 60,000 dependencies must not overflow ours.

use petgraph::Direction;
use petgraph::visit::{
    GraphBase, GraphRef, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, VisitMap,
    Visitable,
};

use super::{Edge, Graph, Ix};

/// The strongly connected components, what is needed before what needs it.
#[derive(Debug)]
pub struct Components {
    of: Vec<u32>,
    starts: Vec<u32>,
    nodes: Vec<Ix>,
}

impl Components {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The nodes of one.
    pub fn at(&self, component: usize) -> &[Ix] {
        &self.nodes[self.starts[component] as usize..self.starts[component + 1] as usize]
    }

    /// The one a node belongs to.
    pub fn of(&self, node: Ix) -> usize {
        self.of[node.at()] as usize
    }

    /// The number of the one a node belongs to.
    pub fn number(&self, node: Ix) -> u32 {
        self.of[node.at()]
    }

    /// Every node, what is needed before what needs it.
    pub fn nodes(&self) -> &[Ix] {
        &self.nodes
    }
}

/// Finds the components of the graph seen through a filter on its edges.
pub fn components(graph: &Graph, keep: impl Fn(&Edge) -> bool + Copy) -> Components {
    let found = petgraph::algo::kosaraju_scc(View { graph, keep });
    let number = |i: usize| u32::try_from(i).expect("no more components than nodes");
    let mut components = Components {
        of: vec![0; graph.nodes.len()],
        starts: vec![0],
        nodes: Vec::with_capacity(graph.nodes.len()),
    };
    for (i, members) in found.into_iter().enumerate() {
        members
            .iter()
            .for_each(|node| components.of[node.at()] = number(i));
        components.nodes.extend(members);
        components.starts.push(number(components.nodes.len()));
    }
    components
}

/// The graph seen through a filter on its edges.
#[derive(Clone, Copy)]
struct View<'g, 'p, K> {
    graph: &'g Graph<'p>,
    keep: K,
}

impl<K> GraphBase for View<'_, '_, K> {
    type NodeId = Ix;
    type EdgeId = u32;
}

impl<K: Copy> GraphRef for View<'_, '_, K> {}

impl<'g, K: Fn(&Edge) -> bool + Copy> IntoNeighbors for View<'g, '_, K> {
    type Neighbors = Neighbors<'g, K>;

    fn neighbors(self, node: Ix) -> Self::Neighbors {
        self.neighbors_directed(node, Direction::Outgoing)
    }
}

impl<'g, K: Fn(&Edge) -> bool + Copy> IntoNeighborsDirected for View<'g, '_, K> {
    type NeighborsDirected = Neighbors<'g, K>;

    fn neighbors_directed(self, node: Ix, direction: Direction) -> Self::NeighborsDirected {
        let adjacency = match direction {
            Direction::Outgoing => &self.graph.needs,
            Direction::Incoming => &self.graph.needed_by,
        };
        let numbers = adjacency.at(node).iter();
        Neighbors {
            edges: &self.graph.edges,
            numbers,
            direction,
            keep: self.keep,
        }
    }
}

impl<K: Fn(&Edge) -> bool + Copy> IntoNodeIdentifiers for View<'_, '_, K> {
    type NodeIdentifiers = std::iter::Map<std::ops::Range<u32>, fn(u32) -> Ix>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        let count = u32::try_from(self.graph.nodes.len()).expect("checked when built");
        (0..count).map(Ix)
    }
}

impl<K> Visitable for View<'_, '_, K> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(vec![false; self.graph.nodes.len()])
    }

    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.resize(self.graph.nodes.len(), false);
    }
}

/// Which nodes were visited.
struct Visited(Vec<bool>);

impl VisitMap<Ix> for Visited {
    fn visit(&mut self, node: Ix) -> bool {
        !std::mem::replace(&mut self.0[node.at()], true)
    }

    fn is_visited(&self, node: &Ix) -> bool {
        self.0[node.at()]
    }

    fn unvisit(&mut self, node: Ix) -> bool {
        std::mem::replace(&mut self.0[node.at()], false)
    }
}

struct Neighbors<'g, K> {
    edges: &'g [Edge],
    numbers: std::slice::Iter<'g, u32>,
    direction: Direction,
    keep: K,
}

impl<K: Fn(&Edge) -> bool> Iterator for Neighbors<'_, K> {
    type Item = Ix;

    fn next(&mut self) -> Option<Ix> {
        let (edges, keep) = (self.edges, &self.keep);
        let edge = self
            .numbers
            .by_ref()
            .map(|n| &edges[*n as usize])
            .find(|edge| keep(edge))?;
        Some(if self.direction == Direction::Outgoing {
            edge.to
        } else {
            edge.from
        })
    }
}

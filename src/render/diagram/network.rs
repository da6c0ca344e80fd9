//! The boxes in their columns, with a lane in every column that a long arrow passes.
//!
//! Arrows of one style to one box share their lanes, so that a much needed box costs one lane per
//! column and not one per arrow.

use std::collections::BTreeMap;

use super::layers::Link;
use super::{Diagram, EdgeKind, Mood};

/// How much a link wants to be straight, by how many of its ends are lanes.
const STRAIGHTNESS: [f64; 3] = [1.0, 2.0, 8.0];

/// What stands in a column: a box or a lane.
#[derive(Debug, Clone)]
pub(super) struct Vertex {
    /// The box, or nothing for a lane.
    pub node: Option<usize>,
    /// The column.
    pub column: usize,
    /// The room it takes along the column.
    pub extent: f64,
    /// What it is joined to in the column before, and how strongly.
    pub before: Vec<(usize, f64)>,
    /// What it is joined to in the column after, and how strongly.
    pub after: Vec<(usize, f64)>,
}

/// All columns and what joins them.
#[derive(Debug)]
pub(super) struct Network {
    /// Boxes first, by their index, then lanes.
    pub vertices: Vec<Vertex>,
    /// Vertices by column, in the order in which they stand there.
    pub columns: Vec<Vec<usize>>,
    /// For each link, the vertices it passes, ends included.
    pub chains: Vec<Vec<usize>>,
}

/// Which arrows share lanes: those to one box that look the same. A turned one goes alone.
type Bundle = (usize, EdgeKind, Mood, Option<usize>);

/// Which bundle a link belongs to.
pub(super) fn bundle(diagram: &Diagram, link: &Link) -> Bundle {
    let edge = &diagram.edges[link.edge];
    (
        link.to,
        edge.kind,
        edge.mood,
        link.is_reversed.then_some(link.edge),
    )
}

impl Network {
    /// Joins the boxes of the given `column`s and `extent`s.
    pub fn new(diagram: &Diagram, links: &[Link], column: &[usize], extent: &[f64]) -> Self {
        let boxes = column.iter().zip(extent).enumerate();
        let vertices = boxes.map(|(node, (column, extent))| vertex(Some(node), *column, *extent));
        let mut network = Self {
            vertices: vertices.collect(),
            columns: Vec::new(),
            chains: Vec::new(),
        };
        let mut lanes: BTreeMap<(Bundle, usize), usize> = BTreeMap::new();
        for link in links {
            let bundle = bundle(diagram, link);
            let mut chain = vec![link.from];
            for column in column[link.from] + 1..column[link.to] {
                let lane = *lanes.entry((bundle, column)).or_insert_with(|| {
                    network.vertices.push(vertex(None, column, 0.0));
                    network.vertices.len() - 1
                });
                chain.push(lane);
            }
            chain.push(link.to);
            chain
                .windows(2)
                .for_each(|pair| network.join(pair[0], pair[1]));
            network.chains.push(chain);
        }
        network.stand(links);
        network
    }

    fn join(&mut self, from: usize, to: usize) {
        if self.vertices[from]
            .after
            .iter()
            .any(|(vertex, _)| *vertex == to)
        {
            return;
        }
        let ends = [from, to];
        let lanes = ends
            .iter()
            .filter(|end| self.vertices[**end].node.is_none())
            .count();
        self.vertices[from].after.push((to, STRAIGHTNESS[lanes]));
        self.vertices[to].before.push((from, STRAIGHTNESS[lanes]));
    }

    /// A first order: depth first, so that what belongs together stands together.
    fn stand(&mut self, links: &[Link]) {
        let joined: Vec<usize> = links.iter().flat_map(|link| [link.from, link.to]).collect();
        let last = joined.iter().map(|node| self.vertices[*node].column).max();
        self.columns = vec![Vec::new(); last.map_or(0, |last| last + 1)];
        let mut starts = joined;
        starts.sort_unstable_by_key(|node| (self.vertices[*node].column, *node));
        let mut is_seen = vec![false; self.vertices.len()];
        for start in starts {
            let mut open = vec![start];
            while let Some(vertex) = open.pop() {
                if std::mem::replace(&mut is_seen[vertex], true) {
                    continue;
                }
                self.columns[self.vertices[vertex].column].push(vertex);
                open.extend(
                    self.vertices[vertex]
                        .after
                        .iter()
                        .rev()
                        .map(|(after, _)| *after),
                );
            }
        }
    }
}

fn vertex(node: Option<usize>, column: usize, extent: f64) -> Vertex {
    Vertex {
        node,
        column,
        extent,
        before: Vec::new(),
        after: Vec::new(),
    }
}

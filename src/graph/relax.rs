//! Which dependencies to mark `soft` or `bootstrap` so that a circle opens: as few as we can find.

use petgraph::algo::{greedy_feedback_arc_set, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Edge, Graph, Ix};
use crate::model::DependencyKind;

/// How many sets of edges are tried before the fewest is left to a heuristic.
const TRIED_MAX: usize = 20_000;

/// The fewest hard dependencies among these nodes without which there is no circle.
///
/// All sets of one, two and three dependencies are tried, as many as [`TRIED_MAX`] allows; after
/// that the answer is `petgraph`'s greedy one (Eades, Lin and Smyth), which opens every circle
/// but may name more than needed.
pub fn relax(graph: &Graph, members: &[Ix]) -> Vec<Edge> {
    let place = |node: Ix| members.binary_search(&node).ok().map(NodeIndex::new);
    let mut small = DiGraph::<(), Edge>::new();
    for _ in members {
        small.add_node(());
    }
    for edge in members.iter().flat_map(|node| graph.needs(*node)) {
        if let (DependencyKind::Hard, Some(from), Some(to)) =
            (edge.kind, place(edge.from), place(edge.to))
        {
            small.add_edge(from, to, *edge);
        }
    }
    let all: Vec<Edge> = small.edge_weights().copied().collect();
    exact(&small, &all).unwrap_or_else(|| {
        let mut greedy: Vec<Edge> = greedy_feedback_arc_set(&small)
            .map(|e| *e.weight())
            .collect();
        greedy.sort_by_key(|edge| (edge.from, edge.to));
        greedy
    })
}

fn exact(small: &DiGraph<(), Edge>, all: &[Edge]) -> Option<Vec<Edge>> {
    let mut tried = 0;
    for size in 1..=3usize.min(all.len()) {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            tried += 1;
            if tried > TRIED_MAX || tried * all.len() > 50 * TRIED_MAX {
                return None;
            }
            if opens(small, &chosen) {
                return Some(chosen.iter().map(|i| all[*i]).collect());
            }
            if !next_choice(&mut chosen, all.len()) {
                break;
            }
        }
    }
    None
}

fn opens(small: &DiGraph<(), Edge>, without: &[usize]) -> bool {
    let kept = small.filter_map(
        |_, ()| Some(()),
        |edge, _| (!without.contains(&edge.index())).then_some(()),
    );
    toposort(&kept, None).is_ok()
}

/// Goes on to the next choice of that many out of `count`, in order; false after the last.
fn next_choice(chosen: &mut [usize], count: usize) -> bool {
    let size = chosen.len();
    for i in (0..size).rev() {
        if chosen[i] < count - size + i {
            chosen[i] += 1;
            for j in i + 1..size {
                chosen[j] = chosen[j - 1] + 1;
            }
            return true;
        }
    }
    false
}

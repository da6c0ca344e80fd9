//! Orders each column so that few arrows cross.
//!
//! Barycentres: each vertex moves to the mean of those it is joined to, column by column, back and
//! forth. Between sweeps, neighbours swap places when that removes crossings.

use super::network::{Network, Vertex};

/// The most sweeps over a small network; a large one gets fewer.
const ROUNDS_MAX: usize = 24;

/// The work, in vertices times sweeps, after which the order is good enough.
const WORK_MAX: usize = 40_000;

/// How many sweeps without an improvement end the search.
const PATIENCE: usize = 6;

/// The most passes of swaps between two sweeps.
const SWAP_PASSES_MAX: usize = 8;

/// The most pairs of links that are compared for one swap; two hubs stay where they are.
const SWAP_LINKS_MAX: usize = 2_000;

/// Reorders the columns of `network`.
pub(super) fn order(network: &mut Network) {
    let rounds = (WORK_MAX / network.vertices.len().max(1)).clamp(2, ROUNDS_MAX);
    let mut at = positions(network);
    let mut best = network.columns.clone();
    let mut fewest = crossings(network, &at);
    let mut stale = 0;
    for round in 0..rounds {
        if fewest == 0 || stale == PATIENCE {
            break;
        }
        let sweep = if round % 2 == 0 {
            Sweep::Forward
        } else {
            Sweep::Backward
        };
        sweep.run(network, &mut at);
        swap(network, &mut at);
        let found = crossings(network, &at);
        stale += 1;
        if found < fewest {
            (fewest, stale) = (found, 0);
            best.clone_from(&network.columns);
        }
    }
    network.columns = best;
}

/// Where each vertex stands in its column.
fn positions(network: &Network) -> Vec<usize> {
    let mut at = vec![0; network.vertices.len()];
    network
        .columns
        .iter()
        .for_each(|column| note(column, &mut at));
    at
}

fn note(column: &[usize], at: &mut [usize]) {
    for (position, vertex) in column.iter().enumerate() {
        at[*vertex] = position;
    }
}

/// One way through the columns: each is ordered by the one it comes from.
#[derive(Clone, Copy, PartialEq)]
enum Sweep {
    Forward,
    Backward,
}

impl Sweep {
    fn run(self, network: &mut Network, at: &mut [usize]) {
        let last = network.columns.len();
        let columns: Vec<usize> = match self {
            Sweep::Forward => (1..last).collect(),
            Sweep::Backward => (0..last.saturating_sub(1)).rev().collect(),
        };
        for index in columns {
            let fixed = match self {
                Sweep::Forward => index - 1,
                Sweep::Backward => index + 1,
            };
            let stretch = ratio(network.columns[fixed].len(), network.columns[index].len());
            let mut column = std::mem::take(&mut network.columns[index]);
            let centre = |vertex: &usize| self.centre(network, at, *vertex, stretch);
            column.sort_by(|left, right| centre(left).total_cmp(&centre(right)));
            note(&column, at);
            network.columns[index] = column;
        }
    }

    /// The barycentre of a vertex among those it is joined to in the column before.
    fn centre(self, network: &Network, at: &[usize], vertex: usize, stretch: f64) -> f64 {
        let joined = match self {
            Sweep::Forward => &network.vertices[vertex].before,
            Sweep::Backward => &network.vertices[vertex].after,
        };
        let sum: usize = joined.iter().map(|(other, _)| at[*other]).sum();
        if joined.is_empty() {
            ratio(at[vertex], 1) * stretch
        } else {
            ratio(sum, joined.len())
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "positions in a column are small"
)]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Swaps neighbours while that removes crossings.
fn swap(network: &mut Network, at: &mut [usize]) {
    for _ in 0..SWAP_PASSES_MAX {
        let mut is_better = false;
        for index in 0..network.columns.len() {
            for first in 1..network.columns[index].len() {
                let column = &network.columns[index];
                let (upper, lower) = (column[first - 1], column[first]);
                let pair = (&network.vertices[upper], &network.vertices[lower]);
                let links = |one: &Vertex| one.before.len().max(one.after.len());
                if links(pair.0) * links(pair.1) > SWAP_LINKS_MAX {
                    continue;
                }
                if crossed(pair.1, pair.0, at) < crossed(pair.0, pair.1, at) {
                    network.columns[index].swap(first - 1, first);
                    (at[upper], at[lower]) = (first, first - 1);
                    is_better = true;
                }
            }
        }
        if !is_better {
            return;
        }
    }
}

/// How many links of `upper` and `lower` cross when they stand in this order.
fn crossed(upper: &Vertex, lower: &Vertex, at: &[usize]) -> usize {
    let side = |upper: &[(usize, f64)], lower: &[(usize, f64)]| -> usize {
        let above = |high: &(usize, f64)| lower.iter().filter(|low| at[low.0] < at[high.0]).count();
        upper.iter().map(above).sum()
    };
    side(&upper.before, &lower.before) + side(&upper.after, &lower.after)
}

/// How many links cross, between all columns.
fn crossings(network: &Network, at: &[usize]) -> usize {
    let between = network.columns.windows(2).map(|pair| {
        let mut ends: Vec<usize> = Vec::new();
        for vertex in &pair[0] {
            let first = ends.len();
            ends.extend(
                network.vertices[*vertex]
                    .after
                    .iter()
                    .map(|(after, _)| at[*after]),
            );
            ends[first..].sort_unstable();
        }
        inversions(&ends, pair[1].len())
    });
    between.sum()
}

/// How many pairs stand in the wrong order, counted with a binary indexed tree.
fn inversions(ends: &[usize], count: usize) -> usize {
    let mut tree = vec![0_usize; count + 1];
    let mut found = 0;
    for (seen, end) in ends.iter().enumerate() {
        let mut not_above = 0;
        let mut index = end + 1;
        while index > 0 {
            not_above += tree[index];
            index &= index - 1;
        }
        found += seen - not_above;
        index = end + 1;
        while index <= count {
            tree[index] += 1;
            index += index & index.wrapping_neg();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::inversions;

    #[test]
    fn a_crossing_is_a_pair_in_the_wrong_order() {
        assert_eq!(inversions(&[0, 1, 2], 3), 0);
        assert_eq!(inversions(&[2, 1, 0], 3), 3);
        assert_eq!(inversions(&[1, 1, 0], 2), 2);
    }
}

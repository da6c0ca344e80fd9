//! Finds the place of each vertex along its column, so that arrows run straight.
//!
//! Each vertex wants to stand where those it is joined to stand. Isotonic regression gives the
//! nearest places that keep the order and the gaps, column by column, back and forth.

use super::network::Network;

/// How often all columns are placed; large networks settle for less.
const ROUNDS: usize = 12;
const ROUNDS_LARGE: usize = 4;
const LARGE: usize = 4_000;

/// The gap between two boxes, a box and a lane, two lanes.
const GAPS: [f64; 3] = [14.0, 12.0, 10.0];

/// Which neighbours a vertex follows.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Before,
    After,
    Both,
}

/// The centre of each vertex along its column; the topmost edge is at zero.
pub(super) fn place(network: &Network) -> Vec<f64> {
    let mut centre = vec![0.0; network.vertices.len()];
    for column in &network.columns {
        let offsets = offsets(network, column);
        let middle = offsets.last().map_or(0.0, |last| last / 2.0);
        column
            .iter()
            .zip(offsets)
            .for_each(|(vertex, offset)| centre[*vertex] = offset - middle);
    }
    let is_large = network.vertices.len() > LARGE;
    for _ in 0..if is_large { ROUNDS_LARGE } else { ROUNDS } {
        network
            .columns
            .iter()
            .for_each(|column| settle(network, column, Side::Before, &mut centre));
        let back = network.columns.iter().rev();
        back.for_each(|column| settle(network, column, Side::After, &mut centre));
    }
    for _ in 0..3 {
        network
            .columns
            .iter()
            .for_each(|column| settle(network, column, Side::Both, &mut centre));
    }
    let tops = network.columns.iter().flatten();
    let top = tops
        .map(|vertex| centre[*vertex] - network.vertices[*vertex].extent / 2.0)
        .fold(f64::INFINITY, f64::min);
    centre
        .iter()
        .map(|centre| {
            if top.is_finite() {
                centre - top
            } else {
                *centre
            }
        })
        .collect()
}

/// The least distance of each vertex from the first in its column.
fn offsets(network: &Network, column: &[usize]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(column.len());
    for (index, vertex) in column.iter().enumerate() {
        if let Some(above) = index.checked_sub(1).map(|above| column[above]) {
            let pair = [&network.vertices[above], &network.vertices[*vertex]];
            let lanes = pair.iter().filter(|one| one.node.is_none()).count();
            offset += GAPS[lanes] + f64::midpoint(pair[0].extent, pair[1].extent);
        }
        offsets.push(offset);
    }
    offsets
}

fn settle(network: &Network, column: &[usize], side: Side, centre: &mut [f64]) {
    let offsets = offsets(network, column);
    let wishes: Vec<(f64, f64)> = column
        .iter()
        .zip(&offsets)
        .map(|(vertex, offset)| {
            let (wish, weight) = wish(network, *vertex, side, centre);
            (wish - offset, weight)
        })
        .collect();
    let fitted = isotonic(&wishes);
    for ((vertex, offset), fitted) in column.iter().zip(&offsets).zip(fitted) {
        centre[*vertex] = fitted + offset;
    }
}

/// Where a vertex wants to stand, and how much.
fn wish(network: &Network, vertex: usize, side: Side, centre: &[f64]) -> (f64, f64) {
    let joined = &network.vertices[vertex];
    let before = joined.before.iter().filter(|_| side != Side::After);
    let after = joined.after.iter().filter(|_| side != Side::Before);
    let (sum, weight) = before
        .chain(after)
        .fold((0.0, 0.0), |(sum, total), (other, weight)| {
            (sum + weight * centre[*other], total + weight)
        });
    if weight > 0.0 {
        (sum / weight, weight)
    } else {
        (centre[vertex], 0.1)
    }
}

/// The non-decreasing values nearest to the wishes, by weighted squares (pool adjacent violators).
fn isotonic(wishes: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::with_capacity(wishes.len());
    for (wish, weight) in wishes {
        let mut pool = (*wish, *weight, 1);
        while let Some(above) = pools.pop_if(|above| above.0 > pool.0) {
            let weight = above.1 + pool.1;
            pool = (
                (above.0 * above.1 + pool.0 * pool.1) / weight,
                weight,
                above.2 + pool.2,
            );
        }
        pools.push(pool);
    }
    pools
        .iter()
        .flat_map(|(value, _, count)| std::iter::repeat_n(*value, *count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::isotonic;

    #[test]
    fn values_in_order_stay_and_others_meet_in_the_middle() {
        assert_eq!(isotonic(&[(1.0, 1.0), (2.0, 1.0)]), [1.0, 2.0]);
        assert_eq!(
            isotonic(&[(3.0, 1.0), (0.0, 2.0), (5.0, 1.0)]),
            [1.0, 1.0, 5.0]
        );
    }
}

//! Draws each arrow from the side of one box, through its lanes, to the side of another.

use std::collections::BTreeMap;

use super::Diagram;
use super::layers::Link;
use super::layout::{Direction, Point, Route};
use super::network::{Network, bundle};
use super::tile::Tile;

/// The distance between two arrows at one side of a box, when there is room for it.
const PORT_GAP: f64 = 9.0;

/// The part of a side on which arrows may start and end.
const PORT_PART: f64 = 0.66;

/// The routes of all links, and of the edges that lead from a box to itself.
pub(super) fn routes(
    diagram: &Diagram,
    links: &[Link],
    network: &Network,
    tiles: &[Tile],
    lanes: &[(f64, f64)],
    centre: &[f64],
    direction: Direction,
) -> Vec<Route> {
    let out = out_ports(links, network, tiles, centre, direction);
    let into = in_ports(diagram, links, network, tiles, centre, direction);
    let ends = out.into_iter().zip(into);
    let mut routes: Vec<Route> = links
        .iter()
        .zip(&network.chains)
        .zip(ends)
        .map(|((link, chain), (out, into))| {
            let mut points = vec![at(side(&tiles[link.from], direction, 1.0), out, direction)];
            for vertex in &chain[1..chain.len() - 1] {
                let (start, end) = lanes[network.vertices[*vertex].column];
                points.extend([start, end].map(|along| at(along, centre[*vertex], direction)));
            }
            points.push(at(side(&tiles[link.to], direction, 0.0), into, direction));
            if link.is_reversed {
                points.reverse();
            }
            Route {
                edge: link.edge,
                points,
            }
        })
        .collect();
    routes.extend(loops(diagram, tiles, direction));
    routes.sort_by_key(|route| route.edge);
    routes
}

/// An edge from a box to itself leaves and arrives on the far side.
fn loops(diagram: &Diagram, tiles: &[Tile], direction: Direction) -> Vec<Route> {
    let looping = diagram.edges.iter().enumerate();
    let looping = looping.filter(|(_, edge)| edge.from == edge.to && edge.from < tiles.len());
    let route = |(edge, ends): (usize, &super::Edge)| {
        let tile = &tiles[ends.from];
        let (far, middle) = (side(tile, direction, 1.0), middle(tile, direction));
        let reach = size(tile, direction) * PORT_PART / 2.0;
        let points = [middle - reach, middle + reach].map(|across| at(far, across, direction));
        Route {
            edge,
            points: points.to_vec(),
        }
    };
    looping.map(route).collect()
}

/// Where each link leaves its box: spread, in the order of where the links lead.
fn out_ports(
    links: &[Link],
    network: &Network,
    tiles: &[Tile],
    centre: &[f64],
    direction: Direction,
) -> Vec<f64> {
    let mut leaving: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        leaving.entry(link.from).or_default().push(index);
    }
    let mut ports = vec![0.0; links.len()];
    for (node, mut indices) in leaving {
        indices.sort_by(|left, right| {
            let towards = |index: &usize| centre[network.chains[*index][1]];
            towards(left).total_cmp(&towards(right))
        });
        let spread = spread(&tiles[node], indices.len(), direction);
        indices
            .into_iter()
            .zip(spread)
            .for_each(|(index, port)| ports[index] = port);
    }
    ports
}

/// Where each link arrives: one place for each bundle, in the order of where bundles come from.
fn in_ports(
    diagram: &Diagram,
    links: &[Link],
    network: &Network,
    tiles: &[Tile],
    centre: &[f64],
    direction: Direction,
) -> Vec<f64> {
    let mut arriving: BTreeMap<usize, BTreeMap<_, Vec<usize>>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        let bundles = arriving.entry(link.to).or_default();
        bundles
            .entry(bundle(diagram, link))
            .or_default()
            .push(index);
    }
    let mut ports = vec![0.0; links.len()];
    for (node, bundles) in arriving {
        let mut bundles: Vec<(f64, Vec<usize>)> = bundles
            .into_values()
            .map(|indices| {
                let last = |index: &usize| network.chains[*index].iter().rev().nth(1);
                let from = indices
                    .iter()
                    .filter_map(last)
                    .map(|vertex| centre[*vertex]);
                #[expect(clippy::cast_precision_loss, reason = "far fewer arrows than that")]
                let count = indices.len() as f64;
                (from.sum::<f64>() / count, indices)
            })
            .collect();
        bundles.sort_by(|left, right| left.0.total_cmp(&right.0));
        let spread = spread(&tiles[node], bundles.len(), direction);
        for ((_, indices), port) in bundles.into_iter().zip(spread) {
            for index in indices {
                ports[index] = port;
            }
        }
    }
    ports
}

/// `count` places around the middle of the side of a box.
#[expect(clippy::cast_precision_loss, reason = "far fewer arrows than that")]
fn spread(tile: &Tile, count: usize, direction: Direction) -> impl Iterator<Item = f64> {
    let steps = count.saturating_sub(1) as f64;
    let gap = PORT_GAP.min(size(tile, direction) * PORT_PART / steps.max(1.0));
    let first = middle(tile, direction) - gap * steps / 2.0;
    (0..count).map(move |index| first + gap * index as f64)
}

fn size(tile: &Tile, direction: Direction) -> f64 {
    match direction {
        Direction::Right => tile.height,
        Direction::Down => tile.width,
    }
}

fn middle(tile: &Tile, direction: Direction) -> f64 {
    match direction {
        Direction::Right => tile.y + tile.height / 2.0,
        Direction::Down => tile.x + tile.width / 2.0,
    }
}

/// The near (0) or far (1) side of a box in the direction of the arrows.
fn side(tile: &Tile, direction: Direction, part: f64) -> f64 {
    match direction {
        Direction::Right => tile.x + tile.width * part,
        Direction::Down => tile.y + tile.height * part,
    }
}

fn at(along: f64, across: f64, direction: Direction) -> Point {
    match direction {
        Direction::Right => Point {
            x: along,
            y: across,
        },
        Direction::Down => Point {
            x: across,
            y: along,
        },
    }
}

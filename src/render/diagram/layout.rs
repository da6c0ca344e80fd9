//! Puts the pieces of the layout together: sizes, columns, order, places, arrows, loose boxes.

use super::Diagram;
use super::layers::{Link, columns, links, split};
use super::network::Network;
use super::order::order;
use super::place::place;
use super::route::routes;
use super::tile::{Tile, tiles};

/// The empty border of the picture: room for badges and loops.
const MARGIN: f64 = 12.0;

/// The gap around boxes that no arrow touches, and the room for the words above them.
const LOOSE_GAP: f64 = 16.0;
const LOOSE_HEAD: f64 = 34.0;

/// How wide a page is for its height.
const PAGE_ASPECT: f64 = std::f64::consts::SQRT_2;

/// Up to how many boxes both directions are tried.
const BOTH_DIRECTIONS_MAX: usize = 120;

/// How much larger the text must come out for a picture that runs down instead of right.
const DOWN_ADVANTAGE: f64 = 1.25;

/// How much larger the text must come out when columns are split, and up to how many boxes both
/// are tried.
const SPLIT_ADVANTAGE: f64 = 1.1;
const WHOLE_COLUMNS_MAX: usize = 400;

/// The room a column takes beyond its boxes, by direction; a guess to choose the columns with.
const GAP_GUESS_RIGHT: f64 = 75.0;
const GAP_GUESS_DOWN: f64 = 56.0;

/// Where arrows lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    Right,
    /// From top to bottom.
    Down,
}

/// A point of the picture. `y` grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// An arrow: curves and straight pieces in turn, a curve first, from dependant to dependency.
///
/// Two points are one curve. Every piece leaves and arrives in the layout's direction. An arrow
/// from a box to itself has both its points on one side of the box.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The index of the edge in the diagram.
    pub edge: usize,
    /// An even number of points.
    pub points: Vec<Point>,
}

/// Where everything stands. The legend is not part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The width of the picture.
    pub width: f64,
    /// The height of the picture.
    pub height: f64,
    /// Where arrows lead.
    pub direction: Direction,
    /// One for each node, in their order.
    pub tiles: Vec<Tile>,
    /// One for each edge whose ends exist, in their order.
    pub routes: Vec<Route>,
    /// The baseline of the words above the boxes that no arrow touches, when there are any beside
    /// others.
    pub loose: Option<f64>,
}

/// Lays `diagram` out for a page, in the way that makes its text largest there.
#[must_use]
pub fn layout(diagram: &Diagram) -> Layout {
    let tiles = tiles(&diagram.nodes);
    let links = links(diagram);
    let right = arrange_best(diagram, &links, &tiles, Direction::Right);
    if diagram.nodes.len() > BOTH_DIRECTIONS_MAX || links.is_empty() {
        return right;
    }
    let down = arrange_best(diagram, &links, &tiles, Direction::Down);
    if scale(&down) > DOWN_ADVANTAGE * scale(&right) {
        down
    } else {
        right
    }
}

/// With tall columns split, when that makes the text larger.
fn arrange_best(diagram: &Diagram, links: &[Link], tiles: &[Tile], direction: Direction) -> Layout {
    let cap = boxes_per_column(tiles, links, direction);
    let split = arrange(diagram, links, tiles, direction, cap);
    if diagram.nodes.len() > WHOLE_COLUMNS_MAX {
        return split;
    }
    let whole = arrange(diagram, links, tiles, direction, usize::MAX);
    if scale(&split) > SPLIT_ADVANTAGE * scale(&whole) {
        split
    } else {
        whole
    }
}

/// How large the picture comes out on a page, whichever way the page is turned.
fn scale(layout: &Layout) -> f64 {
    let upright = (1.0 / layout.width).min(PAGE_ASPECT / layout.height);
    let turned = (PAGE_ASPECT / layout.width).min(1.0 / layout.height);
    upright.max(turned)
}

fn arrange(
    diagram: &Diagram,
    links: &[Link],
    sized: &[Tile],
    direction: Direction,
    cap: usize,
) -> Layout {
    let mut tiles = sized.to_vec();
    let is_placed = placed(links, tiles.len());
    let column = split(&columns(diagram, links), links, &is_placed, cap);
    let extent: Vec<f64> = sized.iter().map(|tile| tile.across(direction)).collect();
    let mut network = Network::new(diagram, links, &column, &extent);
    order(&mut network);
    let centre = place(&network);
    let starts = starts(&network, &centre, sized, direction);

    for (node, tile) in tiles
        .iter_mut()
        .enumerate()
        .filter(|(node, _)| is_placed[*node])
    {
        let (start, size) = starts[column[node]];
        let along = MARGIN + start + (size - tile.along(direction)) / 2.0;
        let across = MARGIN + centre[node] - tile.across(direction) / 2.0;
        (tile.x, tile.y) = match direction {
            Direction::Right => (along, across),
            Direction::Down => (across, along),
        };
    }
    let loose = stand_loose(&mut tiles, &is_placed);
    let lanes = starts
        .iter()
        .map(|(start, size)| (MARGIN + start, MARGIN + start + size));
    let lanes: Vec<(f64, f64)> = lanes.collect();
    let centre: Vec<f64> = centre.iter().map(|centre| centre + MARGIN).collect();
    let routes = routes(diagram, links, &network, &tiles, &lanes, &centre, direction);
    let points = routes.iter().flat_map(|route| &route.points);
    let low = points.clone().map(|point| point.y).fold(0.0, f64::max);
    let far = points.map(|point| point.x).fold(0.0, f64::max);
    Layout {
        width: tiles
            .iter()
            .map(|tile| tile.x + tile.width)
            .fold(far, f64::max)
            + MARGIN,
        height: tiles
            .iter()
            .map(|tile| tile.y + tile.height)
            .fold(low, f64::max)
            + MARGIN,
        direction,
        tiles,
        routes,
        loose,
    }
}

/// Which boxes an arrow touches.
fn placed(links: &[Link], count: usize) -> Vec<bool> {
    let mut is_placed = vec![false; count];
    links
        .iter()
        .flat_map(|link| [link.from, link.to])
        .for_each(|node| is_placed[node] = true);
    is_placed
}

/// How many boxes a column may hold so that the whole suits a page.
fn boxes_per_column(tiles: &[Tile], links: &[Link], direction: Direction) -> usize {
    let is_placed = placed(links, tiles.len());
    let placed = || {
        tiles
            .iter()
            .zip(&is_placed)
            .filter(|(_, placed)| **placed)
            .map(|(tile, _)| tile)
    };
    let gap = match direction {
        Direction::Right => GAP_GUESS_RIGHT,
        Direction::Down => GAP_GUESS_DOWN,
    };
    let area: f64 = placed()
        .map(|tile| (tile.across(direction) + 24.0) * (tile.along(direction) + gap))
        .sum();
    let tallest = placed()
        .map(|tile| tile.across(direction) + 24.0)
        .fold(1.0, f64::max);
    let side = match direction {
        Direction::Right => (area / PAGE_ASPECT).sqrt(),
        Direction::Down => (area / PAGE_ASPECT).sqrt() * PAGE_ASPECT,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let count = (1.2 * side / tallest).ceil() as usize;
    count.max(5)
}

/// Where each column starts, and its size, in the direction of the arrows.
///
/// The gap before a column grows with how far its arrows climb, so that they stay readable.
fn starts(
    network: &Network,
    centre: &[f64],
    tiles: &[Tile],
    direction: Direction,
) -> Vec<(f64, f64)> {
    let mut start = 0.0;
    let mut starts = Vec::with_capacity(network.columns.len());
    for column in &network.columns {
        let mut climbs: Vec<f64> = column
            .iter()
            .flat_map(|to| {
                network.vertices[*to]
                    .before
                    .iter()
                    .map(move |(from, _)| (from, to))
            })
            .map(|(from, to)| (centre[*from] - centre[*to]).abs())
            .collect();
        climbs.sort_by(f64::total_cmp);
        if let Some(climb) = climbs.get(climbs.len() * 4 / 5) {
            start += (34.0 + 0.17 * climb).clamp(46.0, 170.0);
        }
        let boxes = column
            .iter()
            .filter_map(|vertex| network.vertices[*vertex].node);
        let size = boxes
            .map(|node| tiles[node].along(direction))
            .fold(0.0, f64::max);
        starts.push((start, size));
        start += size;
    }
    starts
}

/// Puts the boxes that no arrow touches into a grid below the others.
fn stand_loose(tiles: &mut [Tile], is_placed: &[bool]) -> Option<f64> {
    let loose: Vec<usize> = (0..tiles.len()).filter(|node| !is_placed[*node]).collect();
    let first = loose.first()?;
    let (width, height) = loose
        .iter()
        .fold((tiles[*first].width, 0.0_f64), |size, node| {
            (size.0, size.1.max(tiles[*node].height))
        });
    let placed = || {
        tiles
            .iter()
            .zip(is_placed)
            .filter(|(_, placed)| **placed)
            .map(|(tile, _)| tile)
    };
    let right = placed().map(|tile| tile.x + tile.width).fold(0.0, f64::max);
    let below = placed()
        .map(|tile| tile.y + tile.height)
        .fold(0.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "far fewer boxes than that")]
    let square =
        (loose.len() as f64 * (height + LOOSE_GAP) * PAGE_ASPECT / (width + LOOSE_GAP)).sqrt();
    let fitting = (right - MARGIN + LOOSE_GAP) / (width + LOOSE_GAP);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let across = fitting.floor().max(square.ceil()).max(1.0) as usize;
    let head = if below > 0.0 {
        below + LOOSE_HEAD
    } else {
        MARGIN
    };
    for (index, node) in loose.into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "far fewer boxes than that")]
        let (column, row) = ((index % across) as f64, (index / across) as f64);
        tiles[node].x = MARGIN + column * (width + LOOSE_GAP);
        tiles[node].y = head + row * (height + LOOSE_GAP);
    }
    (below > 0.0).then_some(head - 9.0)
}

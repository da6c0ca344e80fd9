//! Decides which column each box stands in.
//!
//! Arrows that close a cycle are turned around here, for the layout only; they are drawn as given.

use super::{Diagram, Edge, EdgeKind, NodeKind};

/// An arrow as the layout sees it: always towards a later column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// The index of the edge in the diagram.
    pub edge: usize,
    /// Stands earlier.
    pub from: usize,
    /// Stands later.
    pub to: usize,
    /// Whether the arrow points from `to` to `from`.
    pub is_reversed: bool,
}

/// The edges between different boxes, without cycles.
///
/// Bootstrap edges give way first: they are what usually closes a cycle.
pub(super) fn links(diagram: &Diagram) -> Vec<Link> {
    let count = diagram.nodes.len();
    let drawn = |edge: &Edge| edge.from != edge.to && edge.from.max(edge.to) < count;
    let of = |bootstrap: bool| {
        let edges = diagram.edges.iter().enumerate();
        edges
            .filter(move |(_, edge)| drawn(edge) && (edge.kind == EdgeKind::Bootstrap) == bootstrap)
    };
    let mut links: Vec<Link> = of(false)
        .map(|(edge, ends)| Link {
            edge,
            from: ends.from,
            to: ends.to,
            is_reversed: false,
        })
        .collect();
    turn_back_links(&mut links, count);
    for (edge, ends) in of(true) {
        let is_reversed = reaches(&links, count, ends.to, ends.from);
        let (from, to) = if is_reversed {
            (ends.to, ends.from)
        } else {
            (ends.from, ends.to)
        };
        links.push(Link {
            edge,
            from,
            to,
            is_reversed,
        });
    }
    links.sort_by_key(|link| link.edge);
    links
}

/// The links that leave each box, as indices into `links`.
fn leaving(links: &[Link], count: usize) -> Vec<Vec<usize>> {
    let mut leaving = vec![Vec::new(); count];
    for (index, link) in links.iter().enumerate() {
        leaving[link.from].push(index);
    }
    leaving
}

/// Walks depth first and turns each link that leads back onto the walk's own path.
fn turn_back_links(links: &mut [Link], count: usize) {
    let leaving = leaving(links, count);
    let mut is_needed = vec![false; count];
    for link in links.iter() {
        is_needed[link.to] = true;
    }
    let tops = (0..count).filter(|node| !is_needed[*node]);
    let starts: Vec<usize> = tops
        .chain((0..count).filter(|node| is_needed[*node]))
        .collect();

    let mut is_seen = vec![false; count];
    let mut is_open = vec![false; count];
    for start in starts {
        if std::mem::replace(&mut is_seen[start], true) {
            continue;
        }
        is_open[start] = true;
        let mut walk = vec![(start, 0)];
        while let Some((node, next)) = walk.last_mut() {
            let Some(&index) = leaving[*node].get(*next) else {
                is_open[*node] = false;
                walk.pop();
                continue;
            };
            *next += 1;
            let target = links[index].to;
            if is_open[target] {
                let link = &mut links[index];
                (link.from, link.to, link.is_reversed) = (link.to, link.from, true);
            } else if !std::mem::replace(&mut is_seen[target], true) {
                is_open[target] = true;
                walk.push((target, 0));
            }
        }
    }
}

fn reaches(links: &[Link], count: usize, from: usize, to: usize) -> bool {
    let leaving = leaving(links, count);
    let mut is_seen = vec![false; count];
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        if !std::mem::replace(&mut is_seen[node], true) {
            open.extend(leaving[node].iter().map(|index| links[*index].to));
        }
    }
    false
}

/// The column of each box: as early as what needs it allows, functions first.
///
/// What only needs, and is not a function, moves next to what it needs.
pub(super) fn columns(diagram: &Diagram, links: &[Link]) -> Vec<usize> {
    let count = diagram.nodes.len();
    let leaving = leaving(links, count);
    let order = topological(links, &leaving, count);
    let mut column = vec![0_usize; count];
    for &node in &order {
        for link in leaving[node].iter().map(|index| links[*index]) {
            column[link.to] = column[link.to].max(column[node] + 1);
        }
    }
    let mut needed_by = vec![0_usize; count];
    for link in links {
        needed_by[link.to] += 1;
    }
    for &node in order.iter().rev() {
        let first = leaving[node]
            .iter()
            .map(|index| column[links[*index].to])
            .min();
        let is_movable =
            diagram.nodes[node].kind != NodeKind::Function && leaving[node].len() > needed_by[node];
        if let (Some(first), true) = (first, is_movable) {
            column[node] = column[node].max(first.saturating_sub(1));
        }
    }
    column
}

fn topological(links: &[Link], leaving: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut waiting = vec![0_usize; count];
    for link in links {
        waiting[link.to] += 1;
    }
    let mut order: Vec<usize> = (0..count).filter(|node| waiting[*node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        for link in leaving[node].iter().map(|index| links[*index]) {
            waiting[link.to] -= 1;
            if waiting[link.to] == 0 {
                order.push(link.to);
            }
        }
    }
    order
}

/// Splits each column of more than `cap` boxes into several, and closes empty ones.
///
/// What is needed more than it needs goes first: it stays near what needs it.
pub(super) fn split(
    column: &[usize],
    links: &[Link],
    is_placed: &[bool],
    cap: usize,
) -> Vec<usize> {
    let mut pull = vec![0_i64; column.len()];
    for link in links {
        pull[link.from] += 1;
        pull[link.to] -= 1;
    }
    let last = column.iter().copied().max().unwrap_or(0);
    let mut members = vec![Vec::new(); last + 1];
    for node in (0..column.len()).filter(|node| is_placed[*node]) {
        members[column[node]].push(node);
    }
    let mut split = vec![0; column.len()];
    let mut first = 0;
    for mut nodes in members {
        nodes.sort_by_key(|node| pull[*node]);
        let parts = nodes.len().div_ceil(cap.max(1));
        let size = nodes.len().div_ceil(parts.max(1)).max(1);
        for (index, node) in nodes.into_iter().enumerate() {
            split[node] = first + index / size;
        }
        first += parts;
    }
    split
}

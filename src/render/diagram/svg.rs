//! Writes the laid out diagram as SVG: one self-contained, accessible element.
//!
//! Boxes and arrows carry their full text in `title`. The picture as a whole is one image to a
//! screen reader: its title and description say what it shows, the document's tables say the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::layout::{Direction, Layout, Point, Route, layout};
use super::legend::legend;
use super::shape::{Frame, HEAD, N, Way, badge, head, outline};
use super::style::{edge_kind, mood as mood_class, style};
use super::text::is_right_to_left;
use super::tile::{LABEL_LINE, LABEL_SIZE, NOTE_LINE, NOTE_SIZE, Tile};
use super::{Diagram, EdgeKind, Mood, Node, Theme};

/// The picture of `diagram`, as a whole `svg` element that stands alone or inside a page.
#[must_use]
pub fn svg(diagram: &Diagram, theme: Theme) -> String {
    let layout = layout(diagram);
    let legend = legend(
        diagram,
        Point {
            x: 12.0,
            y: layout.height,
        },
        layout.width,
    );
    let (width, height) = (
        layout.width.max(legend.width),
        layout.height + legend.height,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"diagram\" role=\"img\" \
         aria-label=\"{title}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\
         <title>{title}</title><desc>{desc}</desc><style>{style}</style>\n",
        title = xml(&diagram.title),
        desc = xml(&diagram.description),
        w = N(width),
        h = N(height),
        style = style(theme),
    );
    svg.push_str(&arrows(diagram, &layout));
    for (node, tile) in diagram.nodes.iter().zip(&layout.tiles) {
        svg.push_str(&tile_group(node, tile));
    }
    if let Some(baseline) = layout.loose {
        svg.push_str(&key_text(12.0, baseline, "Without dependencies"));
    }
    svg.push_str(&legend.svg);
    svg.push_str("</svg>\n");
    svg
}

/// Words of the picture itself, left-aligned.
pub(super) fn key_text(x: f64, baseline: f64, words: &str) -> String {
    format!(
        "<text class=\"key\" x=\"{}\" y=\"{}\">{}</text>\n",
        N(x),
        N(baseline),
        xml(words)
    )
}

/// Text as XML, fit for an element and an attribute.
///
/// What XML cannot hold becomes the replacement character.
pub(in crate::render) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            letter if letter.is_control() => escaped.push('\u{FFFD}'),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// What is drawn in one stroke: the arrows to one box that look the same.
type Bundle = (Mood, usize, EdgeKind);

/// The arrows, the alarming ones last and so on top.
fn arrows(diagram: &Diagram, layout: &Layout) -> String {
    let mut bundles: BTreeMap<Bundle, Vec<&Route>> = BTreeMap::new();
    for route in &layout.routes {
        let edge = &diagram.edges[route.edge];
        bundles
            .entry((edge.mood, edge.to, edge.kind))
            .or_default()
            .push(route);
    }
    bundles
        .iter()
        .map(|(bundle, routes)| arrow(diagram, layout.direction, *bundle, routes))
        .collect()
}

fn arrow(diagram: &Diagram, direction: Direction, bundle: Bundle, routes: &[&Route]) -> String {
    let (mood, to, kind) = bundle;
    let mut pieces: BTreeSet<String> = BTreeSet::new();
    let mut heads: BTreeSet<String> = BTreeSet::new();
    for route in routes {
        pieces.extend(strokes(route, direction));
        heads.extend(tip(route, direction).map(|(tip, way)| head(kind, mood, tip, way)));
    }
    let names = |node: usize| diagram.nodes[node].label.clone();
    let from: Vec<String> = routes
        .iter()
        .map(|route| names(diagram.edges[route.edge].from))
        .collect();
    format!(
        "<g class=\"arrow\"><title>{}</title><path class=\"line {} {}\" d=\"{}\"/>{}</g>\n",
        xml(&format!(
            "{} → {} ({})",
            from.join(", "),
            names(to),
            edge_kind(kind).1
        )),
        edge_kind(kind).0,
        mood_class(mood).0,
        pieces.into_iter().collect::<String>(),
        heads.into_iter().collect::<String>(),
    )
}

/// The pieces of an arrow, without its head. Pieces that arrows share come out the same.
fn strokes(route: &Route, direction: Direction) -> Vec<String> {
    let mut points = route.points.clone();
    if let (Some((tip, way)), Some(last)) = (tip(route, direction), points.last_mut()) {
        *last = way.step(tip, HEAD, 0.0);
    }
    let is_loop = is_loop(route, direction);
    let pairs = points.windows(2).enumerate();
    let strokes = pairs.map(|(index, pair)| {
        let (from, to) = (pair[0], pair[1]);
        if index % 2 == 1 {
            return format!("M{} {}L{} {}", N(from.x), N(from.y), N(to.x), N(to.y));
        }
        let bulge = if is_loop { 14.0 } else { 0.0 };
        let (start, end) = match direction {
            Direction::Right if is_loop => {
                let far = from.x.max(to.x) + bulge;
                (Point { x: far, ..from }, Point { x: far, ..to })
            }
            Direction::Down if is_loop => {
                let far = from.y.max(to.y) + bulge;
                (Point { y: far, ..from }, Point { y: far, ..to })
            }
            Direction::Right => {
                let half = f64::midpoint(from.x, to.x);
                (Point { x: half, ..from }, Point { x: half, ..to })
            }
            Direction::Down => {
                let half = f64::midpoint(from.y, to.y);
                (Point { y: half, ..from }, Point { y: half, ..to })
            }
        };
        format!(
            "M{} {}C{} {} {} {} {} {}",
            N(from.x),
            N(from.y),
            N(start.x),
            N(start.y),
            N(end.x),
            N(end.y),
            N(to.x),
            N(to.y)
        )
    });
    strokes.collect()
}

/// Where the arrow ends, and the way it points there.
fn tip(route: &Route, direction: Direction) -> Option<(Point, Way)> {
    let [.., before, tip] = route.points.as_slice() else {
        return None;
    };
    let ahead = match direction {
        Direction::Right => tip.x - before.x,
        Direction::Down => tip.y - before.y,
    };
    // A loop comes back to the side it left.
    let sign = if ahead > 0.0 { 1.0 } else { -1.0 };
    Some((*tip, Way { direction, sign }))
}

fn is_loop(route: &Route, direction: Direction) -> bool {
    match (route.points.as_slice(), direction) {
        ([from, to], Direction::Right) => (from.x - to.x).abs() < 0.01,
        ([from, to], Direction::Down) => (from.y - to.y).abs() < 0.01,
        _ => false,
    }
}

fn tile_group(node: &Node, tile: &Tile) -> String {
    let Tile {
        x,
        y,
        width,
        height,
        ..
    } = *tile;
    let middle = x + width / 2.0;
    #[expect(clippy::cast_precision_loss, reason = "a box has two lines")]
    let lines = tile.label.len() as f64;
    let text = lines * LABEL_LINE + if tile.note.is_empty() { 0.0 } else { NOTE_LINE };
    // The baseline of a line of Noto Sans, so that the block as a whole looks centred.
    let mut baseline = y + (height - text) / 2.0 + f64::midpoint(LABEL_LINE, LABEL_SIZE * 0.7);
    let mut group = format!("<g class=\"node\"><title>{}</title>", xml(&full_text(node)));
    group.push_str(&outline(
        node.kind,
        node.mood,
        Frame {
            x,
            y,
            width,
            height,
        },
    ));
    for line in &tile.label {
        group.push_str(&centred("label", middle, baseline, line));
        baseline += LABEL_LINE;
    }
    if !tile.note.is_empty() {
        baseline += (NOTE_LINE - LABEL_LINE) / 2.0 - (LABEL_SIZE - NOTE_SIZE) * 0.35;
        group.push_str(&centred("note", middle, baseline, &tile.note));
    }
    group.push_str(&badge(
        node.mood,
        Point {
            x: x + width - 3.0,
            y: y + 2.0,
        },
    ));
    group.push_str("</g>\n");
    group
}

fn centred(class: &str, x: f64, baseline: f64, text: &str) -> String {
    let direction = if is_right_to_left(text) {
        " direction=\"rtl\""
    } else {
        ""
    };
    format!(
        "<text class=\"{class}\" x=\"{}\" y=\"{}\"{direction}>{}</text>",
        N(x),
        N(baseline),
        xml(text)
    )
}

fn full_text(node: &Node) -> String {
    let mut full = format!("{} ({})", node.label, node.id);
    for part in [node.note.as_str(), mood_class(node.mood).1] {
        if !part.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(full, ", {part}");
        }
    }
    full
}

//! Explains the shapes, lines and badges that the picture uses, and only those.

use std::collections::BTreeSet;

use super::layout::{Direction, Point};
use super::shape::{Frame, HEAD, N, Way, badge, head, outline};
use super::style::{edge_kind, mood as mood_words, node_kind};
use super::svg::key_text;
use super::text::width;
use super::{Diagram, EdgeKind, Mood, NodeKind};

const TEXT_SIZE: f64 = 11.0;
const SAMPLE_WIDTH: f64 = 30.0;
const ROW_HEIGHT: f64 = 24.0;
const ITEM_GAP: f64 = 22.0;
const WIDTH_MIN: f64 = 320.0;

/// The legend, drawn, and the room it takes.
pub(super) struct Legend {
    pub svg: String,
    pub width: f64,
    pub height: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Node(NodeKind),
    Edge(EdgeKind),
    Mood(Mood),
}

/// Draws the legend in rows from `corner` on, as wide as the picture.
pub(super) fn legend(diagram: &Diagram, corner: Point, picture_width: f64) -> Legend {
    let items = items(diagram);
    let room = picture_width.max(WIDTH_MIN);
    let mut legend = Legend {
        svg: String::new(),
        width: 0.0,
        height: 0.0,
    };
    if items.is_empty() {
        return legend;
    }
    let (mut x, mut y) = (corner.x, corner.y + 8.0);
    for item in items {
        let text = sample_width(item) + 8.0;
        let end = x + text + width(words(item), TEXT_SIZE);
        if end > room && x > corner.x {
            (x, y) = (corner.x, y + ROW_HEIGHT);
        }
        legend.svg.push_str(&sample(item, Point { x, y }));
        legend
            .svg
            .push_str(&key_text(x + text, y + 4.0, words(item)));
        x += text + width(words(item), TEXT_SIZE);
        legend.width = legend.width.max(x + corner.x);
        x += ITEM_GAP;
    }
    legend.height = y - corner.y + ROW_HEIGHT;
    legend
}

fn items(diagram: &Diagram) -> BTreeSet<Item> {
    let mut items = BTreeSet::new();
    for node in &diagram.nodes {
        items.extend([Item::Node(node.kind), Item::Mood(node.mood)]);
    }
    for edge in &diagram.edges {
        items.extend([Item::Edge(edge.kind), Item::Mood(edge.mood)]);
    }
    items.remove(&Item::Mood(Mood::Plain));
    items
}

fn words(item: Item) -> &'static str {
    match item {
        Item::Node(kind) => node_kind(kind).1,
        Item::Edge(kind) => edge_kind(kind).1,
        Item::Mood(mood) => mood_words(mood).1,
    }
}

fn sample_width(item: Item) -> f64 {
    match item {
        Item::Node(_) | Item::Edge(_) => SAMPLE_WIDTH,
        Item::Mood(_) => 18.0,
    }
}

/// A small example of an item; its middle is at the height of `at`.
fn sample(item: Item, at: Point) -> String {
    match item {
        Item::Node(kind) => {
            let frame = Frame {
                x: at.x,
                y: at.y - 8.0,
                width: SAMPLE_WIDTH,
                height: 16.0,
            };
            outline(kind, Mood::Plain, frame)
        }
        Item::Edge(kind) => {
            let tip = Point {
                x: at.x + SAMPLE_WIDTH,
                y: at.y,
            };
            let way = Way {
                direction: Direction::Right,
                sign: 1.0,
            };
            format!(
                "<path class=\"line {} plain\" d=\"M{} {}H{}\"/>{}",
                edge_kind(kind).0,
                N(at.x),
                N(at.y),
                N(tip.x - HEAD),
                head(kind, Mood::Plain, tip, way)
            )
        }
        Item::Mood(mood) => badge(
            mood,
            Point {
                x: at.x + 9.0,
                y: at.y,
            },
        ),
    }
}

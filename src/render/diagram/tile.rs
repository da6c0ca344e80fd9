//! Fits names and notes into boxes of one width.

use super::Node;
use super::layout::Direction;
use super::text::{shorten, width, wrap};

/// The size of the letters of a name, and of a note.
pub(super) const LABEL_SIZE: f64 = 12.0;
pub(super) const NOTE_SIZE: f64 = 10.5;

/// The height of a line of a name, and of a note.
pub(super) const LABEL_LINE: f64 = 15.0;
pub(super) const NOTE_LINE: f64 = 14.0;

const LABEL_LINES_MAX: usize = 2;
const PADDING_X: f64 = 14.0;
const PADDING_Y: f64 = 7.0;
const WIDTH_MIN: f64 = 96.0;
const WIDTH_MAX: f64 = 172.0;
const WIDTH_STEP: f64 = 4.0;

/// A box in its place, with its text fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// The left edge.
    pub x: f64,
    /// The top edge.
    pub y: f64,
    /// All boxes of a picture are equally wide.
    pub width: f64,
    /// Depends on the lines of text.
    pub height: f64,
    /// The lines of the name.
    pub label: Vec<String>,
    /// The note, on one line. May be empty.
    pub note: String,
}

impl Tile {
    /// Its size along its column.
    pub(super) fn across(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Right => self.height,
            Direction::Down => self.width,
        }
    }

    /// Its size in the direction of the arrows.
    pub(super) fn along(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Right => self.width,
            Direction::Down => self.height,
        }
    }
}

/// Boxes of one width, with their text fitted, not yet in their places.
pub(super) fn tiles(nodes: &[Node]) -> Vec<Tile> {
    let mut needed: Vec<f64> = nodes.iter().map(width_needed).collect();
    needed.sort_by(f64::total_cmp);
    // A few long names are shortened rather than all boxes widened.
    let width = needed
        .get(needed.len().saturating_sub(1) * 19 / 20)
        .copied()
        .unwrap_or(WIDTH_MIN);
    nodes.iter().map(|node| tile(node, width)).collect()
}

fn tile(node: &Node, width: f64) -> Tile {
    let room = width - PADDING_X;
    let name = if node.label.trim().is_empty() {
        &node.id
    } else {
        &node.label
    };
    let label = wrap(name, LABEL_SIZE, room, LABEL_LINES_MAX);
    let note = shorten(node.note.trim(), NOTE_SIZE, room);
    #[expect(clippy::cast_precision_loss, reason = "a box has two lines")]
    let text = label.len().max(1) as f64 * LABEL_LINE;
    let text = text + if note.is_empty() { 0.0 } else { NOTE_LINE };
    Tile {
        x: 0.0,
        y: 0.0,
        width,
        height: text + 2.0 * PADDING_Y,
        label,
        note,
    }
}

/// The least width that shows the whole text.
fn width_needed(node: &Node) -> f64 {
    let mut room = WIDTH_MIN - PADDING_X;
    let fits = |room: f64| {
        let lines = wrap(&node.label, LABEL_SIZE, room, LABEL_LINES_MAX);
        let shown: usize = lines
            .iter()
            .map(|line| line.split_whitespace().count())
            .sum();
        let is_whole = shown >= node.label.split_whitespace().count()
            && !lines.iter().any(|line| line.ends_with('…'));
        is_whole && width(&node.note, NOTE_SIZE) <= room
    };
    while room < WIDTH_MAX - PADDING_X && !fits(room) {
        room += WIDTH_STEP;
    }
    room + PADDING_X
}
